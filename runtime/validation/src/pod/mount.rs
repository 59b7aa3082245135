//! Volumes as directories and devices of a container.

use std::collections::{BTreeMap, BTreeSet};

use kubeforge_api::core::v1::{MountPropagationMode, RecursiveReadOnlyMode, VolumeDevice, VolumeMount};
use kubeforge_machinery::field::{Error, ErrorList, Path};

use super::{
    basics::required,
    volume::{Volumes, has_backsteps, local_descending},
};
use crate::common::shown;

const PROPAGATION_MODES: [&str; 3] = ["Bidirectional", "HostToContainer", "None"];
const RECURSIVE_MODES: [&str; 3] = ["Disabled", "Enabled", "IfPossible"];

/// Whether a container is privileged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Power {
    Privileged,
    Restricted,
}

/// Checks directories. What is inside a mount upstream shows at the list, not at the mount.
pub(super) fn mounts(
    mounts: &[VolumeMount],
    devices: &[VolumeDevice],
    volumes: &Volumes<'_>,
    power: Power,
    path: &Path<'_>,
    errors: &mut ErrorList,
) {
    let devices: BTreeMap<&str, &str> = devices.iter().map(|it| (it.name.as_str(), it.device_path.as_str())).collect();
    let mut places = BTreeSet::new();
    for (at, mount) in mounts.iter().enumerate() {
        let at = path.index(at);
        let name = at.child("name");
        required(&mount.name, &name, errors);
        if !volumes.contains_key(mount.name.as_str()) {
            errors.push(Error::not_found(&name, &mount.name));
        }
        let place = at.child("mountPath");
        required(&mount.mount_path, &place, errors);
        if !places.insert(mount.mount_path.as_str()) {
            errors.push(Error::invalid(&place, &mount.mount_path, "must be unique"));
        }
        if devices.contains_key(mount.name.as_str()) {
            errors.push(Error::invalid(&name, &mount.name, "must not already exist in volumeDevices"));
        }
        if devices.values().any(|device| *device == mount.mount_path) {
            let text = "must not already exist as a path in volumeDevices";
            errors.push(Error::invalid(&place, &mount.mount_path, text));
        }
        sub_path(mount, path, &at, errors);
        if let Some(mode) = &mount.mount_propagation {
            propagation(mode, power, &path.child("mountPropagation"), errors);
        }
        if let Some(mode) = &mount.recursive_read_only {
            recursive_read_only(mode, mount, &path.child("recursiveReadOnly"), errors);
        }
    }
}

/// The part of the volume that is mounted, given in one of two ways.
fn sub_path(mount: &VolumeMount, list: &Path<'_>, at: &Path<'_>, errors: &mut ErrorList) {
    local_descending(&mount.sub_path, &list.child("subPath"), errors);
    if !mount.sub_path.is_empty() && !mount.sub_path_expr.is_empty() {
        let text = "subPathExpr and subPath are mutually exclusive";
        errors.push(Error::invalid(&at.child("subPathExpr"), &mount.sub_path_expr, text));
    }
    local_descending(&mount.sub_path_expr, &list.child("subPathExpr"), errors);
}

fn propagation(mode: &MountPropagationMode, power: Power, path: &Path<'_>, errors: &mut ErrorList) {
    if !PROPAGATION_MODES.contains(&mode.as_str()) {
        errors.push(Error::not_supported(path, shown(mode), &PROPAGATION_MODES));
    }
    if *mode == MountPropagationMode::Bidirectional && power == Power::Restricted {
        let text = "Bidirectional mount propagation is available only to privileged containers";
        errors.push(Error::forbidden(path, text));
    }
}

fn recursive_read_only(mode: &RecursiveReadOnlyMode, mount: &VolumeMount, path: &Path<'_>, errors: &mut ErrorList) {
    match mode {
        RecursiveReadOnlyMode::Disabled => {}
        RecursiveReadOnlyMode::Enabled | RecursiveReadOnlyMode::IfPossible => {
            if !mount.read_only {
                errors.push(Error::forbidden(path, "may only be specified when readOnly is true"));
            }
            if mount.mount_propagation.as_ref().is_some_and(|mode| *mode != MountPropagationMode::None) {
                let text = "may only be specified when mountPropagation is None or not specified";
                errors.push(Error::forbidden(path, text));
            }
        }
        RecursiveReadOnlyMode::Other(_) => errors.push(Error::not_supported(path, shown(mode), &RECURSIVE_MODES)),
    }
}

/// Checks devices, which come from claims.
pub(super) fn devices(
    devices: &[VolumeDevice],
    mounts: &[VolumeMount],
    volumes: &Volumes<'_>,
    path: &Path<'_>,
    errors: &mut ErrorList,
) {
    let mounts: BTreeMap<&str, &str> = mounts.iter().map(|it| (it.name.as_str(), it.mount_path.as_str())).collect();
    let mut names = BTreeSet::new();
    let mut places = BTreeSet::new();
    for (at, device) in devices.iter().enumerate() {
        let path = path.index(at);
        let name = path.child("name");
        required(&device.name, &name, errors);
        if !device.name.is_empty() && !names.insert(device.name.as_str()) {
            errors.push(Error::invalid(&name, &device.name, "must be unique"));
        }
        match volumes.get(device.name.as_str()) {
            None => errors.push(Error::not_found(&name, &device.name)),
            Some(source) if source.persistent_volume_claim.is_none() && source.ephemeral.is_none() => {
                let text = "can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode";
                errors.push(Error::invalid(&name, &device.name, text));
            }
            Some(_) => {}
        }
        let place = path.child("devicePath");
        required(&device.device_path, &place, errors);
        if places.contains(device.device_path.as_str()) {
            errors.push(Error::invalid(&place, &device.device_path, "must be unique"));
        }
        if has_backsteps(&device.device_path) {
            errors.push(Error::invalid(&place, &device.device_path, "can not contain backsteps ('..')"));
        } else {
            places.insert(device.device_path.as_str());
        }
        if mounts.contains_key(device.name.as_str()) {
            errors.push(Error::invalid(&name, &device.name, "must not already exist in volumeMounts"));
        }
        if mounts.values().any(|mount| *mount == device.device_path) {
            let text = "must not already exist as a path in volumeMounts";
            errors.push(Error::invalid(&place, &device.device_path, text));
        }
    }
}
