//! Deleting many objects.

use futures::future::{BoxFuture, join_all};
use http::StatusCode;
use kubeforge_machinery::ApiError;

use super::{
    Call,
    delete::{self, Deleted},
    list,
};
use crate::{
    delete_options,
    list_options::{ListOptions, Purpose},
    respond::{self, Answer},
};

/// Deletes what the selectors say and answers with the list of it, as it was.
///
/// # Errors
/// The first delete's that fails, unless the object was gone already.
pub async fn delete_collection(call: Call<'_>) -> Result<Answer, ApiError> {
    let delete_options = delete_options::parse(call.headers, call.body, call.query, call.ctx)?;
    call.scope.strategy.warnings_on_delete(&delete_options).into_iter().for_each(|text| call.ctx.warn(text));
    let options = ListOptions::parse(call.query, Purpose::List, call.scope)?;
    let found = list::read(call, &options).await?;
    for entries in found.items.chunks(call.scope.delete_workers.max(1)) {
        let mut deletes: Vec<BoxFuture<'_, Result<Deleted, ApiError>>> = Vec::with_capacity(entries.len());
        for entry in entries {
            let key = entry.key();
            deletes.push(Box::pin(delete::delete_object(call, &key.namespace, &key.name, &delete_options)));
        }
        for deleted in join_all(deletes).await {
            match deleted {
                Err(error) if error.is_not_found() => {}
                other => drop(other?),
            }
        }
    }
    let answer = respond::list(call.scope, call.form, &list::list_meta(&found), &found.items).await?;
    Ok(Answer { status: StatusCode::OK, ..answer })
}
