//! Volumes of particular storage systems. Most of them are read for compatibility and served by CSI drivers
//! today.

use std::collections::BTreeMap;

use kubeforge_derive::ApiSource;

use super::{LocalObjectReference, ObjectReference, SecretReference};

/// A Glusterfs volume.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct GlusterfsVolumeSource {
    /// The endpoints of the servers.
    #[api(tag = 1, json = "endpoints", required)]
    pub endpoints_name: String,
    /// The volume.
    #[api(tag = 2, required)]
    pub path: String,
    /// It cannot be written to.
    #[api(tag = 3)]
    pub read_only: bool,
}

/// A Glusterfs volume, with the namespace of its endpoints.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct GlusterfsPersistentVolumeSource {
    /// The endpoints of the servers.
    #[api(tag = 1, json = "endpoints", required)]
    pub endpoints_name: String,
    /// The volume.
    #[api(tag = 2, required)]
    pub path: String,
    /// It cannot be written to.
    #[api(tag = 3)]
    pub read_only: bool,
    /// Their namespace; that of the claim by default.
    #[api(tag = 4)]
    pub endpoints_namespace: Option<String>,
}

/// A block device of a Ceph cluster.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct RBDVolumeSource {
    /// Addresses of the cluster's monitors.
    #[api(tag = 1, json = "monitors", required, list = atomic)]
    pub ceph_monitors: Vec<String>,
    /// The image.
    #[api(tag = 2, json = "image", required)]
    pub rbd_image: String,
    /// The file system that is mounted.
    #[api(tag = 3)]
    pub fs_type: String,
    /// The pool that the image is in.
    #[api(tag = 4, json = "pool", default = "rbd")]
    pub rbd_pool: String,
    /// The user.
    #[api(tag = 5, json = "user", default = "admin")]
    pub rados_user: String,
    /// The user's keys, as a file of the node.
    #[api(tag = 6, default = "/etc/ceph/keyring")]
    pub keyring: String,
    /// Credentials for the storage system.
    #[api(tag = 7)]
    pub secret_ref: Option<LocalObjectReference>,
    /// It cannot be written to.
    #[api(tag = 8)]
    pub read_only: bool,
}

/// A block device of a Ceph cluster, with the namespace of its secret.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct RBDPersistentVolumeSource {
    /// Addresses of the cluster's monitors.
    #[api(tag = 1, json = "monitors", required, list = atomic)]
    pub ceph_monitors: Vec<String>,
    /// The image.
    #[api(tag = 2, json = "image", required)]
    pub rbd_image: String,
    /// The file system that is mounted.
    #[api(tag = 3)]
    pub fs_type: String,
    /// The pool that the image is in.
    #[api(tag = 4, json = "pool", default = "rbd")]
    pub rbd_pool: String,
    /// The user.
    #[api(tag = 5, json = "user", default = "admin")]
    pub rados_user: String,
    /// The user's keys, as a file of the node.
    #[api(tag = 6, default = "/etc/ceph/keyring")]
    pub keyring: String,
    /// Credentials for the storage system.
    #[api(tag = 7)]
    pub secret_ref: Option<Box<SecretReference>>,
    /// It cannot be written to.
    #[api(tag = 8)]
    pub read_only: bool,
}

/// An OpenStack Cinder volume.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct CinderVolumeSource {
    /// The volume.
    #[api(tag = 1, json = "volumeID", required)]
    pub volume_id: String,
    /// The file system that is mounted.
    #[api(tag = 2)]
    pub fs_type: String,
    /// It cannot be written to.
    #[api(tag = 3)]
    pub read_only: bool,
    /// Credentials for the storage system.
    #[api(tag = 4)]
    pub secret_ref: Option<LocalObjectReference>,
}

/// An OpenStack Cinder volume, with the namespace of its secret.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct CinderPersistentVolumeSource {
    /// The volume.
    #[api(tag = 1, json = "volumeID", required)]
    pub volume_id: String,
    /// The file system that is mounted.
    #[api(tag = 2)]
    pub fs_type: String,
    /// It cannot be written to.
    #[api(tag = 3)]
    pub read_only: bool,
    /// Credentials for the storage system.
    #[api(tag = 4)]
    pub secret_ref: Option<Box<SecretReference>>,
}

/// A directory of a Ceph file system.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct CephFSVolumeSource {
    /// Addresses of the cluster's monitors.
    #[api(tag = 1, required, list = atomic)]
    pub monitors: Vec<String>,
    /// The directory.
    #[api(tag = 2)]
    pub path: String,
    /// The user.
    #[api(tag = 3)]
    pub user: String,
    /// The user's keys, as a file of the node.
    #[api(tag = 4)]
    pub secret_file: String,
    /// Credentials for the storage system.
    #[api(tag = 5)]
    pub secret_ref: Option<LocalObjectReference>,
    /// It cannot be written to.
    #[api(tag = 6)]
    pub read_only: bool,
}

