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

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct Volume {
    #[api(tag = 1, required)]
    pub name: String,
    #[api(tag = 2, inline)]
    pub volume_source: VolumeSource,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct VolumeSource {
    #[api(tag = 1)]
    pub host_path: Option<Box<HostPathVolumeSource>>,
    #[api(tag = 2)]
    pub empty_dir: Option<Box<EmptyDirVolumeSource>>,
    #[api(tag = 3, deprecated)]
    pub gce_persistent_disk: Option<Box<GCEPersistentDiskVolumeSource>>,
    #[api(tag = 4, deprecated)]
    pub aws_elastic_block_store: Option<Box<AWSElasticBlockStoreVolumeSource>>,
    #[api(tag = 5, deprecated)]
    pub git_repo: Option<Box<GitRepoVolumeSource>>,
    #[api(tag = 6)]
    pub secret: Option<Box<SecretVolumeSource>>,
    #[api(tag = 7)]
    pub nfs: Option<Box<NFSVolumeSource>>,
    #[api(tag = 8)]
    pub iscsi: Option<Box<ISCSIVolumeSource>>,
    #[api(tag = 9, deprecated)]
    pub glusterfs: Option<Box<GlusterfsVolumeSource>>,
    #[api(tag = 10)]
    pub persistent_volume_claim: Option<Box<PersistentVolumeClaimVolumeSource>>,
    #[api(tag = 11, deprecated)]
    pub rbd: Option<Box<RBDVolumeSource>>,
    #[api(tag = 12, deprecated)]
    pub flex_volume: Option<Box<FlexVolumeSource>>,
    #[api(tag = 13, deprecated)]
    pub cinder: Option<Box<CinderVolumeSource>>,
    #[api(tag = 14, json = "cephfs", deprecated)]
    pub ceph_fs: Option<Box<CephFSVolumeSource>>,
    #[api(tag = 15, deprecated)]
    pub flocker: Option<Box<FlockerVolumeSource>>,
    #[api(tag = 16, json = "downwardAPI")]
    pub downward_api: Option<Box<DownwardAPIVolumeSource>>,
    #[api(tag = 17)]
    pub fc: Option<Box<FCVolumeSource>>,
    #[api(tag = 18, deprecated)]
    pub azure_file: Option<Box<AzureFileVolumeSource>>,
    #[api(tag = 19)]
    pub config_map: Option<Box<ConfigMapVolumeSource>>,
    #[api(tag = 20, deprecated)]
    pub vsphere_volume: Option<Box<VsphereVirtualDiskVolumeSource>>,
    #[api(tag = 21, deprecated)]
    pub quobyte: Option<Box<QuobyteVolumeSource>>,
    #[api(tag = 22, deprecated)]
    pub azure_disk: Option<Box<AzureDiskVolumeSource>>,
    #[api(tag = 23, deprecated)]
    pub photon_persistent_disk: Option<Box<PhotonPersistentDiskVolumeSource>>,
    #[api(tag = 26)]
    pub projected: Option<Box<ProjectedVolumeSource>>,
    #[api(tag = 24, deprecated)]
    pub portworx_volume: Option<Box<PortworxVolumeSource>>,
    #[api(tag = 25, json = "scaleIO", deprecated)]
    pub scale_io: Option<Box<ScaleIOVolumeSource>>,
    #[api(tag = 27, json = "storageos", deprecated)]
    pub storage_os: Option<Box<StorageOSVolumeSource>>,
    #[api(tag = 28)]
    pub csi: Option<Box<CSIVolumeSource>>,
    #[api(tag = 29)]
    pub ephemeral: Option<EphemeralVolumeSource>,
    #[api(tag = 30)]
    pub image: Option<Box<ImageVolumeSource>>,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct HostPathVolumeSource {
    #[api(tag = 1, required)]
    pub path: String,
    #[api(tag = 2)]
    pub type_: Option<HostPathType>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
pub enum HostPathType {
    DirectoryOrCreate,
    Directory,
    FileOrCreate,
    File,
    Socket,
    CharDevice,
    BlockDevice,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct EmptyDirVolumeSource {
    #[api(tag = 1)]
    pub medium: String,
    #[api(tag = 2)]
    pub size_limit: Option<Quantity>,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct SecretVolumeSource {
    #[api(tag = 1)]
    pub secret_name: String,
    #[api(tag = 2, list = atomic)]
    pub items: Vec<KeyToPath>,
    #[api(tag = 3)]
    pub default_mode: Option<i32>,
    #[api(tag = 4)]
    pub optional: Option<bool>,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ConfigMapVolumeSource {
    #[api(tag = 1, inline)]
    pub local_object_reference: LocalObjectReference,
    #[api(tag = 2, list = atomic)]
    pub items: Vec<KeyToPath>,
    #[api(tag = 3)]
    pub default_mode: Option<i32>,
    #[api(tag = 4)]
    pub optional: Option<bool>,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct KeyToPath {
    #[api(tag = 1, required)]
    pub key: String,
    #[api(tag = 2, required)]
    pub path: String,
    #[api(tag = 3)]
    pub mode: Option<i32>,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct DownwardAPIVolumeSource {
    #[api(tag = 1, list = atomic)]
    pub items: Vec<DownwardAPIVolumeFile>,
    #[api(tag = 2)]
    pub default_mode: Option<i32>,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct DownwardAPIVolumeFile {
    #[api(tag = 1, required)]
    pub path: String,
    #[api(tag = 2)]
    pub field_ref: Option<Box<ObjectFieldSelector>>,
    #[api(tag = 3)]
    pub resource_field_ref: Option<Box<ResourceFieldSelector>>,
    #[api(tag = 4)]
    pub mode: Option<i32>,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct PersistentVolumeClaimVolumeSource {
    #[api(tag = 1, required)]
    pub claim_name: String,
    #[api(tag = 2)]
    pub read_only: bool,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct EphemeralVolumeSource {
    #[api(tag = 1)]
    pub volume_claim_template: Option<Box<PersistentVolumeClaimTemplate>>,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct PersistentVolumeClaimTemplate {
    #[api(tag = 1)]
    pub metadata: ObjectMeta,
    #[api(tag = 2, required)]
    pub spec: PersistentVolumeClaimSpec,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ImageVolumeSource {
    #[api(tag = 1)]
    pub reference: String,
    #[api(tag = 2)]
    pub pull_policy: PullPolicy,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct CSIVolumeSource {
    #[api(tag = 1, required)]
    pub driver: String,
    #[api(tag = 2)]
    pub read_only: Option<bool>,
    #[api(tag = 3)]
    pub fs_type: Option<String>,
    #[api(tag = 4)]
    pub volume_attributes: BTreeMap<String, String>,
    #[api(tag = 5)]
    pub node_publish_secret_ref: Option<LocalObjectReference>,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct LocalVolumeSource {
    #[api(tag = 1, required)]
    pub path: String,
    #[api(tag = 2)]
    pub fs_type: Option<String>,
}

// Values of StorageMedium, which is a plain text because others may add their own.
pub const STORAGE_MEDIUM_DEFAULT: &str = "";
pub const STORAGE_MEDIUM_MEMORY: &str = "Memory";
pub const STORAGE_MEDIUM_HUGE_PAGES: &str = "HugePages";
pub const STORAGE_MEDIUM_HUGE_PAGES_PREFIX: &str = "HugePages-";
