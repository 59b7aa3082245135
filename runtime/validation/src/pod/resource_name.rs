//! Names of resources.

use kubeforge_machinery::{
    field::{Error, ErrorList, Path},
    validation::is_qualified_name,
};

use crate::common::{invalid_each, shown};

/// What is measured in whole numbers.
const COUNTED: [&str; 9] = [
    "configmaps",
    "persistentvolumeclaims",
    "pods",
    "replicationcontrollers",
    "resourcequotas",
    "secrets",
    "services",
    "services.loadbalancers",
    "services.nodeports",
];

/// What is measured otherwise and has no domain in its name.
const MEASURED: [&str; 11] = [
    "cpu",
    "ephemeral-storage",
    "limits.cpu",
    "limits.ephemeral-storage",
    "limits.memory",
    "memory",
    "requests.cpu",
    "requests.ephemeral-storage",
    "requests.memory",
    "requests.storage",
    "storage",
];

/// The name is that of a known resource, or has a domain.
pub(crate) fn resource_name(name: &str, path: &Path<'_>, errors: &mut ErrorList) {
    let wrong = is_qualified_name(name);
    if wrong.is_empty() {
        if !name.contains('/') && !is_standard(name) {
            errors.push(invalid(name, path, "must be a standard resource type or fully qualified"));
        }
    } else {
        invalid_each(path, shown(&name.to_owned()), wrong, errors);
    }
}

/// The name is that of a resource that containers can have.
pub(crate) fn container_resource_name(name: &str, path: &Path<'_>, errors: &mut ErrorList) {
    resource_name(name, path, errors);
    if !name.contains('/') {
        if !matches!(name, "cpu" | "memory" | "ephemeral-storage") && !is_huge_pages(name) {
            errors.push(invalid(name, path, "must be a standard resource for containers"));
        }
    } else if !is_native(name) && !is_extended(name) {
        errors.push(invalid(name, path, "doesn't follow extended resource name standard"));
    }
}

fn invalid(name: &str, path: &Path<'_>, text: &str) -> Error {
    Error::invalid(path, shown(&name.to_owned()), text)
}

fn is_standard(name: &str) -> bool {
    COUNTED.contains(&name)
        || MEASURED.contains(&name)
        || is_huge_pages(name)
        || name.starts_with("requests.hugepages-")
}

/// Whether it is memory in huge pages of some size.
pub(super) fn is_huge_pages(name: &str) -> bool {
    name.starts_with("hugepages-")
}

/// Whether it is Kubernetes' own.
fn is_native(name: &str) -> bool {
    !name.contains('/') || name.contains("kubernetes.io/")
}

/// Whether it is somebody else's, and a quota can name it too.
fn is_extended(name: &str) -> bool {
    !is_native(name) && !name.starts_with("requests.") && is_qualified_name(&format!("requests.{name}")).is_empty()
}

/// Whether it comes in whole numbers.
pub(super) fn is_integer(name: &str) -> bool {
    COUNTED.contains(&name) || is_extended(name)
}

/// Whether a node may promise more of it than it has.
pub(super) fn is_overcommit_allowed(name: &str) -> bool {
    is_native(name) && !is_huge_pages(name)
}
