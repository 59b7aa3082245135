//! Taints, by which nodes keep pods away, and tolerations, by which pods come nonetheless.

use kubeforge_derive::ApiSource;
use kubeforge_machinery::Time;

/// Keeps pods away from a node, unless they tolerate it.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct Taint {
    /// Its name.
    #[api(tag = 1, required)]
    pub key: String,
    /// Its value.
    #[api(tag = 2)]
    pub value: String,
    /// What it does to pods that do not tolerate it.
    #[api(tag = 3, required)]
    pub effect: TaintEffect,
    /// Since when it is there; for the effect that ends pods.
    #[api(tag = 4)]
    pub time_added: Option<Time>,
}

/// What a taint does to pods that do not tolerate it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
pub enum TaintEffect {
    /// No new ones come.
    NoSchedule,
    /// New ones come only where there is no better node.
    PreferNoSchedule,
    /// No new ones come, and those that run there have to go.
    NoExecute,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

/// Taints that a pod puts up with.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct Toleration {
    /// The taint's name; empty, with `Exists`, for every taint.
    #[api(tag = 1)]
    pub key: String,
    /// How the taint's value relates to this one.
    #[api(tag = 2)]
    pub operator: TolerationOperator,
    /// The value.
    #[api(tag = 3)]
    pub value: String,
    /// The effect; empty for all.
    #[api(tag = 4)]
    pub effect: TaintEffect,
    /// How long it stays where the taint would end it; none means for ever.
    #[api(tag = 5)]
    pub toleration_seconds: Option<i64>,
}

/// How a taint's value relates to the one tolerated.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
pub enum TolerationOperator {
    /// Whatever the value is.
    Exists,
    /// It is the same.
    Equal,
    /// It is a number less than this one.
    Lt,
    /// It is a number greater than this one.
    Gt,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}
