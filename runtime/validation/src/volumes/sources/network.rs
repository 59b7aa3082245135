//! File systems and volumes that servers offer.

use kubeforge_api::core::v1::{
    CephFSPersistentVolumeSource, FlexPersistentVolumeSource, FlockerVolumeSource, GlusterfsPersistentVolumeSource,
    NFSVolumeSource, PortworxVolumeSource, QuobyteVolumeSource, RBDPersistentVolumeSource,
    ScaleIOPersistentVolumeSource, StorageOSPersistentVolumeSource,
};
use kubeforge_machinery::{
    field::{Error, ErrorList, Path},
    validation::is_dns1123_label,
};

use super::required;
use crate::common::invalid_each;

const QUOBYTE_TENANT_BYTES_MAX: usize = 64;

pub(super) fn nfs(source: &NFSVolumeSource, path: &Path<'_>, errors: &mut ErrorList) {
    required(&[("server", &source.server), ("path", &source.path)], path, errors);
    if !source.path.starts_with('/') {
        errors.push(Error::invalid(&path.child("path"), &source.path, "must be an absolute path"));
    }
}

pub(super) fn glusterfs(source: &GlusterfsPersistentVolumeSource, path: &Path<'_>, errors: &mut ErrorList) {
    required(&[("endpoints", &source.endpoints_name), ("path", &source.path)], path, errors);
    let Some(namespace) = &source.endpoints_namespace else { return };
    let path = path.child("endpointsNamespace");
    if namespace.is_empty() {
        let text = "if the endpointnamespace is set, it must be a valid namespace name";
        errors.push(Error::invalid(&path, namespace, text));
    } else {
        invalid_each(&path, namespace, is_dns1123_label(namespace), errors);
    }
}

pub(super) fn flocker(source: &FlockerVolumeSource, path: &Path<'_>, errors: &mut ErrorList) {
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

pub(super) fn rbd(source: &RBDPersistentVolumeSource, path: &Path<'_>, errors: &mut ErrorList) {
    monitors(&source.ceph_monitors, path, errors);
    required(&[("image", &source.rbd_image)], path, errors);
}

pub(super) fn ceph_fs(source: &CephFSPersistentVolumeSource, path: &Path<'_>, errors: &mut ErrorList) {
    monitors(&source.monitors, path, errors);
}

fn monitors(monitors: &[String], path: &Path<'_>, errors: &mut ErrorList) {
    if monitors.is_empty() {
        errors.push(Error::required(&path.child("monitors"), ""));
    }
}

pub(super) fn quobyte(source: &QuobyteVolumeSource, path: &Path<'_>, errors: &mut ErrorList) {
    let registry = path.child("registry");
    let text = "must be a host:port pair or multiple pairs separated by commas";
    if source.registry.is_empty() {
        errors.push(Error::required(&registry, text));
    } else if source.tenant.len() > QUOBYTE_TENANT_BYTES_MAX {
        let text = "must be a UUID and may not exceed a length of 64 characters";
        errors.push(Error::required(&path.child("tenant"), text));
    } else {
        for _bad in source.registry.split(',').filter(|pair| !is_host_and_port(pair)) {
            errors.push(Error::invalid(&registry, &source.registry, text));
        }
    }
    required(&[("volume", &source.volume)], path, errors);
}

/// Whether it splits into a host, which is in brackets if it has colons, and a port. Both may be empty.
fn is_host_and_port(pair: &str) -> bool {
    let Some((host, port)) = pair.rsplit_once(':') else { return false };
    let host = match host.strip_prefix('[') {
        Some(rest) => match rest.strip_suffix(']') {
            Some(inner) => inner,
            None => return false,
        },
        None if host.contains(':') => return false,
        None => host,
    };
    !host.contains(['[', ']']) && !port.contains(['[', ']'])
}

pub(super) fn flex(source: &FlexPersistentVolumeSource, path: &Path<'_>, errors: &mut ErrorList) {
    required(&[("driver", &source.driver)], path, errors);
    let options = path.child("options");
    for key in source.options.keys() {
        let domain = key.split_once('/').map_or(key.as_str(), |(domain, _)| domain);
        let domain = format!(".{}", domain.to_lowercase());
        if domain.ends_with(".kubernetes.io") || domain.ends_with(".k8s.io") {
            let text = "kubernetes.io and k8s.io namespaces are reserved";
            errors.push(Error::invalid(&options.key(key), key, text));
        }
    }
}

pub(super) fn portworx(source: &PortworxVolumeSource, path: &Path<'_>, errors: &mut ErrorList) {
    required(&[("volumeID", &source.volume_id)], path, errors);
}

pub(super) fn scale_io(source: &ScaleIOPersistentVolumeSource, path: &Path<'_>, errors: &mut ErrorList) {
    let fields = [("gateway", &*source.gateway), ("system", &*source.system), ("volumeName", &*source.volume_name)];
    required(&fields, path, errors);
}

pub(super) fn storage_os(source: &StorageOSPersistentVolumeSource, path: &Path<'_>, errors: &mut ErrorList) {
    let name = path.child("volumeName");
    if source.volume_name.is_empty() {
        errors.push(Error::required(&name, ""));
    } else {
        invalid_each(&name, &source.volume_name, is_dns1123_label(&source.volume_name), errors);
    }
    let namespace = &source.volume_namespace;
    if !namespace.is_empty() {
        invalid_each(&path.child("volumeNamespace"), namespace, is_dns1123_label(namespace), errors);
    }
    if let Some(secret) = &source.secret_ref {
        required(&[("name", &secret.name), ("namespace", &secret.namespace)], &path.child("secretRef"), errors);
    }
}
