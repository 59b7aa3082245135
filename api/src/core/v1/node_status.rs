//! Nodes: how they are.

use std::collections::BTreeMap;

use kubeforge_derive::ApiSource;
use kubeforge_machinery::meta::v1::OwnerReference;
use kubeforge_machinery::{Quantity, Time};

use super::{ConditionStatus, NodeConfigSource};

/// What a node has, and how it is.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct NodeStatus {
    /// What the machine has.
    #[api(tag = 1)]
    pub capacity: BTreeMap<String, Quantity>,
    /// What of that pods may have.
    #[api(tag = 2)]
    pub allocatable: BTreeMap<String, Quantity>,
    /// No longer filled in; conditions say more.
    #[api(tag = 3)]
    pub phase: NodePhase,
    /// What is right and wrong with it.
    #[api(tag = 4, patch = merge, merge_key = "type", list = map("type"))]
    pub conditions: Vec<NodeCondition>,
    /// Where it is reached.
    #[api(tag = 5, patch = merge, merge_key = "type", list = map("type"))]
    pub addresses: Vec<NodeAddress>,
    /// Where its daemons listen.
    #[api(tag = 6)]
    pub daemon_endpoints: NodeDaemonEndpoints,
    /// What runs on it.
    #[api(tag = 7)]
    pub node_info: NodeSystemInfo,
    /// Container images that it has, the largest first.
    #[api(tag = 8, list = atomic)]
    pub images: Vec<ContainerImage>,
    /// Attached volumes that must not be taken away yet.
    #[api(tag = 9, list = atomic)]
    pub volumes_in_use: Vec<String>,
    /// Volumes that were attached to it.
    #[api(tag = 10, list = atomic)]
    pub volumes_attached: Vec<AttachedVolume>,
    /// Was the state of the kubelet's configuration; does nothing.
    #[api(tag = 11)]
    pub config: Option<Box<NodeConfigStatus>>,
    /// The container runtimes it offers, and what they can do.
    #[api(tag = 12, list = atomic)]
    pub runtime_handlers: Vec<NodeRuntimeHandler>,
    /// What its container runtime can do, whichever the handler.
    #[api(tag = 13, gate = "SupplementalGroupsPolicy")]
    pub features: Option<NodeFeatures>,
    /// Features that its kubelet says it has.
    #[api(tag = 14, list = atomic, gate = "NodeDeclaredFeatures")]
    pub declared_features: Vec<String>,
}

/// How far a node has come; no longer used.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
pub enum NodePhase {
    /// Known, but not set up.
    Pending,
    /// Set up.
    Running,
    /// Gone from the cluster.
    Terminated,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

/// Something that is right or wrong with a node.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct NodeCondition {
    /// What it is about.
    #[api(tag = 1, required)]
    pub type_: String,
    /// Whether it holds.
    #[api(tag = 2, required)]
    pub status: ConditionStatus,
    /// When it was last reported.
    #[api(tag = 3)]
    pub last_heartbeat_time: Time,
    /// Since when it is so.
    #[api(tag = 4)]
    pub last_transition_time: Time,
    /// Why, for programs.
    #[api(tag = 5)]
    pub reason: String,
    /// Why, for people.
    #[api(tag = 6)]
    pub message: String,
}

/// An address of a node.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct NodeAddress {
    /// What kind of address.
    #[api(tag = 1, required)]
    pub type_: NodeAddressType,
    /// The address.
    #[api(tag = 2, required)]
    pub address: String,
}

/// What kind an address of a node is of.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
#[api(open)]
pub enum NodeAddressType {
    /// What the machine calls itself.
    Hostname,
    /// An address inside the cluster's network.
    InternalIP,
    /// An address for the world.
    ExternalIP,
    /// A name inside the cluster's network.
    InternalDNS,
    /// A name for the world.
    ExternalDNS,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

/// Where the daemons of a node listen.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct NodeDaemonEndpoints {
    /// The kubelet.
    #[api(tag = 1)]
    pub kubelet_endpoint: DaemonEndpoint,
}

/// Where a daemon listens.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct DaemonEndpoint {
    /// The port.
    #[api(tag = 1, json = "Port", required)]
    pub port: i32,
}

