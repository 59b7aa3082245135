use kubeforge_derive::ApiSource;
use kubeforge_machinery::meta::v1::{ListMeta, ObjectMeta};

use crate::v2::Part;

/// A spoke of another group's kind, under another name. Its parts are the hub's own type.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, namespaced, spoke_of = "shop.example.com/v2.Crate")]
pub struct Parcel {
    #[api(tag = 1)]
    pub metadata: ObjectMeta,
    #[api(tag = 2, converts_to = "weight")]
    pub mass: i64,
    #[api(tag = 3)]
    pub parts: Vec<Part>,
    #[api(tag = 4)]
    pub tags: Vec<Tag>,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(list = "Parcel")]
pub struct ParcelList {
    #[api(tag = 1)]
    pub metadata: ListMeta,
    #[api(tag = 2, required)]
    pub items: Vec<Parcel>,
}

/// A second hub in another package: functions of `Tag` are named by their hub.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, no_resource, spoke_of = "v2")]
pub struct Shelf {
    #[api(tag = 1)]
    pub tag: Tag,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct Tag {
    #[api(tag = 1)]
    pub text: String,
}
