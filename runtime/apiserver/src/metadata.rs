//! Metadata of objects that are written: what the server fills in, what it takes back, what must agree with the path.
//! Follows apiserver pkg/registry/rest/{create,update,meta}.go.

use kubeforge_machinery::{Object, Time, meta::v1::ObjectMeta, status::ApiError};
use uuid::Uuid;

use crate::{errors, parts, registry::ResourceScope, request::RequestContext, strategy::Generation};

/// Makes the object's namespace that of the request's path.
///
/// # Errors
/// 400, where the object names another one.
pub fn bind_namespace(namespaced: bool, namespace: &str, meta: &mut ObjectMeta) -> Result<(), ApiError> {
    if !namespaced {
        meta.namespace.clear();
    } else if meta.namespace.is_empty() {
        namespace.clone_into(&mut meta.namespace);
    } else if meta.namespace != namespace {
        return Err(errors::bad_request(
            "the namespace of the provided object does not match the namespace sent on the request",
        ));
    }
    Ok(())
}

/// Checks that the object's name is that of the request's path.
///
/// # Errors
/// 400, where it is not.
pub fn check_name(name: &str, meta: &ObjectMeta) -> Result<(), ApiError> {
    if meta.name.is_empty() {
        Err(errors::bad_request(format!(
            "the name of the object ({name} based on URL) was undeterminable: name must be provided"
        )))
    } else if meta.name != name {
        Err(errors::bad_request(format!(
            "the name of the object ({}) does not match the name on the URL ({name})",
            meta.name
        )))
    } else {
        Ok(())
    }
}

/// The object's metadata, which every stored kind has.
///
/// # Errors
/// 500 for kinds without metadata.
pub fn of(object: &mut dyn Object) -> Result<&mut ObjectMeta, ApiError> {
    let kind = object.gvk().kind;
    object.meta_mut().ok_or_else(|| errors::internal(format!("{kind} has no metadata")))
}

/// Takes out of a new object what only the server may say, and says it.
pub fn fill_for_create(ctx: &RequestContext, generation: Generation, meta: &mut ObjectMeta) {
    meta.deletion_timestamp = None;
    meta.deletion_grace_period_seconds = None;
    meta.self_link.clear();
    meta.resource_version.clear();
    meta.creation_timestamp = ctx.now;
    meta.uid = Uuid::new_v4().hyphenated().to_string();
    meta.generation = if generation == Generation::Absent { 0 } else { 1 };
}

/// Restores what an update may not change, and fills in what it need not say.
pub fn fill_for_update(ctx: &RequestContext, new: &mut ObjectMeta, old: &ObjectMeta) {
    new.generation = old.generation;
    new.self_link.clear();
    if new.uid.is_empty() {
        new.uid.clone_from(&old.uid);
    }
    new.creation_timestamp = if old.creation_timestamp == Time::default() { ctx.now } else { old.creation_timestamp };
    if old.deletion_timestamp.is_some() {
        new.deletion_timestamp = old.deletion_timestamp;
    }
    if old.deletion_grace_period_seconds.is_some() && new.deletion_grace_period_seconds.is_none() {
        new.deletion_grace_period_seconds = old.deletion_grace_period_seconds;
    }
}

/// When the generation of the kind counts on: what the strategy says, else what the definition suggests.
pub fn generation_of(scope: &ResourceScope, object: &dyn Object) -> Generation {
    scope.strategy.generation().unwrap_or_else(|| {
        if scope.has_status && parts::has_field(object, parts::Part::Spec) {
            Generation::Spec
        } else {
            Generation::Absent
        }
    })
}

/// Drops owners that are named twice, with a warning as upstream gives it.
pub fn dedup_owners(ctx: &RequestContext, meta: &mut ObjectMeta) {
    let owners = &mut meta.owner_references;
    if owners.len() < 2 {
        return;
    }
    let mut seen: Vec<String> = Vec::with_capacity(owners.len());
    let mut duplicates: Vec<String> = Vec::new();
    owners.retain(|owner| {
        if seen.contains(&owner.uid) {
            duplicates.push(owner.uid.clone());
            return false;
        }
        seen.push(owner.uid.clone());
        true
    });
    if !duplicates.is_empty() {
        ctx.warn(format!(
            ".metadata.ownerReferences contains duplicate entries; API server dedups owner references in 1.20+, and \
             may reject such requests as early as 1.24; please fix your requests; duplicate UID(s) observed: {}",
            duplicates.join(", ")
        ));
    }
}
