//! Names and amounts of resources: of containers, in quotas, limit ranges and nodes. Follows
//! pkg/apis/core/helper/helpers.go.

use kubeforge_machinery::{
    Quantity,
    field::{Error, ErrorList, Path},
    validation::is_qualified_name,
};

use super::{invalid_each, non_negative_quantity, shown};

const HUGE_PAGES: &str = "hugepages-";
const REQUESTS_HUGE_PAGES: &str = "requests.hugepages-";
const REQUESTS: &str = "requests.";
/// Resources of this domain are Kubernetes' own.
const NATIVE_DOMAIN: &str = "kubernetes.io/";

/// Resources that containers ask for.
const CONTAINER: [&str; 3] = ["cpu", "memory", "ephemeral-storage"];
/// What quotas count and sum up, beside objects.
const AMOUNTS: [&str; 9] = [
    "cpu",
    "memory",
    "ephemeral-storage",
    "requests.cpu",
    "requests.memory",
    "requests.ephemeral-storage",
    "limits.cpu",
    "limits.memory",
    "limits.ephemeral-storage",
];
/// Resources that are numbers of objects.
const COUNTS: [&str; 9] = [
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
const STORAGE: &str = "storage";
pub(crate) const REQUESTS_STORAGE: &str = "requests.storage";

/// Whether it is memory in huge pages of some size.
pub(crate) fn is_huge_page(name: &str) -> bool {
    name.starts_with(HUGE_PAGES)
}

fn is_quota_huge_page(name: &str) -> bool {
    is_huge_page(name) || name.starts_with(REQUESTS_HUGE_PAGES)
}

/// Whether it is Kubernetes' own.
pub(crate) fn is_native(name: &str) -> bool {
    !name.contains('/') || name.contains(NATIVE_DOMAIN)
}

/// Whether it is a resource that devices and the like add to nodes.
fn is_extended(name: &str) -> bool {
    !is_native(name) && !name.starts_with(REQUESTS) && is_qualified_name(&format!("{REQUESTS}{name}")).is_empty()
}

/// Whether pods may be promised more than there is.
pub(crate) fn is_overcommit_allowed(name: &str) -> bool {
    is_native(name) && !is_huge_page(name)
}

/// Whether quotas know the name without a domain.
pub(crate) fn is_standard_for_quota(name: &str) -> bool {
    AMOUNTS.contains(&name) || COUNTS.contains(&name) || name == REQUESTS_STORAGE || is_quota_huge_page(name)
}

fn is_standard(name: &str) -> bool {
    is_standard_for_quota(name) || name == STORAGE
}

/// Names have a type of their own upstream, which shows as JSON.
fn wrong_name(name: &str, path: &Path<'_>, text: &str) -> Error {
    Error::invalid(path, shown(&name.to_owned()), text)
}

/// A name that is known or has a domain. Says whether the name is well formed.
pub(crate) fn resource_name(name: &str, path: &Path<'_>, errors: &mut ErrorList) {
    let wrong = is_qualified_name(name);
    if !wrong.is_empty() {
        invalid_each(path, shown(&name.to_owned()), wrong, errors);
    } else if !name.contains('/') && !is_standard(name) {
        errors.push(wrong_name(name, path, "must be a standard resource type or fully qualified"));
    }
}

/// A resource that containers can ask for.
pub(crate) fn container_resource_name(name: &str, path: &Path<'_>, errors: &mut ErrorList) {
    resource_name(name, path, errors);
    if !name.contains('/') {
        if !CONTAINER.contains(&name) && !is_huge_page(name) {
            errors.push(wrong_name(name, path, "must be a standard resource for containers"));
        }
    } else if !is_native(name) && !is_extended(name) {
        errors.push(wrong_name(name, path, "doesn't follow extended resource name standard"));
    }
}

/// A resource that quotas can limit.
pub(crate) fn quota_resource_name(name: &str, path: &Path<'_>, errors: &mut ErrorList) {
    resource_name(name, path, errors);
    if !name.contains('/') && !is_standard_for_quota(name) {
        errors.push(wrong_name(name, path, "must be a standard resource for quota"));
    }
}

/// Whether it comes in whole numbers.
fn is_integer(name: &str) -> bool {
    COUNTS.contains(&name) || is_extended(name)
}

/// An amount that makes sense for the resource.
pub(crate) fn resource_quantity(name: &str, value: &Quantity, path: &Path<'_>, errors: &mut ErrorList) {
    non_negative_quantity(value, path, errors);
    if is_integer(name) && value.milli_value() % 1000 != 0 {
        errors.push(Error::invalid(path, value.to_string(), "must be an integer"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_uses() {
        for (name, container, quota) in [
            ("cpu", true, true),
            ("hugepages-2Mi", true, true),
            ("requests.hugepages-2Mi", false, true),
            ("pods", false, true),
            ("storage", false, false),
            ("requests.storage", false, true),
            ("example.com/gpu", true, true),
            ("requests.example.com/gpu", false, true),
            ("kubernetes.io/batteries", true, true),
            ("bogus", false, false),
        ] {
            let path = Path::new("f");
            let (mut for_container, mut for_quota) = (ErrorList::new(), ErrorList::new());
            container_resource_name(name, &path, &mut for_container);
            quota_resource_name(name, &path, &mut for_quota);
            assert_eq!((for_container.is_empty(), for_quota.is_empty()), (container, quota), "{name}");
        }
    }

    #[test]
    fn counts_are_whole() {
        let count = |name: &str, amount: &str| {
            let mut errors = ErrorList::new();
            resource_quantity(name, &Quantity::parse(amount).unwrap(), &Path::new("f"), &mut errors);
            errors.len()
        };
        assert_eq!(count("pods", "1500m"), 1);
        assert_eq!(count("cpu", "1500m"), 0);
        assert_eq!(count("example.com/gpu", "500m"), 1);
        assert_eq!(count("cpu", "-1"), 1);
    }
}
