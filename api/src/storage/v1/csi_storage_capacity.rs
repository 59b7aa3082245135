use kubeforge_derive::ApiSource;
use kubeforge_machinery::Quantity;
use kubeforge_machinery::meta::v1::{LabelSelector, ListMeta, ObjectMeta};

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, namespaced, plural = "csistoragecapacities", singular = "csistoragecapacity")]
#[api(introduced = "1.24")]
pub struct CSIStorageCapacity {
    /// Name, labels and everything else that all objects carry.
    #[api(tag = 1)]
    pub metadata: ObjectMeta,
    #[api(tag = 2)]
    pub node_topology: Option<Box<LabelSelector>>,
    #[api(tag = 3, required)]
    pub storage_class_name: String,
    #[api(tag = 4)]
    pub capacity: Option<Quantity>,
    #[api(tag = 5)]
    pub maximum_volume_size: Option<Quantity>,
}

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