/// What a node is and what runs on it.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct NodeSystemInfo {
    /// The machine, as its operating system numbers it.
    #[api(tag = 1, json = "machineID", required)]
    pub machine_id: String,
    /// The machine, as its firmware numbers it.
    #[api(tag = 2, json = "systemUUID", required)]
    pub system_uuid: String,
    /// Changes when it is booted.
    #[api(tag = 3, json = "bootID", required)]
    pub boot_id: String,
    /// The kernel's version.
    #[api(tag = 4, required)]
    pub kernel_version: String,
    /// The operating system's name and version.
    #[api(tag = 5, required)]
    pub os_image: String,
    /// The container runtime and its version.
    #[api(tag = 6, required)]
    pub container_runtime_version: String,
    /// The kubelet's version.
    #[api(tag = 7, required)]
    pub kubelet_version: String,
    /// No longer to be relied on.
    #[api(tag = 8, required, deprecated)]
    pub kube_proxy_version: String,
    /// `linux` or `windows`.
    #[api(tag = 9, required)]
    pub operating_system: String,
    /// The processor's architecture, such as `amd64`.
    #[api(tag = 10, required)]
    pub architecture: String,
    /// Its swap space.
    #[api(tag = 11)]
    pub swap: Option<NodeSwapStatus>,
}

/// The swap space of a node.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct NodeSwapStatus {
    /// Its size in bytes.
    #[api(tag = 1)]
    pub capacity: Option<i64>,
}

/// A container image that a node has.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ContainerImage {
    /// What it is known as.
    #[api(tag = 1, always, list = atomic)]
    pub names: Vec<String>,
    /// How large it is.
    #[api(tag = 2)]
    pub size_bytes: i64,
}

/// A volume that is attached to a node.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct AttachedVolume {
    /// The volume.
    #[api(tag = 1, required)]
    pub name: String,
    /// The device that it is on the node.
    #[api(tag = 2, required)]
    pub device_path: String,
}

/// Was the state of a kubelet's configuration; read for compatibility.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct NodeConfigStatus {
    /// The one it was told to use.
    #[api(tag = 1)]
    pub assigned: Option<NodeConfigSource>,
    /// The one it used.
    #[api(tag = 2)]
    pub active: Option<NodeConfigSource>,
    /// The one it fell back to.
    #[api(tag = 3)]
    pub last_known_good: Option<NodeConfigSource>,
    /// What was wrong with the assigned one.
    #[api(tag = 4)]
    pub error: String,
}

/// A container runtime of a node.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct NodeRuntimeHandler {
    /// Its name; empty for the default one.
    #[api(tag = 1, always)]
    pub name: String,
    /// What it can do.
    #[api(tag = 2)]
    pub features: Option<NodeRuntimeHandlerFeatures>,
}

/// What a container runtime can do.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct NodeRuntimeHandlerFeatures {
    /// Make mounts read only down to the mounts inside.
    #[api(tag = 1)]
    pub recursive_read_only_mounts: Option<bool>,
    /// Give pods user ids of their own.
    #[api(tag = 2)]
    pub user_namespaces: Option<bool>,
}

/// What a node can do whichever the runtime.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct NodeFeatures {
    /// Leave out the groups that an image names.
    #[api(tag = 1)]
    pub supplemental_groups_policy: Option<bool>,
}

/// Pods that should not run on a node, as an annotation once said.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct AvoidPods {
    /// Which ones.
    #[api(tag = 1, list = atomic)]
    pub prefer_avoid_pods: Vec<PreferAvoidPodsEntry>,
}

/// Pods that should not run on a node.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct PreferAvoidPodsEntry {
    /// Which ones.
    #[api(tag = 1, required)]
    pub pod_signature: PodSignature,
    /// When they were last evicted.
    #[api(tag = 2)]
    pub eviction_time: Time,
    /// Why, for programs.
    #[api(tag = 3)]
    pub reason: String,
    /// Why, for people.
    #[api(tag = 4)]
    pub message: String,
}

/// Pods that belong together.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct PodSignature {
    /// Those of this controller.
    #[api(tag = 1)]
    pub pod_controller: Option<Box<OwnerReference>>,
}

// Values of NodeConditionType, which is a plain text because others may add their own.
/// The kubelet takes pods.
pub const NODE_READY: &str = "Ready";
/// Memory runs short.
pub const NODE_MEMORY_PRESSURE: &str = "MemoryPressure";
/// Disk runs short.
pub const NODE_DISK_PRESSURE: &str = "DiskPressure";
/// Process ids run short.
pub const NODE_PID_PRESSURE: &str = "PIDPressure";
/// Its network is not set up.
pub const NODE_NETWORK_UNAVAILABLE: &str = "NetworkUnavailable";
