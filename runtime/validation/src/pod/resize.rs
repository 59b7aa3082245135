//! Changes of a running pod's resources, through `pods/resize`. Follows `ValidatePodResize`.

use std::collections::BTreeMap;

use kubeforge_api::core::v1::{
    Container, OSName, Pod, PodQOSClass, PodSpec, ResourceRequirements, ResourceResizeRestartPolicy,
};
use kubeforge_machinery::{
    Quantity,
    field::{Error, ErrorList, Path},
};

use super::{
    annotations::MIRROR,
    metadata_and_spec,
    options::{INIT_CONTAINER_RESIZE, POD_LEVEL_RESIZE, PodOptions},
    pod_resources::is_sidecar,
    qos::qos_class,
};

const ONLY_CPU_AND_MEMORY: &str = "only cpu and memory resources are mutable";

/// What is wrong with new resources.
pub(super) fn resized(new: &Pod, old: &Pod, options: &PodOptions<'_>) -> ErrorList {
    if old.metadata.annotations.contains_key(MIRROR) {
        return vec![Error::forbidden(&Path::new(""), "static pods cannot be resized")];
    }
    if old.spec.os.as_ref().is_some_and(|os| os.name == OSName::Windows) {
        return vec![Error::forbidden(&Path::new(""), "windows pods cannot be resized")];
    }
    let mut errors = metadata_and_spec(new, options);
    let path = Path::new("spec");
    if class_of(old) != qos_class(&new.spec) {
        let text = "Pod QOS Class may not change as a result of resizing";
        errors.push(Error::invalid(&path, new.status.qos_class.as_str(), text));
    }
    if !node_can_resize(old) {
        errors.push(Error::forbidden(&path, "Pod running on node without support for resize"));
    }
    let mut rest = new.spec.clone();
    if has_own_resources(&old.spec) || has_own_resources(&new.spec) {
        if !options.enabled(POD_LEVEL_RESIZE) {
            let text = "resize of pods with pod-level resources is forbidden when \
                InPlacePodLevelResourcesVerticalScalingEnabled feature gate is disabled";
            errors.push(Error::forbidden(&Path::new(""), text));
            return errors;
        }
        own_resources(&mut rest, &old.spec, &path, &mut errors);
    }
    if !old.status.node_allocatable_resource_claim_statuses.is_empty() {
        let text = "pods with node allocatable resource claims cannot be resized";
        errors.push(Error::forbidden(&path, text));
    }
    if !same_order(&new.spec, &old.spec, &path, &mut errors) {
        return errors;
    }
    none_removed(&new.spec, &old.spec, options, &path, &mut errors);
    containers(&mut rest, &old.spec, &path, &mut errors);
    init_containers(&mut rest, &old.spec, options, &path, &mut errors);
    if errors.is_empty() && rest != old.spec {
        errors.push(Error::forbidden(&path, ONLY_CPU_AND_MEMORY));
    }
    errors
}

/// The class that the pod was given, or that it would be.
fn class_of(pod: &Pod) -> PodQOSClass {
    if pod.status.qos_class.is_empty() { qos_class(&pod.spec) } else { pod.status.qos_class.clone() }
}

/// A node that can resize says what resources its running containers have.
fn node_can_resize(pod: &Pod) -> bool {
    let running = pod.status.container_statuses.iter().find(|status| status.state.running.is_some());
    running.is_none_or(|status| status.resources.is_some())
}

fn has_own_resources(spec: &PodSpec) -> bool {
    spec.resources.as_ref().is_some_and(|it| !(it.requests.is_empty() && it.limits.is_empty()))
}

/// Resources of the pod as a whole: they stay what they are but for amounts of CPU and memory.
fn own_resources(new: &mut PodSpec, old: &PodSpec, path: &Path<'_>, errors: &mut ErrorList) {
    let resources = path.child("resources");
    let before = old.resources.as_deref();
    if let Some(before) = before {
        let Some(after) = new.resources.as_deref() else {
            errors.push(Error::forbidden(&resources, "pod-level resources cannot be removed"));
            return;
        };
        if is_removed(&after.requests, &before.requests) {
            let text = "pod-level resource requests cannot be removed";
            errors.push(Error::forbidden(&resources.child("requests"), text));
        }
        if is_removed(&after.limits, &before.limits) {
            let text = "pod-level resource limits cannot be removed";
            errors.push(Error::forbidden(&resources.child("limits"), text));
        }
    }
    if let Some(after) = new.resources.as_deref_mut() {
        let none = ResourceRequirements::default();
        with_old_amounts(after, before.unwrap_or(&none));
        if before.is_none() && *after == none {
            new.resources = None;
        }
    }
    if new.resources != old.resources {
        errors.push(Error::forbidden(path, "only cpu and memory resources are mutable at pod-level"));
    }
}

