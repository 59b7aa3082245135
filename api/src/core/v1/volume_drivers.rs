//! Volumes of particular storage systems. Most of them are read for compatibility and served by CSI drivers
//! today.

use std::collections::BTreeMap;

use kubeforge_derive::ApiSource;

use super::{LocalObjectReference, ObjectReference, SecretReference};

/// A Glusterfs volume.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct GlusterfsVolumeSource {
    #[api(tag = 1, json = "endpoints", required)]
    pub endpoints_name: String,
    #[api(tag = 2, required)]
    pub path: String,
    #[api(tag = 3)]
    pub read_only: bool,
}

/// A Glusterfs volume, with the namespace of its endpoints.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct GlusterfsPersistentVolumeSource {
    #[api(tag = 1, json = "endpoints", required)]
    pub endpoints_name: String,
    #[api(tag = 2, required)]
    pub path: String,
    #[api(tag = 3)]
    pub read_only: bool,
    #[api(tag = 4)]
    pub endpoints_namespace: Option<String>,
}

/// A block device of a Ceph cluster.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct RBDVolumeSource {
    #[api(tag = 1, json = "monitors", required, list = atomic)]
    pub ceph_monitors: Vec<String>,
    #[api(tag = 2, json = "image", required)]
    pub rbd_image: String,
    /// The file system that is mounted.
    #[api(tag = 3)]
    pub fs_type: String,
    #[api(tag = 4, json = "pool", default = "rbd")]
    pub rbd_pool: String,
    #[api(tag = 5, json = "user", default = "admin")]
    pub rados_user: String,
    #[api(tag = 6, default = "/etc/ceph/keyring")]
    pub keyring: String,
    #[api(tag = 7)]
    pub secret_ref: Option<LocalObjectReference>,
    #[api(tag = 8)]
    pub read_only: bool,
}

/// A block device of a Ceph cluster, with the namespace of its secret.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct RBDPersistentVolumeSource {
    #[api(tag = 1, json = "monitors", required, list = atomic)]
    pub ceph_monitors: Vec<String>,
    #[api(tag = 2, json = "image", required)]
    pub rbd_image: String,
    /// The file system that is mounted.
    #[api(tag = 3)]
    pub fs_type: String,
    #[api(tag = 4, json = "pool", default = "rbd")]
    pub rbd_pool: String,
    #[api(tag = 5, json = "user", default = "admin")]
    pub rados_user: String,
    #[api(tag = 6, default = "/etc/ceph/keyring")]
    pub keyring: String,
    #[api(tag = 7)]
    pub secret_ref: Option<Box<SecretReference>>,
    #[api(tag = 8)]
    pub read_only: bool,
}

/// An OpenStack Cinder volume.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct CinderVolumeSource {
    #[api(tag = 1, json = "volumeID", required)]
    pub volume_id: String,
    /// The file system that is mounted.
    #[api(tag = 2)]
    pub fs_type: String,
    #[api(tag = 3)]
    pub read_only: bool,
    #[api(tag = 4)]
    pub secret_ref: Option<LocalObjectReference>,
}

/// An OpenStack Cinder volume, with the namespace of its secret.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct CinderPersistentVolumeSource {
    #[api(tag = 1, json = "volumeID", required)]
    pub volume_id: String,
    /// The file system that is mounted.
    #[api(tag = 2)]
    pub fs_type: String,
    #[api(tag = 3)]
    pub read_only: bool,
    #[api(tag = 4)]
    pub secret_ref: Option<Box<SecretReference>>,
}

/// A directory of a Ceph file system.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct CephFSVolumeSource {
    #[api(tag = 1, required, list = atomic)]
    pub monitors: Vec<String>,
    #[api(tag = 2)]
    pub path: String,
    #[api(tag = 3)]
    pub user: String,
    #[api(tag = 4)]
    pub secret_file: String,
    #[api(tag = 5)]
    pub secret_ref: Option<LocalObjectReference>,
    #[api(tag = 6)]
    pub read_only: bool,
}

/// A directory of a Ceph file system, with the namespace of its secret.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct CephFSPersistentVolumeSource {
    #[api(tag = 1, required, list = atomic)]
    pub monitors: Vec<String>,
    #[api(tag = 2)]
    pub path: String,
    #[api(tag = 3)]
    pub user: String,
    #[api(tag = 4)]
    pub secret_file: String,
    #[api(tag = 5)]
    pub secret_ref: Option<Box<SecretReference>>,
    #[api(tag = 6)]
    pub read_only: bool,
}

/// A Flocker dataset.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct FlockerVolumeSource {
    #[api(tag = 1)]
    pub dataset_name: String,
    #[api(tag = 2, json = "datasetUUID")]
    pub dataset_uuid: String,
}

/// A persistent disk of Google Compute Engine.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct GCEPersistentDiskVolumeSource {
    #[api(tag = 1, required)]
    pub pd_name: String,
    /// The file system that is mounted.
    #[api(tag = 2)]
    pub fs_type: String,
    #[api(tag = 3)]
    pub partition: i32,
    #[api(tag = 4)]
    pub read_only: bool,
}

