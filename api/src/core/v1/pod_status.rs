//! Pods: how they are.

use std::collections::BTreeMap;

use kubeforge_derive::ApiSource;
use kubeforge_machinery::meta::v1::ObjectMeta;
use kubeforge_machinery::{Quantity, Time};

use super::{ConditionStatus, ContainerStatus, ResourceRequirements};

/// What is known of a pod: how far it has come, where it runs, and how its containers are.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct PodStatus {
    /// The generation of the pod that this status is about.
    #[api(tag = 17)]
    pub observed_generation: i64,
    /// How far it has come, in one word.
    #[api(tag = 1)]
    pub phase: PodPhase,
    /// What has been reached, and since when.
    #[api(tag = 2, patch = merge, merge_key = "type", list = map("type"))]
    pub conditions: Vec<PodCondition>,
    /// Why it is as it is, for people.
    #[api(tag = 3)]
    pub message: String,
    /// Why it is as it is, for programs.
    #[api(tag = 4)]
    pub reason: String,
    /// The node where pods were pushed out to make room for this one.
    #[api(tag = 11)]
    pub nominated_node_name: String,
    /// The address of its node.
    #[api(tag = 5, json = "hostIP")]
    pub host_ip: String,
    /// All addresses of its node, one per family.
    #[api(tag = 16, json = "hostIPs", patch = merge, merge_key = "ip", list = atomic)]
    pub host_ips: Vec<HostIP>,
    /// Its address.
    #[api(tag = 6, json = "podIP")]
    pub pod_ip: String,
    /// All its addresses, one per family; the first is `pod_ip`.
    #[api(tag = 12, json = "podIPs", patch = merge, merge_key = "ip", list = map("ip"))]
    pub pod_ips: Vec<PodIP>,
    /// When its node took it up.
    #[api(tag = 7)]
    pub start_time: Option<Time>,
    /// How its init containers are.
    #[api(tag = 10, list = atomic)]
    pub init_container_statuses: Vec<ContainerStatus>,
    /// How its containers are.
    #[api(tag = 8, list = atomic)]
    pub container_statuses: Vec<ContainerStatus>,
    /// How well it is protected when its node runs short.
    #[api(tag = 9)]
    pub qos_class: PodQOSClass,
    /// How the containers added later are.
    #[api(tag = 13, list = atomic)]
    pub ephemeral_container_statuses: Vec<ContainerStatus>,
    /// How far a change of its resources has got; conditions say this now.
    #[api(tag = 14, deprecated, gate = "InPlacePodVerticalScaling")]
    pub resize: PodResizeStatus,
    /// The claims that were made for it.
    #[api(tag = 15, patch = "merge,retainKeys", merge_key = "name", list = map("name"), gate = "DynamicResourceAllocation")]
    pub resource_claim_statuses: Vec<PodResourceClaimStatus>,
    /// The claim that stands behind resources of the classic kind.
    #[api(tag = 18, gate = "DRAExtendedResource")]
    pub extended_resource_claim_status: Option<Box<PodExtendedResourceClaimStatus>>,
    /// What its node has set aside for it as a whole.
    #[api(tag = 19, gate = "InPlacePodLevelResourcesVerticalScaling")]
    pub allocated_resources: BTreeMap<String, Quantity>,
    /// What is in force for it as a whole.
    #[api(tag = 20, gate = "InPlacePodLevelResourcesVerticalScaling")]
    pub resources: Option<Box<ResourceRequirements>>,
    /// What its claims take of the node's ordinary resources.
    #[api(tag = 21, list = atomic, gate = "DRANodeAllocatableResources")]
    pub node_allocatable_resource_claim_statuses: Vec<NodeAllocatableResourceClaimStatus>,
}

