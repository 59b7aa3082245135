//! Volumes that a CSI driver makes for a pod.

use kubeforge_api::core::v1::CSIVolumeSource;
use kubeforge_machinery::{
    field::{Error, ErrorList, Path},
    validation::is_dns1123_subdomain,
};

use crate::{common::invalid_each, volumes::driver_name};

pub(super) fn csi(source: &CSIVolumeSource, path: &Path<'_>, errors: &mut ErrorList) {
    driver_name(&source.driver, &path.child("driver"), errors);
    let Some(secret) = &source.node_publish_secret_ref else { return };
    if secret.name.is_empty() {
        errors.push(Error::required(&path.child("nodePublishSecretRef.name"), ""));
    } else {
        invalid_each(&path.child("name"), &secret.name, is_dns1123_subdomain(&secret.name), errors);
    }
}
