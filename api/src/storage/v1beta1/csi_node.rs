//! CSI nodes: which drivers are on a node.

use kubeforge_derive::ApiSource;
use kubeforge_machinery::{
    NilVec,
    meta::v1::{ListMeta, ObjectMeta},
};

/// The CSI drivers that are on one node; the kubelet writes it.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, no_resource)]
#[api(spoke_of = "v1")]
#[api(introduced = "1.14", deprecated = "1.17", removed = "1.22", replacement = "storage.k8s.io/v1.CSINode")]
pub struct CSINode {
    /// Name, labels and everything else that all objects carry.
    #[api(tag = 1)]
    pub metadata: ObjectMeta,
    /// What is wanted.
    #[api(tag = 2, required)]
    pub spec: CSINodeSpec,
}

/// CSI nodes, listed as of one point in the history of the store.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(list = "CSINode")]
#[api(introduced = "1.14", deprecated = "1.17", removed = "1.22", replacement = "storage.k8s.io/v1.CSINode")]
pub struct CSINodeList {
    /// Where the list stands in the history of the store, and how to read on.
    #[api(tag = 1)]
    pub metadata: ListMeta,
    /// The objects, in the order in which the server lists them.
    #[api(tag = 2, required)]
    pub items: Vec<CSINode>,
}

/// The drivers.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct CSINodeSpec {
    /// One per driver on the node.
    #[api(tag = 1, required, patch = merge, merge_key = "name", list = map("name"))]
    pub drivers: NilVec<CSINodeDriver>,
}

/// A driver on a node.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct CSINodeDriver {
    /// The driver.
    #[api(tag = 1, required)]
    pub name: String,
    /// The node, as the driver names it.
    #[api(tag = 2, json = "nodeID", required)]
    pub node_id: String,
    /// Node labels that say where a volume can be reached.
    #[api(tag = 3, always, list = atomic)]
    pub topology_keys: NilVec<String>,
    /// How many volumes it can take.
    #[api(tag = 4)]
    pub allocatable: Option<Box<VolumeNodeResources>>,
}

/// How many volumes a node can take.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct VolumeNodeResources {
    /// Their number; unset for no limit.
    #[api(tag = 1)]
    pub count: Option<i32>,
}