/// A Quobyte volume.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct QuobyteVolumeSource {
    #[api(tag = 1, required)]
    pub registry: String,
    #[api(tag = 2, required)]
    pub volume: String,
    #[api(tag = 3)]
    pub read_only: bool,
    #[api(tag = 4)]
    pub user: String,
    #[api(tag = 5)]
    pub group: String,
    #[api(tag = 6)]
    pub tenant: String,
}

/// A volume of an exec-based plugin, with the namespace of its secret.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct FlexPersistentVolumeSource {
    #[api(tag = 1, required)]
    pub driver: String,
    /// The file system that is mounted.
    #[api(tag = 2)]
    pub fs_type: String,
    #[api(tag = 3)]
    pub secret_ref: Option<Box<SecretReference>>,
    #[api(tag = 4)]
    pub read_only: bool,
    #[api(tag = 5)]
    pub options: BTreeMap<String, String>,
}

/// A volume of an exec-based plugin.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct FlexVolumeSource {
    #[api(tag = 1, required)]
    pub driver: String,
    /// The file system that is mounted.
    #[api(tag = 2)]
    pub fs_type: String,
    #[api(tag = 3)]
    pub secret_ref: Option<LocalObjectReference>,
    #[api(tag = 4)]
    pub read_only: bool,
    #[api(tag = 5)]
    pub options: BTreeMap<String, String>,
}

/// An Elastic Block Store volume of Amazon Web Services.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct AWSElasticBlockStoreVolumeSource {
    #[api(tag = 1, json = "volumeID", required)]
    pub volume_id: String,
    /// The file system that is mounted.
    #[api(tag = 2)]
    pub fs_type: String,
    #[api(tag = 3)]
    pub partition: i32,
    #[api(tag = 4)]
    pub read_only: bool,
}

/// A checkout of a git repository.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct GitRepoVolumeSource {
    #[api(tag = 1, required)]
    pub repository: String,
    #[api(tag = 2)]
    pub revision: String,
    #[api(tag = 3)]
    pub directory: String,
}

/// A directory that an NFS server exports.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct NFSVolumeSource {
    #[api(tag = 1, required)]
    pub server: String,
    #[api(tag = 2, required)]
    pub path: String,
    #[api(tag = 3)]
    pub read_only: bool,
}

/// A disk reached by iSCSI.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ISCSIVolumeSource {
    #[api(tag = 1, required)]
    pub target_portal: String,
    #[api(tag = 2, required)]
    pub iqn: String,
    #[api(tag = 3, required)]
    pub lun: i32,
    #[api(tag = 4, default = "default")]
    pub iscsi_interface: String,
    /// The file system that is mounted.
    #[api(tag = 5)]
    pub fs_type: String,
    #[api(tag = 6)]
    pub read_only: bool,
    #[api(tag = 7, list = atomic)]
    pub portals: Vec<String>,
    #[api(tag = 8, json = "chapAuthDiscovery")]
    pub discovery_chap_auth: bool,
    #[api(tag = 11, json = "chapAuthSession")]
    pub session_chap_auth: bool,
    #[api(tag = 10)]
    pub secret_ref: Option<LocalObjectReference>,
    #[api(tag = 12)]
    pub initiator_name: Option<String>,
}

/// A disk reached by iSCSI, with the namespace of its secret.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ISCSIPersistentVolumeSource {
    #[api(tag = 1, required)]
    pub target_portal: String,
    #[api(tag = 2, required)]
    pub iqn: String,
    #[api(tag = 3, required)]
    pub lun: i32,
    #[api(tag = 4, default = "default")]
    pub iscsi_interface: String,
    /// The file system that is mounted.
    #[api(tag = 5)]
    pub fs_type: String,
    #[api(tag = 6)]
    pub read_only: bool,
    #[api(tag = 7, list = atomic)]
    pub portals: Vec<String>,
    #[api(tag = 8, json = "chapAuthDiscovery")]
    pub discovery_chap_auth: bool,
    #[api(tag = 11, json = "chapAuthSession")]
    pub session_chap_auth: bool,
    #[api(tag = 10)]
    pub secret_ref: Option<Box<SecretReference>>,
    #[api(tag = 12)]
    pub initiator_name: Option<String>,
}

/// A disk reached by Fibre Channel.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct FCVolumeSource {
    #[api(tag = 1, json = "targetWWNs", list = atomic)]
    pub target_wwns: Vec<String>,
    #[api(tag = 2)]
    pub lun: Option<i32>,
    /// The file system that is mounted.
    #[api(tag = 3)]
    pub fs_type: String,
    #[api(tag = 4)]
    pub read_only: bool,
    #[api(tag = 5, list = atomic)]
    pub wwids: Vec<String>,
}

/// A share of Azure Files.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct AzureFileVolumeSource {
    #[api(tag = 1, required)]
    pub secret_name: String,
    #[api(tag = 2, required)]
    pub share_name: String,
    #[api(tag = 3)]
    pub read_only: bool,
}

