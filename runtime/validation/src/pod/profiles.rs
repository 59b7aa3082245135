//! Seccomp and AppArmor profiles, which confine the processes of containers.

use kubeforge_api::core::v1::{AppArmorProfile, AppArmorProfileType, SeccompProfile, SeccompProfileType};
use kubeforge_machinery::field::{Error, ErrorList, Path};

use crate::common::shown_internal;

const PROFILE: &str = "localhostProfile";
/// A byte less than the longest path of Linux.
const APP_ARMOR_BYTES_MAX: usize = 4095;

/// What is wrong with a seccomp profile.
pub(super) fn seccomp(profile: &SeccompProfile, path: &Path<'_>, errors: &mut ErrorList) {
    let local = path.child(PROFILE);
    match &profile.type_ {
        SeccompProfileType::Other(other) if other.is_empty() => {
            errors.push(Error::required(&path.child("type"), "type is required when seccompProfile is set"));
        }
        SeccompProfileType::Other(other) => {
            let known = ["Localhost", "RuntimeDefault", "Unconfined"];
            errors.push(Error::not_supported(&path.child("type"), other, &known));
        }
        SeccompProfileType::Localhost => {
            match &profile.localhost_profile {
                Some(file) => local_descending_path(file, &local, errors),
                None => errors.push(Error::required(&local, "must be set when seccomp type is Localhost")),
            }
            return;
        }
        SeccompProfileType::RuntimeDefault | SeccompProfileType::Unconfined => {}
    }
    if profile.localhost_profile.is_some() {
        let text = "can only be set when seccomp type is Localhost";
        errors.push(Error::invalid(&local, shown_internal(profile), text));
    }
}

/// What is wrong with an AppArmor profile.
pub(crate) fn app_armor(profile: &AppArmorProfile, path: &Path<'_>, errors: &mut ErrorList) {
    let local = path.child(PROFILE);
    match &profile.type_ {
        AppArmorProfileType::Localhost => app_armor_file(profile.localhost_profile.as_deref(), &local, errors),
        AppArmorProfileType::RuntimeDefault | AppArmorProfileType::Unconfined => {
            if let Some(file) = &profile.localhost_profile {
                errors.push(Error::invalid(&local, file, "can only be set when AppArmor type is Localhost"));
            }
        }
        AppArmorProfileType::Other(other) if other.is_empty() => {
            errors.push(Error::required(&path.child("type"), "type is required when appArmorProfile is set"));
        }
        AppArmorProfileType::Other(other) => {
            let known = ["Localhost", "RuntimeDefault", "Unconfined"];
            errors.push(Error::not_supported(&path.child("type"), other, &known));
        }
    }
}

fn app_armor_file(file: Option<&str>, path: &Path<'_>, errors: &mut ErrorList) {
    let missing = "must be set when AppArmor type is Localhost";
    let Some(file) = file else {
        errors.push(Error::required(path, missing));
        return;
    };
    if file.trim() != file {
        errors.push(Error::invalid(path, file, "must not be padded with whitespace"));
    } else if file.is_empty() {
        errors.push(Error::required(path, missing));
    }
    if file.len() > APP_ARMOR_BYTES_MAX {
        errors.push(Error::too_long(path, APP_ARMOR_BYTES_MAX));
    }
}

/// A path that is relative and leads nowhere but down.
pub(super) fn local_descending_path(file: &str, path: &Path<'_>, errors: &mut ErrorList) {
    if file.starts_with('/') {
        errors.push(Error::invalid(path, file, "must be a relative path"));
    }
    if file.split('/').any(|part| part == "..") {
        errors.push(Error::invalid(path, file, "must not contain '..'"));
    }
}