/// How far a pod has come.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
pub enum PodPhase {
    /// Accepted, but not all of its containers have been started.
    Pending,
    /// On a node, with at least one container running or starting again.
    Running,
    /// All containers ended well and stay so.
    Succeeded,
    /// All containers ended, at least one of them badly.
    Failed,
    /// Its node does not answer.
    Unknown,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

/// How well a pod is protected when its node runs short.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
pub enum PodQOSClass {
    /// It asks for exactly what it may use; it goes last.
    Guaranteed,
    /// It asks for something, but may use more.
    Burstable,
    /// It asks for nothing; it goes first.
    BestEffort,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

/// Something that a pod has reached, or not.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct PodCondition {
    /// What it is about.
    #[api(tag = 1, required)]
    pub type_: String,
    /// The generation of the pod that this was found out about.
    #[api(tag = 7)]
    pub observed_generation: i64,
    /// Whether it holds.
    #[api(tag = 2, required)]
    pub status: ConditionStatus,
    /// When it was last looked at.
    #[api(tag = 3)]
    pub last_probe_time: Time,
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

/// An address of a pod.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct PodIP {
    /// IPv4 or IPv6.
    #[api(tag = 1, required)]
    pub ip: String,
}

/// An address of a pod's node.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct HostIP {
    /// IPv4 or IPv6.
    #[api(tag = 1, required)]
    pub ip: String,
}

/// How far a change of a pod's resources has got.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
#[api(open)]
pub enum PodResizeStatus {
    /// Its node is at it.
    InProgress,
    /// Its node has no room now.
    Deferred,
    /// Its node can never grant it.
    Infeasible,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

/// The claim behind a claim of the pod.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct PodResourceClaimStatus {
    /// The name in the pod.
    #[api(tag = 1, required)]
    pub name: String,
    /// The claim that was made, where one was needed.
    #[api(tag = 2)]
    pub resource_claim_name: Option<String>,
}

/// The claim that stands behind resources asked for by name, in the way of device plugins.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct PodExtendedResourceClaimStatus {
    /// Which request of the claim serves which container's resource.
    #[api(tag = 1, required, list = atomic)]
    pub request_mappings: Vec<ContainerExtendedResourceRequest>,
    /// The claim.
    #[api(tag = 2, required)]
    pub resource_claim_name: String,
}

/// Which request of a claim serves a container's resource.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ContainerExtendedResourceRequest {
    /// The container.
    #[api(tag = 1, required)]
    pub container_name: String,
    /// The resource that it asks for.
    #[api(tag = 2, required)]
    pub resource_name: String,
    /// The request in the claim.
    #[api(tag = 3, required)]
    pub request_name: String,
}

/// What a claim takes of a node's ordinary resources.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct NodeAllocatableResourceClaimStatus {
    /// The claim.
    #[api(tag = 1, required)]
    pub resource_claim_name: String,
    /// The containers that it is for.
    #[api(tag = 2, list = set)]
    pub containers: Vec<String>,
    /// How much it takes.
    #[api(tag = 3, required)]
    pub resources: BTreeMap<String, Quantity>,
}

/// The status of a pod alone, as the API once answered it.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, no_resource)]
#[api(introduced = "1.0")]
pub struct PodStatusResult {
    /// Name, labels and everything else that all objects carry.
    #[api(tag = 1)]
    pub metadata: ObjectMeta,
    /// The status.
    #[api(tag = 2)]
    pub status: PodStatus,
}

// Values of PodConditionType, which is a plain text because others may add their own.
/// All containers are ready.
pub const CONTAINERS_READY: &str = "ContainersReady";
/// All init containers have done their work.
pub const POD_INITIALIZED: &str = "Initialized";
/// The pod may be sent requests.
pub const POD_READY: &str = "Ready";
/// It has a node.
pub const POD_SCHEDULED: &str = "PodScheduled";
/// It is about to be ended for the sake of others.
pub const DISRUPTION_TARGET: &str = "DisruptionTarget";
/// Its sandbox and network are there.
pub const POD_READY_TO_START_CONTAINERS: &str = "PodReadyToStartContainers";
/// Its node cannot grant the new resources now, or ever.
pub const POD_RESIZE_PENDING: &str = "PodResizePending";
/// Its node is putting the new resources into force.
pub const POD_RESIZE_IN_PROGRESS: &str = "PodResizeInProgress";
/// All its containers are being started again together.
pub const ALL_CONTAINERS_RESTARTING: &str = "AllContainersRestarting";
