//! Amounts of resources that a pod asks for as a whole: its overhead, and what all of its containers together may use.
//! Follows `validateResourceRequirements`.

use std::collections::BTreeMap;

use kubeforge_machinery::{
    Quantity,
    field::{Error, ErrorList, Path},
    validation::is_qualified_name,
};

use crate::common::{invalid_each, non_negative_quantity};

const HUGE_PAGES_PREFIX: &str = "hugepages-";
/// Resources without a domain that Kubernetes knows, beside huge pages.
const STANDARD: [&str; 20] = [
    "cpu",
    "memory",
    "ephemeral-storage",
    "requests.cpu",
    "requests.memory",
    "requests.ephemeral-storage",
    "limits.cpu",
    "limits.memory",
    "limits.ephemeral-storage",
    "pods",
    "resourcequotas",
    "services",
    "replicationcontrollers",
    "secrets",
    "configmaps",
    "persistentvolumeclaims",
    "storage",
    "requests.storage",
    "services.nodeports",
    "services.loadbalancers",
];
const COUNTED: [&str; 9] = [
    "pods",
    "resourcequotas",
    "services",
    "replicationcontrollers",
    "secrets",
    "configmaps",
    "persistentvolumeclaims",
    "services.nodeports",
    "services.loadbalancers",
];

/// Which resources may be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Names {
    /// Those of containers.
    OfContainers,
    /// Those that a whole pod can ask for.
    OfPods,
}

type Amounts = BTreeMap<String, Quantity>;

/// What is wrong with limits and requests.
pub(super) fn requirements(
    limits: &Amounts,
    requests: &Amounts,
    names: Names,
    path: &Path<'_>,
    errors: &mut ErrorList,
) {
    let limits_path = path.child("limits");
    for (resource, amount) in limits {
        one(resource, amount, names, &limits_path.key(resource), errors);
        divisible(resource, amount, &limits_path.key(resource), errors);
    }
    let requests_path = path.child("requests");
    for (resource, amount) in requests {
        let path = requests_path.key(resource);
        one(resource, amount, names, &path, errors);
        let fixed = !is_overcommit_allowed(resource);
        match limits.get(resource) {
            Some(limit) if amount != limit && fixed => {
                let text = format!("must be equal to {resource} limit of {limit}");
                errors.push(Error::invalid(&requests_path, shown(amount), text));
            }
            Some(limit) if amount > limit => {
                let text = format!("must be less than or equal to {resource} limit of {limit}");
                errors.push(Error::invalid(&requests_path, shown(amount), text));
            }
            None if fixed => {
                errors.push(Error::required(&limits_path, "Limit must be set for non overcommitable resources"));
            }
            _ => {}
        }
        divisible(resource, amount, &path, errors);
    }
    let any = |is: fn(&str) -> bool| limits.keys().chain(requests.keys()).any(|name| is(name));
    if any(is_huge_page) && !any(|name| matches!(name, "cpu" | "memory")) {
        errors.push(Error::forbidden(path, "HugePages require cpu or memory"));
    }
}

fn shown(amount: &Quantity) -> String {
    amount.to_string()
}

fn one(resource: &str, amount: &Quantity, names: Names, path: &Path<'_>, errors: &mut ErrorList) {
    name(resource, names, path, errors);
    non_negative_quantity(amount, path, errors);
    if is_counted(resource) && amount.milli_value() % 1000 != 0 {
        errors.push(Error::invalid(path, shown(amount), "must be an integer"));
    }
}

fn name(resource: &str, names: Names, path: &Path<'_>, errors: &mut ErrorList) {
    let found = is_qualified_name(resource);
    if !found.is_empty() {
        return invalid_each(path, resource, found, errors);
    }
    let is_plain = !resource.contains('/');
    if is_plain && !is_standard(resource) {
        let text = "must be a standard resource type or fully qualified";
        errors.push(Error::invalid(path, resource, text));
        if names == Names::OfPods {
            return;
        }
    }
    match names {
        Names::OfPods => {
            if !matches!(resource, "cpu" | "memory") && !is_huge_page(resource) {
                errors.push(Error::not_supported(path, resource, &["cpu", HUGE_PAGES_PREFIX, "memory"]));
            }
        }
        Names::OfContainers if is_plain => {
            let known = matches!(resource, "cpu" | "memory" | "ephemeral-storage") || is_huge_page(resource);
            if !known {
                errors.push(Error::invalid(path, resource, "must be a standard resource for containers"));
            }
        }
        Names::OfContainers => {
            if !is_native(resource) && !is_extended(resource) {
                errors.push(Error::invalid(path, resource, "doesn't follow extended resource name standard"));
            }
        }
    }
}

/// Huge pages come whole.
fn divisible(resource: &str, amount: &Quantity, path: &Path<'_>, errors: &mut ErrorList) {
    let Some(size) = resource.strip_prefix(HUGE_PAGES_PREFIX) else { return };
    let divides = Quantity::parse(size).is_ok_and(|size| {
        !size.is_negative() && !size.is_zero() && size.milli_value() % 1000 == 0 && amount.value() % size.value() == 0
    });
    if !divides {
        let text = format!("{amount} is not positive integer multiple of {resource}");
        errors.push(Error::invalid(path, shown(amount), text));
    }
}

/// Whether it is pages of one huge size.
pub(super) fn is_huge_page(resource: &str) -> bool {
    resource.starts_with(HUGE_PAGES_PREFIX)
}

/// Whether Kubernetes itself hands it out.
pub(super) fn is_native(resource: &str) -> bool {
    !resource.contains('/') || resource.contains("kubernetes.io/")
}

fn is_standard(resource: &str) -> bool {
    STANDARD.contains(&resource) || is_huge_page(resource) || resource.starts_with("requests.hugepages-")
}

fn is_extended(resource: &str) -> bool {
    !resource.starts_with("requests.") && is_qualified_name(&format!("requests.{resource}")).is_empty()
}

/// Whether more of it may be promised than there is.
fn is_overcommit_allowed(resource: &str) -> bool {
    is_native(resource) && !is_huge_page(resource)
}

fn is_counted(resource: &str) -> bool {
    COUNTED.contains(&resource) || (!is_native(resource) && is_extended(resource))
}
