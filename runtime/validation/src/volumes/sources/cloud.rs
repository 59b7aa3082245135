//! Disks and shares of cloud providers.

use kubeforge_api::core::v1::{
    AWSElasticBlockStoreVolumeSource, AzureDataDiskCachingMode, AzureDataDiskKind, AzureDiskVolumeSource,
    AzureFilePersistentVolumeSource, CinderPersistentVolumeSource, GCEPersistentDiskVolumeSource,
    PhotonPersistentDiskVolumeSource, VsphereVirtualDiskVolumeSource,
};
use kubeforge_machinery::{
    field::{Error, ErrorList, Path},
    validation::is_in_range,
};

use super::required;
use crate::common::invalid_each;

pub(super) fn gce_disk(source: &GCEPersistentDiskVolumeSource, path: &Path<'_>, errors: &mut ErrorList) {
    required(&[("pdName", &source.pd_name)], path, errors);
    partition(source.partition, path, errors);
}

pub(super) fn aws_block_store(source: &AWSElasticBlockStoreVolumeSource, path: &Path<'_>, errors: &mut ErrorList) {
    required(&[("volumeID", &source.volume_id)], path, errors);
    partition(source.partition, path, errors);
}

fn partition(number: i32, path: &Path<'_>, errors: &mut ErrorList) {
    invalid_each(&path.child("partition"), number, is_in_range(number.into(), 0, 255), errors);
}

pub(super) fn cinder(source: &CinderPersistentVolumeSource, path: &Path<'_>, errors: &mut ErrorList) {
    required(&[("volumeID", &source.volume_id)], path, errors);
    if let Some(secret) = &source.secret_ref {
        required(&[("name", &secret.name), ("namespace", &secret.namespace)], &path.child("secretRef"), errors);
    }
}

pub(super) fn azure_file(source: &AzureFilePersistentVolumeSource, path: &Path<'_>, errors: &mut ErrorList) {
    required(&[("secretName", &source.secret_name), ("shareName", &source.share_name)], path, errors);
    if let Some(namespace) = &source.secret_namespace {
        required(&[("secretNamespace", namespace)], path, errors);
    }
}

pub(super) fn azure_disk(source: &AzureDiskVolumeSource, path: &Path<'_>, errors: &mut ErrorList) {
    required(&[("diskName", &source.disk_name), ("diskURI", &source.data_disk_uri)], path, errors);
    if let Some(AzureDataDiskCachingMode::Other(other)) = &source.caching_mode {
        errors.push(Error::not_supported(&path.child("cachingMode"), other, &["None", "ReadOnly", "ReadWrite"]));
    }
    let Some(kind) = &source.kind else { return };
    if let AzureDataDiskKind::Other(other) = kind {
        errors.push(Error::not_supported(&path.child("kind"), other, &["Dedicated", "Managed", "Shared"]));
    }
    let (prefix, form) = match kind {
        AzureDataDiskKind::Managed => (
            "/subscriptions/",
            "/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}",
        ),
        AzureDataDiskKind::Shared | AzureDataDiskKind::Dedicated | AzureDataDiskKind::Other(_) => {
            ("https://", "https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd")
        }
    };
    if !source.data_disk_uri.starts_with(prefix) {
        errors.push(Error::not_supported(&path.child("diskURI"), &source.data_disk_uri, &[form]));
    }
}

pub(super) fn vsphere(source: &VsphereVirtualDiskVolumeSource, path: &Path<'_>, errors: &mut ErrorList) {
    required(&[("volumePath", &source.volume_path)], path, errors);
}

pub(super) fn photon(source: &PhotonPersistentDiskVolumeSource, path: &Path<'_>, errors: &mut ErrorList) {
    required(&[("pdID", &source.pd_id)], path, errors);
}