/// A directory of a Ceph file system, with the namespace of its secret.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct CephFSPersistentVolumeSource {
    /// Addresses of the cluster's monitors.
    #[api(tag = 1, required, list = atomic)]
    pub monitors: Vec<String>,
    /// The directory.
    #[api(tag = 2)]
    pub path: String,
    /// The user.
    #[api(tag = 3)]
    pub user: String,
    /// The user's keys, as a file of the node.
    #[api(tag = 4)]
    pub secret_file: String,
    /// Credentials for the storage system.
    #[api(tag = 5)]
    pub secret_ref: Option<Box<SecretReference>>,
    /// It cannot be written to.
    #[api(tag = 6)]
    pub read_only: bool,
}

/// A Flocker dataset.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct FlockerVolumeSource {
    /// The dataset, by name.
    #[api(tag = 1)]
    pub dataset_name: String,
    /// The dataset, by UUID.
    #[api(tag = 2, json = "datasetUUID")]
    pub dataset_uuid: String,
}

/// A persistent disk of Google Compute Engine.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct GCEPersistentDiskVolumeSource {
    /// The disk.
    #[api(tag = 1, required)]
    pub pd_name: String,
    /// The file system that is mounted.
    #[api(tag = 2)]
    pub fs_type: String,
    /// The partition to mount; zero for the whole.
    #[api(tag = 3)]
    pub partition: i32,
    /// It cannot be written to.
    #[api(tag = 4)]
    pub read_only: bool,
}

/// A Quobyte volume.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct QuobyteVolumeSource {
    /// Addresses of the registries.
    #[api(tag = 1, required)]
    pub registry: String,
    /// The volume.
    #[api(tag = 2, required)]
    pub volume: String,
    /// It cannot be written to.
    #[api(tag = 3)]
    pub read_only: bool,
    /// The user that owns it.
    #[api(tag = 4)]
    pub user: String,
    /// The group that owns it.
    #[api(tag = 5)]
    pub group: String,
    /// The tenant that it belongs to.
    #[api(tag = 6)]
    pub tenant: String,
}

/// A volume of an exec-based plugin, with the namespace of its secret.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct FlexPersistentVolumeSource {
    /// The plugin.
    #[api(tag = 1, required)]
    pub driver: String,
    /// The file system that is mounted.
    #[api(tag = 2)]
    pub fs_type: String,
    /// Credentials for the storage system.
    #[api(tag = 3)]
    pub secret_ref: Option<Box<SecretReference>>,
    /// It cannot be written to.
    #[api(tag = 4)]
    pub read_only: bool,
    /// What the plugin is told.
    #[api(tag = 5)]
    pub options: BTreeMap<String, String>,
}

/// A volume of an exec-based plugin.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct FlexVolumeSource {
    /// The plugin.
    #[api(tag = 1, required)]
    pub driver: String,
    /// The file system that is mounted.
    #[api(tag = 2)]
    pub fs_type: String,
    /// Credentials for the storage system.
    #[api(tag = 3)]
    pub secret_ref: Option<LocalObjectReference>,
    /// It cannot be written to.
    #[api(tag = 4)]
    pub read_only: bool,
    /// What the plugin is told.
    #[api(tag = 5)]
    pub options: BTreeMap<String, String>,
}

/// An Elastic Block Store volume of Amazon Web Services.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct AWSElasticBlockStoreVolumeSource {
    /// The volume.
    #[api(tag = 1, json = "volumeID", required)]
    pub volume_id: String,
    /// The file system that is mounted.
    #[api(tag = 2)]
    pub fs_type: String,
    /// The partition to mount; zero for the whole.
    #[api(tag = 3)]
    pub partition: i32,
    /// It cannot be written to.
    #[api(tag = 4)]
    pub read_only: bool,
}

/// A checkout of a git repository.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct GitRepoVolumeSource {
    /// Its address.
    #[api(tag = 1, required)]
    pub repository: String,
    /// The commit.
    #[api(tag = 2)]
    pub revision: String,
    /// Where it is checked out, below the mount.
    #[api(tag = 3)]
    pub directory: String,
}

/// A directory that an NFS server exports.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct NFSVolumeSource {
    /// The server.
    #[api(tag = 1, required)]
    pub server: String,
    /// The directory.
    #[api(tag = 2, required)]
    pub path: String,
    /// It cannot be written to.
    #[api(tag = 3)]
    pub read_only: bool,
}

