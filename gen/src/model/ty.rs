//! Types.

use super::{Field, KindMarkers, Rule};

/// A type definition.
#[derive(Clone, Debug)]
pub struct Type {
    /// Its name, in Rust and in the API.
    pub name: String,
    /// The file that defines it, without directory, for the header of generated files.
    pub file: String,
    /// Its documentation, lines joined with line feeds.
    pub docs: String,
    /// What it is made of.
    pub def: TypeDef,
    /// `kind` and everything that goes with it.
    pub kind: Option<KindMarkers>,
    /// Overrides the package's definition prefix and the type's name.
    pub definition: Option<String>,
    /// The name of its counterpart beside the hub of the package's spokes, where it is another.
    pub converts_to: Option<String>,
    /// `structType=atomic`.
    pub atomic: bool,
    /// Generators switched off for it (`deepcopy = false`).
    pub without: Vec<String>,
    /// Validation rules on the type itself.
    pub rules: Vec<Rule>,
}

impl Type {
    /// A type without markers: an empty struct.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            file: String::new(),
            docs: String::new(),
            def: TypeDef::Struct(Struct::default()),
            kind: None,
            definition: None,
            converts_to: None,
            atomic: false,
            without: Vec::new(),
            rules: Vec::new(),
        }
    }
}

/// What a type is made of.
#[derive(Clone, Debug)]
pub enum TypeDef {
    /// A struct with named fields.
    Struct(Struct),
    /// A closed set of strings.
    Enum(Enum),
    /// `pub type Name = …;`: the same on the wire as its target.
    Alias(TypeRef),
}

/// A struct.
#[derive(Clone, Debug, Default)]
pub struct Struct {
    /// Its fields in declaration order, which is JSON's order.
    pub fields: Vec<Field>,
    /// Names of fields that are no part of the API (`transient`), in declaration order.
    pub transient: Vec<String>,
}

/// A closed set of strings, with a variant `Other(String)` for values outside of it.
#[derive(Clone, Debug, Default)]
pub struct Enum {
    /// Its variants in declaration order, without `Other`.
    pub variants: Vec<Variant>,
    /// The set is not listed in OpenAPI.
    pub open: bool,
}

/// A value of an enum.
#[derive(Clone, Debug)]
pub struct Variant {
    /// Its name in Rust.
    pub name: String,
    /// Its text on the wire.
    pub value: String,
    /// Its documentation.
    pub docs: String,
    /// Rules on the value, such as `gate`.
    pub rules: Vec<Rule>,
}

/// The type of a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TypeRef {
    /// A type known to every package.
    Scalar(Scalar),
    /// `Option<T>`.
    Optional(Box<TypeRef>),
    /// `Box<T>`.
    Boxed(Box<TypeRef>),
    /// `Vec<T>`.
    List(Box<TypeRef>),
    /// `BTreeMap<String, T>`.
    Map(Box<TypeRef>),
    /// A type of this package.
    Local(String),
    /// A type of another package, as its full Rust path: `kubeforge_machinery::meta::v1::ObjectMeta`.
    Foreign(String),
}

/// Types that machinery defines and every package may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // they are named after the types they stand for
pub enum Scalar {
    String,
    Bool,
    I32,
    I64,
    F64,
    ByteString,
    Quantity,
    Time,
    MicroTime,
    Duration,
    IntOrString,
    RawExtension,
    FieldsV1,
    /// Any JSON value: `serde_json::Value`.
    Value,
}

impl Scalar {
    /// Its name in Rust.
    pub fn name(self) -> &'static str {
        match self {
            Scalar::String => "String",
            Scalar::Bool => "bool",
            Scalar::I32 => "i32",
            Scalar::I64 => "i64",
            Scalar::F64 => "f64",
            Scalar::ByteString => "ByteString",
            Scalar::Quantity => "Quantity",
            Scalar::Time => "Time",
            Scalar::MicroTime => "MicroTime",
            Scalar::Duration => "Duration",
            Scalar::IntOrString => "IntOrString",
            Scalar::RawExtension => "RawExtension",
            Scalar::FieldsV1 => "FieldsV1",
            Scalar::Value => "Value",
        }
    }
}
