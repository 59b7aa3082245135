//! Namespaces: they carry their name as a label, and go when their content is gone.

use std::sync::Arc;

use async_trait::async_trait;
use kubeforge_api::core::v1::{Namespace, NamespacePhase};
use kubeforge_apiserver::{
    request::RequestContext,
    strategy::{Generation, Strategy},
    subresource::{SubresourceAnswer, SubresourceCall, SubresourceHandler},
};
use kubeforge_machinery::{Object, Scheme, status::ApiError};

use super::Options;

/// Held until the namespace controller has removed everything inside.
const FINALIZER: &str = "kubernetes";
const NAME_LABEL: &str = "kubernetes.io/metadata.name";

struct NamespaceStrategy;

/// Sets the label that lets selectors name a namespace. Names that no label can hold are left to validation.
fn set_name_label(namespace: &mut Namespace) {
    let name = namespace.metadata.name.clone();
    if !name.is_empty() {
        namespace.metadata.labels.insert(NAME_LABEL.to_owned(), name);
    }
}

impl Strategy for NamespaceStrategy {
    kubeforge_apiserver::status_field!(Namespace, status, spec);

    fn prepare_for_create(&self, _ctx: &RequestContext, object: &mut dyn Object) {
        if let Some(namespace) = object.downcast_mut::<Namespace>() {
            namespace.status.phase = NamespacePhase::Active;
            if !namespace.spec.finalizers.iter().any(|finalizer| finalizer == FINALIZER) {
                namespace.spec.finalizers.push(FINALIZER.to_owned());
            }
        }
    }

    fn canonicalize(&self, object: &mut dyn Object) {
        if let Some(namespace) = object.downcast_mut::<Namespace>() {
            set_name_label(namespace);
        }
    }

    fn prepare_for_update(&self, _ctx: &RequestContext, new: &mut dyn Object, old: &dyn Object) {
        if let (Some(new), Some(old)) = (new.downcast_mut::<Namespace>(), old.downcast_ref::<Namespace>()) {
            new.spec.finalizers.clone_from(&old.spec.finalizers);
        }
    }

    fn marks_grace_when_held(&self) -> bool {
        false
    }

    fn generation(&self) -> Option<Generation> {
        Some(Generation::Absent)
    }

    fn check_graceful_delete(&self, _ctx: &RequestContext, object: &mut dyn Object) -> Result<(), ApiError> {
        if let Some(namespace) = object.downcast_mut::<Namespace>() {
            namespace.status.phase = NamespacePhase::Terminating;
        }
        Ok(())
    }

    fn may_remove(&self, object: &dyn Object) -> bool {
        object.downcast_ref::<Namespace>().is_none_or(|namespace| namespace.spec.finalizers.is_empty())
    }
}

/// Writes through `namespaces/finalize`: only `spec.finalizers` changes.
struct FinalizeStrategy;

impl Strategy for FinalizeStrategy {
    fn prepare_for_update(&self, _ctx: &RequestContext, new: &mut dyn Object, old: &dyn Object) {
        if let (Some(new), Some(old)) = (new.downcast_mut::<Namespace>(), old.downcast_ref::<Namespace>()) {
            let finalizers = std::mem::take(&mut new.spec.finalizers);
            let metadata = std::mem::take(&mut new.metadata);
            *new = old.clone();
            new.spec.finalizers = finalizers;
            new.metadata = metadata;
        }
    }

    fn keep_status(
        &self,
        _scheme: &Scheme,
        _new: &mut Box<dyn Object>,
        _old: Option<&dyn Object>,
    ) -> Result<(), ApiError> {
        Ok(())
    }

    fn generation(&self) -> Option<Generation> {
        Some(Generation::Absent)
    }

    fn may_remove(&self, object: &dyn Object) -> bool {
        NamespaceStrategy.may_remove(object)
    }
}

struct Finalize;

#[async_trait]
impl SubresourceHandler for Finalize {
    async fn handle(&self, call: SubresourceCall<'_>) -> Result<SubresourceAnswer, ApiError> {
        Err(ApiError::method_not_supported(&call.scope.resource, call.method.as_str()))
    }

    fn as_view(&self) -> Option<&dyn Strategy> {
        Some(&FinalizeStrategy)
    }
}

pub(super) fn register(options: &mut Options) {
    let namespaces = options.of("", "namespaces");
    namespaces.strategy = Some(Arc::new(NamespaceStrategy));
    namespaces.subresources.insert("finalize", Arc::new(Finalize));
}
