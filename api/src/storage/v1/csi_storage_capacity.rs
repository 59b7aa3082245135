//! Storage capacities: how much room a driver has where.

use kubeforge_derive::ApiSource;
use kubeforge_machinery::Quantity;
use kubeforge_machinery::meta::v1::{LabelSelector, ListMeta, ObjectMeta};

/// How much room a storage class has on some nodes; the driver writes it.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, namespaced, plural = "csistoragecapacities", singular = "csistoragecapacity")]
#[api(hub)]
#[api(introduced = "1.24")]
pub struct CSIStorageCapacity {
    /// Name, labels and everything else that all objects carry.
    #[api(tag = 1)]
    pub metadata: ObjectMeta,
    /// The nodes.
    #[api(tag = 2)]
    pub node_topology: Option<Box<LabelSelector>>,
    /// The storage class.
    #[api(tag = 3, required)]
    pub storage_class_name: String,
    /// How much room there is.
    #[api(tag = 4)]
    pub capacity: Option<Quantity>,
    /// How large a single volume can be.
    #[api(tag = 5)]
    pub maximum_volume_size: Option<Quantity>,
}

/// CSI storage capacities, listed as of one point in the history of the store.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(list = "CSIStorageCapacity")]
#[api(introduced = "1.24")]
pub struct CSIStorageCapacityList {
    /// Where the list stands in the history of the store, and how to read on.
    #[api(tag = 1)]
    pub metadata: ListMeta,
    /// The objects, in the order in which the server lists them.
    #[api(tag = 2, required)]
    pub items: Vec<CSIStorageCapacity>,
}
