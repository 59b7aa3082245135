//! Init containers: they run one after the other before the containers, or start before them and go on beside them.

use std::collections::BTreeSet;

use kubeforge_api::core::v1::{Container, ContainerResizePolicy, ContainerRestartPolicy, ResourceResizeRestartPolicy};
use kubeforge_machinery::field::{Error, ErrorList, Path};

use super::{
    container::{Common, Surroundings, probes},
    lifecycle::lifecycle,
    ports::HostPorts,
    restart_policy::restart_policy,
};
use crate::common::shown;

/// Checks the init containers of a spec; `regular` are its containers, whose names are taken.
pub(crate) fn init_containers(
    containers: &[Container],
    regular: &[Container],
    around: &Surroundings<'_>,
    path: &Path<'_>,
    errors: &mut ErrorList,
) {
    let mut names: BTreeSet<&str> = regular.iter().map(|container| container.name.as_str()).collect();
    for (at, container) in containers.iter().enumerate() {
        let at = path.index(at);
        Common::from(container).check(around, &at, errors);
        restart_policy(container.restart_policy.as_ref(), &container.restart_policy_rules, &at, errors);
        if names.contains(container.name.as_str()) {
            errors.push(Error::duplicate(&at.child("name"), &container.name));
        } else if !container.name.is_empty() {
            names.insert(&container.name);
        }
        // they run one by one, so each may take the same ports; upstream shows all as those of the first
        HostPorts::default().take(&container.ports, &path.index(0).child("ports"), errors);
        if container.restart_policy == Some(ContainerRestartPolicy::Always) {
            sidecar(container, around, &at, errors);
        } else {
            one_time(container, around, &at, errors);
        }
    }
}

/// One that goes on beside the containers is watched like them.
fn sidecar(container: &Container, around: &Surroundings<'_>, path: &Path<'_>, errors: &mut ErrorList) {
    if let Some(value) = container.lifecycle.as_deref() {
        lifecycle(value, around.os, around.grace_period_seconds, &path.child("lifecycle"), errors);
    }
    probes(container).check(around.grace_period_seconds, path, errors);
}

/// One that ends has nothing to be watched for, and is not started again for its resources.
fn one_time(container: &Container, around: &Surroundings<'_>, path: &Path<'_>, errors: &mut ErrorList) {
    let text = "may not be set for init containers without restartPolicy=Always";
    if container.lifecycle.is_some() {
        errors.push(Error::forbidden(&path.child("lifecycle"), text));
    }
    probes(container).forbid(text, path, errors);
    if around.allowed.restarting_init_containers {
        return;
    }
    let path = path.child("resizePolicy");
    let restarts =
        |policy: &ContainerResizePolicy| policy.restart_policy == ResourceResizeRestartPolicy::RestartContainer;
    for (at, policy) in container.resize_policy.iter().enumerate().filter(|(_, policy)| restarts(policy)) {
        let text = "must not be set to 'RestartContainer' for non-sidecar initContainers";
        let path = path.index(at);
        errors.push(Error::invalid(&path.child("restartPolicy"), shown(&policy.restart_policy), text));
    }
}