/// A share of Azure Files, with the namespace of its secret.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct AzureFilePersistentVolumeSource {
    #[api(tag = 1, required)]
    pub secret_name: String,
    #[api(tag = 2, required)]
    pub share_name: String,
    #[api(tag = 3)]
    pub read_only: bool,
    #[api(tag = 4, always)]
    pub secret_namespace: Option<String>,
}

/// A virtual disk of vSphere.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct VsphereVirtualDiskVolumeSource {
    #[api(tag = 1, required)]
    pub volume_path: String,
    /// The file system that is mounted.
    #[api(tag = 2)]
    pub fs_type: String,
    #[api(tag = 3)]
    pub storage_policy_name: String,
    #[api(tag = 4, json = "storagePolicyID")]
    pub storage_policy_id: String,
}

/// A persistent disk of the Photon controller.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct PhotonPersistentDiskVolumeSource {
    #[api(tag = 1, json = "pdID", required)]
    pub pd_id: String,
    /// The file system that is mounted.
    #[api(tag = 2)]
    pub fs_type: String,
}

/// How the host caches an Azure disk.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
pub enum AzureDataDiskCachingMode {
    /// Not at all.
    None,
    /// For reading.
    ReadOnly,
    /// For reading and writing.
    ReadWrite,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

/// Where an Azure disk is kept.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
pub enum AzureDataDiskKind {
    /// With others, in one storage account.
    Shared,
    /// Alone in a storage account.
    Dedicated,
    /// By Azure itself.
    Managed,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

/// A data disk of Azure.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct AzureDiskVolumeSource {
    #[api(tag = 1, required)]
    pub disk_name: String,
    #[api(tag = 2, json = "diskURI", required)]
    pub data_disk_uri: String,
    #[api(tag = 3, default = "ReadWrite")]
    pub caching_mode: Option<AzureDataDiskCachingMode>,
    /// The file system that is mounted.
    #[api(tag = 4, default = "ext4")]
    pub fs_type: Option<String>,
    #[api(tag = 5, default = false)]
    pub read_only: Option<bool>,
    #[api(tag = 6, default = "Shared")]
    pub kind: Option<AzureDataDiskKind>,
}

/// A Portworx volume.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct PortworxVolumeSource {
    #[api(tag = 1, json = "volumeID", required)]
    pub volume_id: String,
    /// The file system that is mounted.
    #[api(tag = 2)]
    pub fs_type: String,
    #[api(tag = 3)]
    pub read_only: bool,
}

/// A ScaleIO volume.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ScaleIOVolumeSource {
    #[api(tag = 1, required)]
    pub gateway: String,
    #[api(tag = 2, required)]
    pub system: String,
    #[api(tag = 3, required)]
    pub secret_ref: Option<LocalObjectReference>,
    #[api(tag = 4)]
    pub ssl_enabled: bool,
    #[api(tag = 5)]
    pub protection_domain: String,
    #[api(tag = 6)]
    pub storage_pool: String,
    #[api(tag = 7, default = "ThinProvisioned")]
    pub storage_mode: String,
    #[api(tag = 8)]
    pub volume_name: String,
    /// The file system that is mounted.
    #[api(tag = 9, default = "xfs")]
    pub fs_type: String,
    #[api(tag = 10)]
    pub read_only: bool,
}

/// A ScaleIO volume, with the namespace of its secret.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ScaleIOPersistentVolumeSource {
    #[api(tag = 1, required)]
    pub gateway: String,
    #[api(tag = 2, required)]
    pub system: String,
    #[api(tag = 3, required)]
    pub secret_ref: Option<Box<SecretReference>>,
    #[api(tag = 4)]
    pub ssl_enabled: bool,
    #[api(tag = 5)]
    pub protection_domain: String,
    #[api(tag = 6)]
    pub storage_pool: String,
    #[api(tag = 7, default = "ThinProvisioned")]
    pub storage_mode: String,
    #[api(tag = 8)]
    pub volume_name: String,
    /// The file system that is mounted.
    #[api(tag = 9, default = "xfs")]
    pub fs_type: String,
    #[api(tag = 10)]
    pub read_only: bool,
}

/// A StorageOS volume.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct StorageOSVolumeSource {
    #[api(tag = 1)]
    pub volume_name: String,
    #[api(tag = 2)]
    pub volume_namespace: String,
    /// The file system that is mounted.
    #[api(tag = 3)]
    pub fs_type: String,
    #[api(tag = 4)]
    pub read_only: bool,
    #[api(tag = 5)]
    pub secret_ref: Option<LocalObjectReference>,
}

/// A StorageOS volume, with a reference to its secret.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct StorageOSPersistentVolumeSource {
    #[api(tag = 1)]
    pub volume_name: String,
    #[api(tag = 2)]
    pub volume_namespace: String,
    /// The file system that is mounted.
    #[api(tag = 3)]
    pub fs_type: String,
    #[api(tag = 4)]
    pub read_only: bool,
    #[api(tag = 5)]
    pub secret_ref: Option<Box<ObjectReference>>,
}
