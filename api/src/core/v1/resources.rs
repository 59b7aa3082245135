//! Amounts of resources: what is asked for, and what may be used.

use std::collections::BTreeMap;

use kubeforge_derive::ApiSource;
use kubeforge_machinery::Quantity;

/// What a container or pod asks for and may use.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ResourceRequirements {
    /// The most it may use.
    #[api(tag = 1)]
    pub limits: BTreeMap<String, Quantity>,
    /// What is set aside for it; the scheduler counts this.
    #[api(tag = 2)]
    pub requests: BTreeMap<String, Quantity>,
    /// The claims of the pod whose devices it uses.
    #[api(tag = 3, list = map("name"), gate = "DynamicResourceAllocation")]
    pub claims: Vec<ResourceClaim>,
}

/// How much room a volume must have.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct VolumeResourceRequirements {
    /// The most it may have.
    #[api(tag = 1)]
    pub limits: BTreeMap<String, Quantity>,
    /// The least it must have.
    #[api(tag = 2)]
    pub requests: BTreeMap<String, Quantity>,
}

/// A claim of the pod that a container uses.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ResourceClaim {
    /// The claim's name in the pod.
    #[api(tag = 1, required)]
    pub name: String,
    /// One request of the claim; empty for all.
    #[api(tag = 2)]
    pub request: String,
}

// Values of ResourceName, which is a plain text because others may add their own.
/// Processor time, in cores.
pub const RESOURCE_CPU: &str = "cpu";
/// Memory, in bytes.
pub const RESOURCE_MEMORY: &str = "memory";
/// Room of a volume, in bytes.
pub const RESOURCE_STORAGE: &str = "storage";
/// Room on the node's own disk, in bytes.
pub const RESOURCE_EPHEMERAL_STORAGE: &str = "ephemeral-storage";
/// A number of pods.
pub const RESOURCE_PODS: &str = "pods";
/// A number of services.
pub const RESOURCE_SERVICES: &str = "services";
/// A number of replication controllers.
pub const RESOURCE_REPLICATION_CONTROLLERS: &str = "replicationcontrollers";
/// A number of quotas.
pub const RESOURCE_QUOTAS: &str = "resourcequotas";
/// A number of secrets.
pub const RESOURCE_SECRETS: &str = "secrets";
/// A number of config maps.
pub const RESOURCE_CONFIG_MAPS: &str = "configmaps";
/// A number of volume claims.
pub const RESOURCE_PERSISTENT_VOLUME_CLAIMS: &str = "persistentvolumeclaims";
/// A number of node ports of services.
pub const RESOURCE_SERVICES_NODE_PORTS: &str = "services.nodeports";
/// A number of services with load balancers.
pub const RESOURCE_SERVICES_LOAD_BALANCERS: &str = "services.loadbalancers";
/// Requests for processor time, of all pods together.
pub const RESOURCE_REQUESTS_CPU: &str = "requests.cpu";
/// Requests for memory, of all pods together.
pub const RESOURCE_REQUESTS_MEMORY: &str = "requests.memory";
/// Requests for room of volumes, of all claims together.
pub const RESOURCE_REQUESTS_STORAGE: &str = "requests.storage";
/// Requests for room on nodes, of all pods together.
pub const RESOURCE_REQUESTS_EPHEMERAL_STORAGE: &str = "requests.ephemeral-storage";
/// Limits of processor time, of all pods together.
pub const RESOURCE_LIMITS_CPU: &str = "limits.cpu";
/// Limits of memory, of all pods together.
pub const RESOURCE_LIMITS_MEMORY: &str = "limits.memory";
/// Limits of room on nodes, of all pods together.
pub const RESOURCE_LIMITS_EPHEMERAL_STORAGE: &str = "limits.ephemeral-storage";

/// Amounts by resource name, such as `cpu` and `memory`.
pub type ResourceList = BTreeMap<String, Quantity>;
