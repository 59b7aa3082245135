use std::collections::BTreeMap;

use kubeforge_derive::ApiSource;
use kubeforge_machinery::Quantity;

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ResourceRequirements {
    #[api(tag = 1)]
    pub limits: BTreeMap<String, Quantity>,
    #[api(tag = 2)]
    pub requests: BTreeMap<String, Quantity>,
    #[api(tag = 3, list = map("name"), gate = "DynamicResourceAllocation")]
    pub claims: Vec<ResourceClaim>,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct VolumeResourceRequirements {
    #[api(tag = 1)]
    pub limits: BTreeMap<String, Quantity>,
    #[api(tag = 2)]
    pub requests: BTreeMap<String, Quantity>,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ResourceClaim {
    #[api(tag = 1, required)]
    pub name: String,
    #[api(tag = 2)]
    pub request: String,
}

// Values of ResourceName, which is a plain text because others may add their own.
pub const RESOURCE_CPU: &str = "cpu";
pub const RESOURCE_MEMORY: &str = "memory";
pub const RESOURCE_STORAGE: &str = "storage";
pub const RESOURCE_EPHEMERAL_STORAGE: &str = "ephemeral-storage";
pub const RESOURCE_PODS: &str = "pods";
pub const RESOURCE_SERVICES: &str = "services";
pub const RESOURCE_REPLICATION_CONTROLLERS: &str = "replicationcontrollers";
pub const RESOURCE_QUOTAS: &str = "resourcequotas";
pub const RESOURCE_SECRETS: &str = "secrets";
pub const RESOURCE_CONFIG_MAPS: &str = "configmaps";
pub const RESOURCE_PERSISTENT_VOLUME_CLAIMS: &str = "persistentvolumeclaims";
pub const RESOURCE_SERVICES_NODE_PORTS: &str = "services.nodeports";
pub const RESOURCE_SERVICES_LOAD_BALANCERS: &str = "services.loadbalancers";
pub const RESOURCE_REQUESTS_CPU: &str = "requests.cpu";
pub const RESOURCE_REQUESTS_MEMORY: &str = "requests.memory";
pub const RESOURCE_REQUESTS_STORAGE: &str = "requests.storage";
pub const RESOURCE_REQUESTS_EPHEMERAL_STORAGE: &str = "requests.ephemeral-storage";
pub const RESOURCE_LIMITS_CPU: &str = "limits.cpu";
pub const RESOURCE_LIMITS_MEMORY: &str = "limits.memory";
pub const RESOURCE_LIMITS_EPHEMERAL_STORAGE: &str = "limits.ephemeral-storage";

/// Amounts by resource name, such as `cpu` and `memory`.
pub type ResourceList = BTreeMap<String, Quantity>;
