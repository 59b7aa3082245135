use std::collections::BTreeMap;

use kubeforge_derive::{Api, CustomResource};
use kubeforge_machinery::meta::v1::ObjectMeta;

#[derive(Clone, Debug, Default, PartialEq, Api, CustomResource)]
pub struct NoKind {
    pub name: String,
}

#[derive(Clone, Debug, Default, PartialEq, Api, CustomResource)]
#[api(kind, group = "shop.example.com", version = "v1", subresource(sale))]
pub struct Gadget {
    pub metadata: ObjectMeta,
    #[api(each_key(not_equal = "a"))]
    pub labels: BTreeMap<String, String>,
}

#[derive(Clone, Debug, Default, PartialEq, CustomResource)]
#[api(kind, group = "shop.example.com", version = "v1")]
pub struct NoApi {
    pub metadata: ObjectMeta,
}

#[derive(Clone, Debug, Default, PartialEq, Api, CustomResource)]
#[api(kind, group = "shop.example.com", version = "v1", plurals = "shelves")]
pub struct Shelf {
    pub metadata: ObjectMeta,
}

fn main() {}
