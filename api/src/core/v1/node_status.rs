use std::collections::BTreeMap;

use kubeforge_derive::ApiSource;
use kubeforge_machinery::meta::v1::OwnerReference;
use kubeforge_machinery::{Quantity, Time};

use super::{ConditionStatus, NodeConfigSource};

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct NodeStatus {
    #[api(tag = 1)]
    pub capacity: BTreeMap<String, Quantity>,
    #[api(tag = 2)]
    pub allocatable: BTreeMap<String, Quantity>,
    #[api(tag = 3)]
    pub phase: NodePhase,
    #[api(tag = 4, patch = merge, merge_key = "type", list = map("type"))]
    pub conditions: Vec<NodeCondition>,
    #[api(tag = 5, patch = merge, merge_key = "type", list = map("type"))]
    pub addresses: Vec<NodeAddress>,
    #[api(tag = 6)]
    pub daemon_endpoints: NodeDaemonEndpoints,
    #[api(tag = 7)]
    pub node_info: NodeSystemInfo,
    #[api(tag = 8, list = atomic)]
    pub images: Vec<ContainerImage>,
    #[api(tag = 9, list = atomic)]
    pub volumes_in_use: Vec<String>,
    #[api(tag = 10, list = atomic)]
    pub volumes_attached: Vec<AttachedVolume>,
    #[api(tag = 11)]
    pub config: Option<Box<NodeConfigStatus>>,
    #[api(tag = 12, list = atomic)]
    pub runtime_handlers: Vec<NodeRuntimeHandler>,
    #[api(tag = 13, gate = "SupplementalGroupsPolicy")]
    pub features: Option<NodeFeatures>,
    #[api(tag = 14, list = atomic, gate = "NodeDeclaredFeatures")]
    pub declared_features: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
pub enum NodePhase {
    Pending,
    Running,
    Terminated,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct NodeCondition {
    #[api(tag = 1, required)]
    pub type_: String,
    #[api(tag = 2, required)]
    pub status: ConditionStatus,
    #[api(tag = 3)]
    pub last_heartbeat_time: Time,
    #[api(tag = 4)]
    pub last_transition_time: Time,
    #[api(tag = 5)]
    pub reason: String,
    #[api(tag = 6)]
    pub message: String,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct NodeAddress {
    #[api(tag = 1, required)]
    pub type_: NodeAddressType,
    #[api(tag = 2, required)]
    pub address: String,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
#[api(open)]
pub enum NodeAddressType {
    Hostname,
    InternalIP,
    ExternalIP,
    InternalDNS,
    ExternalDNS,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct NodeDaemonEndpoints {
    #[api(tag = 1)]
    pub kubelet_endpoint: DaemonEndpoint,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct DaemonEndpoint {
    #[api(tag = 1, json = "Port", required)]
    pub port: i32,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct NodeSystemInfo {
    #[api(tag = 1, json = "machineID", required)]
    pub machine_id: String,
    #[api(tag = 2, json = "systemUUID", required)]
    pub system_uuid: String,
    #[api(tag = 3, json = "bootID", required)]
    pub boot_id: String,
    #[api(tag = 4, required)]
    pub kernel_version: String,
    #[api(tag = 5, required)]
    pub os_image: String,
    #[api(tag = 6, required)]
    pub container_runtime_version: String,
    #[api(tag = 7, required)]
    pub kubelet_version: String,
    #[api(tag = 8, required, deprecated)]
    pub kube_proxy_version: String,
    #[api(tag = 9, required)]
    pub operating_system: String,
    #[api(tag = 10, required)]
    pub architecture: String,
    #[api(tag = 11)]
    pub swap: Option<NodeSwapStatus>,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct NodeSwapStatus {
    #[api(tag = 1)]
    pub capacity: Option<i64>,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ContainerImage {
    #[api(tag = 1, always, list = atomic)]
    pub names: Vec<String>,
    #[api(tag = 2)]
    pub size_bytes: i64,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct AttachedVolume {
    #[api(tag = 1, required)]
    pub name: String,
    #[api(tag = 2, required)]
    pub device_path: String,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct NodeConfigStatus {
    #[api(tag = 1)]
    pub assigned: Option<NodeConfigSource>,
    #[api(tag = 2)]
    pub active: Option<NodeConfigSource>,
    #[api(tag = 3)]
    pub last_known_good: Option<NodeConfigSource>,
    #[api(tag = 4)]
    pub error: String,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct NodeRuntimeHandler {
    #[api(tag = 1, always)]
    pub name: String,
    #[api(tag = 2)]
    pub features: Option<NodeRuntimeHandlerFeatures>,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct NodeRuntimeHandlerFeatures {
    #[api(tag = 1)]
    pub recursive_read_only_mounts: Option<bool>,
    #[api(tag = 2)]
    pub user_namespaces: Option<bool>,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct NodeFeatures {
    #[api(tag = 1)]
    pub supplemental_groups_policy: Option<bool>,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct AvoidPods {
    #[api(tag = 1, list = atomic)]
    pub prefer_avoid_pods: Vec<PreferAvoidPodsEntry>,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct PreferAvoidPodsEntry {
    #[api(tag = 1, required)]
    pub pod_signature: PodSignature,
    #[api(tag = 2)]
    pub eviction_time: Time,
    #[api(tag = 3)]
    pub reason: String,
    #[api(tag = 4)]
    pub message: String,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct PodSignature {
    #[api(tag = 1)]
    pub pod_controller: Option<Box<OwnerReference>>,
}

// Values of NodeConditionType, which is a plain text because others may add their own.
pub const NODE_READY: &str = "Ready";
pub const NODE_MEMORY_PRESSURE: &str = "MemoryPressure";
pub const NODE_DISK_PRESSURE: &str = "DiskPressure";
pub const NODE_PID_PRESSURE: &str = "PIDPressure";
pub const NODE_NETWORK_UNAVAILABLE: &str = "NetworkUnavailable";
