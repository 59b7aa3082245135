use kubeforge_derive::ApiSource;
use kubeforge_machinery::meta::v1::{ListMeta, ObjectMeta};

/// A thing that a shop sells.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, namespaced, short = ["gd"], categories = ["all"])]
#[api(subresource(status))]
#[api(subresource(scale, kind = "Scale", spec = ".spec.replicas", status = ".status.replicas"))]
#[api(subresource(sale, create = "Sale"))]
#[api(method(name = "Sell", verb = create, subresource = "sale", input = "Sale"))]
#[api(column(name = "Color", type = "string", path = ".spec.color", description = "What it looks like"))]
#[api(selectable("status.phase"))]
#[api(introduced = "1.2", deprecated = "1.8", removed = "1.11", replacement = "shop.example.com/v2.Gadget")]
pub struct Gadget {
    #[api(tag = 1)]
    pub metadata: ObjectMeta,
    #[api(tag = 2)]
    pub spec: GadgetSpec,
    #[api(tag = 3)]
    pub status: GadgetStatus,
}

/// A list of gadgets.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(list = "Gadget")]
pub struct GadgetList {
    #[api(tag = 1)]
    pub metadata: ListMeta,
    #[api(tag = 2, required)]
    pub items: Vec<Gadget>,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct GadgetSpec {
    #[api(tag = 1, selectable)]
    pub color: Option<String>,
    #[api(tag = 2)]
    pub replicas: Option<i32>,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct GadgetStatus {
    #[api(tag = 1)]
    pub phase: String,
    #[api(tag = 2, required)]
    pub replicas: i32,
}

/// A wish to buy; only ever created.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, namespaced, verbs(only("create")))]
pub struct Order {
    pub metadata: ObjectMeta,
    pub gadget: String,
}

/// What the sale subresource takes.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, no_resource)]
pub struct Sale {
    #[api(tag = 1)]
    pub price: i64,
}

/// What the scale subresource takes and answers.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, no_resource)]
pub struct Scale {
    #[api(tag = 1)]
    pub metadata: ObjectMeta,
    #[api(tag = 2)]
    pub replicas: i32,
}
