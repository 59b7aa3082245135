//! Disks and shares of clouds and hypervisors.

use kubeforge_api::core::v1::{
    AWSElasticBlockStoreVolumeSource, AzureDataDiskKind, AzureDiskVolumeSource, AzureFileVolumeSource,
    CinderVolumeSource, GCEPersistentDiskVolumeSource, PhotonPersistentDiskVolumeSource, PortworxVolumeSource,
    VsphereVirtualDiskVolumeSource,
};
use kubeforge_machinery::{
    field::{Error, ErrorList, Path},
    validation::out_of_range,
};

use super::super::basics::required;
use crate::common::shown;

const CACHING_MODES: [&str; 3] = ["None", "ReadOnly", "ReadWrite"];
const DISK_KINDS: [&str; 3] = ["Dedicated", "Managed", "Shared"];
const MANAGED_DISK_URI: &str =
    "/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}";
const BLOB_DISK_URI: &str = "https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd";

/// Checks a persistent disk of Google Compute Engine.
pub(crate) fn gce_persistent_disk(source: &GCEPersistentDiskVolumeSource, path: &Path<'_>, errors: &mut ErrorList) {
    required(&source.pd_name, &path.child("pdName"), errors);
    partition(source.partition, path, errors);
}

/// Checks a volume of Amazon's Elastic Block Store.
pub(crate) fn aws_elastic_block_store(
    source: &AWSElasticBlockStoreVolumeSource,
    path: &Path<'_>,
    errors: &mut ErrorList,
) {
    required(&source.volume_id, &path.child("volumeID"), errors);
    partition(source.partition, path, errors);
}

/// Zero is the whole disk, though the text does not say so.
fn partition(partition: i32, path: &Path<'_>, errors: &mut ErrorList) {
    if !(0..=255).contains(&partition) {
        errors.push(Error::invalid(&path.child("partition"), partition, out_of_range(1, 255)));
    }
}

pub(super) fn cinder(source: &CinderVolumeSource, path: &Path<'_>, errors: &mut ErrorList) {
    required(&source.volume_id, &path.child("volumeID"), errors);
    if let Some(secret) = &source.secret_ref {
        required(&secret.name, &path.child("secretRef.name"), errors);
    }
}

pub(super) fn azure_file(source: &AzureFileVolumeSource, path: &Path<'_>, errors: &mut ErrorList) {
    required(&source.secret_name, &path.child("secretName"), errors);
    required(&source.share_name, &path.child("shareName"), errors);
}

/// Checks an Azure disk: its address has another form when Azure manages it.
pub(crate) fn azure_disk(source: &AzureDiskVolumeSource, path: &Path<'_>, errors: &mut ErrorList) {
    required(&source.disk_name, &path.child("diskName"), errors);
    required(&source.data_disk_uri, &path.child("diskURI"), errors);
    if let Some(mode) = source.caching_mode.as_ref().filter(|mode| !CACHING_MODES.contains(&mode.as_str())) {
        errors.push(Error::not_supported(&path.child("cachingMode"), shown(mode), &CACHING_MODES));
    }
    let Some(kind) = &source.kind else { return };
    if !DISK_KINDS.contains(&kind.as_str()) {
        errors.push(Error::not_supported(&path.child("kind"), shown(kind), &DISK_KINDS));
    }
    let (prefix, form) = match kind {
        AzureDataDiskKind::Managed => ("/subscriptions/", MANAGED_DISK_URI),
        _ => ("https://", BLOB_DISK_URI),
    };
    if !source.data_disk_uri.starts_with(prefix) {
        errors.push(Error::not_supported(&path.child("diskURI"), &source.data_disk_uri, &[form]));
    }
}

/// Checks a vSphere disk.
pub(crate) fn vsphere_volume(source: &VsphereVirtualDiskVolumeSource, path: &Path<'_>, errors: &mut ErrorList) {
    required(&source.volume_path, &path.child("volumePath"), errors);
}

/// Checks a disk of the Photon controller.
pub(crate) fn photon_persistent_disk(
    source: &PhotonPersistentDiskVolumeSource,
    path: &Path<'_>,
    errors: &mut ErrorList,
) {
    required(&source.pd_id, &path.child("pdID"), errors);
}

/// Checks a Portworx volume.
pub(crate) fn portworx(source: &PortworxVolumeSource, path: &Path<'_>, errors: &mut ErrorList) {
    required(&source.volume_id, &path.child("volumeID"), errors);
}
