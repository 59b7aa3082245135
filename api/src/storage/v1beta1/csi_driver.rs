//! CSI drivers: what the cluster must know of them.

use kubeforge_derive::ApiSource;
use kubeforge_machinery::meta::v1::{ListMeta, ObjectMeta};

/// What the cluster must know of a CSI driver that is installed in it.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, no_resource)]
#[api(spoke_of = "v1")]
#[api(introduced = "1.14", deprecated = "1.19", replacement = "storage.k8s.io/v1.CSIDriver")]
pub struct CSIDriver {
    /// Name, labels and everything else that all objects carry.
    #[api(tag = 1)]
    pub metadata: ObjectMeta,
    /// What is wanted.
    #[api(tag = 2, required)]
    pub spec: CSIDriverSpec,
}

/// CSI drivers, listed as of one point in the history of the store.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(list = "CSIDriver")]
#[api(introduced = "1.14", deprecated = "1.19", replacement = "storage.k8s.io/v1.CSIDriverList")]
pub struct CSIDriverList {
    /// Where the list stands in the history of the store, and how to read on.
    #[api(tag = 1)]
    pub metadata: ListMeta,
    /// The objects, in the order in which the server lists them.
    #[api(tag = 2, required)]
    pub items: Vec<CSIDriver>,
}

/// What a CSI driver can do, and what it needs.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct CSIDriverSpec {
    /// Volumes must be attached before they are mounted.
    #[api(tag = 1)]
    pub attach_required: Option<bool>,
    /// It wants to know the pod when mounting.
    #[api(tag = 2)]
    pub pod_info_on_mount: Option<bool>,
    /// Which kinds of volumes it makes.
    #[api(tag = 3, list = atomic)]
    pub volume_lifecycle_modes: Vec<VolumeLifecycleMode>,
    /// It says how much room it has where, and pods are to be placed by that.
    #[api(tag = 4)]
    pub storage_capacity: Option<bool>,
    /// Whether files may be given to a pod's group.
    #[api(tag = 5)]
    pub fs_group_policy: Option<FSGroupPolicy>,
    /// Tokens of the pod's service account that it wants.
    #[api(tag = 6, list = atomic)]
    pub token_requests: Vec<TokenRequest>,
    /// It wants to be asked again from time to time, to renew what is mounted.
    #[api(tag = 7)]
    pub requires_republish: Option<bool>,
    /// It can mount with an SELinux label.
    #[api(tag = 8, gate = "SELinuxMountReadWriteOncePod")]
    pub se_linux_mount: Option<bool>,
    /// How often to ask how many volumes a node can take.
    #[api(tag = 9, gate = "MutableCSINodeAllocatableCount")]
    pub node_allocatable_update_period_seconds: Option<i64>,
    /// It takes the tokens among its secrets.
    #[api(tag = 10, gate = "CSIServiceAccountTokenSecrets")]
    pub service_account_token_in_secrets: Option<bool>,
    /// Pods with its volumes go only to nodes that have it.
    #[api(tag = 11, gate = "VolumeLimitScaling")]
    pub prevent_pod_scheduling_if_missing: Option<bool>,
}

/// How long the volumes of a driver live.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
#[api(open)]
pub enum VolumeLifecycleMode {
    /// As long as their claims.
    Persistent,
    /// As long as their pods.
    Ephemeral,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

/// Whether the files of a driver's volumes may be given to a pod's group.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
#[api(open)]
pub enum FSGroupPolicy {
    /// Where one node uses the volume and its file system is known.
    ReadWriteOnceWithFSType,
    /// Always.
    File,
    /// Never.
    None,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

/// A token of the pod's service account that a driver wants to be given.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct TokenRequest {
    /// Who the token is for; the API server where it is empty.
    #[api(tag = 1, required)]
    pub audience: String,
    /// How long it is good.
    #[api(tag = 2)]
    pub expiration_seconds: Option<i64>,
}
