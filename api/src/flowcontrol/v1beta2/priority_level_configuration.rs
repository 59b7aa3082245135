//! Priority levels: how much of the API server a class of requests may have.

use kubeforge_derive::ApiSource;
use kubeforge_machinery::Time;
use kubeforge_machinery::meta::v1::{ListMeta, ObjectMeta};

use super::ConditionStatus;

/// A class of requests that has its own share of what the API server does at a time.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, no_resource)]
#[api(spoke_of = "v1")]
#[api(introduced = "1.23", replacement = "flowcontrol.apiserver.k8s.io/v1beta3.PriorityLevelConfiguration")]
pub struct PriorityLevelConfiguration {
    /// Name, labels and everything else that all objects carry.
    #[api(tag = 1)]
    pub metadata: ObjectMeta,
    /// How large the share is, and what happens beyond it.
    #[api(tag = 2)]
    pub spec: PriorityLevelConfigurationSpec,
    /// How it fares.
    #[api(tag = 3)]
    pub status: PriorityLevelConfigurationStatus,
}

/// Priority level configurations, listed as of one point in the history of the store.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(list = "PriorityLevelConfiguration")]
#[api(introduced = "1.23", replacement = "flowcontrol.apiserver.k8s.io/v1beta3.PriorityLevelConfigurationList")]
pub struct PriorityLevelConfigurationList {
    /// Where the list stands in the history of the store, and how to read on.
    #[api(tag = 1)]
    pub metadata: ListMeta,
    /// The objects, in the order in which the server lists them.
    #[api(tag = 2, required)]
    pub items: Vec<PriorityLevelConfiguration>,
}

/// Whether a priority level is limited, and how.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct PriorityLevelConfigurationSpec {
    /// Whether it is limited.
    #[api(tag = 1, required)]
    pub type_: PriorityLevelEnablement,
    /// The limits; set exactly where the type is `Limited`.
    #[api(tag = 2)]
    pub limited: Option<Box<LimitedPriorityLevelConfiguration>>,
    /// What others may borrow from it; only where the type is `Exempt`.
    #[api(tag = 3)]
    pub exempt: Option<Box<ExemptPriorityLevelConfiguration>>,
}

/// Whether a priority level is limited.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
#[api(open)]
pub enum PriorityLevelEnablement {
    /// Its requests never wait and are never turned away.
    Exempt,
    /// Only so many of its requests are served at a time.
    Limited,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

/// How many seats a priority level has, and what happens when they are taken.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct LimitedPriorityLevelConfiguration {
    /// Its part of all seats, against the sum over all levels; by default 30.
    #[api(tag = 1, always)]
    pub assured_concurrency_shares: i32,
    /// What becomes of a request when all seats are taken.
    #[api(tag = 2)]
    pub limit_response: LimitResponse,
    /// How much of its seats others may borrow, in percent; by default 0.
    #[api(tag = 3)]
    pub lendable_percent: Option<i32>,
    /// How many seats it may borrow, in percent of its own; unset for no limit.
    #[api(tag = 4)]
    pub borrowing_limit_percent: Option<i32>,
}

/// What becomes of a request that finds no seat.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct LimitResponse {
    /// Whether it waits or is turned away.
    #[api(tag = 1, required)]
    pub type_: LimitResponseType,
    /// How it waits; only where the type is `Queue`.
    #[api(tag = 2)]
    pub queuing: Option<Box<QueuingConfiguration>>,
}

/// Whether a request that finds no seat waits.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
#[api(open)]
pub enum LimitResponseType {
    /// It waits, unless its queue is full.
    Queue,
    /// It is turned away at once.
    Reject,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

/// The queues of a priority level.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct QueuingConfiguration {
    /// How many there are; by default 64.
    #[api(tag = 1, always)]
    pub queues: i32,
    /// How many are dealt to a flow, which uses the shortest of them; by default 8.
    #[api(tag = 2, always)]
    pub hand_size: i32,
    /// How many requests may wait in each; more are turned away; by default 50.
    #[api(tag = 3, always)]
    pub queue_length_limit: i32,
}

/// The seats that a level without limits counts as having, for others to borrow.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ExemptPriorityLevelConfiguration {
    /// Its part of all seats, which does not limit it; by default 0.
    #[api(tag = 1)]
    pub nominal_concurrency_shares: Option<i32>,
    /// How much of these seats others may borrow, in percent; by default 0.
    #[api(tag = 2)]
    pub lendable_percent: Option<i32>,
}

/// How a priority level fares.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct PriorityLevelConfigurationStatus {
    /// What has been found, and since when.
    #[api(tag = 1, list = map("type"))]
    pub conditions: Vec<PriorityLevelConfigurationCondition>,
}

/// Something that is so with a priority level, or not.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct PriorityLevelConfigurationCondition {
    /// What it is about.
    #[api(tag = 1)]
    pub type_: String,
    /// Whether it holds.
    #[api(tag = 2)]
    pub status: ConditionStatus,
    /// Since when.
    #[api(tag = 3)]
    pub last_transition_time: Time,
    /// Why, as one word.
    #[api(tag = 4)]
    pub reason: String,
    /// Why, for people.
    #[api(tag = 5)]
    pub message: String,
}
