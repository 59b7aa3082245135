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
    #[api(tag = 2)]
    pub spec: PersistentVolumeSpec,
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
    #[api(tag = 1)]
    pub capacity: BTreeMap<String, Quantity>,
    #[api(tag = 2, inline)]
    pub persistent_volume_source: PersistentVolumeSource,
    #[api(tag = 3, list = atomic)]
    pub access_modes: Vec<PersistentVolumeAccessMode>,
    #[api(tag = 4, map = granular)]
    pub claim_ref: Option<Box<ObjectReference>>,
    #[api(tag = 5)]
    pub persistent_volume_reclaim_policy: PersistentVolumeReclaimPolicy,
    #[api(tag = 6)]
    pub storage_class_name: String,
    #[api(tag = 7, list = atomic)]
    pub mount_options: Vec<String>,
    #[api(tag = 8)]
    pub volume_mode: Option<PersistentVolumeMode>,
    #[api(tag = 9)]
    pub node_affinity: Option<VolumeNodeAffinity>,
    #[api(tag = 10, gate = "VolumeAttributesClass")]
    pub volume_attributes_class_name: Option<String>,
}

/// What a persistent volume is: one of these.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct PersistentVolumeSource {
    #[api(tag = 1, deprecated)]
    pub gce_persistent_disk: Option<Box<GCEPersistentDiskVolumeSource>>,
    #[api(tag = 2, deprecated)]
    pub aws_elastic_block_store: Option<Box<AWSElasticBlockStoreVolumeSource>>,
    #[api(tag = 3)]
    pub host_path: Option<Box<HostPathVolumeSource>>,
    #[api(tag = 4, deprecated)]
    pub glusterfs: Option<Box<GlusterfsPersistentVolumeSource>>,
    #[api(tag = 5)]
    pub nfs: Option<Box<NFSVolumeSource>>,
    #[api(tag = 6, deprecated)]
    pub rbd: Option<Box<RBDPersistentVolumeSource>>,
    #[api(tag = 7)]
    pub iscsi: Option<Box<ISCSIPersistentVolumeSource>>,
    #[api(tag = 8, deprecated)]
    pub cinder: Option<Box<CinderPersistentVolumeSource>>,
    #[api(tag = 9, json = "cephfs", deprecated)]
    pub ceph_fs: Option<Box<CephFSPersistentVolumeSource>>,
    #[api(tag = 10)]
    pub fc: Option<Box<FCVolumeSource>>,
    #[api(tag = 11, deprecated)]
    pub flocker: Option<Box<FlockerVolumeSource>>,
    #[api(tag = 12, deprecated)]
    pub flex_volume: Option<Box<FlexPersistentVolumeSource>>,
    #[api(tag = 13, deprecated)]
    pub azure_file: Option<Box<AzureFilePersistentVolumeSource>>,
    #[api(tag = 14, deprecated)]
    pub vsphere_volume: Option<Box<VsphereVirtualDiskVolumeSource>>,
    #[api(tag = 15, deprecated)]
    pub quobyte: Option<Box<QuobyteVolumeSource>>,
    #[api(tag = 16, deprecated)]
    pub azure_disk: Option<Box<AzureDiskVolumeSource>>,
    #[api(tag = 17, deprecated)]
    pub photon_persistent_disk: Option<Box<PhotonPersistentDiskVolumeSource>>,
    #[api(tag = 18, deprecated)]
    pub portworx_volume: Option<Box<PortworxVolumeSource>>,
    #[api(tag = 19, json = "scaleIO", deprecated)]
    pub scale_io: Option<Box<ScaleIOPersistentVolumeSource>>,
    #[api(tag = 20)]
    pub local: Option<Box<LocalVolumeSource>>,
    #[api(tag = 21, json = "storageos", deprecated)]
    pub storage_os: Option<Box<StorageOSPersistentVolumeSource>>,
    #[api(tag = 22)]
    pub csi: Option<Box<CSIPersistentVolumeSource>>,
}

/// A volume that a CSI driver manages.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct CSIPersistentVolumeSource {
    #[api(tag = 1, required)]
    pub driver: String,
    #[api(tag = 2, required)]
    pub volume_handle: String,
    #[api(tag = 3)]
    pub read_only: bool,
    #[api(tag = 4)]
    pub fs_type: String,
    #[api(tag = 5)]
    pub volume_attributes: BTreeMap<String, String>,
    #[api(tag = 6)]
    pub controller_publish_secret_ref: Option<Box<SecretReference>>,
    #[api(tag = 7)]
    pub node_stage_secret_ref: Option<Box<SecretReference>>,
    #[api(tag = 8)]
    pub node_publish_secret_ref: Option<Box<SecretReference>>,
    #[api(tag = 9)]
    pub controller_expand_secret_ref: Option<Box<SecretReference>>,
    #[api(tag = 10)]
    pub node_expand_secret_ref: Option<Box<SecretReference>>,
}

/// The nodes that can reach a volume.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct VolumeNodeAffinity {
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
    #[api(tag = 1)]
    pub phase: PersistentVolumePhase,
    #[api(tag = 2)]
    pub message: String,
    #[api(tag = 3)]
    pub reason: String,
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
