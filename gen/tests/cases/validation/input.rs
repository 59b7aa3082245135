use std::collections::BTreeMap;

use kubeforge_derive::ApiSource;
use kubeforge_machinery::{
    Quantity,
    meta::v1::{ListMeta, ObjectMeta},
};

/// A kind with rules on fields of metadata, and what is below it.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, namespaced)]
pub struct Machine {
    #[api(tag = 1, alpha(since = "1.36", field("name", optional, format = "k8s-long-name")))]
    pub metadata: ObjectMeta,
    #[api(tag = 2, immutable)]
    pub spec: MachineSpec,
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

/// Rules of every form.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(at_least_one_of("parts", "labels"), if_enabled("Gears", one_of("gears", "belt")))]
pub struct MachineSpec {
    #[api(tag = 1, required, present, max_bytes = 20, not_equal = "none")]
    pub serial: String,
    #[api(tag = 2, default = 1, min = 1, max = 9, alpha(multiple_of = 3))]
    pub size: Option<i32>,
    #[api(tag = 3, list = map("name", "slot"), unique, max_items = 2)]
    pub parts: Vec<Part>,
    #[api(tag = 4, min_entries = 1, max_entries = 3, each_key(format = "k8s-label-key"), each(format = "k8s-label-value"))]
    pub labels: BTreeMap<String, String>,
    #[api(tag = 5, if_disabled("Gears", forbidden), if_enabled("Gears", min_items = 2, each(exclusive_min = 0)))]
    pub gears: Vec<i64>,
    #[api(tag = 6, pattern = "^[a-z]+$", update(no_set, no_unset))]
    pub belt: Option<String>,
    #[api(tag = 7, beta(update(no_modify)))]
    pub weight: Option<Quantity>,
    #[api(tag = 8, list = set, unique, each(min_len = 2, max_len = 3))]
    pub tags: Vec<String>,
    #[api(tag = 9)]
    pub drive: Option<Box<Drive>>,
    #[api(tag = 10, opaque)]
    pub spare: Option<Box<Drive>>,
    #[api(tag = 11, list = map("type"), unique = custom)]
    #[api(item("type" = "Ready", zero_or_one_of_member), item("type" = "Broken", zero_or_one_of_member))]
    #[api(item("type" = "Ready", field("reason", present)))]
    pub conditions: Vec<State>,
    #[api(tag = 12, exclusive_max = 1.5)]
    pub ratio: f64,
    #[api(tag = 13, closed, if_disabled("Paint", enum_exclude("Red")))]
    pub color: Color,
}

/// An element with two keys.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct Part {
    #[api(tag = 1, required, present, format = "k8s-short-name")]
    pub name: String,
    #[api(tag = 2)]
    pub slot: Option<i32>,
    #[api(tag = 3, required)]
    pub finish: Finish,
}

/// Unions: one whose discriminator names the member, and what depends on a discriminator's value.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct Drive {
    #[api(tag = 1, required, present, discriminator)]
    pub type_: DriveType,
    #[api(tag = 2, member)]
    pub electric: Option<Box<Volts>>,
    #[api(tag = 3, member = "Steam")]
    pub boiler: Option<Box<Volts>>,
    #[api(tag = 4, required, discriminator = "mode")]
    pub mode: String,
    #[api(tag = 5, member("Fixed", discriminator = "mode", present, max = 5), member("Free", discriminator = "mode", optional))]
    pub speed: Option<i32>,
}

/// A number behind a rule.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct Volts {
    #[api(tag = 1, required, min = 1)]
    pub volts: i32,
}

/// A state.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct State {
    #[api(tag = 1, required)]
    pub type_: String,
    #[api(tag = 2)]
    pub reason: String,
}

/// Checked where a field asks.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
pub enum Color {
    Red,
    Blue,
    Other(String),
}

/// Checked wherever it stands.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
#[api(closed)]
pub enum Finish {
    Polished,
    #[api(if_disabled("Rust", enum_exclude))]
    Rusty,
    Other(String),
}

/// Checked, but not yet enforced.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
#[api(alpha(closed))]
pub enum DriveType {
    Electric,
    Steam,
    Other(String),
}
