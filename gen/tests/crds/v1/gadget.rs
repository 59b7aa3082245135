//! A kind that says everything that a CustomResourceDefinition can.

use std::collections::BTreeMap;

use kubeforge_derive::{Api, CustomResource};
use kubeforge_machinery::{
    ByteString, Duration, IntOrString, MicroTime, Quantity, RawExtension, Time,
    meta::v1::{Condition, LabelSelector, ObjectMeta},
};

/// A thing that a shop sells.
///
/// It is made of parts.
#[derive(Clone, Debug, Default, PartialEq, Api, CustomResource)]
#[api(kind, namespaced, group = "shop.example.com", version = "v1", short = ["gd"], categories = ["all", "shop"])]
#[api(storage, subresource(status))]
#[api(subresource(scale, spec = ".spec.replicas", status = ".status.replicas", selector = ".status.selector"))]
#[api(column(name = "Color", type = "string", path = ".spec.color", description = "What it looks like"))]
#[api(column(name = "Since", type = "date", path = ".status.since", format = "date-time", priority = 1))]
#[api(selectable("spec.replicas"))]
#[api(annotation("shop.example.com/owner" = "toys: \"team\""), label("app" = "shop"))]
#[api(conversion_webhook(
    service_namespace = "shop",
    service_name = "converter",
    path = "/convert",
    port = 9443,
    ca_bundle = "Q0E="
))]
#[api(cel(rule = "self.metadata.name.size() < 40", message = "names have less than 40 characters"))]
pub struct Gadget {
    pub metadata: ObjectMeta,
    /// What is wanted.
    #[api(required)]
    pub spec: GadgetSpec,
    pub status: GadgetStatus,
}

/// What is wanted of a gadget.
#[derive(Clone, Debug, Default, PartialEq, Api)]
#[api(one_of("file", "url"), at_most_one_of("every", "at", "after"), at_least_one_of("parts", "data"))]
#[api(cel(
    rule = "!has(self.color) || self.color != 'Red' || self.replicas > 0",
    message = "red ones are made at once",
    reason = "FieldValueInvalid",
    field_path = ".replicas"
))]
#[api(title = "A wish", external_docs(url = "https://example.com/gadgets", text = "all about gadgets"))]
pub struct GadgetSpec {
    /// What it looks like: a text so long that it does not fit on one line of the file, and therefore is folded by the
    /// writer: at spaces only.
    #[api(default = "Red", selectable, immutable)]
    pub color: Option<Color>,
    /// How many there should be.
    #[api(default = 1, min = 0, max = 100, example = 3)]
    pub replicas: Option<i32>,
    #[api(exclusive_min = 0, exclusive_max = 1.5, multiple_of = 0.5)]
    pub weight: Option<f64>,
    #[api(min = 1)]
    pub serial: i64,
    /// Handle with care.
    #[api(deprecated)]
    pub fragile: bool,
    #[api(min_len = 1, max_len = 253, pattern = "^/[a-z]+$", max_bytes = 300)]
    pub file: Option<String>,
    #[api(format = "uri", not_equal = "http://example.com", update(no_set, no_unset))]
    pub url: Option<String>,
    pub every: Option<Duration>,
    #[api(nullable)]
    pub at: Option<Time>,
    pub after: Option<MicroTime>,
    /// Held as bytes.
    pub data: ByteString,
    #[api(list = map("name"), min_items = 1, max_items = 16)]
    pub parts: Vec<Part>,
    #[api(list = set, each(max_len = 63, format = "k8s-short-name"))]
    pub names: Vec<String>,
    #[api(list = atomic, unique, max_items = 8)]
    pub steps: Vec<i32>,
    #[api(each(each(min = 1)))]
    pub matrix: Vec<Vec<i64>>,
    #[api(map = granular, max_entries = 8, each_key(pattern = "^[a-z]+$", format = "k8s-label-key"), each(max_len = 9))]
    pub labels: BTreeMap<String, String>,
    #[api(min_entries = 1)]
    pub limits: BTreeMap<String, Quantity>,
    #[api(map = atomic)]
    pub boxes: BTreeMap<String, Part>,
    /// How much there may be.
    pub limit: Option<Quantity>,
    pub port: Option<IntOrString>,
    pub selector: Option<LabelSelector>,
    /// What the gadgets carry.
    pub template: Option<Box<Template>>,
    #[api(embedded, preserve_unknown)]
    pub object: Option<RawExtension>,
    pub raw: Option<RawExtension>,
    pub anything: Option<serde_json::Value>,
    #[api(schemaless)]
    pub loose: Option<Part>,
    #[api(schema_type = "string", format = "uuid")]
    pub id: Option<Part>,
    #[api(int_or_string)]
    pub percent: Option<String>,
    #[api(docs = false)]
    pub undocumented: Option<Part>,
    #[api(docs = 16)]
    pub briefly: Option<Part>,
    #[api(default = json("{\"name\":\"a\"}"), field("name", max_len = 8), atomic)]
    pub extra: Option<Part>,
    pub tree: Option<Box<Tree>>,
    #[api(gate = "Turbo")]
    pub turbo: Option<i32>,
    #[api(
        if_enabled("Turbo", max_items = 4),
        if_disabled("Turbo", max_items = 2),
        beta(min_items = 1),
        alpha(max_items = 1)
    )]
    pub gears: Vec<Gear>,
    pub volume: Option<Volume>,
    #[api(enum_exclude("Gone"))]
    pub mood: Option<Mood>,
    #[api(closed)]
    pub last_mood: Option<Mood>,
    #[api(present, immutable, beta(since = "1.36", max_len = 30))]
    pub brand: String,
    #[api(present, list = map("name"), unique("namespace"), max_items = 4, each(field("name", present)))]
    pub extras: Vec<Part>,
}

