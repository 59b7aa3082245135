//! Whether containers take changed resources as they run.

use std::collections::BTreeSet;

use kubeforge_api::core::v1::{ContainerResizePolicy, ResourceResizeRestartPolicy, RestartPolicy};
use kubeforge_machinery::field::{Error, ErrorList, Path};

use crate::common::shown;

const RESOURCES: [&str; 2] = ["cpu", "memory"];
const POLICIES: [&str; 2] = ["NotRequired", "RestartContainer"];

/// Checks a container's policies; a pod that never restarts containers does not do so for their resources either.
pub(super) fn resize_policy(
    policies: &[ContainerResizePolicy],
    restart_policy_of_pod: &RestartPolicy,
    path: &Path<'_>,
    errors: &mut ErrorList,
) {
    let mut seen = BTreeSet::new();
    for (at, policy) in policies.iter().enumerate() {
        let resource = &policy.resource_name;
        if !seen.insert(resource) {
            errors.push(Error::duplicate(&path.index(at), shown(resource)));
        }
        if resource.is_empty() {
            errors.push(Error::required(path, ""));
        } else if !RESOURCES.contains(&resource.as_str()) {
            errors.push(Error::not_supported(path, shown(resource), &RESOURCES));
        }
        let restart = &policy.restart_policy;
        if restart.is_empty() {
            errors.push(Error::required(path, ""));
        } else if !POLICIES.contains(&restart.as_str()) {
            errors.push(Error::not_supported(path, shown(restart), &POLICIES));
        }
        let never = *restart_policy_of_pod == RestartPolicy::Never;
        if never && *restart != ResourceResizeRestartPolicy::NotRequired {
            let text = "must be 'NotRequired' when pod `restartPolicy` is 'Never'";
            errors.push(Error::invalid(path, shown(restart), text));
        }
    }
}
