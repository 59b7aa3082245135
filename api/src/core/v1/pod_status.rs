use std::collections::BTreeMap;

use kubeforge_derive::ApiSource;
use kubeforge_machinery::meta::v1::ObjectMeta;
use kubeforge_machinery::{Quantity, Time};

use super::{ConditionStatus, ContainerStatus, ResourceRequirements};

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct PodStatus {
    #[api(tag = 17)]
    pub observed_generation: i64,
    #[api(tag = 1)]
    pub phase: PodPhase,
    #[api(tag = 2, patch = merge, merge_key = "type", list = map("type"))]
    pub conditions: Vec<PodCondition>,
    #[api(tag = 3)]
    pub message: String,
    #[api(tag = 4)]
    pub reason: String,
    #[api(tag = 11)]
    pub nominated_node_name: String,
    #[api(tag = 5, json = "hostIP")]
    pub host_ip: String,
    #[api(tag = 16, json = "hostIPs", patch = merge, merge_key = "ip", list = atomic)]
    pub host_ips: Vec<HostIP>,
    #[api(tag = 6, json = "podIP")]
    pub pod_ip: String,
    #[api(tag = 12, json = "podIPs", patch = merge, merge_key = "ip", list = map("ip"))]
    pub pod_ips: Vec<PodIP>,
    #[api(tag = 7)]
    pub start_time: Option<Time>,
    #[api(tag = 10, list = atomic)]
    pub init_container_statuses: Vec<ContainerStatus>,
    #[api(tag = 8, list = atomic)]
    pub container_statuses: Vec<ContainerStatus>,
    #[api(tag = 9)]
    pub qos_class: PodQOSClass,
    #[api(tag = 13, list = atomic)]
    pub ephemeral_container_statuses: Vec<ContainerStatus>,
    #[api(tag = 14, deprecated, gate = "InPlacePodVerticalScaling")]
    pub resize: PodResizeStatus,
    #[api(tag = 15, patch = "merge,retainKeys", merge_key = "name", list = map("name"), gate = "DynamicResourceAllocation")]
    pub resource_claim_statuses: Vec<PodResourceClaimStatus>,
    #[api(tag = 18, gate = "DRAExtendedResource")]
    pub extended_resource_claim_status: Option<Box<PodExtendedResourceClaimStatus>>,
    #[api(tag = 19, gate = "InPlacePodLevelResourcesVerticalScaling")]
    pub allocated_resources: BTreeMap<String, Quantity>,
    #[api(tag = 20, gate = "InPlacePodLevelResourcesVerticalScaling")]
    pub resources: Option<Box<ResourceRequirements>>,
    #[api(tag = 21, list = atomic, gate = "DRANodeAllocatableResources")]
    pub node_allocatable_resource_claim_statuses: Vec<NodeAllocatableResourceClaimStatus>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
pub enum PodPhase {
    Pending,
    Running,
    Succeeded,
    Failed,
    Unknown,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
pub enum PodQOSClass {
    Guaranteed,
    Burstable,
    BestEffort,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct PodCondition {
    #[api(tag = 1, required)]
    pub type_: String,
    #[api(tag = 7)]
    pub observed_generation: i64,
    #[api(tag = 2, required)]
    pub status: ConditionStatus,
    #[api(tag = 3)]
    pub last_probe_time: Time,
    #[api(tag = 4)]
    pub last_transition_time: Time,
    #[api(tag = 5)]
    pub reason: String,
    #[api(tag = 6)]
    pub message: String,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct PodIP {
    #[api(tag = 1, required)]
    pub ip: String,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct HostIP {
    #[api(tag = 1, required)]
    pub ip: String,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
#[api(open)]
pub enum PodResizeStatus {
    InProgress,
    Deferred,
    Infeasible,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct PodResourceClaimStatus {
    #[api(tag = 1, required)]
    pub name: String,
    #[api(tag = 2)]
    pub resource_claim_name: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct PodExtendedResourceClaimStatus {
    #[api(tag = 1, required, list = atomic)]
    pub request_mappings: Vec<ContainerExtendedResourceRequest>,
    #[api(tag = 2, required)]
    pub resource_claim_name: String,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ContainerExtendedResourceRequest {
    #[api(tag = 1, required)]
    pub container_name: String,
    #[api(tag = 2, required)]
    pub resource_name: String,
    #[api(tag = 3, required)]
    pub request_name: String,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct NodeAllocatableResourceClaimStatus {
    #[api(tag = 1, required)]
    pub resource_claim_name: String,
    #[api(tag = 2, list = set)]
    pub containers: Vec<String>,
    #[api(tag = 3, required)]
    pub resources: BTreeMap<String, Quantity>,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, no_resource)]
#[api(introduced = "1.0")]
pub struct PodStatusResult {
    /// Name, labels and everything else that all objects carry.
    #[api(tag = 1)]
    pub metadata: ObjectMeta,
    #[api(tag = 2)]
    pub status: PodStatus,
}

// Values of PodConditionType, which is a plain text because others may add their own.
pub const CONTAINERS_READY: &str = "ContainersReady";
pub const POD_INITIALIZED: &str = "Initialized";
pub const POD_READY: &str = "Ready";
pub const POD_SCHEDULED: &str = "PodScheduled";
pub const DISRUPTION_TARGET: &str = "DisruptionTarget";
pub const POD_READY_TO_START_CONTAINERS: &str = "PodReadyToStartContainers";
pub const POD_RESIZE_PENDING: &str = "PodResizePending";
pub const POD_RESIZE_IN_PROGRESS: &str = "PodResizeInProgress";
pub const ALL_CONTAINERS_RESTARTING: &str = "AllContainersRestarting";
