//! Gauges.

use std::collections::BTreeMap;

use kubeforge_derive::ApiSource;
use kubeforge_machinery::meta::v1::{ListMeta, ObjectMeta};
use kubeforge_machinery::{IntOrString, Quantity, Time};

/// Something that measures.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, cluster, plural = "gauges", singular = "gauge", short = ["ga"], categories = ["all", "tools"])]
#[api(subresource(status))]
#[api(subresource(scale, spec = ".spec.count", status = ".status.count"))]
#[api(selectable("spec.unit"))]
#[api(column(name = "Unit", type = "string", path = ".spec.unit", priority = 1))]
#[api(storage)]
#[api(deprecated = "use meters")]
#[api(annotation("shop.example.com/owner" = "nobody"))]
#[api(cel(rule = "self.spec.count >= 0", message = "no less than none"))]
pub struct Gauge {
    pub metadata: ObjectMeta,
    #[api(required)]
    pub spec: GaugeSpec,
    pub status: Option<Box<GaugeStatus>>,
}

/// Gauges.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(list = "Gauge")]
pub struct GaugeList {
    pub metadata: ListMeta,
    #[api(required)]
    pub items: Vec<Gauge>,
}

/// What is wanted.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(one_of("limit", "share"))]
pub struct GaugeSpec {
    #[api(required)]
    pub unit: GaugeSpecUnit,
    #[api(default = 1, min = 0, max = 9)]
    pub count: Option<i32>,
    pub limit: Option<Quantity>,
    pub share: Option<IntOrString>,
    #[api(list = map("name"), max_items = 4, unique)]
    pub marks: Vec<GaugeSpecMarks>,
    #[api(map = atomic, each(max_len = 63))]
    pub labels: BTreeMap<String, String>,
    #[api(default = json("{}"))]
    pub retry: GaugeSpecRetry,
}

/// A unit.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
#[api(closed)]
pub enum GaugeSpecUnit {
    /// Length.
    #[api(value = "m")]
    M,
    /// Time.
    #[api(value = "s")]
    S,
    /// A value that this version does not know.
    Other(String),
}

/// A mark on the scale.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct GaugeSpecMarks {
    #[api(required, min_len = 1)]
    pub name: String,
    pub at: Option<f64>,
}

/// How often to look.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(atomic)]
#[api(one_of("times", "code"), at_most_one_of("never", "hours", "every"))]
pub struct GaugeSpecRetry {
    #[api(nullable)]
    pub times: Option<i64>,
    #[api(values(1, 2, 4))]
    pub code: Option<i32>,
    pub every: Option<String>,
    pub hours: Option<String>,
    pub never: Option<bool>,
}

/// What was measured.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct GaugeStatus {
    pub count: Option<i32>,
    pub since: Option<Time>,
}
