use kubeforge_derive::ApiSource;
use kubeforge_machinery::meta::v1::{ListMeta, ObjectMeta};

use super::Values;

/// A kind: rules on metadata, on lists, on unions, and on what stands below.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, namespaced)]
pub struct Machine {
    #[api(tag = 1, field("name", optional, format = "k8s-long-name"))]
    pub metadata: ObjectMeta,
    #[api(tag = 2)]
    pub spec: MachineSpec,
    #[api(tag = 3)]
    pub status: MachineStatus,
}

/// Lists are not validated.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(list = "Machine")]
pub struct MachineList {
    #[api(tag = 1)]
    pub metadata: ListMeta,
    #[api(tag = 2, required)]
    pub items: Vec<Machine>,
}

/// What is wanted.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct MachineSpec {
    #[api(tag = 1)]
    pub values: Values,
    #[api(tag = 2, list = map("name", "slot"), unique, max_items = 3)]
    pub parts: Vec<Part>,
    #[api(tag = 3, list = set, unique, each(min_len = 2))]
    pub tags: Vec<String>,
    #[api(tag = 4, list = atomic, unique("name"))]
    pub ordered: Vec<Part>,
    #[api(tag = 5, list = atomic)]
    pub loose: Vec<Part>,
    #[api(tag = 6)]
    pub drive: Option<Box<Drive>>,
    #[api(tag = 7, opaque)]
    pub spare: Option<Box<Drive>>,
    #[api(tag = 8)]
    pub choice: Option<Box<Choice>>,
    #[api(tag = 9, immutable)]
    pub plan: Option<Box<Part>>,
}

/// What is.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct MachineStatus {
    #[api(tag = 1, list = map("type"), unique = custom)]
    #[api(item("type" = "Ready", zero_or_one_of_member), item("type" = "Broken", zero_or_one_of_member))]
    #[api(item("type" = "Broken", field("reason", present)))]
    pub conditions: Vec<State>,
}

/// An element with two keys.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct Part {
    #[api(tag = 1, required, present, format = "k8s-short-name")]
    pub name: String,
    #[api(tag = 2, min = 0)]
    pub slot: Option<i32>,
}

/// A state.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct State {
    #[api(tag = 1, required)]
    pub type_: String,
    #[api(tag = 2)]
    pub reason: String,
}

/// A union whose discriminator names the member, and what depends on another discriminator's value.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct Drive {
    #[api(tag = 1, required, present, discriminator)]
    pub type_: String,
    #[api(tag = 2, member)]
    pub electric: Option<Box<Part>>,
    #[api(tag = 3, member = "Steam")]
    pub boiler: Option<Box<Part>>,
    #[api(tag = 4, discriminator = "mode")]
    pub mode: Option<String>,
    #[api(tag = 5)]
    #[api(member("Fixed", discriminator = "mode", present, max = 5), member("Free", discriminator = "mode", optional))]
    pub speed: Option<i32>,
}

/// Unions without a discriminator.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(at_most_one_of("a", "b"), if_enabled("Choosy", at_least_one_of("a", "b", "c")))]
pub struct Choice {
    #[api(tag = 1)]
    pub a: i32,
    #[api(tag = 2)]
    pub b: Vec<String>,
    #[api(tag = 3, alpha(member(union = "cd")))]
    pub c: Option<bool>,
    #[api(tag = 4, alpha(member(union = "cd")))]
    pub d: String,
}
