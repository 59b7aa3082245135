//! Volumes of a pod, and the sources that come with Kubernetes.

use std::collections::BTreeMap;

use kubeforge_derive::ApiSource;
use kubeforge_machinery::Quantity;
use kubeforge_machinery::meta::v1::ObjectMeta;

use super::{
    AWSElasticBlockStoreVolumeSource, AzureDiskVolumeSource, AzureFileVolumeSource, CephFSVolumeSource,
    CinderVolumeSource, FCVolumeSource, FlexVolumeSource, FlockerVolumeSource, GCEPersistentDiskVolumeSource,
    GitRepoVolumeSource, GlusterfsVolumeSource, ISCSIVolumeSource, LocalObjectReference, NFSVolumeSource,
    ObjectFieldSelector, PersistentVolumeClaimSpec, PhotonPersistentDiskVolumeSource, PortworxVolumeSource,
    ProjectedVolumeSource, PullPolicy, QuobyteVolumeSource, RBDVolumeSource, ResourceFieldSelector,
    ScaleIOVolumeSource, StorageOSVolumeSource, VsphereVirtualDiskVolumeSource,
};

/// Something that containers of a pod can mount.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct Volume {
    /// Unique within the pod, and a DNS label.
    #[api(tag = 1, required)]
    pub name: String,
    /// What it is.
    #[api(tag = 2, inline)]
    pub volume_source: VolumeSource,
}

/// What a volume is: one of these. Without any it is an empty directory.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct VolumeSource {
    /// A file or directory of the node.
    #[api(tag = 1)]
    pub host_path: Option<Box<HostPathVolumeSource>>,
    /// A directory that goes with the pod.
    #[api(tag = 2)]
    pub empty_dir: Option<Box<EmptyDirVolumeSource>>,
    /// A disk of Google Compute Engine.
    #[api(tag = 3, deprecated)]
    pub gce_persistent_disk: Option<Box<GCEPersistentDiskVolumeSource>>,
    /// A volume of Amazon Web Services.
    #[api(tag = 4, deprecated)]
    pub aws_elastic_block_store: Option<Box<AWSElasticBlockStoreVolumeSource>>,
    /// A checkout of a git repository.
    #[api(tag = 5, deprecated)]
    pub git_repo: Option<Box<GitRepoVolumeSource>>,
    /// The keys of a Secret.
    #[api(tag = 6)]
    pub secret: Option<Box<SecretVolumeSource>>,
    /// A directory of an NFS server.
    #[api(tag = 7)]
    pub nfs: Option<Box<NFSVolumeSource>>,
    /// A disk reached by iSCSI.
    #[api(tag = 8)]
    pub iscsi: Option<Box<ISCSIVolumeSource>>,
    /// A Glusterfs volume.
    #[api(tag = 9, deprecated)]
    pub glusterfs: Option<Box<GlusterfsVolumeSource>>,
    /// The volume that a claim is bound to.
    #[api(tag = 10)]
    pub persistent_volume_claim: Option<Box<PersistentVolumeClaimVolumeSource>>,
    /// A block device of Ceph.
    #[api(tag = 11, deprecated)]
    pub rbd: Option<Box<RBDVolumeSource>>,
    /// A volume of an exec-based plugin.
    #[api(tag = 12, deprecated)]
    pub flex_volume: Option<Box<FlexVolumeSource>>,
    /// An OpenStack volume.
    #[api(tag = 13, deprecated)]
    pub cinder: Option<Box<CinderVolumeSource>>,
    /// A Ceph file system.
    #[api(tag = 14, json = "cephfs", deprecated)]
    pub ceph_fs: Option<Box<CephFSVolumeSource>>,
    /// A Flocker dataset.
    #[api(tag = 15, deprecated)]
    pub flocker: Option<Box<FlockerVolumeSource>>,
    /// What the pod is.
    #[api(tag = 16, json = "downwardAPI")]
    pub downward_api: Option<Box<DownwardAPIVolumeSource>>,
    /// A disk reached by Fibre Channel.
    #[api(tag = 17)]
    pub fc: Option<Box<FCVolumeSource>>,
    /// A share of Azure Files.
    #[api(tag = 18, deprecated)]
    pub azure_file: Option<Box<AzureFileVolumeSource>>,
    /// The keys of a ConfigMap.
    #[api(tag = 19)]
    pub config_map: Option<Box<ConfigMapVolumeSource>>,
    /// A vSphere disk.
    #[api(tag = 20, deprecated)]
    pub vsphere_volume: Option<Box<VsphereVirtualDiskVolumeSource>>,
    /// A Quobyte volume.
    #[api(tag = 21, deprecated)]
    pub quobyte: Option<Box<QuobyteVolumeSource>>,
    /// An Azure disk.
    #[api(tag = 22, deprecated)]
    pub azure_disk: Option<Box<AzureDiskVolumeSource>>,
    /// A disk of the Photon controller.
    #[api(tag = 23, deprecated)]
    pub photon_persistent_disk: Option<Box<PhotonPersistentDiskVolumeSource>>,
    /// Several sources in one directory.
    #[api(tag = 26)]
    pub projected: Option<Box<ProjectedVolumeSource>>,
    /// A Portworx volume.
    #[api(tag = 24, deprecated)]
    pub portworx_volume: Option<Box<PortworxVolumeSource>>,
    /// A ScaleIO volume.
    #[api(tag = 25, json = "scaleIO", deprecated)]
    pub scale_io: Option<Box<ScaleIOVolumeSource>>,
    /// A StorageOS volume.
    #[api(tag = 27, json = "storageos", deprecated)]
    pub storage_os: Option<Box<StorageOSVolumeSource>>,
    /// A volume that a CSI driver makes for the pod.
    #[api(tag = 28)]
    pub csi: Option<Box<CSIVolumeSource>>,
    /// A volume that is claimed for the pod.
    #[api(tag = 29)]
    pub ephemeral: Option<EphemeralVolumeSource>,
    /// The files of a container image.
    #[api(tag = 30)]
    pub image: Option<Box<ImageVolumeSource>>,
}

