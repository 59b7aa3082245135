use std::collections::BTreeMap;

use kubeforge_derive::ApiSource;
use kubeforge_machinery::Quantity;

/// A value that is not allowed.
pub const TAKEN: i64 = 7;

/// A field for each rule on a value.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct Values {
    #[api(tag = 1, min = -1, max = 9, multiple_of = 2)]
    pub number: Option<i32>,
    #[api(tag = 2, exclusive_min = 0, exclusive_max = 1.5)]
    pub ratio: Option<f64>,
    #[api(tag = 3, not_equal = TAKEN)]
    pub port: i64,
    #[api(tag = 4, not_equal = "none", min_len = 2, max_len = 6, max_bytes = 8, pattern = "^[a-zü]+$")]
    pub text: String,
    /// Always written: the empty text is a value.
    #[api(tag = 5, required, format = "k8s-short-name")]
    pub name: String,
    /// Left out when it is empty, and not checked then.
    #[api(tag = 6, format = "k8s-short-name")]
    pub alias: String,
    #[api(tag = 7, min_items = 2, each(present, max_len = 3))]
    pub words: Vec<String>,
    #[api(
        tag = 8,
        min_entries = 2,
        max_entries = 2,
        each_key(format = "k8s-label-key"),
        each(format = "k8s-label-value")
    )]
    pub labels: BTreeMap<String, String>,
    #[api(tag = 9, closed, if_disabled("Paint", enum_exclude("Red")))]
    pub color: Option<Color>,
    #[api(tag = 10)]
    pub finish: Finish,
    #[api(tag = 11, each(unique = set))]
    pub grid: BTreeMap<String, Vec<i64>>,
    #[api(tag = 12, update(no_set, no_unset))]
    pub belt: Option<String>,
    #[api(tag = 13, update(no_modify))]
    pub weight: Option<Quantity>,
    #[api(tag = 14, if_disabled("Gears", forbidden), if_enabled("Gears", present))]
    pub gears: Vec<i64>,
    #[api(tag = 15, alpha(since = "1.36", max = 1), beta(max = 2), max = 3)]
    pub staged: i32,
    #[api(tag = 16, immutable)]
    pub serial: String,
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