/// What a gadget can look like.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Api)]
pub enum Color {
    /// Like a rose.
    Red,
    #[api(value = "deep-blue")]
    Blue,
    #[api(gate = "Turbo")]
    Chrome,
    Other(String),
}

/// More than are listed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Api)]
#[api(open)]
pub enum Mood {
    Fine,
    Gone,
    Other(String),
}

/// A part of a gadget. It has a name.
#[derive(Clone, Debug, Default, PartialEq, Api)]
pub struct Part {
    /// Unique among the parts.
    #[api(required)]
    pub name: String,
    /// Keywords stay keywords in CEL.
    #[api(update(no_unset))]
    pub namespace: Option<String>,
}

/// One gear.
#[derive(Clone, Debug, Default, PartialEq, Api)]
#[api(atomic)]
pub struct Gear {
    #[api(required, min = 3)]
    pub teeth: i32,
}

/// A struct whose fields the schema says, with others beside them.
#[derive(Clone, Debug, Default, PartialEq, Api)]
#[api(preserve_unknown)]
pub struct Template {
    #[api(preserve_unknown)]
    pub metadata: ObjectMeta,
    pub part: Part,
}

/// A tree; what is below its branches is not said.
#[derive(Clone, Debug, Default, PartialEq, Api)]
pub struct Tree {
    pub leaf: String,
    /// Smaller trees.
    #[api(each(preserve_unknown))]
    pub branches: Vec<Tree>,
}

/// Where a gadget keeps things.
#[derive(Clone, Debug, Default, PartialEq, Api)]
pub struct Volume {
    #[api(discriminator)]
    pub type_: String,
    #[api(member)]
    pub disk: Option<Part>,
    #[api(member = "tape drive")]
    pub tape: Option<Part>,
    /// How much fits on it.
    #[api(member("Shelf", present), member("Rack", optional))]
    pub height: Option<i32>,
    #[api(zero_or_one_of_member = "speed")]
    pub fast: Option<bool>,
    #[api(zero_or_one_of_member = "speed")]
    pub slow: Option<bool>,
}

/// What is there of a gadget.
#[derive(Clone, Debug, Default, PartialEq, Api)]
pub struct GadgetStatus {
    #[api(required)]
    pub replicas: i32,
    pub selector: String,
    pub since: Option<Time>,
    /// What was found out about it.
    #[api(list = map("type"))]
    pub conditions: Vec<Condition>,
}
