//! Lists.

use kubeforge_machinery::{ApiError, meta::v1::ListMeta};
use kubeforge_storage::{
    continue_token::EXPIRED_WITH_TOKEN,
    storage::{Continue, ListRequest, ListResult, StorageError},
};

use super::Call;
use crate::{
    errors,
    list_options::{ListOptions, Purpose},
    respond::{self, Answer},
};

/// Answers with a list.
///
/// # Errors
/// 400 and 422 for bad options, 410 where the state is too old.
pub async fn list(call: Call<'_>) -> Result<Answer, ApiError> {
    let options = ListOptions::parse(call.query, Purpose::List, call.scope)?;
    let result = read(call, &options).await?;
    respond::list(call.scope, call.form, &list_meta(&result), &result.items).await
}

/// The metadata of a list.
pub(super) fn list_meta(result: &ListResult) -> ListMeta {
    ListMeta {
        resource_version: result.revision.to_string(),
        continue_: result.continue_.as_ref().map(Continue::encode).unwrap_or_default(),
        remaining_item_count: result.remaining.and_then(|count| i64::try_from(count).ok()),
        ..ListMeta::default()
    }
}

/// Reads what the options ask for.
pub(super) async fn read(call: Call<'_>, options: &ListOptions) -> Result<ListResult, ApiError> {
    let scope = call.scope;
    let continue_ = if options.continue_.is_empty() {
        None
    } else {
        if !matches!(options.resource_version.as_str(), "" | "0") {
            return Err(ApiError::bad_request("specifying resource version is not allowed when using continue"));
        }
        Some(Continue::decode(&options.continue_).map_err(|err| ApiError::bad_request(err.to_string()))?)
    };
    let request = ListRequest {
        selection: options.selection(call.info, scope),
        at: options.read_at()?,
        limit: usize::try_from(options.limit).unwrap_or(0),
        continue_: continue_.clone(),
    };
    match scope.storage()?.list(request).await {
        Err(StorageError::Expired { .. }) if continue_.is_some() => Err(expired_continue(continue_)),
        other => other.map_err(|err| errors::from_storage(err, scope.target(""))),
    }
}

/// 410 for a continuation whose state is gone, with a token to go on in a newer state.
fn expired_continue(continue_: Option<Continue>) -> ApiError {
    let mut status = ApiError::resource_expired(EXPIRED_WITH_TOKEN).into_status();
    if let Some(continue_) = continue_ {
        status.metadata.continue_ = Continue { revision: None, ..continue_ }.encode();
    }
    status.into()
}
