//! Fields.

use super::{Rule, TypeRef, camel_case};

/// A field of a struct.
#[derive(Clone, Debug)]
pub struct Field {
    /// Its name in Rust.
    pub name: String,
    /// Its name in JSON; empty for an inlined struct.
    pub json: String,
    /// Its type.
    pub ty: TypeRef,
    /// Its documentation.
    pub docs: String,
    /// Its protobuf number.
    pub tag: Option<u32>,
    /// A list that is wrapped in a message of its own on the protobuf wire (`wire = "list"`).
    pub wrapped: bool,
    /// Its fields stand in JSON as if they were the holder's.
    pub inline: bool,
    /// When it is left out of JSON.
    pub omission: Omission,
    /// Whether OpenAPI requires it.
    pub required: bool,
    /// May be `null`.
    pub nullable: bool,
    /// Its default.
    pub default: Option<DefaultValue>,
    /// How a strategic merge patch treats it.
    pub patch: Patch,
    /// A list's topology.
    pub list: Option<ListType>,
    /// `mapType=atomic`.
    pub atomic_map: bool,
    /// `mapType=granular`, said explicitly; OpenAPI repeats it.
    pub granular_map: bool,
    /// `structType=atomic` on the field.
    pub atomic: bool,
    /// Field selectors may name it.
    pub selectable: bool,
    /// The Rust name of the hub's field that it converts to, where it is another.
    pub converts_to: Option<String>,
    /// Deprecated.
    pub deprecated: bool,
    /// Behind a feature gate.
    pub gate: Option<String>,
    /// Validation rules, in order.
    pub rules: Vec<Rule>,
}

impl Field {
    /// A field without markers: its JSON name is the camelCase of its own.
    pub fn new(name: impl Into<String>, ty: TypeRef) -> Self {
        let name = name.into();
        Self {
            json: camel_case(&name),
            name,
            ty,
            docs: String::new(),
            tag: None,
            wrapped: false,
            inline: false,
            omission: Omission::default(),
            required: false,
            nullable: false,
            default: None,
            patch: Patch::default(),
            list: None,
            atomic_map: false,
            granular_map: false,
            atomic: false,
            selectable: false,
            converts_to: None,
            deprecated: false,
            gate: None,
            rules: Vec::new(),
        }
    }
}

/// When a field is left out of JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Omission {
    /// When it is empty in Go's sense (structs never are).
    #[default]
    WhenEmpty,
    /// When it is zero, structs included.
    WhenZero,
    /// Never.
    Never,
}

/// A default.
#[derive(Clone, Debug, PartialEq)]
pub enum DefaultValue {
    /// A JSON value, as text.
    Json(String),
    /// The path of a constant.
    Path(String),
}

/// Strategic merge patch markers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Patch {
    /// `patch = merge`
    pub merge: bool,
    /// `patch = replace`
    pub replace: bool,
    /// `patch = retain_keys`
    pub retain_keys: bool,
    /// `merge_key = "name"`
    pub merge_key: Option<String>,
}

/// A list's topology for server-side apply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ListType {
    /// One value.
    Atomic,
    /// A set of scalars.
    Set,
    /// Structs identified by fields.
    Map(Vec<String>),
}
