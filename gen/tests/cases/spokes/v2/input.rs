use std::collections::BTreeMap;

use kubeforge_derive::ApiSource;
use kubeforge_machinery::{
    Time,
    meta::v1::{LabelSelector, ListMeta, ObjectMeta},
};

/// The version that the server holds.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, namespaced, hub)]
pub struct Gadget {
    #[api(tag = 1)]
    pub metadata: ObjectMeta,
    #[api(tag = 2)]
    pub spec: GadgetSpec,
    #[api(tag = 3)]
    pub status: GadgetStatus,
}

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
    #[api(tag = 1)]
    pub colors: Vec<String>,
    #[api(tag = 2)]
    pub size: i64,
    #[api(tag = 3)]
    pub price: Option<i32>,
    #[api(tag = 4)]
    pub selector: LabelSelector,
    #[api(tag = 5)]
    pub since: Option<Time>,
    #[api(tag = 6)]
    pub parts: Vec<Part>,
    #[api(tag = 7)]
    pub owner: Option<Person>,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct Part {
    #[api(tag = 1)]
    pub name: String,
    #[api(tag = 2)]
    pub parts: Vec<Part>,
    #[api(tag = 3)]
    pub spare: Option<Box<Part>>,
    #[api(tag = 4)]
    pub by_name: BTreeMap<String, Part>,
    #[api(tag = 5)]
    pub material: Material,
    #[api(tag = 6)]
    pub finishes: Vec<Material>,
    #[api(tag = 7)]
    pub phase: Option<Phase>,
    #[api(tag = 8)]
    pub labels: Option<Box<LabelSelector>>,
    #[api(tag = 9)]
    pub maker: Option<Box<Person>>,
    #[api(tag = 10)]
    pub grade: Grade,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct Person {
    #[api(tag = 1)]
    pub name: String,
}

#[derive(Clone, Debug, PartialEq, Eq, ApiSource)]
pub enum Material {
    Wood,
    Steel,
    Glass,
    Other(String),
}

#[derive(Clone, Debug, PartialEq, Eq, ApiSource)]
pub enum Phase {
    New,
    Other(String),
}

#[derive(Clone, Debug, PartialEq, Eq, ApiSource)]
pub enum Grade {
    First,
    Other(String),
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct GadgetStatus {
    #[api(tag = 1)]
    pub sold: Vec<String>,
    #[api(tag = 2)]
    pub at: Time,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct Note {
    #[api(tag = 1)]
    pub text: String,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct Nothing {}

/// The hub of another group's kind.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, namespaced, hub)]
pub struct Crate {
    #[api(tag = 1)]
    pub metadata: ObjectMeta,
    #[api(tag = 2)]
    pub weight: i64,
    #[api(tag = 3)]
    pub parts: Vec<Part>,
    #[api(tag = 4)]
    pub tags: Vec<Tag>,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct Tag {
    #[api(tag = 1)]
    pub text: String,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(list = "Crate")]
pub struct CrateList {
    #[api(tag = 1)]
    pub metadata: ListMeta,
    #[api(tag = 2, required)]
    pub items: Vec<Crate>,
}
