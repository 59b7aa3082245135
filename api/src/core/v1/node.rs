//! Nodes: what is wanted of them.

use kubeforge_derive::ApiSource;
use kubeforge_machinery::meta::v1::{ListMeta, ObjectMeta};

use super::{NodeStatus, Taint};

/// A machine that runs pods.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, cluster, plural = "nodes", singular = "node", short = ["no"])]
#[api(subresource(status))]
#[api(subresource(proxy, kind = "NodeProxyOptions", verbs = ["create", "delete", "get", "patch", "update"]))]
#[api(selectable("metadata.name", "spec.unschedulable"))]
#[api(introduced = "1.0")]
pub struct Node {
    /// Name, labels and everything else that all objects carry.
    #[api(tag = 1)]
    pub metadata: ObjectMeta,
    /// What is wanted of the node.
    #[api(tag = 2)]
    pub spec: NodeSpec,
    /// What its kubelet last reported.
    #[api(tag = 3)]
    pub status: NodeStatus,
}

/// Nodes, listed as of one point in the history of the store.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(list = "Node")]
#[api(introduced = "1.0")]
pub struct NodeList {
    /// Where the list stands in the history of the store, and how to read on.
    #[api(tag = 1)]
    pub metadata: ListMeta,
    /// The objects, in the order in which the server lists them.
    #[api(tag = 2, required)]
    pub items: Vec<Node>,
}

/// What is wanted of a node.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct NodeSpec {
    /// The network that its pods get addresses from.
    #[api(tag = 1, json = "podCIDR")]
    pub pod_cidr: String,
    /// The networks that its pods get addresses from, one per family; the first is `pod_cidr`.
    #[api(tag = 7, json = "podCIDRs", patch = merge, list = set)]
    pub pod_cidrs: Vec<String>,
    /// The machine, as the cloud names it.
    #[api(tag = 3, json = "providerID")]
    pub provider_id: String,
    /// No new pods are to come.
    #[api(tag = 4)]
    pub unschedulable: bool,
    /// What keeps pods away that do not tolerate it.
    #[api(tag = 5, list = atomic)]
    pub taints: Vec<Taint>,
    /// Was the source of the kubelet's configuration; does nothing.
    #[api(tag = 6, deprecated)]
    pub config_source: Option<NodeConfigSource>,
    /// No longer filled in.
    #[api(tag = 2, json = "externalID")]
    pub do_not_use_external_id: String,
}

/// Was the source of a kubelet's configuration; read for compatibility.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct NodeConfigSource {
    /// A ConfigMap.
    #[api(tag = 2)]
    pub config_map: Option<Box<ConfigMapNodeConfigSource>>,
}

/// Was a ConfigMap with a kubelet's configuration; read for compatibility.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ConfigMapNodeConfigSource {
    /// Its namespace.
    #[api(tag = 1, required)]
    pub namespace: String,
    /// Its name.
    #[api(tag = 2, required)]
    pub name: String,
    /// Its UID.
    #[api(tag = 3)]
    pub uid: String,
    /// Its version.
    #[api(tag = 4)]
    pub resource_version: String,
    /// The key that held the configuration.
    #[api(tag = 5, required)]
    pub kubelet_config_key: String,
}

/// What to ask of a node's kubelet through the API server.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, no_resource)]
#[api(introduced = "1.2")]
pub struct NodeProxyOptions {
    /// The rest of the URL.
    #[api(tag = 1)]
    pub path: String,
}
