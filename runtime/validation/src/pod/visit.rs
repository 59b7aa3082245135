//! All containers of a pod, one after another, whatever kind they are of.

use kubeforge_api::core::v1::{
    Container, ContainerPort, EnvVar, EphemeralContainerCommon, PodSpec, ResourceRequirements, SecurityContext,
    VolumeDevice,
};
use kubeforge_machinery::field::Path;

/// What containers of all kinds have.
pub(super) struct AnyContainer<'a> {
    pub(super) name: &'a str,
    pub(super) env: &'a [EnvVar],
    pub(super) ports: &'a [ContainerPort],
    pub(super) resources: &'a ResourceRequirements,
    pub(super) security_context: Option<&'a SecurityContext>,
    pub(super) volume_devices: &'a [VolumeDevice],
}

impl<'a> From<&'a Container> for AnyContainer<'a> {
    fn from(container: &'a Container) -> Self {
        Self {
            name: &container.name,
            env: &container.env,
            ports: &container.ports,
            resources: &container.resources,
            security_context: container.security_context.as_deref(),
            volume_devices: &container.volume_devices,
        }
    }
}

impl<'a> From<&'a EphemeralContainerCommon> for AnyContainer<'a> {
    fn from(container: &'a EphemeralContainerCommon) -> Self {
        Self {
            name: &container.name,
            env: &container.env,
            ports: &container.ports,
            resources: &container.resources,
            security_context: container.security_context.as_deref(),
            volume_devices: &container.volume_devices,
        }
    }
}

/// Shows each container with its path below that of the spec: init containers, containers, ephemeral containers.
pub(super) fn each_container<'a>(
    spec: &'a PodSpec,
    path: &Path<'_>,
    mut visit: impl FnMut(&AnyContainer<'a>, &Path<'_>),
) {
    for (list, name) in [(&spec.init_containers, "initContainers"), (&spec.containers, "containers")] {
        let path = path.child(name);
        for (at, container) in list.iter().enumerate() {
            visit(&container.into(), &path.index(at));
        }
    }
    let path = path.child("ephemeralContainers");
    for (at, container) in spec.ephemeral_containers.iter().enumerate() {
        visit(&(&container.ephemeral_container_common).into(), &path.index(at));
    }
}
