//! What a pod's status says of its containers.

use std::collections::BTreeSet;

use kubeforge_api::core::v1::{
    Container, ContainerRestartPolicy, ContainerRestartRule, ContainerRestartRuleAction,
    ContainerRestartRuleOnExitCodesOperator, ContainerStatus, OSName, Pod, PodSpec, PodStatus, ResourceHealth,
    ResourceHealthStatus, RestartPolicy,
};
use kubeforge_machinery::field::{Error, ErrorList, Path};

use super::{
    options::{CONTAINER_RESTART_RULES, PodOptions, RESTART_ALL_CONTAINERS},
    pod_resources::is_sidecar,
    security_context::id,
};

const HEALTH_MESSAGE_BYTES_MAX: usize = 4096;
const IMAGE_REF_BYTES_MAX: usize = 256;

/// A container that ended for good does not run again.
pub(super) fn transitions(new: &Pod, old: &Pod, options: &PodOptions<'_>, path: &Path<'_>, errors: &mut ErrorList) {
    let (after, before) = (&new.status, &old.status);
    let spec = &old.spec;
    let rules = options.enabled(CONTAINER_RESTART_RULES);
    let all_restart = rules && options.enabled(RESTART_ALL_CONTAINERS) && can_restart_all(spec);
    if !all_restart {
        let find = |list: &'_ [Container], name: &str| list.iter().find(|it| it.name == name).cloned();
        let restarts = |status: &ContainerStatus, exit_code: i32| {
            if rules {
                find(&spec.containers, &status.name).is_some_and(|it| restarts_by_rules(&it, spec, exit_code))
            } else {
                restarts_with_pod(spec, exit_code)
            }
        };
        let path_of = path.child("containerStatuses");
        ended_stay(&after.container_statuses, &before.container_statuses, restarts, &path_of, errors);
        let restarts = |status: &ContainerStatus, exit_code: i32| {
            let container = find(&spec.init_containers, &status.name);
            if rules {
                container.is_some_and(|it| restarts_by_rules(&it, spec, exit_code))
            } else {
                restarts_with_pod(spec, exit_code) || container.is_some_and(|it| is_sidecar(&it))
            }
        };
        let path_of = path.child("initContainerStatuses");
        ended_stay(&after.init_container_statuses, &before.init_container_statuses, restarts, &path_of, errors);
    }
    let path_of = path.child("ephemeralContainerStatuses");
    let (after, before) = (&after.ephemeral_container_statuses, &before.ephemeral_container_statuses);
    ended_stay(after, before, |_, _| false, &path_of, errors);
}

fn ended_stay(
    new: &[ContainerStatus],
    old: &[ContainerStatus],
    restarts: impl Fn(&ContainerStatus, i32) -> bool,
    path: &Path<'_>,
    errors: &mut ErrorList,
) {
    for (at, before) in old.iter().enumerate() {
        let Some(ended) = &before.state.terminated else { continue };
        let runs_again = new.iter().any(|it| it.name == before.name && it.state.terminated.is_none());
        if runs_again && !restarts(before, ended.exit_code) {
            let text = "may not be transitioned to non-terminated state";
            errors.push(Error::forbidden(&path.index(at).child("state"), text));
        }
    }
}

fn restarts_with_pod(spec: &PodSpec, exit_code: i32) -> bool {
    match spec.restart_policy {
        RestartPolicy::Always => true,
        RestartPolicy::OnFailure => exit_code != 0,
        RestartPolicy::Never | RestartPolicy::Other(_) => false,
    }
}

/// The first rule that the exit code meets decides, then the container's policy, then the pod's.
fn restarts_by_rules(container: &Container, spec: &PodSpec, exit_code: i32) -> bool {
    if container.restart_policy_rules.iter().any(|rule| meets(rule, exit_code)) {
        return true;
    }
    match &container.restart_policy {
        Some(ContainerRestartPolicy::Always) => true,
        Some(ContainerRestartPolicy::OnFailure) => exit_code != 0,
        Some(ContainerRestartPolicy::Never) => false,
        Some(ContainerRestartPolicy::Other(_)) | None => restarts_with_pod(spec, exit_code),
    }
}

fn meets(rule: &ContainerRestartRule, exit_code: i32) -> bool {
    use ContainerRestartRuleOnExitCodesOperator::{In, NotIn, Other};
    rule.exit_codes.as_ref().is_some_and(|codes| match codes.operator {
        In => codes.values.contains(&exit_code),
        NotIn => !codes.values.contains(&exit_code),
        Other(_) => false,
    })
}

fn can_restart_all(spec: &PodSpec) -> bool {
    let mut rules = spec.init_containers.iter().chain(&spec.containers).flat_map(|it| &it.restart_policy_rules);
    rules.any(|rule| rule.action == ContainerRestartRuleAction::RestartAllContainers)
}

