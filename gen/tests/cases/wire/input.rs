use std::collections::BTreeMap;

use kubeforge_derive::ApiSource;
use kubeforge_machinery::{
    ByteString, Duration, FieldsV1, IntOrString, MicroTime, Quantity, RawExtension, Time,
    meta::v1::{self as metav1, Condition},
};
use serde_json::Value;

/// Every way in which a field can be written.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct Part {
    /// Left out when empty.
    #[api(tag = 1)]
    pub name: String,
    /// A name that is a keyword.
    #[api(tag = 2, required)]
    pub type_: String,
    /// Always written.
    #[api(tag = 3, json = "clusterIPs", always)]
    pub cluster_ips: Vec<String>,
    /// Required, and left out when empty all the same.
    #[api(tag = 4, required, omit_empty)]
    pub labels: BTreeMap<String, String>,
    /// Left out when zero.
    #[api(tag = 5, omit_zero)]
    pub since: Time,
    #[api(tag = 6)]
    pub until: Option<MicroTime>,
    #[api(tag = 7, wire = "list")]
    pub verbs: Vec<String>,
    #[api(tag = 8, deprecated)]
    pub weight: f64,
    #[api(tag = 9)]
    pub price: BTreeMap<String, Quantity>,
    #[api(tag = 10)]
    pub port: IntOrString,
    #[api(tag = 11)]
    pub every: Option<Duration>,
    #[api(tag = 12)]
    pub data: ByteString,
    #[api(tag = 13)]
    pub raw: RawExtension,
    #[api(tag = 14)]
    pub fields_v1: Option<FieldsV1>,
    #[api(tag = 15)]
    pub next: Option<Box<Part>>,
    #[api(tag = 16, inline)]
    pub source: Source,
    #[api(tag = 17)]
    pub conditions: Vec<Condition>,
    #[api(tag = 18)]
    pub selector: Option<metav1::LabelSelector>,
    #[api(tag = 19)]
    pub amounts: Amounts,
}

/// One of these.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct Source {
    #[api(tag = 1)]
    pub file: Option<String>,
    #[api(tag = 2)]
    pub count: Option<i64>,
}

/// Without a protobuf form.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct Row {
    #[api(required)]
    pub cells: Vec<Value>,
    pub hidden: bool,
}

/// An alias is what it stands for.
pub type Amounts = BTreeMap<String, Quantity>;
