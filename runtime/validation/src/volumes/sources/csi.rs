//! Volumes of CSI drivers.

use kubeforge_api::core::v1::{CSIPersistentVolumeSource, SecretReference};
use kubeforge_machinery::{
    field::{Error, ErrorList, Path},
    validation::{is_dns1123_label, is_dns1123_subdomain},
};

use super::required;
use crate::{common::invalid_each, volumes::driver::driver_name};

pub(super) fn csi(source: &CSIPersistentVolumeSource, path: &Path<'_>, errors: &mut ErrorList) {
    driver_name(&source.driver, &path.child("driver"), errors);
    required(&[("volumeHandle", &source.volume_handle)], path, errors);
    // upstream does not check the secret of the stage call
    for (secret, name) in [
        (&source.controller_publish_secret_ref, "controllerPublishSecretRef"),
        (&source.controller_expand_secret_ref, "controllerExpandSecretRef"),
        (&source.node_publish_secret_ref, "nodePublishSecretRef"),
        (&source.node_expand_secret_ref, "nodeExpandSecretRef"),
    ] {
        if let Some(secret) = secret {
            check_secret(secret, &path.child(name), errors);
        }
    }
}

fn check_secret(secret: &SecretReference, path: &Path<'_>, errors: &mut ErrorList) {
    for (value, name, rule) in [
        (&secret.name, "name", is_dns1123_subdomain as fn(&str) -> Vec<String>),
        (&secret.namespace, "namespace", is_dns1123_label),
    ] {
        let path = path.child(name);
        if value.is_empty() {
            errors.push(Error::required(&path, ""));
        } else {
            invalid_each(&path, value, rule(value), errors);
        }
    }
}
