//! Storage classes: kinds of storage that claims can ask for.

use std::collections::BTreeMap;

use kubeforge_derive::ApiSource;
use kubeforge_machinery::meta::v1::{ListMeta, ObjectMeta};

use crate::core::v1::{PersistentVolumeReclaimPolicy, TopologySelectorTerm};

/// A kind of storage that claims can ask for, and who makes it.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, no_resource)]
#[api(spoke_of = "v1")]
#[api(introduced = "1.4", deprecated = "1.19", replacement = "storage.k8s.io/v1.StorageClass")]
pub struct StorageClass {
    /// Name, labels and everything else that all objects carry.
    #[api(tag = 1)]
    pub metadata: ObjectMeta,
    /// Who makes the volumes.
    #[api(tag = 2, required)]
    pub provisioner: String,
    /// What it is told.
    #[api(tag = 3)]
    pub parameters: BTreeMap<String, String>,
    /// What becomes of a volume when its claim is gone.
    #[api(tag = 4)]
    pub reclaim_policy: Option<PersistentVolumeReclaimPolicy>,
    /// Options for mounting the volumes.
    #[api(tag = 5, list = atomic)]
    pub mount_options: Vec<String>,
    /// Claims may ask for more later.
    #[api(tag = 6)]
    pub allow_volume_expansion: Option<bool>,
    /// When claims are bound.
    #[api(tag = 7)]
    pub volume_binding_mode: Option<VolumeBindingMode>,
    /// Where volumes may be made.
    #[api(tag = 8, list = atomic)]
    pub allowed_topologies: Vec<TopologySelectorTerm>,
}

/// Storage classes, listed as of one point in the history of the store.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(list = "StorageClass")]
#[api(introduced = "1.4", deprecated = "1.19", replacement = "storage.k8s.io/v1.StorageClassList")]
pub struct StorageClassList {
    /// Where the list stands in the history of the store, and how to read on.
    #[api(tag = 1)]
    pub metadata: ListMeta,
    /// The objects, in the order in which the server lists them.
    #[api(tag = 2, required)]
    pub items: Vec<StorageClass>,
}

/// When a claim is bound.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
#[api(open)]
pub enum VolumeBindingMode {
    /// At once.
    Immediate,
    /// When a pod that uses it is scheduled, so that the volume is near it.
    WaitForFirstConsumer,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}
