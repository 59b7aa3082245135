use kubeforge_derive::ApiSource;
use kubeforge_machinery::meta::v1::{ListMeta, ObjectMeta};

/// An older version.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, namespaced, spoke_of = "v2")]
pub struct Gadget {
    #[api(tag = 1)]
    pub metadata: ObjectMeta,
    #[api(tag = 2)]
    pub color: String,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(list = "Gadget")]
pub struct GadgetList {
    #[api(tag = 1)]
    pub metadata: ListMeta,
    #[api(tag = 2, required)]
    pub items: Vec<Gadget>,
}
