//! What a pod asks for, from what it and its containers say.

use super::super::{
    Container, ContainerRestartPolicy, PodSpec, RESOURCE_CPU, RESOURCE_HUGE_PAGES_PREFIX, RESOURCE_MEMORY,
    ResourceList, ResourceRequirements,
};
use super::add_missing;

/// A limit without a request is a request too.
pub(super) fn request_what_is_limited(resources: &mut ResourceRequirements) {
    add_missing(&mut resources.requests, &resources.limits);
}

/// Completes the resources of the pod as a whole, where it names any.
///
/// Limits of huge pages come from the containers. A request is what the containers ask for together, else the pod's limit.
pub(super) fn default_pod_level(spec: &mut PodSpec) {
    if spec.resources.is_none() {
        return;
    }
    let mut page_limits = aggregate(spec, |resources| &resources.limits);
    page_limits.retain(|name, _| is_huge_page(name));
    // Huge pages are not shared beyond what there is, so the containers' requests do not stand for the pod's.
    let mut requests = aggregate(spec, |resources| &resources.requests);
    requests.retain(|name, _| name == RESOURCE_CPU || name == RESOURCE_MEMORY);

    let Some(resources) = spec.resources.as_deref_mut() else { return };
    if resources.limits.is_empty() && resources.requests.is_empty() {
        return;
    }
    add_missing(&mut resources.limits, &page_limits);
    if resources.limits.is_empty() {
        return;
    }
    add_missing(&mut resources.requests, &requests);
    let mut limits = resources.limits.clone();
    limits.retain(|name, _| name == RESOURCE_CPU || name == RESOURCE_MEMORY || is_huge_page(name));
    add_missing(&mut resources.requests, &limits);
}

fn is_huge_page(name: &str) -> bool {
    name.starts_with(RESOURCE_HUGE_PAGES_PREFIX)
}

/// What the containers need together at the worst moment: all that keep running, or one init container with those that were
/// started before it and keep running.
fn aggregate(spec: &PodSpec, of: fn(&ResourceRequirements) -> &ResourceList) -> ResourceList {
    let mut running = ResourceList::new();
    for container in &spec.containers {
        add(&mut running, of(&container.resources));
    }
    let mut sidecars = ResourceList::new();
    let mut starting = ResourceList::new();
    for container in &spec.init_containers {
        let amounts = of(&container.resources);
        if is_sidecar(container) {
            add(&mut running, amounts);
            add(&mut sidecars, amounts);
            raise(&mut starting, &sidecars);
        } else {
            let mut now = sidecars.clone();
            add(&mut now, amounts);
            raise(&mut starting, &now);
        }
    }
    raise(&mut running, &starting);
    running
}

fn is_sidecar(container: &Container) -> bool {
    container.restart_policy == Some(ContainerRestartPolicy::Always)
}

fn add(to: &mut ResourceList, amounts: &ResourceList) {
    for (name, amount) in amounts {
        match to.get_mut(name) {
            Some(sum) => *sum += amount,
            None => drop(to.insert(name.clone(), amount.clone())),
        }
    }
}

fn raise(to: &mut ResourceList, amounts: &ResourceList) {
    for (name, amount) in amounts {
        match to.get_mut(name) {
            Some(most) if &*most >= amount => {}
            Some(most) => most.clone_from(amount),
            None => drop(to.insert(name.clone(), amount.clone())),
        }
    }
}
