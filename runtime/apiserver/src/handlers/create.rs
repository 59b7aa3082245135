//! New objects.

use http::StatusCode;
use kubeforge_machinery::{ApiError, Object};
use kubeforge_storage::{
    entry::as_read_back,
    storage::{ReadAt, StorageError},
};

use super::{Call, new_object};
use crate::{
    decode, errors,
    managed_fields::{self, Manager},
    metadata,
    respond::{self, Answer},
};

/// How often a name is generated anew when it is taken.
const GENERATE_NAME_ATTEMPTS: usize = 8;

/// Stores a new object and answers with it.
///
/// # Errors
/// 400 for what can't be decoded, 409 for a name that is taken, 422 for what is invalid, and what admission says.
pub async fn create(call: Call<'_>) -> Result<Answer, ApiError> {
    let Call { scope, ctx, info, .. } = call;
    let media = decode::body_media(call.headers, scope.has_proto(), ctx)?;
    let decoded = decode::resource_object(scope, ctx, media, call.body)?;
    let mut object = scope.scheme.to_hub(decoded).map_err(errors::internal)?;
    let meta = metadata::of(object.as_mut())?;
    metadata::bind_namespace(scope.namespaced(), info.namespace, meta)?;
    if !matches!(meta.resource_version.as_str(), "" | "0") {
        return Err(ApiError::unknown("resourceVersion should not be set on objects to be created"));
    }
    let manager = Manager { name: &ctx.field_manager, subresource: "", time: ctx.now };
    managed_fields::update(scope, None, &mut object, &manager)?;
    let generated = object.meta().is_some_and(|meta| meta.name.is_empty() && !meta.generate_name.is_empty());
    let attempts = if generated { GENERATE_NAME_ATTEMPTS } else { 1 };
    for attempt in 1..=attempts {
        let candidate = if attempt < attempts {
            object.deep_copy_object()
        } else {
            std::mem::replace(&mut object, Box::new(kubeforge_machinery::meta::v1::Status::default()))
        };
        match store(call, candidate).await {
            Err(error) if attempt < attempts && error.is_already_exists() => {}
            other => return other,
        }
    }
    Err(errors::internal("no attempt was made"))
}

async fn store(call: Call<'_>, object: Box<dyn Object>) -> Result<Answer, ApiError> {
    let Call { scope, ctx, info, .. } = call;
    let storage = scope.storage()?;
    let object = new_object::prepare(call, object).await?;
    let key = scope.key(info.namespace, object.name());
    if ctx.is_dry_run() {
        scope.strategy.create_failed(ctx, object.as_ref()).await;
        return match storage.get(&key, ReadAt::Latest).await {
            Ok(_) => Err(ApiError::already_exists(&scope.resource, &key.name)),
            Err(StorageError::NotFound(_)) => {
                let object = as_read_back(&scope.scheme, object).map_err(errors::internal)?;
                respond::object(scope, call.form, object, StatusCode::CREATED)
            }
            Err(error) => Err(errors::from_storage(error, scope.target(&key.name))),
        };
    }
    let ttl = scope.strategy.ttl(object.as_ref());
    // only strategies with hooks have something to give back if the write fails
    let kept = scope.strategy.has_after_hooks().then(|| object.deep_copy_object());
    match storage.create(&key, object, ttl).await {
        Ok(entry) => {
            new_object::after_create(call, &entry).await?;
            respond::entry(scope, call.form, &entry, StatusCode::CREATED)
        }
        Err(error) => {
            if let Some(object) = kept {
                scope.strategy.create_failed(ctx, object.as_ref()).await;
            }
            Err(errors::from_storage(error, scope.target(&key.name)))
        }
    }
}
