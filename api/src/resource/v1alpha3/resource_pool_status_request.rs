//! Resource pool status requests: how many devices are free.

use kubeforge_derive::ApiSource;
use kubeforge_machinery::meta::v1::{Condition, ListMeta, ObjectMeta};

/// Asks how many devices are free in some pools; it is answered once.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, cluster, plural = "resourcepoolstatusrequests", singular = "resourcepoolstatusrequest")]
#[api(subresource(status))]
#[api(introduced = "1.36")]
pub struct ResourcePoolStatusRequest {
    /// Name, labels and everything else that all objects carry.
    #[api(tag = 1, required, omit_empty)]
    pub metadata: ObjectMeta,
    /// Which pools; fixed.
    #[api(tag = 2, required)]
    pub spec: ResourcePoolStatusRequestSpec,
    /// The answer; unset until it is there, and fixed from then on.
    #[api(tag = 3)]
    pub status: Option<Box<ResourcePoolStatusRequestStatus>>,
}

/// Resource pool status requests, listed as of one point in the history of the store.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(list = "ResourcePoolStatusRequest")]
#[api(introduced = "1.36")]
pub struct ResourcePoolStatusRequestList {
    /// Where the list stands in the history of the store, and how to read on.
    #[api(tag = 1)]
    pub metadata: ListMeta,
    /// The objects, in the order in which the server lists them.
    #[api(tag = 2, required)]
    pub items: Vec<ResourcePoolStatusRequest>,
}

/// Which pools a request is about.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ResourcePoolStatusRequestSpec {
    /// Those of this driver.
    #[api(tag = 1, required)]
    pub driver: String,
    /// Only the one with this name; unset for all.
    #[api(tag = 2)]
    pub pool_name: Option<String>,
    /// How many pools to answer for at most; 1 to 1000, by default 100.
    #[api(tag = 3, default = 100)]
    pub limit: Option<i32>,
}

/// How the pools of a request fare, at the time of the answer.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ResourcePoolStatusRequestStatus {
    /// How many pools fit, with those that the limit cut off.
    #[api(tag = 6, required, omit_empty)]
    pub pool_count: Option<i32>,
    /// The pools, by driver and name; no more than the limit.
    #[api(tag = 2, list = atomic)]
    pub pools: Vec<PoolStatus>,
    /// Whether the request was answered, or failed.
    #[api(tag = 3, patch = merge, merge_key = "type", list = map("type"))]
    pub conditions: Vec<Condition>,
}

/// How many devices a pool has, and how many are free.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct PoolStatus {
    /// The driver of the pool.
    #[api(tag = 1, required, omit_empty)]
    pub driver: String,
    /// The name of the pool.
    #[api(tag = 2, required, omit_empty)]
    pub pool_name: String,
    /// The generation of the pool that was looked at, the highest there is.
    #[api(tag = 9, required)]
    pub generation: i64,
    /// How many slices make up the pool.
    #[api(tag = 8)]
    pub resource_slice_count: Option<i32>,
    /// How many devices it has.
    #[api(tag = 4)]
    pub total_devices: Option<i32>,
    /// How many of them claims have.
    #[api(tag = 5)]
    pub allocated_devices: Option<i32>,
    /// How many of them are free.
    #[api(tag = 6)]
    pub available_devices: Option<i32>,
    /// How many of them are neither given away nor to be had, because of taints for instance.
    #[api(tag = 7)]
    pub unavailable_devices: Option<i32>,
    /// The node that the pool is on; unset where it is on no single one.
    #[api(tag = 3)]
    pub node_name: Option<String>,
    /// What is wrong with the pool, such as missing slices; the counts may be unset then.
    #[api(tag = 10)]
    pub validation_error: Option<String>,
}
