//! What all containers of a pod together may use and ask for.

use std::collections::BTreeMap;

use kubeforge_api::core::v1::{Container, ContainerRestartPolicy, OSName, PodSpec, ResourceRequirements};
use kubeforge_machinery::{
    Quantity,
    field::{Error, ErrorList, Path},
};

use super::{
    allowances::Allowances,
    resources::{Amounts, amounts},
};
use crate::common::{
    resource_name::{is_huge_page, resource_name},
    shown,
};

/// What is wrong with resources of a pod as a whole.
pub(super) fn pod_resources(resources: &ResourceRequirements, spec: &PodSpec, path: &Path<'_>, errors: &mut ErrorList) {
    if spec.os.as_ref().is_some_and(|os| os.name == OSName::Windows) {
        errors.push(Error::forbidden(path, "may not be set for a windows pod"));
        return;
    }
    if !resources.claims.is_empty() {
        let text = "claims may not be set for Resources at pod-level";
        errors.push(Error::forbidden(&path.child("claims"), text));
    }
    amounts([&resources.limits, &resources.requests], pod_resource_name, Allowances::default(), path, errors);
    fits_containers(resources, spec, path, errors);
}

/// A resource that a whole pod can ask for.
fn pod_resource_name(name: &str, path: &Path<'_>, errors: &mut ErrorList) {
    let told = errors.len();
    resource_name(name, path, errors);
    if errors.len() == told && !matches!(name, "cpu" | "memory") && !is_huge_page(name) {
        errors.push(Error::not_supported(path, shown(&name.to_owned()), &["cpu", "hugepages-", "memory"]));
    }
}

/// The pod asks for no less than its containers do together, and no container may use more than the pod.
fn fits_containers(resources: &ResourceRequirements, spec: &PodSpec, path: &Path<'_>, errors: &mut ErrorList) {
    let requests = path.child("requests");
    for (resource, sum) in container_sums(spec, |container| &container.resources.requests) {
        if let Some(of_pod) = resources.requests.get(&resource).filter(|of_pod| sum > **of_pod) {
            let text = format!("must be greater than or equal to aggregate container requests of {sum}");
            errors.push(Error::invalid(&requests.key(&resource), of_pod.to_string(), text));
        }
    }
    let limits = path.child("limits");
    let sums = container_sums(spec, |container| &container.resources.limits);
    for (resource, sum) in sums.into_iter().filter(|(resource, _)| is_huge_page(resource)) {
        if let Some(of_pod) = resources.limits.get(&resource).filter(|of_pod| sum > **of_pod) {
            let text = format!("must be greater than or equal to aggregate container limits of {sum}");
            errors.push(Error::invalid(&limits.key(&resource), of_pod.to_string(), text));
        }
    }
    let containers = path.child("containers");
    for (at, container) in spec.containers.iter().enumerate() {
        for (resource, limit) in &container.resources.limits {
            if let Some(of_pod) = resources.limits.get(resource).filter(|of_pod| limit > *of_pod) {
                let container = containers.index(at);
                let text = format!("must be less than or equal to pod limits of {of_pod}");
                let path = container.key(resource);
                errors.push(Error::invalid(&path.child("limits"), limit.to_string(), text));
            }
        }
    }
}

/// What the containers need together, once all run or while the neediest init container does.
fn container_sums(spec: &PodSpec, of: impl Fn(&Container) -> &Amounts) -> Amounts {
    let mut sums = Amounts::new();
    for container in &spec.containers {
        add(&mut sums, of(container));
    }
    let mut sidecars = Amounts::new();
    let mut starting = Amounts::new();
    for container in &spec.init_containers {
        let mut now = sidecars.clone();
        add(&mut now, of(container));
        if is_sidecar(container) {
            add(&mut sums, of(container));
            sidecars.clone_from(&now);
        }
        raise(&mut starting, &now);
    }
    raise(&mut sums, &starting);
    sums
}

/// Whether an init container keeps running beside the others.
pub(super) fn is_sidecar(container: &Container) -> bool {
    container.restart_policy == Some(ContainerRestartPolicy::Always)
}

fn add(sums: &mut Amounts, amounts: &Amounts) {
    for (resource, amount) in amounts {
        match sums.get_mut(resource) {
            Some(sum) => *sum += amount,
            None => {
                sums.insert(resource.clone(), amount.clone());
            }
        }
    }
}

fn raise(sums: &mut Amounts, amounts: &Amounts) {
    for (resource, amount) in amounts {
        if sums.get(resource).is_none_or(|sum| amount > sum) {
            sums.insert(resource.clone(), amount.clone());
        }
    }
}

/// What a node must have free for the pod: its own requests where it has some, else those of its containers, and its
/// overhead. Follows `PodRequests` of component-helpers.
pub fn pod_requests(spec: &PodSpec) -> BTreeMap<String, Quantity> {
    let mut sums = container_sums(spec, |container| &container.resources.requests);
    if let Some(resources) = &spec.resources {
        sums.extend(resources.requests.iter().map(|(resource, amount)| (resource.clone(), amount.clone())));
    }
    add(&mut sums, &spec.overhead);
    sums
}

#[cfg(test)]
mod tests {
    use super::*;

    fn container(cpu: &str, restart_policy: Option<ContainerRestartPolicy>) -> Container {
        let requests = Amounts::from([("cpu".to_owned(), Quantity::parse(cpu).unwrap())]);
        let resources = ResourceRequirements { requests, ..ResourceRequirements::default() };
        Container { resources, restart_policy, ..Container::default() }
    }

    #[test]
    fn a_pod_needs_room_for_its_start_and_for_its_run() {
        let always = Some(ContainerRestartPolicy::Always);
        for (init, want) in [
            (vec![], "2"),
            (vec![container("5", None)], "5"),
            (vec![container("1", always.clone())], "3"),
            (vec![container("1", always), container("4", None)], "5"),
        ] {
            let spec = PodSpec {
                containers: vec![container("1", None), container("1", None)],
                init_containers: init,
                ..PodSpec::default()
            };
            assert_eq!(pod_requests(&spec).get("cpu"), Some(&Quantity::parse(want).unwrap()));
        }
    }
}
