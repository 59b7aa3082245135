//! Pods with users of their own, and what they cannot share with their node.

use kubeforge_api::core::v1::PodSpec;
use kubeforge_machinery::field::{Error, ErrorList, Path};

use super::{options::PodOptions, security_context::has_host_users, visit::each_container};

const OWN_USERS: &str = "when `hostUsers` is false";

/// What a pod with users of its own may not ask for.
pub(super) fn own_users(spec: &PodSpec, options: &PodOptions<'_>, path: &Path<'_>, errors: &mut ErrorList) {
    if has_host_users(spec) {
        return;
    }
    if spec.host_network && !options.own_users_on_host_network() {
        errors.push(Error::forbidden(&path.child("hostNetwork"), OWN_USERS));
    }
    if spec.host_pid {
        errors.push(Error::forbidden(&path.child("HostPID"), OWN_USERS));
    }
    if spec.host_ipc {
        errors.push(Error::forbidden(&path.child("HostIPC"), OWN_USERS));
    }
    if options.own_users_with_devices() {
        return;
    }
    each_container(spec, path, |container, path| {
        if !container.volume_devices.is_empty() {
            errors.push(Error::forbidden(&path.child("volumeDevices"), OWN_USERS));
        }
    });
}