/// A disk reached by iSCSI.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ISCSIVolumeSource {
    /// Where the target is reached.
    #[api(tag = 1, required)]
    pub target_portal: String,
    /// The target.
    #[api(tag = 2, required)]
    pub iqn: String,
    /// The number of the disk at the target.
    #[api(tag = 3, required)]
    pub lun: i32,
    /// The interface that is used.
    #[api(tag = 4, default = "default")]
    pub iscsi_interface: String,
    /// The file system that is mounted.
    #[api(tag = 5)]
    pub fs_type: String,
    /// It cannot be written to.
    #[api(tag = 6)]
    pub read_only: bool,
    /// Where else it is reached.
    #[api(tag = 7, list = atomic)]
    pub portals: Vec<String>,
    /// Authenticate when asking for targets.
    #[api(tag = 8, json = "chapAuthDiscovery")]
    pub discovery_chap_auth: bool,
    /// Authenticate when opening a session.
    #[api(tag = 11, json = "chapAuthSession")]
    pub session_chap_auth: bool,
    /// Credentials for the storage system.
    #[api(tag = 10)]
    pub secret_ref: Option<LocalObjectReference>,
    /// Who the node says that it is.
    #[api(tag = 12)]
    pub initiator_name: Option<String>,
}

/// A disk reached by iSCSI, with the namespace of its secret.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ISCSIPersistentVolumeSource {
    /// Where the target is reached.
    #[api(tag = 1, required)]
    pub target_portal: String,
    /// The target.
    #[api(tag = 2, required)]
    pub iqn: String,
    /// The number of the disk at the target.
    #[api(tag = 3, required)]
    pub lun: i32,
    /// The interface that is used.
    #[api(tag = 4, default = "default")]
    pub iscsi_interface: String,
    /// The file system that is mounted.
    #[api(tag = 5)]
    pub fs_type: String,
    /// It cannot be written to.
    #[api(tag = 6)]
    pub read_only: bool,
    /// Where else it is reached.
    #[api(tag = 7, list = atomic)]
    pub portals: Vec<String>,
    /// Authenticate when asking for targets.
    #[api(tag = 8, json = "chapAuthDiscovery")]
    pub discovery_chap_auth: bool,
    /// Authenticate when opening a session.
    #[api(tag = 11, json = "chapAuthSession")]
    pub session_chap_auth: bool,
    /// Credentials for the storage system.
    #[api(tag = 10)]
    pub secret_ref: Option<Box<SecretReference>>,
    /// Who the node says that it is.
    #[api(tag = 12)]
    pub initiator_name: Option<String>,
}

/// A disk reached by Fibre Channel.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct FCVolumeSource {
    /// World-wide names of the targets.
    #[api(tag = 1, json = "targetWWNs", list = atomic)]
    pub target_wwns: Vec<String>,
    /// The number of the disk at the target.
    #[api(tag = 2)]
    pub lun: Option<i32>,
    /// The file system that is mounted.
    #[api(tag = 3)]
    pub fs_type: String,
    /// It cannot be written to.
    #[api(tag = 4)]
    pub read_only: bool,
    /// World-wide identifiers of the disk.
    #[api(tag = 5, list = atomic)]
    pub wwids: Vec<String>,
}

/// A share of Azure Files.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct AzureFileVolumeSource {
    /// The Secret with the account's name and key.
    #[api(tag = 1, required)]
    pub secret_name: String,
    /// The share.
    #[api(tag = 2, required)]
    pub share_name: String,
    /// It cannot be written to.
    #[api(tag = 3)]
    pub read_only: bool,
}

/// A share of Azure Files, with the namespace of its secret.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct AzureFilePersistentVolumeSource {
    /// The Secret with the account's name and key.
    #[api(tag = 1, required)]
    pub secret_name: String,
    /// The share.
    #[api(tag = 2, required)]
    pub share_name: String,
    /// It cannot be written to.
    #[api(tag = 3)]
    pub read_only: bool,
    /// Its namespace; that of the claim by default.
    #[api(tag = 4, always)]
    pub secret_namespace: Option<String>,
}

/// A virtual disk of vSphere.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct VsphereVirtualDiskVolumeSource {
    /// The disk.
    #[api(tag = 1, required)]
    pub volume_path: String,
    /// The file system that is mounted.
    #[api(tag = 2)]
    pub fs_type: String,
    /// The storage policy, by name.
    #[api(tag = 3)]
    pub storage_policy_name: String,
    /// The storage policy, by id.
    #[api(tag = 4, json = "storagePolicyID")]
    pub storage_policy_id: String,
}

