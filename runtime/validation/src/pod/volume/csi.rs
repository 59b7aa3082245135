//! Volumes that a CSI driver makes for a pod.

use kubeforge_api::core::v1::CSIVolumeSource;
use kubeforge_machinery::{
    field::{Error, ErrorList, Path},
    validation::is_dns1123_subdomain,
};

use crate::common::invalid_each;

/// How long the name of a driver may be.
const DRIVER_BYTES_MAX: usize = 63;

/// The name is that of a driver: a domain name in letters of either case.
pub(crate) fn driver_name(name: &str, path: &Path<'_>, errors: &mut ErrorList) {
    if name.is_empty() {
        errors.push(Error::required(path, ""));
        return;
    }
    if name.len() > DRIVER_BYTES_MAX {
        errors.push(Error::too_long(path, DRIVER_BYTES_MAX));
    }
    invalid_each(path, name, is_dns1123_subdomain(&name.to_lowercase()), errors);
}

pub(super) fn csi(source: &CSIVolumeSource, path: &Path<'_>, errors: &mut ErrorList) {
    driver_name(&source.driver, &path.child("driver"), errors);
    let Some(secret) = &source.node_publish_secret_ref else { return };
    if secret.name.is_empty() {
        errors.push(Error::required(&path.child("nodePublishSecretRef.name"), ""));
    } else {
        invalid_each(&path.child("name"), &secret.name, is_dns1123_subdomain(&secret.name), errors);
    }
}
