//! Gadgets: what the shop sells.

use kubeforge_derive::ApiSource;
use kubeforge_machinery::meta::v1::{ListMeta, ObjectMeta};

/// A thing that the shop sells.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, namespaced, short = ["gd"], categories = ["all"])]
#[api(subresource(status))]
#[api(column(name = "Color", type = "string", path = ".spec.color", description = "What it looks like"))]
#[api(column(name = "Age", type = "date", path = ".metadata.creationTimestamp", description = "How old it is"))]
pub struct Gadget {
    /// Name, labels and everything else that all objects carry.
    #[api(tag = 1)]
    pub metadata: ObjectMeta,
    /// What is wanted.
    #[api(tag = 2)]
    pub spec: GadgetSpec,
    /// What is there.
    #[api(tag = 3)]
    pub status: GadgetStatus,
}

/// Gadgets, listed as of one point in the history of the store.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(list = "Gadget")]
pub struct GadgetList {
    /// Where the list stands in the history of the store.
    #[api(tag = 1)]
    pub metadata: ListMeta,
    /// The gadgets.
    #[api(tag = 2, required)]
    pub items: Vec<Gadget>,
}

/// What is wanted of a gadget.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct GadgetSpec {
    /// What it looks like.
    #[api(tag = 1, default = "red", selectable)]
    pub color: Option<String>,
    /// How many there should be.
    #[api(tag = 2, default = 1)]
    pub replicas: Option<i32>,
}

/// What is there of a gadget.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct GadgetStatus {
    /// How many are on the shelf.
    #[api(tag = 1)]
    pub replicas: i32,
}
