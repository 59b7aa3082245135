use std::collections::BTreeMap;

use kubeforge_derive::ApiSource;

/// What patches and server-side apply have to know.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct Machine {
    #[api(tag = 1, patch = "merge,retainKeys", merge_key = "name", list = map("name", "side"))]
    pub wheels: Vec<Wheel>,
    #[api(tag = 2, patch = merge, list = set)]
    pub tags: Vec<String>,
    #[api(tag = 3, list = atomic)]
    pub steps: Vec<String>,
    #[api(tag = 4, map = atomic)]
    pub selector: BTreeMap<String, String>,
    #[api(tag = 5, map = granular)]
    pub labels: BTreeMap<String, String>,
    #[api(tag = 6, patch = replace)]
    pub axle: Option<Axle>,
    #[api(tag = 7, atomic)]
    pub spare: Wheel,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct Wheel {
    #[api(tag = 1, required)]
    pub name: String,
    #[api(tag = 2, default = "left")]
    pub side: String,
}

/// Owned as one value.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(atomic)]
pub struct Axle {
    #[api(tag = 1)]
    pub length: i32,
}