/// Containers keep their places; false if they cannot be compared.
fn same_order(new: &PodSpec, old: &PodSpec, path: &Path<'_>, errors: &mut ErrorList) -> bool {
    let before = errors.len();
    for (new, old, name) in [
        (&new.containers, &old.containers, "containers"),
        (&new.init_containers, &old.init_containers, "initContainers"),
    ] {
        let path = path.child(name);
        if new.len() != old.len() {
            errors.push(Error::forbidden(&path, format!("{name} may not be added or removed on resize")));
            continue;
        }
        for (at, _) in new.iter().zip(old).enumerate().filter(|(_, (new, old))| new.name != old.name) {
            let text = format!("{name} may not be renamed or reordered on resize");
            errors.push(Error::forbidden(&path.index(at).child("name"), text));
        }
    }
    errors.len() == before
}

fn none_removed(new: &PodSpec, old: &PodSpec, options: &PodOptions<'_>, path: &Path<'_>, errors: &mut ErrorList) {
    let mut check = |new: &Container, old: &Container, path: &Path<'_>| {
        let path = path.child("resources");
        if is_removed(&new.resources.requests, &old.resources.requests) {
            errors.push(Error::forbidden(&path.child("requests"), "resource requests cannot be removed"));
        }
        if is_removed(&new.resources.limits, &old.resources.limits) {
            errors.push(Error::forbidden(&path.child("limits"), "resource limits cannot be removed"));
        }
    };
    let list = path.child("initContainers");
    for (at, (new, old)) in new.init_containers.iter().zip(&old.init_containers).enumerate() {
        if is_sidecar(old) || options.enabled(INIT_CONTAINER_RESIZE) {
            check(new, old, &list.index(at));
        }
    }
    let list = path.child("containers");
    for (at, (new, old)) in new.containers.iter().zip(&old.containers).enumerate() {
        check(new, old, &list.index(at));
    }
}

fn is_removed(new: &BTreeMap<String, Quantity>, old: &BTreeMap<String, Quantity>) -> bool {
    old.keys().any(|resource| !new.contains_key(resource))
}

/// Amounts of CPU and memory become what they were, and claims are left aside.
fn with_old_amounts(resources: &mut ResourceRequirements, old: &ResourceRequirements) {
    for (new, old) in [(&mut resources.limits, &old.limits), (&mut resources.requests, &old.requests)] {
        for resource in ["cpu", "memory"] {
            match old.get(resource) {
                Some(amount) => new.insert(resource.to_owned(), amount.clone()),
                None => new.remove(resource),
            };
        }
    }
}

fn with_old_container_amounts(container: &mut Container, old: &Container) {
    with_old_amounts(&mut container.resources, &old.resources);
    container.resources.claims.clear();
}

fn containers(new: &mut PodSpec, old: &PodSpec, path: &Path<'_>, errors: &mut ErrorList) {
    for (container, old) in new.containers.iter_mut().zip(&old.containers) {
        with_old_container_amounts(container, old);
        if container != old {
            errors.push(Error::forbidden(path, ONLY_CPU_AND_MEMORY));
        }
    }
}

fn init_containers(
    new: &mut PodSpec,
    old: &PodSpec,
    options: &PodOptions<'_>,
    path: &Path<'_>,
    errors: &mut ErrorList,
) {
    let list = path.child("initContainers");
    for (at, (container, old)) in new.init_containers.iter_mut().zip(&old.init_containers).enumerate() {
        let is_changed = container != old;
        let sidecar = is_sidecar(container);
        if !sidecar && !options.enabled(INIT_CONTAINER_RESIZE) {
            if is_changed {
                let text = "resources for non-sidecar init containers are immutable";
                errors.push(Error::forbidden(path, text));
            }
            continue;
        }
        with_old_container_amounts(container, old);
        let path = list.index(at);
        if container != old {
            let text = "only cpu and memory resources for init or sidecar containers are mutable";
            errors.push(Error::forbidden(&path, text));
        }
        if !is_changed || sidecar {
            continue;
        }
        let restarting = ResourceResizeRestartPolicy::RestartContainer;
        for _ in container.resize_policy.iter().filter(|policy| policy.restart_policy == restarting) {
            let text = "non-sidecar init containers with a resize policy of RestartContainer cannot be resized";
            errors.push(Error::forbidden(&path, text));
        }
    }
}
