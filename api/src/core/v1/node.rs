use kubeforge_derive::ApiSource;
use kubeforge_machinery::meta::v1::{ListMeta, ObjectMeta};

use super::{NodeStatus, Taint};

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
    #[api(tag = 2)]
    pub spec: NodeSpec,
    #[api(tag = 3)]
    pub status: NodeStatus,
}

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

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct NodeSpec {
    #[api(tag = 1, json = "podCIDR")]
    pub pod_cidr: String,
    #[api(tag = 7, json = "podCIDRs", patch = merge, list = set)]
    pub pod_cidrs: Vec<String>,
    #[api(tag = 3, json = "providerID")]
    pub provider_id: String,
    #[api(tag = 4)]
    pub unschedulable: bool,
    #[api(tag = 5, list = atomic)]
    pub taints: Vec<Taint>,
    #[api(tag = 6, deprecated)]
    pub config_source: Option<NodeConfigSource>,
    #[api(tag = 2, json = "externalID")]
    pub do_not_use_external_id: String,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct NodeConfigSource {
    #[api(tag = 2)]
    pub config_map: Option<Box<ConfigMapNodeConfigSource>>,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ConfigMapNodeConfigSource {
    #[api(tag = 1, required)]
    pub namespace: String,
    #[api(tag = 2, required)]
    pub name: String,
    #[api(tag = 3)]
    pub uid: String,
    #[api(tag = 4)]
    pub resource_version: String,
    #[api(tag = 5, required)]
    pub kubelet_config_key: String,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, no_resource)]
#[api(introduced = "1.2")]
pub struct NodeProxyOptions {
    #[api(tag = 1)]
    pub path: String,
}
