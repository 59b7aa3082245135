//! Limit ranges: how much a single object may ask for.

use std::collections::BTreeMap;

use kubeforge_derive::ApiSource;
use kubeforge_machinery::meta::v1::{ListMeta, ObjectMeta};
use kubeforge_machinery::{NilVec, Quantity};

/// Limits and defaults for what single pods, containers and claims of a namespace ask for.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, namespaced, plural = "limitranges", singular = "limitrange", short = ["limits"])]
#[api(introduced = "1.0")]
pub struct LimitRange {
    /// Name, labels and everything else that all objects carry.
    #[api(tag = 1)]
    pub metadata: ObjectMeta,
    /// What is wanted.
    #[api(tag = 2)]
    pub spec: LimitRangeSpec,
}

/// Limit ranges, listed as of one point in the history of the store.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(list = "LimitRange")]
#[api(introduced = "1.0")]
pub struct LimitRangeList {
    /// Where the list stands in the history of the store, and how to read on.
    #[api(tag = 1)]
    pub metadata: ListMeta,
    /// The objects, in the order in which the server lists them.
    #[api(tag = 2, required)]
    pub items: Vec<LimitRange>,
}

/// The limits, by what they are for.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct LimitRangeSpec {
    /// One item per kind of thing.
    #[api(tag = 1, required, list = atomic)]
    pub limits: NilVec<LimitRangeItem>,
}

/// The limits for one kind of thing.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct LimitRangeItem {
    /// What it limits.
    #[api(tag = 1, required)]
    pub type_: LimitType,
    /// The most that may be asked for.
    #[api(tag = 2)]
    pub max: BTreeMap<String, Quantity>,
    /// The least that must be asked for.
    #[api(tag = 3)]
    pub min: BTreeMap<String, Quantity>,
    /// The limit of those that name none.
    #[api(tag = 4)]
    pub default: BTreeMap<String, Quantity>,
    /// The request of those that name none.
    #[api(tag = 5)]
    pub default_request: BTreeMap<String, Quantity>,
    /// How many times its request a limit may be.
    #[api(tag = 6)]
    pub max_limit_request_ratio: BTreeMap<String, Quantity>,
}

/// What a limit is for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
#[api(open)]
pub enum LimitType {
    /// All containers of a pod together.
    Pod,
    /// A container.
    Container,
    /// A claim.
    PersistentVolumeClaim,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}