/// A file or directory of the node.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct HostPathVolumeSource {
    /// Where it is on the node.
    #[api(tag = 1, required)]
    pub path: String,
    /// What must be there, or is made.
    #[api(tag = 2)]
    pub type_: Option<HostPathType>,
}

/// What must be at a path of the node before it is mounted. Empty means that nothing is checked.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
pub enum HostPathType {
    /// A directory, made where it is missing.
    DirectoryOrCreate,
    /// A directory.
    Directory,
    /// A file, made where it is missing.
    FileOrCreate,
    /// A file.
    File,
    /// A Unix socket.
    Socket,
    /// A character device.
    CharDevice,
    /// A block device.
    BlockDevice,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

/// A directory that is empty when the pod starts and goes with it.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct EmptyDirVolumeSource {
    /// Where it is kept: on the node's disk, or in memory.
    #[api(tag = 1)]
    pub medium: String,
    /// How much it may hold.
    #[api(tag = 2)]
    pub size_limit: Option<Quantity>,
}

/// A Secret, each key of it a file.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct SecretVolumeSource {
    /// The Secret.
    #[api(tag = 1)]
    pub secret_name: String,
    /// Which keys, and as which files; all of them where none is named.
    #[api(tag = 2, list = atomic)]
    pub items: Vec<KeyToPath>,
    /// Permission bits of its files, where they have none of their own.
    #[api(tag = 3)]
    pub default_mode: Option<i32>,
    /// It need not be there.
    #[api(tag = 4)]
    pub optional: Option<bool>,
}

/// A ConfigMap, each key of it a file.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ConfigMapVolumeSource {
    /// The ConfigMap.
    #[api(tag = 1, inline)]
    pub local_object_reference: LocalObjectReference,
    /// Which keys, and as which files; all of them where none is named.
    #[api(tag = 2, list = atomic)]
    pub items: Vec<KeyToPath>,
    /// Permission bits of its files, where they have none of their own.
    #[api(tag = 3)]
    pub default_mode: Option<i32>,
    /// It need not be there.
    #[api(tag = 4)]
    pub optional: Option<bool>,
}

