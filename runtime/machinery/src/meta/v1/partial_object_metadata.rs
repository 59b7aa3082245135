//! Objects without anything but their metadata.

use kubeforge_derive::ApiSource;

use super::{ListMeta, ObjectMeta};

/// An object of any kind of which only the metadata is shown.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, no_resource)]
pub struct PartialObjectMetadata {
    /// Name, labels and everything else that all objects carry.
    #[api(tag = 1)]
    pub metadata: ObjectMeta,
}

/// Objects of one kind of which only the metadata is shown.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(list = "PartialObjectMetadata")]
pub struct PartialObjectMetadataList {
    /// Where the list stands in the history of the store, and how to read on.
    #[api(tag = 1)]
    pub metadata: ListMeta,
    /// The objects, in the order in which the server lists them.
    #[api(tag = 2, required)]
    pub items: Vec<PartialObjectMetadata>,
}
