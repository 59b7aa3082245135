//! File systems and disks that are reached over a network.

use std::collections::BTreeMap;

use kubeforge_api::core::v1::{
    CephFSVolumeSource, FCVolumeSource, FlexVolumeSource, FlockerVolumeSource, GlusterfsVolumeSource, NFSVolumeSource,
    QuobyteVolumeSource, RBDVolumeSource, ScaleIOVolumeSource, StorageOSVolumeSource,
};
use kubeforge_machinery::{
    field::{Error, ErrorList, Path},
    validation::out_of_range,
};

use super::super::basics::{dns_label, required};
use crate::common::shown;

/// How long the name of a Quobyte tenant may be.
const QUOBYTE_TENANT_BYTES_MAX: usize = 64;

/// Checks a directory of an NFS server.
pub(crate) fn nfs(source: &NFSVolumeSource, path: &Path<'_>, errors: &mut ErrorList) {
    required(&source.server, &path.child("server"), errors);
    required(&source.path, &path.child("path"), errors);
    if !source.path.starts_with('/') {
        errors.push(Error::invalid(&path.child("path"), &source.path, "must be an absolute path"));
    }
}

pub(super) fn glusterfs(source: &GlusterfsVolumeSource, path: &Path<'_>, errors: &mut ErrorList) {
    required(&source.endpoints_name, &path.child("endpoints"), errors);
    required(&source.path, &path.child("path"), errors);
}

/// Checks a Flocker dataset, which has a name or a UUID.
pub(crate) fn flocker(source: &FlockerVolumeSource, path: &Path<'_>, errors: &mut ErrorList) {
    match (source.dataset_name.is_empty(), source.dataset_uuid.is_empty()) {
        (true, true) => errors.push(Error::required(path, "one of datasetName and datasetUUID is required")),
        (false, false) => {
            let text = "datasetName and datasetUUID can not be specified simultaneously";
            errors.push(Error::invalid(path, "resource", text));
        }
        _ => {}
    }
    if source.dataset_name.contains('/') {
        errors.push(Error::invalid(&path.child("datasetName"), &source.dataset_name, "must not contain '/'"));
    }
}

pub(super) fn rbd(source: &RBDVolumeSource, path: &Path<'_>, errors: &mut ErrorList) {
    monitors(&source.ceph_monitors, path, errors);
    required(&source.rbd_image, &path.child("image"), errors);
}

pub(super) fn ceph_fs(source: &CephFSVolumeSource, path: &Path<'_>, errors: &mut ErrorList) {
    monitors(&source.monitors, path, errors);
}

fn monitors(monitors: &[String], path: &Path<'_>, errors: &mut ErrorList) {
    if monitors.is_empty() {
        errors.push(Error::required(&path.child("monitors"), ""));
    }
}

/// Checks a Quobyte volume and the addresses of its registries.
pub(crate) fn quobyte(source: &QuobyteVolumeSource, path: &Path<'_>, errors: &mut ErrorList) {
    let pairs = "must be a host:port pair or multiple pairs separated by commas";
    let registry = path.child("registry");
    if source.registry.is_empty() {
        errors.push(Error::required(&registry, pairs));
    } else if source.tenant.len() > QUOBYTE_TENANT_BYTES_MAX {
        let text = "must be a UUID and may not exceed a length of 64 characters";
        errors.push(Error::required(&path.child("tenant"), text));
    } else {
        let wrong = source.registry.split(',').filter(|pair| !is_host_and_port(pair));
        errors.extend(wrong.map(|_| Error::invalid(&registry, &source.registry, pairs)));
    }
    required(&source.volume, &path.child("volume"), errors);
}

/// Whether Go's `net.SplitHostPort` takes it: one colon, or an address in brackets before it. Both parts may be empty.
fn is_host_and_port(text: &str) -> bool {
    let Some((host, port)) = text.rsplit_once(':') else { return false };
    let host = match host.strip_prefix('[') {
        Some(inner) => match inner.strip_suffix(']') {
            Some(address) => address,
            None => return false,
        },
        None if host.contains(':') => return false,
        None => host,
    };
    !host.contains(['[', ']']) && !port.contains(['[', ']'])
}

/// Checks a disk that is reached by Fibre Channel: by names and number, or by world wide ids.
pub(crate) fn fibre_channel(source: &FCVolumeSource, path: &Path<'_>, errors: &mut ErrorList) {
    let names = path.child("targetWWNs");
    match (source.target_wwns.is_empty(), source.wwids.is_empty()) {
        (true, true) => errors.push(Error::required(&names, "must specify either targetWWNs or wwids, but not both")),
        (false, false) => {
            let text = "targetWWNs and wwids can not be specified simultaneously";
            errors.push(Error::invalid(&names, shown(&source.target_wwns), text));
        }
        _ => {}
    }
    if source.target_wwns.is_empty() {
        return;
    }
    match source.lun {
        None => errors.push(Error::required(&path.child("lun"), "lun is required if targetWWNs is specified")),
        Some(0..=255) => {}
        Some(lun) => errors.push(Error::invalid(&path.child("lun"), lun, out_of_range(0, 255))),
    }
}

pub(super) fn flex_volume(source: &FlexVolumeSource, path: &Path<'_>, errors: &mut ErrorList) {
    required(&source.driver, &path.child("driver"), errors);
    flex_options(&source.options, &path.child("options"), errors);
}

/// Options that users give to a plugin do not look like those that Kubernetes gives to it.
pub(crate) fn flex_options(options: &BTreeMap<String, String>, path: &Path<'_>, errors: &mut ErrorList) {
    for key in options.keys() {
        let domain = key.split('/').next().unwrap_or_default();
        let domain = format!(".{}", domain.to_lowercase());
        if domain.ends_with(".kubernetes.io") || domain.ends_with(".k8s.io") {
            let text = "kubernetes.io and k8s.io namespaces are reserved";
            errors.push(Error::invalid(&path.key(key), key, text));
        }
    }
}

pub(super) fn storage_os(source: &StorageOSVolumeSource, path: &Path<'_>, errors: &mut ErrorList) {
    if source.volume_name.is_empty() {
        errors.push(Error::required(&path.child("volumeName"), ""));
    } else {
        dns_label(&source.volume_name, &path.child("volumeName"), errors);
    }
    if !source.volume_namespace.is_empty() {
        dns_label(&source.volume_namespace, &path.child("volumeNamespace"), errors);
    }
    if let Some(secret) = &source.secret_ref {
        required(&secret.name, &path.child("secretRef.name"), errors);
    }
}

pub(super) fn scale_io(source: &ScaleIOVolumeSource, path: &Path<'_>, errors: &mut ErrorList) {
    required(&source.gateway, &path.child("gateway"), errors);
    required(&source.system, &path.child("system"), errors);
    required(&source.volume_name, &path.child("volumeName"), errors);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_and_ports() {
        for text in ["host:1", ":", "[::1]:80", "[]:"] {
            assert!(is_host_and_port(text), "{text}");
        }
        for text in ["", "host", "::1:80", "[::1]", "[::1", "[::1]x:80", "ho[st:1", "host:1]"] {
            assert!(!is_host_and_port(text), "{text}");
        }
    }
}