/// A key that becomes a file.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct KeyToPath {
    /// The key.
    #[api(tag = 1, required)]
    pub key: String,
    /// The file, below the mount.
    #[api(tag = 2, required)]
    pub path: String,
    /// Its permission bits; those of the volume by default.
    #[api(tag = 3)]
    pub mode: Option<i32>,
}

/// Files that say what the pod is.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct DownwardAPIVolumeSource {
    /// The files.
    #[api(tag = 1, list = atomic)]
    pub items: Vec<DownwardAPIVolumeFile>,
    /// Permission bits of its files, where they have none of their own.
    #[api(tag = 2)]
    pub default_mode: Option<i32>,
}

/// A file with a field of the pod or a resource of a container.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct DownwardAPIVolumeFile {
    /// The file, below the mount.
    #[api(tag = 1, required)]
    pub path: String,
    /// The field of the pod that it holds.
    #[api(tag = 2)]
    pub field_ref: Option<Box<ObjectFieldSelector>>,
    /// The resource of a container that it holds.
    #[api(tag = 3)]
    pub resource_field_ref: Option<Box<ResourceFieldSelector>>,
    /// Its permission bits; those of the volume by default.
    #[api(tag = 4)]
    pub mode: Option<i32>,
}

/// The volume that a claim in the pod's namespace is bound to.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct PersistentVolumeClaimVolumeSource {
    /// The claim.
    #[api(tag = 1, required)]
    pub claim_name: String,
    /// It cannot be written to.
    #[api(tag = 2)]
    pub read_only: bool,
}

/// A volume that is claimed for the pod and goes with it.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct EphemeralVolumeSource {
    /// What the claim looks like.
    #[api(tag = 1)]
    pub volume_claim_template: Option<Box<PersistentVolumeClaimTemplate>>,
}

/// What the claim of an ephemeral volume looks like.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct PersistentVolumeClaimTemplate {
    /// Labels and annotations for it.
    #[api(tag = 1)]
    pub metadata: ObjectMeta,
    /// What is wanted of it.
    #[api(tag = 2, required)]
    pub spec: PersistentVolumeClaimSpec,
}

/// The files of a container image or other artifact, read only.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ImageVolumeSource {
    /// The image.
    #[api(tag = 1)]
    pub reference: String,
    /// When to pull it.
    #[api(tag = 2)]
    pub pull_policy: PullPolicy,
}

/// A volume that a CSI driver makes for the pod.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct CSIVolumeSource {
    /// The driver.
    #[api(tag = 1, required)]
    pub driver: String,
    /// It cannot be written to.
    #[api(tag = 2)]
    pub read_only: Option<bool>,
    /// The file system that is mounted.
    #[api(tag = 3)]
    pub fs_type: Option<String>,
    /// What the driver is told about the volume.
    #[api(tag = 4)]
    pub volume_attributes: BTreeMap<String, String>,
    /// Credentials for mounting it.
    #[api(tag = 5)]
    pub node_publish_secret_ref: Option<LocalObjectReference>,
}

/// A disk or directory of one node, as a persistent volume.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct LocalVolumeSource {
    /// Where it is on the node.
    #[api(tag = 1, required)]
    pub path: String,
    /// The file system that a block device is given.
    #[api(tag = 2)]
    pub fs_type: Option<String>,
}

// Values of StorageMedium, which is a plain text because others may add their own.
/// On the node's disk.
pub const STORAGE_MEDIUM_DEFAULT: &str = "";
/// In memory.
pub const STORAGE_MEDIUM_MEMORY: &str = "Memory";
/// In huge pages, of the only size that the pod asks for.
pub const STORAGE_MEDIUM_HUGE_PAGES: &str = "HugePages";
/// In huge pages of the size that follows.
pub const STORAGE_MEDIUM_HUGE_PAGES_PREFIX: &str = "HugePages-";
