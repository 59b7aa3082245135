//! Persistent volumes: storage of the cluster that outlives pods.

use std::collections::BTreeMap;

use kubeforge_derive::ApiSource;
use kubeforge_machinery::meta::v1::{ListMeta, ObjectMeta};
use kubeforge_machinery::{Quantity, Time};

use super::{
    AWSElasticBlockStoreVolumeSource, AzureDiskVolumeSource, AzureFilePersistentVolumeSource,
    CephFSPersistentVolumeSource, CinderPersistentVolumeSource, FCVolumeSource, FlexPersistentVolumeSource,
    FlockerVolumeSource, GCEPersistentDiskVolumeSource, GlusterfsPersistentVolumeSource, HostPathVolumeSource,
    ISCSIPersistentVolumeSource, LocalVolumeSource, NFSVolumeSource, NodeSelector, ObjectReference,
    PhotonPersistentDiskVolumeSource, PortworxVolumeSource, QuobyteVolumeSource, RBDPersistentVolumeSource,
    ScaleIOPersistentVolumeSource, SecretReference, StorageOSPersistentVolumeSource, VsphereVirtualDiskVolumeSource,
};

/// A piece of storage of the cluster, made by hand or by a provisioner, that one claim can be bound to.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, cluster, plural = "persistentvolumes", singular = "persistentvolume", short = ["pv"])]
#[api(subresource(status))]
#[api(introduced = "1.0")]
pub struct PersistentVolume {
    /// Name, labels and everything else that all objects carry.
    #[api(tag = 1)]
    pub metadata: ObjectMeta,
    /// What is wanted.
    #[api(tag = 2)]
    pub spec: PersistentVolumeSpec,
    /// What has come of it.
    #[api(tag = 3)]
    pub status: PersistentVolumeStatus,
}

/// Persistent volumes, listed as of one point in the history of the store.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(list = "PersistentVolume")]
#[api(introduced = "1.0")]
pub struct PersistentVolumeList {
    /// Where the list stands in the history of the store, and how to read on.
    #[api(tag = 1)]
    pub metadata: ListMeta,
    /// The objects, in the order in which the server lists them.
    #[api(tag = 2, required)]
    pub items: Vec<PersistentVolume>,
}

/// What a persistent volume is, who may use it how, and what becomes of it.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct PersistentVolumeSpec {
    /// How much it holds.
    #[api(tag = 1)]
    pub capacity: BTreeMap<String, Quantity>,
    /// What it is.
    #[api(tag = 2, inline)]
    pub persistent_volume_source: PersistentVolumeSource,
    /// The ways in which it can be used.
    #[api(tag = 3, list = atomic)]
    pub access_modes: Vec<PersistentVolumeAccessMode>,
    /// The claim that it is bound to, or kept for.
    #[api(tag = 4, granular)]
    pub claim_ref: Option<Box<ObjectReference>>,
    /// What becomes of it when the claim is gone.
    #[api(tag = 5)]
    pub persistent_volume_reclaim_policy: PersistentVolumeReclaimPolicy,
    /// Its class; a claim must ask for the same.
    #[api(tag = 6)]
    pub storage_class_name: String,
    /// Options for mounting it.
    #[api(tag = 7, list = atomic)]
    pub mount_options: Vec<String>,
    /// Directory or device.
    #[api(tag = 8)]
    pub volume_mode: Option<PersistentVolumeMode>,
    /// Which nodes can reach it.
    #[api(tag = 9)]
    pub node_affinity: Option<VolumeNodeAffinity>,
    /// The class of its changeable settings.
    #[api(tag = 10, gate = "VolumeAttributesClass")]
    pub volume_attributes_class_name: Option<String>,
}