fn lists(status: &PodStatus) -> [(&[ContainerStatus], &'static str); 3] {
    [
        (&status.container_statuses, "containerStatuses"),
        (&status.init_container_statuses, "initContainerStatuses"),
        (&status.ephemeral_container_statuses, "ephemeralContainerStatuses"),
    ]
}

/// The users that processes run as.
pub(super) fn users(pod: &Pod, path: &Path<'_>, errors: &mut ErrorList) {
    let system = pod.spec.os.as_ref().map_or(&OSName::Linux, |os| &os.name);
    for (list, name) in lists(&pod.status) {
        let path = path.child(name);
        for (at, status) in list.iter().enumerate() {
            let Some(linux) = status.user.as_ref().and_then(|user| user.linux.as_deref()) else { continue };
            let path = path.index(at);
            let path = path.child("user.linux");
            match system {
                OSName::Windows => errors.push(Error::forbidden(&path, "cannot be set for a windows pod")),
                OSName::Linux => {
                    id(Some(linux.uid), &path.child("uid"), errors);
                    id(Some(linux.gid), &path.child("gid"), errors);
                    let groups = path.child("supplementalGroups");
                    for (at, group) in linux.supplemental_groups.iter().enumerate() {
                        id(Some(*group), &groups.index(at), errors);
                    }
                }
                OSName::Other(_) => {}
            }
        }
    }
}

/// The health of devices; ephemeral containers have none.
pub(super) fn health(pod: &Pod, path: &Path<'_>, errors: &mut ErrorList) {
    for (statuses, containers, name) in [
        (&pod.status.container_statuses, &pod.spec.containers, "containerStatuses"),
        (&pod.status.init_container_statuses, &pod.spec.init_containers, "initContainerStatuses"),
    ] {
        let path = path.child(name);
        for (at, status) in statuses.iter().enumerate() {
            let container = containers.iter().find(|container| container.name == status.name);
            health_of(status, container, &path.index(at), errors);
        }
    }
    let path = path.child("ephemeralContainerStatuses");
    for (at, status) in pod.status.ephemeral_container_statuses.iter().enumerate() {
        if !status.allocated_resources_status.is_empty() {
            let text = "must not be specified in container status";
            errors.push(Error::forbidden(&path.index(at).child("allocatedResourcesStatus"), text));
        }
    }
}

fn health_of(status: &ContainerStatus, container: Option<&Container>, path: &Path<'_>, errors: &mut ErrorList) {
    let path = path.child("allocatedResourcesStatus");
    for (at, resource) in status.allocated_resources_status.iter().enumerate() {
        let path = path.index(at);
        if let Some(container) = container
            && let Some(text) = not_of(container, &resource.name)
        {
            errors.push(Error::invalid(&path.child("name"), &resource.name, text));
        }
        let devices = path.child("resources");
        let mut ids = BTreeSet::new();
        for (at, device) in resource.resources.iter().enumerate() {
            let path = devices.index(at);
            device_health(device, &path, errors);
            if !ids.insert(&device.resource_id) {
                errors.push(Error::duplicate(&path.child("resourceID"), &device.resource_id));
            }
        }
    }
}

/// Why a name is not that of anything that the container asks for.
fn not_of(container: &Container, name: &str) -> Option<&'static str> {
    if !name.starts_with("claim:") {
        let found = container.resources.requests.contains_key(name);
        return (!found).then_some("must match one of the container's resource requests");
    }
    let mut claims = container.resources.claims.iter().map(|claim| match claim.request.as_str() {
        "" => format!("claim:{}", claim.name),
        request => format!("claim:{}/{request}", claim.name),
    });
    let text = "must match one of the container's resource claims in a format 'claim:<claimName>/<request>' or \
        'claim:<claimName>' if request is empty";
    (!claims.any(|claim| claim == name)).then_some(text)
}

fn device_health(device: &ResourceHealth, path: &Path<'_>, errors: &mut ErrorList) {
    if let ResourceHealthStatus::Other(other) = &device.health {
        let known = ["Healthy", "Unhealthy", "Unknown"];
        errors.push(Error::not_supported(&path.child("health"), other, &known));
    }
    if let Some(message) = &device.message {
        let path = path.child("message");
        if message.is_empty() {
            errors.push(Error::required(&path, "must be non-empty if specified"));
        } else if message.len() > HEALTH_MESSAGE_BYTES_MAX {
            errors.push(Error::too_long(&path, HEALTH_MESSAGE_BYTES_MAX));
        }
    }
}

/// The images of volumes, by their digests.
pub(super) fn image_volumes(status: &PodStatus, path: &Path<'_>, errors: &mut ErrorList) {
    for (list, name) in lists(status) {
        let path = path.child(name);
        for (at, status) in list.iter().enumerate() {
            let path = path.index(at);
            let mounts = path.child("volumeMounts");
            for (at, mount) in status.volume_mounts.iter().enumerate() {
                let Some(image) = mount.volume_status.as_ref().and_then(|it| it.image.as_ref()) else { continue };
                let mount_path = mounts.index(at);
                let path = mount_path.child("volumeStatus.imageVolumeStatus.imageRef");
                if image.image_ref.is_empty() {
                    errors.push(Error::required(&path, "imageRef must not be empty"));
                }
                if image.image_ref.len() > IMAGE_REF_BYTES_MAX {
                    errors.push(Error::too_long(&path, IMAGE_REF_BYTES_MAX));
                }
            }
        }
    }
}
