//! What the processes of a pod, or of one of its containers, may do.

use kubeforge_api::core::v1::{
    Capabilities, PodFSGroupChangePolicy, PodSELinuxChangePolicy, PodSecurityContext, PodSpec, ProcMountType,
    SecurityContext, SupplementalGroupsPolicy,
};
use kubeforge_machinery::{
    field::{Error, ErrorList, Path},
    validation::is_user_or_group_id,
};

pub(super) use super::sysctls::is_host_sysctl;
use super::{options::PodOptions, profiles, sysctls::sysctls, windows};
use crate::{
    Privileged,
    common::{invalid_each, shown_internal},
};

/// What is wrong with the security context of a pod.
pub(super) fn of_pod(
    context: &PodSecurityContext,
    spec: &PodSpec,
    options: &PodOptions<'_>,
    path: &Path<'_>,
    errors: &mut ErrorList,
) {
    id(context.fs_group, &path.child("fsGroup"), errors);
    id(context.run_as_user, &path.child("runAsUser"), errors);
    id(context.run_as_group, &path.child("runAsGroup"), errors);
    let groups = path.child("supplementalGroups");
    for (at, group) in context.supplemental_groups.iter().enumerate() {
        id(Some(*group), &groups.index(at), errors);
    }
    if spec.share_process_namespace == Some(true) && spec.host_pid {
        let text = "ShareProcessNamespace and HostPID cannot both be enabled";
        errors.push(Error::invalid(&path.child("shareProcessNamespace"), true, text));
    }
    sysctls(&context.sysctls, spec, options, &path.child("sysctls"), errors);
    if let Some(PodFSGroupChangePolicy::Other(other)) = &context.fs_group_change_policy {
        let known = ["Always", "OnRootMismatch"];
        errors.push(Error::not_supported(&path.child("fsGroupChangePolicy"), other, &known));
    }
    if let Some(profile) = &context.seccomp_profile {
        profiles::seccomp(profile, &path.child("seccompProfile"), errors);
    }
    if let Some(windows) = &context.windows_options {
        windows::options(windows, &path.child("windowsOptions"), errors);
    }
    if let Some(profile) = &context.app_armor_profile {
        profiles::app_armor(profile, &path.child("appArmorProfile"), errors);
    }
    if let Some(SupplementalGroupsPolicy::Other(other)) = &context.supplemental_groups_policy {
        let known = ["Merge", "Strict"];
        errors.push(Error::not_supported(&path.child("supplementalGroupsPolicy"), other, &known));
    }
    if let Some(policy) = &context.se_linux_change_policy {
        se_linux_change_policy(policy, options, &path.child("seLinuxChangePolicy"), errors);
    }
}

fn se_linux_change_policy(
    policy: &PodSELinuxChangePolicy,
    options: &PodOptions<'_>,
    path: &Path<'_>,
    errors: &mut ErrorList,
) {
    let known: &[&str] = if options.knows_se_linux_mount() { &["MountOption", "Recursive"] } else { &["Recursive"] };
    if !known.contains(&policy.as_str()) {
        errors.push(Error::not_supported(path, policy.as_str(), known));
    }
}

/// Whether the users of a pod are those of its node.
pub(super) fn has_host_users(spec: &PodSpec) -> bool {
    spec.host_users != Some(false)
}

/// What is wrong with the security context of a container; `host_users` is what [`has_host_users`] says of its pod.
pub(super) fn of_container(
    context: &SecurityContext,
    host_users: bool,
    options: &PodOptions<'_>,
    path: &Path<'_>,
    errors: &mut ErrorList,
) {
    let privileged = context.privileged == Some(true);
    if privileged && options.privileged == Privileged::Forbidden {
        errors.push(Error::forbidden(&path.child("privileged"), "disallowed by cluster policy"));
    }
    id(context.run_as_user, &path.child("runAsUser"), errors);
    id(context.run_as_group, &path.child("runAsGroup"), errors);
    if let Some(mount) = &context.proc_mount {
        proc_mount(mount, host_users, &path.child("procMount"), errors);
    }
    if let Some(profile) = &context.seccomp_profile {
        profiles::seccomp(profile, &path.child("seccompProfile"), errors);
    }
    if context.allow_privilege_escalation == Some(false) {
        let mut contradiction = |text: &str| {
            errors.push(Error::invalid(path, shown_internal(context), text));
        };
        if privileged {
            contradiction("cannot set `allowPrivilegeEscalation` to false and `privileged` to true");
        }
        for _ in admin_capabilities(context.capabilities.as_deref()) {
            let text = "cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN";
            contradiction(text);
        }
    }
    if let Some(windows) = &context.windows_options {
        windows::options(windows, &path.child("windowsOptions"), errors);
    }
    if let Some(profile) = &context.app_armor_profile {
        profiles::app_armor(profile, &path.child("appArmorProfile"), errors);
    }
}

fn admin_capabilities(capabilities: Option<&Capabilities>) -> impl Iterator<Item = &String> {
    capabilities.into_iter().flat_map(|it| &it.add).filter(|added| added.as_str() == "CAP_SYS_ADMIN")
}

fn proc_mount(mount: &ProcMountType, host_users: bool, path: &Path<'_>, errors: &mut ErrorList) {
    match mount {
        ProcMountType::Default => {}
        ProcMountType::Unmasked => {
            if host_users {
                errors.push(Error::invalid(path, "Unmasked", "`hostUsers` must be false to use `Unmasked`"));
            }
        }
        ProcMountType::Other(other) => errors.push(Error::not_supported(path, other, &["Default", "Unmasked"])),
    }
}

/// An id of a user or group, where there is one.
pub(super) fn id(id: Option<i64>, path: &Path<'_>, errors: &mut ErrorList) {
    if let Some(id) = id {
        invalid_each(path, id, is_user_or_group_id(id), errors);
    }
}
