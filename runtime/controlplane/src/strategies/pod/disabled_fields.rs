//! Fields of features that are off: they are dropped from new objects, and kept where an object has them already.
//! Follows `DropDisabledPodFields` of pkg/api/pod/util.go for the gates that Kubernetes 1.36 knows and does not lock.

use kubeforge_api::core::v1::{Container, ContainerStatus, Pod, PodSpec, PodStatus, PodTemplateSpec, VolumeProjection};
use kubeforge_machinery::validation::FeatureGates;

/// Drops fields of a template that the old one does not use either.
pub(crate) fn drop_of_template(template: &mut PodTemplateSpec, old: Option<&PodTemplateSpec>, gates: &FeatureGates) {
    drop_of_spec(&mut template.spec, old.map(|old| &old.spec), gates);
}

/// Drops fields of a spec, of a pod or a template, that the old one does not use either.
pub(super) fn drop_of_spec(spec: &mut PodSpec, old: Option<&PodSpec>, gates: &FeatureGates) {
    let drops = |gate: &str, is_used: fn(&PodSpec) -> bool| !gates.enabled(gate) && !old.is_some_and(is_used);
    if drops("GenericWorkload", |old| old.scheduling_group.is_some()) {
        spec.scheduling_group = None;
    }
    if drops("HostnameOverride", |old| old.hostname_override.is_some()) {
        spec.hostname_override = None;
    }
    if drops("PodLevelResources", |old| old.resources.is_some()) {
        spec.resources = None;
    }
    if drops("ContainerStopSignals", |old| containers(old).any(has_stop_signal)) {
        spec.init_containers.iter_mut().chain(&mut spec.containers).for_each(without_stop_signal);
    }
    if drops("ContainerRestartRules", |old| containers(old).any(|it| !it.restart_policy_rules.is_empty())) {
        for container in spec.init_containers.iter_mut().chain(&mut spec.containers) {
            container.restart_policy_rules.clear();
        }
    }
    if drops("EnvFiles", |old| containers(old).any(has_file_keys)) {
        for container in spec.init_containers.iter_mut().chain(&mut spec.containers) {
            let sources = container.env.iter_mut().filter_map(|env| env.value_from.as_mut());
            sources.for_each(|source| source.file_key_ref = None);
        }
    }
    if drops("ClusterTrustBundleProjection", |old| projections(old).any(|it| it.cluster_trust_bundle.is_some())) {
        projections_mut(spec).for_each(|projection| projection.cluster_trust_bundle = None);
    }
    if drops("PodCertificateRequest", |old| projections(old).any(|it| it.pod_certificate.is_some())) {
        projections_mut(spec).for_each(|projection| projection.pod_certificate = None);
    }
}

fn containers(spec: &PodSpec) -> impl Iterator<Item = &Container> {
    spec.init_containers.iter().chain(&spec.containers)
}

fn has_stop_signal(container: &Container) -> bool {
    container.lifecycle.as_ref().is_some_and(|lifecycle| lifecycle.stop_signal.is_some())
}

/// A lifecycle of which nothing is left goes with its signal.
fn without_stop_signal(container: &mut Container) {
    if !has_stop_signal(container) {
        return;
    }
    if let Some(lifecycle) = &mut container.lifecycle {
        lifecycle.stop_signal = None;
        if lifecycle.post_start.is_none() && lifecycle.pre_stop.is_none() {
            container.lifecycle = None;
        }
    }
}

fn has_file_keys(container: &Container) -> bool {
    container.env.iter().any(|env| env.value_from.as_ref().is_some_and(|source| source.file_key_ref.is_some()))
}

fn projections(spec: &PodSpec) -> impl Iterator<Item = &VolumeProjection> {
    spec.volumes.iter().filter_map(|volume| volume.volume_source.projected.as_ref()).flat_map(|it| &it.sources)
}

fn projections_mut(spec: &mut PodSpec) -> impl Iterator<Item = &mut VolumeProjection> {
    let projected = spec.volumes.iter_mut().filter_map(|volume| volume.volume_source.projected.as_mut());
    projected.flat_map(|it| &mut it.sources)
}

/// Drops fields of a status that the old one does not use either.
pub(super) fn drop_of_status(pod: &mut Pod, old: &Pod, gates: &FeatureGates) {
    let drops = |gate: &str, is_used: fn(&PodStatus) -> bool| !gates.enabled(gate) && !is_used(&old.status);
    let status = &mut pod.status;
    if drops("DRANodeAllocatableResources", |old| !old.node_allocatable_resource_claim_statuses.is_empty()) {
        status.node_allocatable_resource_claim_statuses.clear();
    }
    if drops("DRAExtendedResource", |old| old.extended_resource_claim_status.is_some()) {
        status.extended_resource_claim_status = None;
    }
    if drops("ResourceHealthStatus", |old| statuses(old).any(|it| !it.allocated_resources_status.is_empty())) {
        statuses_mut(status).for_each(|it| it.allocated_resources_status.clear());
    }
    if drops("ContainerStopSignals", |old| statuses(old).any(|it| it.stop_signal.is_some())) {
        statuses_mut(status).for_each(|it| it.stop_signal = None);
    }
    if drops("ImageVolumeWithDigest", |old| statuses(old).any(has_image_volume)) {
        statuses_mut(status).flat_map(|it| &mut it.volume_mounts).for_each(|mount| mount.volume_status = None);
    }
}

fn has_image_volume(status: &ContainerStatus) -> bool {
    status.volume_mounts.iter().any(|mount| mount.volume_status.is_some())
}

fn statuses(status: &PodStatus) -> impl Iterator<Item = &ContainerStatus> {
    let lists = status.init_container_statuses.iter().chain(&status.container_statuses);
    lists.chain(&status.ephemeral_container_statuses)
}

fn statuses_mut(status: &mut PodStatus) -> impl Iterator<Item = &mut ContainerStatus> {
    let lists = status.init_container_statuses.iter_mut().chain(&mut status.container_statuses);
    lists.chain(&mut status.ephemeral_container_statuses)
}

#[cfg(test)]
mod tests {
    use kubeforge_api::core::v1::PodSchedulingGroup;

    use super::*;

    #[test]
    fn a_field_of_a_feature_that_is_off_stays_only_where_it_was() {
        let used = PodSpec { scheduling_group: Some(PodSchedulingGroup::default()), ..PodSpec::default() };
        let gates = FeatureGates::default();
        for (old, gates, want) in [
            (None, gates.clone(), false),
            (Some(&PodSpec::default()), gates.clone(), false),
            (Some(&used), gates.clone(), true),
            (None, gates.with("GenericWorkload", true), true),
        ] {
            let mut spec = used.clone();
            drop_of_spec(&mut spec, old, &gates);
            assert_eq!(spec.scheduling_group.is_some(), want);
        }
    }
}
