//! One object.

use http::StatusCode;
use kubeforge_machinery::ApiError;
use kubeforge_storage::storage::ReadAt;

use super::Call;
use crate::{
    errors,
    list_options::{At, parse_revision},
    respond::{self, Answer},
};

/// Answers with the object.
///
/// # Errors
/// 404 where there is none.
pub async fn get(call: Call<'_>) -> Result<Answer, ApiError> {
    let scope = call.scope;
    let at = match call.query.get("resourceVersion") {
        None => ReadAt::Latest,
        Some(text) => match parse_revision(&text).map_err(ApiError::unknown)? {
            At::Unset => ReadAt::Latest,
            At::Any => ReadAt::Any,
            At::Revision(revision) => ReadAt::NotOlderThan(revision),
        },
    };
    let key = scope.key(call.info.namespace, call.info.name);
    let entry =
        scope.storage()?.get(&key, at).await.map_err(|err| errors::from_storage(err, scope.target(call.info.name)))?;
    respond::entry(scope, call.form, &entry, StatusCode::OK)
}
