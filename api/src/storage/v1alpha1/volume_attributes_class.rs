//! Volume attributes classes: settings of volumes that can change.

use std::collections::BTreeMap;

use kubeforge_derive::ApiSource;
use kubeforge_machinery::meta::v1::{ListMeta, ObjectMeta};

/// Settings of volumes that can be changed while they are used.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, no_resource)]
#[api(spoke_of = "v1")]
#[api(introduced = "1.29", deprecated = "1.32", replacement = "storage.k8s.io/v1.VolumeAttributesClass")]
pub struct VolumeAttributesClass {
    /// Name, labels and everything else that all objects carry.
    #[api(tag = 1)]
    pub metadata: ObjectMeta,
    /// The driver that knows the settings.
    #[api(tag = 2, required)]
    pub driver_name: String,
    /// The settings.
    #[api(tag = 3)]
    pub parameters: BTreeMap<String, String>,
}

/// Volume attributes classes, listed as of one point in the history of the store.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(list = "VolumeAttributesClass")]
#[api(introduced = "1.29", deprecated = "1.32", replacement = "storage.k8s.io/v1.VolumeAttributesClassList")]
pub struct VolumeAttributesClassList {
    /// Where the list stands in the history of the store, and how to read on.
    #[api(tag = 1)]
    pub metadata: ListMeta,
    /// The objects, in the order in which the server lists them.
    #[api(tag = 2, required)]
    pub items: Vec<VolumeAttributesClass>,
}
