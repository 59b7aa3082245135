use kubeforge_derive::ApiSource;
use kubeforge_machinery::Time;

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct Taint {
    #[api(tag = 1, required)]
    pub key: String,
    #[api(tag = 2)]
    pub value: String,
    #[api(tag = 3, required)]
    pub effect: TaintEffect,
    #[api(tag = 4)]
    pub time_added: Option<Time>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
pub enum TaintEffect {
    NoSchedule,
    PreferNoSchedule,
    NoExecute,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct Toleration {
    #[api(tag = 1)]
    pub key: String,
    #[api(tag = 2)]
    pub operator: TolerationOperator,
    #[api(tag = 3)]
    pub value: String,
    #[api(tag = 4)]
    pub effect: TaintEffect,
    #[api(tag = 5)]
    pub toleration_seconds: Option<i64>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
pub enum TolerationOperator {
    Exists,
    Equal,
    Lt,
    Gt,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}
