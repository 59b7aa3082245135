//! From OpenAPI v3 schemas to types. Components of an OpenAPI document and the schemas of custom resource definitions
//! are read alike; [`Dialect`] says where they differ.
//!
//! What a schema does not say is decided by rules, so that an import always gives the same types:
//!
//! | in the schema | in Rust |
//! |---|---|
//! | a struct with `default: {}` | `T` |
//! | a struct without it | `Option<Box<T>>`; `T` if required and the document never says `default: {}` |
//! | text, number, bool, enum: required | `T`, marked `required` |
//! | the same, optional, with `default` of `""`, `0` or `false` in an OpenAPI document | `T`, marked `always` |
//! | the same, optional otherwise | `Option<T>` |
//! | the same, required, but without such a default where others have it | text: `T`, `required, omit_empty`; number, bool: `Option<T>`, `required` |
//! | time, quantity, int-or-string, any JSON: required / optional | `T` / `Option<T>` |
//! | list, map, bytes | `Vec<T>`, `BTreeMap<String, T>`, `ByteString` |
//! | integer without a format | `i64` |
//! | object without properties in an OpenAPI document | any JSON value |
//!
//! So an import can't know: an optional plain scalar that is left out when empty from a pointer to one; a list that is
//! written even when empty (`always`); an enum's name (the holder's and the field's make one, unless exactly one
//! string component has the same values); struct fields that were inlined (the protobuf tag table can tell); field
//! gates, short names, columns and scale paths of built-in kinds.

mod enums;
mod int_or_string;
mod names;
mod object;
mod property;
mod references;
mod rules;
mod unions;
mod value;

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Rule, Type, TypeRef};

pub(crate) use enums::{sorted_values, string_enum};
pub(crate) use names::{field_name, is_derived, is_type_name, module_name, type_name};
pub(crate) use object::type_rules;
pub(crate) use references::{META_PREFIX, Own, References, is_scalar, split};
pub(crate) use rules::{documentation, plain_digits};
pub(crate) use value::lose_rest;

/// Which schemas are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// Components of an OpenAPI document.
    OpenApi {
        /// Whether the document shows the zero values of what is always there as defaults, as Kubernetes' do.
        zero_values: bool,
    },
    /// Structural schemas of custom resource definitions, where every default is a default.
    Structural,
}

/// Makes types of schemas. They pile up in it.
pub(crate) struct Reader<'a> {
    pub(crate) dialect: Dialect,
    pub(crate) references: &'a References,
    /// The types made.
    pub(crate) types: BTreeMap<String, Type>,
    /// Type names that are given away.
    pub(crate) names: BTreeSet<String>,
    /// Types by what their schemas say: equal ones share a type.
    shared: BTreeMap<String, String>,
    /// String components by their sorted values; `None` where several have the same.
    pub(crate) enum_components: BTreeMap<Vec<String>, Option<String>>,
    /// How many descriptions had no place.
    pub(crate) dropped_docs: usize,
}

/// What a schema is the schema of; gives new types their names.
#[derive(Clone, Copy)]
struct Hint<'a> {
    /// The type that has the property.
    holder: &'a str,
    /// The property.
    property: &'a str,
}

/// What a value is like, as far as optionality goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    Struct,
    Text,
    Number,
    Bool,
    Bytes,
    /// Machinery's types, and any JSON.
    Opaque,
    List,
    Map,
}

/// A value's type and the rules on it.
struct Value {
    ty: TypeRef,
    class: Class,
    rules: Vec<Rule>,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(dialect: Dialect, references: &'a References) -> Self {
        Self {
            dialect,
            references,
            types: BTreeMap::new(),
            names: BTreeSet::new(),
            shared: BTreeMap::new(),
            enum_components: BTreeMap::new(),
            dropped_docs: 0,
        }
    }

    /// Keeps a type that was made.
    pub(crate) fn add(&mut self, ty: Type) {
        self.types.insert(ty.name.clone(), ty);
    }
}
