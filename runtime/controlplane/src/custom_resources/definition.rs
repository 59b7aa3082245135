//! What is particular to a definition when it is written. Follows apiextensions
//! pkg/registry/customresourcedefinition/{strategy,etcd}.go.

use kubeforge_api::apiextensions::v1::{
    CUSTOM_RESOURCE_CLEANUP_FINALIZER, ConditionStatus, CustomResourceDefinition, CustomResourceDefinitionStatus,
    TERMINATING,
};
use kubeforge_apiserver::{
    request::RequestContext,
    strategy::{Generation, Strategy},
};
use kubeforge_extensions::{check, conditions};
use kubeforge_machinery::{ApiError, Object, field::ErrorList};

/// The strategy of definitions.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct DefinitionStrategy;

fn definition(object: &dyn Object) -> Option<&CustomResourceDefinition> {
    object.downcast_ref()
}

/// Notes that objects are stored in the version that stores them now.
fn note_stored_version(definition: &mut CustomResourceDefinition) {
    let stored = &mut definition.status.stored_versions;
    if let Some(version) = definition.spec.versions.iter().find(|version| version.storage)
        && !stored.contains(&version.name)
    {
        stored.push(version.name.clone());
    }
}

impl Strategy for DefinitionStrategy {
    kubeforge_apiserver::status_field!(CustomResourceDefinition, status, spec);

    fn prepare_for_create(&self, _ctx: &RequestContext, object: &mut dyn Object) {
        if let Some(definition) = object.downcast_mut::<CustomResourceDefinition>() {
            definition.status = CustomResourceDefinitionStatus::default();
            note_stored_version(definition);
        }
    }

    fn prepare_for_update(&self, _ctx: &RequestContext, new: &mut dyn Object, _old: &dyn Object) {
        if let Some(definition) = new.downcast_mut::<CustomResourceDefinition>() {
            note_stored_version(definition);
        }
    }

    fn validate(&self, _ctx: &RequestContext, object: &dyn Object) -> ErrorList {
        definition(object).map(check::create).unwrap_or_default()
    }

    fn validate_update(&self, _ctx: &RequestContext, new: &dyn Object, old: &dyn Object) -> ErrorList {
        definition(new).zip(definition(old)).map(|(new, old)| check::update(new, old)).unwrap_or_default()
    }

    fn validate_status_update(&self, _ctx: &RequestContext, new: &dyn Object, _old: &dyn Object) -> ErrorList {
        definition(new).map(check::update_status).unwrap_or_default()
    }

    fn warnings_on_create(&self, _ctx: &RequestContext, object: &dyn Object) -> Vec<String> {
        warnings(definition(object), None)
    }

    fn warnings_on_update(&self, _ctx: &RequestContext, new: &dyn Object, old: &dyn Object) -> Vec<String> {
        warnings(definition(new), definition(old))
    }

    fn allow_unconditional_update(&self) -> bool {
        false
    }

    fn generation(&self) -> Option<Generation> {
        Some(Generation::Spec)
    }

    fn reset_fields(&self, subresource: &str) -> Option<&'static [&'static str]> {
        Some(if subresource == "status" { &["metadata", "spec"] } else { &["status"] })
    }

    /// The first delete keeps the definition until its objects are gone.
    fn check_graceful_delete(&self, ctx: &RequestContext, object: &mut dyn Object) -> Result<(), ApiError> {
        let Some(definition) = object.downcast_mut::<CustomResourceDefinition>() else { return Ok(()) };
        if definition.metadata.deletion_timestamp.is_some() {
            return Ok(());
        }
        let finalizers = &mut definition.metadata.finalizers;
        if !finalizers.iter().any(|finalizer| finalizer == CUSTOM_RESOURCE_CLEANUP_FINALIZER) {
            finalizers.push(CUSTOM_RESOURCE_CLEANUP_FINALIZER.to_owned());
        }
        let message = "CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon";
        let condition = conditions::condition(TERMINATING, ConditionStatus::True, "InstanceDeletionPending", message);
        conditions::set(definition, condition, ctx.now);
        Ok(())
    }

    /// Its finalizer is the server's own, which marks it without a grace period.
    fn marks_grace_when_held(&self) -> bool {
        false
    }

    fn counts_mark(&self) -> bool {
        false
    }
}

/// Formats that are new and that the server does not know.
fn warnings(new: Option<&CustomResourceDefinition>, old: Option<&CustomResourceDefinition>) -> Vec<String> {
    let known = old.map(check::unknown_formats).unwrap_or_default();
    let found = new.map(check::unknown_formats).unwrap_or_default();
    found
        .into_iter()
        .filter(|format| !known.contains(format))
        .map(|format| format!("unrecognized format {format:?}"))
        .collect()
}