/// What a persistent volume is: one of these.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct PersistentVolumeSource {
    /// A disk of Google Compute Engine.
    #[api(tag = 1, deprecated)]
    pub gce_persistent_disk: Option<Box<GCEPersistentDiskVolumeSource>>,
    /// A volume of Amazon Web Services.
    #[api(tag = 2, deprecated)]
    pub aws_elastic_block_store: Option<Box<AWSElasticBlockStoreVolumeSource>>,
    /// A directory of a node; for tests on a single node only.
    #[api(tag = 3)]
    pub host_path: Option<Box<HostPathVolumeSource>>,
    /// A Glusterfs volume.
    #[api(tag = 4, deprecated)]
    pub glusterfs: Option<Box<GlusterfsPersistentVolumeSource>>,
    /// A directory of an NFS server.
    #[api(tag = 5)]
    pub nfs: Option<Box<NFSVolumeSource>>,
    /// A block device of Ceph.
    #[api(tag = 6, deprecated)]
    pub rbd: Option<Box<RBDPersistentVolumeSource>>,
    /// A disk reached by iSCSI.
    #[api(tag = 7)]
    pub iscsi: Option<Box<ISCSIPersistentVolumeSource>>,
    /// An OpenStack volume.
    #[api(tag = 8, deprecated)]
    pub cinder: Option<Box<CinderPersistentVolumeSource>>,
    /// A Ceph file system.
    #[api(tag = 9, json = "cephfs", deprecated)]
    pub ceph_fs: Option<Box<CephFSPersistentVolumeSource>>,
    /// A disk reached by Fibre Channel.
    #[api(tag = 10)]
    pub fc: Option<Box<FCVolumeSource>>,
    /// A Flocker dataset.
    #[api(tag = 11, deprecated)]
    pub flocker: Option<Box<FlockerVolumeSource>>,
    /// A volume of an exec-based plugin.
    #[api(tag = 12, deprecated)]
    pub flex_volume: Option<Box<FlexPersistentVolumeSource>>,
    /// A share of Azure Files.
    #[api(tag = 13, deprecated)]
    pub azure_file: Option<Box<AzureFilePersistentVolumeSource>>,
    /// A vSphere disk.
    #[api(tag = 14, deprecated)]
    pub vsphere_volume: Option<Box<VsphereVirtualDiskVolumeSource>>,
    /// A Quobyte volume.
    #[api(tag = 15, deprecated)]
    pub quobyte: Option<Box<QuobyteVolumeSource>>,
    /// An Azure disk.
    #[api(tag = 16, deprecated)]
    pub azure_disk: Option<Box<AzureDiskVolumeSource>>,
    /// A disk of the Photon controller.
    #[api(tag = 17, deprecated)]
    pub photon_persistent_disk: Option<Box<PhotonPersistentDiskVolumeSource>>,
    /// A Portworx volume.
    #[api(tag = 18, deprecated)]
    pub portworx_volume: Option<Box<PortworxVolumeSource>>,
    /// A ScaleIO volume.
    #[api(tag = 19, json = "scaleIO", deprecated)]
    pub scale_io: Option<Box<ScaleIOPersistentVolumeSource>>,
    /// A disk or directory of one node.
    #[api(tag = 20)]
    pub local: Option<Box<LocalVolumeSource>>,
    /// A StorageOS volume.
    #[api(tag = 21, json = "storageos", deprecated)]
    pub storage_os: Option<Box<StorageOSPersistentVolumeSource>>,
    /// A volume of a CSI driver.
    #[api(tag = 22)]
    pub csi: Option<Box<CSIPersistentVolumeSource>>,
}

/// A volume that a CSI driver manages.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct CSIPersistentVolumeSource {
    /// The driver.
    #[api(tag = 1, required)]
    pub driver: String,
    /// The volume, as the driver names it.
    #[api(tag = 2, required)]
    pub volume_handle: String,
    /// It cannot be written to.
    #[api(tag = 3)]
    pub read_only: bool,
    /// The file system that is mounted.
    #[api(tag = 4)]
    pub fs_type: String,
    /// What the driver is told about the volume.
    #[api(tag = 5)]
    pub volume_attributes: BTreeMap<String, String>,
    /// Credentials for attaching it.
    #[api(tag = 6)]
    pub controller_publish_secret_ref: Option<Box<SecretReference>>,
    /// Credentials for making it ready on a node.
    #[api(tag = 7)]
    pub node_stage_secret_ref: Option<Box<SecretReference>>,
    /// Credentials for mounting it.
    #[api(tag = 8)]
    pub node_publish_secret_ref: Option<Box<SecretReference>>,
    /// Credentials for making it larger.
    #[api(tag = 9)]
    pub controller_expand_secret_ref: Option<Box<SecretReference>>,
    /// Credentials for making its file system larger.
    #[api(tag = 10)]
    pub node_expand_secret_ref: Option<Box<SecretReference>>,
}

/// The nodes that can reach a volume.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct VolumeNodeAffinity {
    /// Only these nodes.
    #[api(tag = 1)]
    pub required: Option<NodeSelector>,
}

/// What becomes of a volume when its claim is gone.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
pub enum PersistentVolumeReclaimPolicy {
    /// Its files are removed and it is offered again; no longer recommended.
    Recycle,
    /// It is deleted, and the storage with it.
    Delete,
    /// It stays as it is until someone looks after it.
    Retain,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

/// How a volume appears to containers.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
pub enum PersistentVolumeMode {
    /// As a raw device.
    Block,
    /// As a directory.
    Filesystem,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

/// Who can use a volume at the same time, and how.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
pub enum PersistentVolumeAccessMode {
    /// The pods of one node.
    ReadWriteOnce,
    /// Pods of many nodes, none of them writing.
    ReadOnlyMany,
    /// Pods of many nodes.
    ReadWriteMany,
    /// One pod in all the cluster.
    ReadWriteOncePod,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

/// How a persistent volume is.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct PersistentVolumeStatus {
    /// How far it has come.
    #[api(tag = 1)]
    pub phase: PersistentVolumePhase,
    /// Why it is as it is, for people.
    #[api(tag = 2)]
    pub message: String,
    /// Why it is as it is, for programs.
    #[api(tag = 3)]
    pub reason: String,
    /// Since when it is in its phase.
    #[api(tag = 4)]
    pub last_phase_transition_time: Option<Time>,
}

/// How far a persistent volume has come.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
pub enum PersistentVolumePhase {
    /// Not ready to be bound.
    Pending,
    /// Ready, without a claim.
    Available,
    /// Bound to a claim.
    Bound,
    /// Its claim is gone, and it has not been looked after yet.
    Released,
    /// Looking after it failed.
    Failed,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}
