//! Changes of a running pod's resources (KEP-1287) and of its debug containers (KEP-277), each through a subresource.

use async_trait::async_trait;
use kubeforge_api::core::v1::{Container, Pod, PodSpec};
use kubeforge_apiserver::{
    request::RequestContext,
    strategy::{Generation, Strategy},
    subresource::{SubresourceAnswer, SubresourceCall, SubresourceHandler},
};
use kubeforge_machinery::{Object, meta::v1::ObjectMeta, status::ApiError, validation::FeatureGates};

use super::{disabled_fields, gates};

/// A way to change part of a pod. The function makes the new spec of what was asked for, or leaves it as it is where
/// validation is to say what is wrong with it.
pub(super) struct View(pub(super) fn(PodSpec, &PodSpec, &FeatureGates) -> Result<PodSpec, PodSpec>);

impl Strategy for View {
    kubeforge_apiserver::status_field!(Pod, status, spec);

    fn prepare_for_update(&self, ctx: &RequestContext, new: &mut dyn Object, old: &dyn Object) {
        let (Some(new), Some(old)) = (new.downcast_mut::<Pod>(), old.downcast_ref::<Pod>()) else { return };
        let gates = gates(ctx);
        match (self.0)(std::mem::take(&mut new.spec), &old.spec, &gates) {
            Ok(spec) => {
                new.spec = spec;
                new.status.clone_from(&old.status);
                keep_metadata(&mut new.metadata, &old.metadata);
            }
            Err(spec) => new.spec = spec,
        }
        disabled_fields::drop_of_spec(&mut new.spec, Some(&old.spec), &gates);
    }

    fn generation(&self) -> Option<Generation> {
        Some(Generation::Spec)
    }
}

/// What of the metadata a client may not change through a subresource.
fn keep_metadata(new: &mut ObjectMeta, old: &ObjectMeta) {
    new.deletion_timestamp.clone_from(&old.deletion_timestamp);
    new.generation = old.generation;
    new.labels.clone_from(&old.labels);
    new.annotations.clone_from(&old.annotations);
    new.finalizers.clone_from(&old.finalizers);
    new.owner_references.clone_from(&old.owner_references);
}

#[async_trait]
impl SubresourceHandler for View {
    async fn handle(&self, call: SubresourceCall<'_>) -> Result<SubresourceAnswer, ApiError> {
        Err(ApiError::method_not_supported(&call.scope.resource, call.method.as_str()))
    }

    fn as_view(&self) -> Option<&dyn Strategy> {
        Some(self)
    }
}

/// `pods/ephemeralcontainers`: the list as it is to be.
#[expect(clippy::unnecessary_wraps, reason = "of the type that views have")]
pub(super) fn ephemeral_containers(wanted: PodSpec, old: &PodSpec, _: &FeatureGates) -> Result<PodSpec, PodSpec> {
    Ok(PodSpec { ephemeral_containers: wanted.ephemeral_containers, ..old.clone() })
}

/// `pods/resize`: resources and resize policies of containers, and the resources of the pod.
pub(super) fn resize(wanted: PodSpec, old: &PodSpec, gates: &FeatureGates) -> Result<PodSpec, PodSpec> {
    let is_same_length = wanted.containers.len() == old.containers.len();
    if !is_same_length || wanted.init_containers.len() != old.init_containers.len() {
        return Err(wanted);
    }
    let mut spec = old.clone();
    if gates.get("InPlacePodLevelResourcesVerticalScaling") != Some(false) {
        spec.resources = wanted.resources;
    }
    spec.containers = resized(wanted.containers, &old.containers);
    spec.init_containers = resized(wanted.init_containers, &old.init_containers);
    Ok(spec)
}

/// The old containers with new resources; where names differ, what was asked for, which validation refuses.
fn resized(wanted: Vec<Container>, old: &[Container]) -> Vec<Container> {
    if wanted.iter().zip(old).any(|(new, old)| new.name != old.name) {
        return wanted;
    }
    let merged = wanted.into_iter().zip(old).map(|(new, old)| Container {
        resources: new.resources,
        resize_policy: new.resize_policy,
        ..old.clone()
    });
    merged.collect()
}