/// A persistent disk of the Photon controller.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct PhotonPersistentDiskVolumeSource {
    /// The disk.
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
    /// The disk, by name.
    #[api(tag = 1, required)]
    pub disk_name: String,
    /// The disk, by address.
    #[api(tag = 2, json = "diskURI", required)]
    pub data_disk_uri: String,
    /// How the host caches it.
    #[api(tag = 3, default = "ReadWrite")]
    pub caching_mode: Option<AzureDataDiskCachingMode>,
    /// The file system that is mounted.
    #[api(tag = 4, default = "ext4")]
    pub fs_type: Option<String>,
    /// It cannot be written to.
    #[api(tag = 5, default = false)]
    pub read_only: Option<bool>,
    /// Where it is kept.
    #[api(tag = 6, default = "Shared")]
    pub kind: Option<AzureDataDiskKind>,
}

/// A Portworx volume.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct PortworxVolumeSource {
    /// The volume.
    #[api(tag = 1, json = "volumeID", required)]
    pub volume_id: String,
    /// The file system that is mounted.
    #[api(tag = 2)]
    pub fs_type: String,
    /// It cannot be written to.
    #[api(tag = 3)]
    pub read_only: bool,
}

/// A ScaleIO volume.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ScaleIOVolumeSource {
    /// Address of the gateway.
    #[api(tag = 1, required)]
    pub gateway: String,
    /// The storage system.
    #[api(tag = 2, required)]
    pub system: String,
    /// Credentials for the storage system.
    #[api(tag = 3, required)]
    pub secret_ref: Option<LocalObjectReference>,
    /// Speak to the gateway through TLS.
    #[api(tag = 4)]
    pub ssl_enabled: bool,
    /// The protection domain.
    #[api(tag = 5)]
    pub protection_domain: String,
    /// The storage pool.
    #[api(tag = 6)]
    pub storage_pool: String,
    /// Thick or thin.
    #[api(tag = 7, default = "ThinProvisioned")]
    pub storage_mode: String,
    /// The volume.
    #[api(tag = 8)]
    pub volume_name: String,
    /// The file system that is mounted.
    #[api(tag = 9, default = "xfs")]
    pub fs_type: String,
    /// It cannot be written to.
    #[api(tag = 10)]
    pub read_only: bool,
}

/// A ScaleIO volume, with the namespace of its secret.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ScaleIOPersistentVolumeSource {
    /// Address of the gateway.
    #[api(tag = 1, required)]
    pub gateway: String,
    /// The storage system.
    #[api(tag = 2, required)]
    pub system: String,
    /// Credentials for the storage system.
    #[api(tag = 3, required)]
    pub secret_ref: Option<Box<SecretReference>>,
    /// Speak to the gateway through TLS.
    #[api(tag = 4)]
    pub ssl_enabled: bool,
    /// The protection domain.
    #[api(tag = 5)]
    pub protection_domain: String,
    /// The storage pool.
    #[api(tag = 6)]
    pub storage_pool: String,
    /// Thick or thin.
    #[api(tag = 7, default = "ThinProvisioned")]
    pub storage_mode: String,
    /// The volume.
    #[api(tag = 8)]
    pub volume_name: String,
    /// The file system that is mounted.
    #[api(tag = 9, default = "xfs")]
    pub fs_type: String,
    /// It cannot be written to.
    #[api(tag = 10)]
    pub read_only: bool,
}

/// A StorageOS volume.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct StorageOSVolumeSource {
    /// The volume.
    #[api(tag = 1)]
    pub volume_name: String,
    /// Its namespace in the storage system.
    #[api(tag = 2)]
    pub volume_namespace: String,
    /// The file system that is mounted.
    #[api(tag = 3)]
    pub fs_type: String,
    /// It cannot be written to.
    #[api(tag = 4)]
    pub read_only: bool,
    /// Credentials for the storage system.
    #[api(tag = 5)]
    pub secret_ref: Option<LocalObjectReference>,
}

/// A StorageOS volume, with a reference to its secret.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct StorageOSPersistentVolumeSource {
    /// The volume.
    #[api(tag = 1)]
    pub volume_name: String,
    /// Its namespace in the storage system.
    #[api(tag = 2)]
    pub volume_namespace: String,
    /// The file system that is mounted.
    #[api(tag = 3)]
    pub fs_type: String,
    /// It cannot be written to.
    #[api(tag = 4)]
    pub read_only: bool,
    /// Credentials for the storage system.
    #[api(tag = 5)]
    pub secret_ref: Option<Box<ObjectReference>>,
}
