//! Changes of a running pod's resources (KEP-1287) and of its debug containers (KEP-277), each through a subresource.

use async_trait::async_trait;
use kubeforge_api::core::v1::{Container, Pod, PodSpec};
use kubeforge_apiserver::{
    request::RequestContext,
    strategy::{Generation, Strategy},
    subresource::{SubresourceAnswer, SubresourceCall, SubresourceHandler},
};
use kubeforge_machinery::{Object, status::ApiError, validation::FeatureGates};

use super::disabled_fields;
use crate::strategies::{gates, metadata::keep_meta};

/// A way to change part of a pod: makes the new pod of what was asked for and of the old one, or leaves it as it is
/// where validation is to say what is wrong with it.
pub(super) struct View(pub(super) fn(&mut Pod, &Pod, &FeatureGates));

impl Strategy for View {
    kubeforge_apiserver::status_field!(Pod, status, spec);

    fn prepare_for_update(&self, ctx: &RequestContext, new: &mut dyn Object, old: &dyn Object) {
        let (Some(new), Some(old)) = (new.downcast_mut::<Pod>(), old.downcast_ref::<Pod>()) else { return };
        let gates = gates::of(ctx);
        (self.0)(new, old, &gates);
        disabled_fields::drop_of_spec(&mut new.spec, Some(&old.spec), &gates);
    }

    fn generation(&self) -> Option<Generation> {
        Some(Generation::Spec)
    }
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
pub(super) fn ephemeral_containers(new: &mut Pod, old: &Pod, _: &FeatureGates) {
    let wanted = std::mem::take(&mut new.spec.ephemeral_containers);
    replace(new, PodSpec { ephemeral_containers: wanted, ..old.spec.clone() }, old);
}

/// `pods/resize`: resources and resize policies of containers, and the resources of the pod.
pub(super) fn resize(new: &mut Pod, old: &Pod, gates: &FeatureGates) {
    let (wanted, before) = (&mut new.spec, &old.spec);
    let is_same_length = wanted.containers.len() == before.containers.len();
    if !is_same_length || wanted.init_containers.len() != before.init_containers.len() {
        return;
    }
    let mut spec = before.clone();
    if gates.enabled("InPlacePodLevelResourcesVerticalScaling") {
        spec.resources = wanted.resources.take();
    }
    spec.containers = resized(std::mem::take(&mut wanted.containers), &before.containers);
    spec.init_containers = resized(std::mem::take(&mut wanted.init_containers), &before.init_containers);
    replace(new, spec, old);
}

fn replace(new: &mut Pod, spec: PodSpec, old: &Pod) {
    new.spec = spec;
    new.status.clone_from(&old.status);
    keep_meta(&mut new.metadata, &old.metadata);
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
