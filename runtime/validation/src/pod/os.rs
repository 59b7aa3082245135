//! What a pod may not say when it says for which operating system it is.

use kubeforge_api::core::v1::{OSName, PodOS, PodSpec, SecurityContext};
use kubeforge_machinery::field::{Error, ErrorList, Path};

use super::visit::each_container;

/// What is wrong with the operating system, and with fields that it does not know.
pub(super) fn os(os: &PodOS, spec: &PodSpec, path: &Path<'_>, errors: &mut ErrorList) {
    match &os.name {
        OSName::Linux => linux(spec, path, errors),
        OSName::Windows => windows(spec, path, errors),
        OSName::Other(other) if other.is_empty() => errors.push(Error::required(&path.child("os.name"), "")),
        OSName::Other(other) => errors.push(Error::not_supported(&path.child("os"), other, &["linux", "windows"])),
    }
}

fn linux(spec: &PodSpec, path: &Path<'_>, errors: &mut ErrorList) {
    let text = "windows options cannot be set for a linux pod";
    if spec.security_context.as_ref().is_some_and(|context| context.windows_options.is_some()) {
        errors.push(Error::forbidden(&path.child("securityContext.windowsOptions"), text));
    }
    each_container(spec, path, |container, path| {
        if container.security_context.is_some_and(|context| context.windows_options.is_some()) {
            errors.push(Error::forbidden(&path.child("securityContext.windowsOptions"), text));
        }
    });
}

fn windows(spec: &PodSpec, path: &Path<'_>, errors: &mut ErrorList) {
    let default = kubeforge_api::core::v1::PodSecurityContext::default();
    let context = spec.security_context.as_deref().unwrap_or(&default);
    for (is_set, field) in [
        (context.app_armor_profile.is_some(), "securityContext.appArmorProfile"),
        (context.se_linux_options.is_some(), "securityContext.seLinuxOptions"),
        (spec.host_users.is_some(), "hostUsers"),
        (spec.host_pid, "hostPID"),
        (spec.host_ipc, "hostIPC"),
        (context.seccomp_profile.is_some(), "securityContext.seccompProfile"),
        (context.fs_group.is_some(), "securityContext.fsGroup"),
        (context.fs_group_change_policy.is_some(), "securityContext.fsGroupChangePolicy"),
        (!context.sysctls.is_empty(), "securityContext.sysctls"),
        (spec.share_process_namespace.is_some(), "shareProcessNamespace"),
        (context.run_as_user.is_some(), "securityContext.runAsUser"),
        (context.run_as_group.is_some(), "securityContext.runAsGroup"),
        (!context.supplemental_groups.is_empty(), "securityContext.supplementalGroups"),
        (context.supplemental_groups_policy.is_some(), "securityContext.supplementalGroupsPolicy"),
        (context.se_linux_change_policy.is_some(), "securityContext.seLinuxChangePolicy"),
    ] {
        unknown_to_windows(is_set, &path.child(field), errors);
    }
    each_container(spec, path, |container, path| {
        if let Some(context) = container.security_context {
            container_on_windows(context, &path.child("securityContext"), errors);
        }
    });
}

fn container_on_windows(context: &SecurityContext, path: &Path<'_>, errors: &mut ErrorList) {
    for (is_set, field) in [
        (context.app_armor_profile.is_some(), "appArmorProfile"),
        (context.se_linux_options.is_some(), "seLinuxOptions"),
        (context.seccomp_profile.is_some(), "seccompProfile"),
        (context.capabilities.is_some(), "capabilities"),
        (context.read_only_root_filesystem.is_some(), "readOnlyRootFilesystem"),
        (context.privileged.is_some(), "privileged"),
        (context.allow_privilege_escalation.is_some(), "allowPrivilegeEscalation"),
        (context.proc_mount.is_some(), "procMount"),
        (context.run_as_user.is_some(), "runAsUser"),
        (context.run_as_group.is_some(), "runAsGroup"),
    ] {
        unknown_to_windows(is_set, &path.child(field), errors);
    }
}

fn unknown_to_windows(is_set: bool, path: &Path<'_>, errors: &mut ErrorList) {
    if is_set {
        errors.push(Error::forbidden(path, "cannot be set for a windows pod"));
    }
}
