//! What an API group is, as plain data: packages of types with their fields and markers.
//!
//! [`crate::load`] makes it from source, [`crate::emit`] reads it. No syn type occurs in it, so other loaders (OpenAPI
//! documents, CRDs) can fill it as well.

mod field;
mod kind;
mod names;
mod rule;
mod ty;

pub use field::{DefaultValue, Field, ListType, Omission, Patch};
pub use kind::{
    Column, KindMarkers, KindRef, Lifecycle, Method, ScalePaths, Scope, Subresource, Verb, selectable_parts,
};
pub use names::{camel_case, snake_case};
pub use rule::{Literal, Rule, RuleArg, RuleValue};
pub use ty::{Enum, Scalar, Struct, Type, TypeDef, TypeRef, Variant};

use std::collections::{BTreeMap, BTreeSet};

/// The types of one version of one API group.
#[derive(Clone, Debug, Default)]
pub struct Package {
    /// The group; empty for the core group.
    pub group: String,
    /// The version.
    pub version: String,
    /// OpenAPI definition names are this, a dot and the type's name.
    pub definition_prefix: String,
    /// The package's Rust path, for code outside of it: `kubeforge_api::core::v1`.
    pub module: String,
    /// What generated code calls the machinery crate: `::kubeforge_machinery`.
    pub machinery: String,
    /// Whether typed clients, listers, informers and apply configurations are wanted.
    pub client: bool,
    /// Whether its kinds get CustomResourceDefinitions.
    pub crds: bool,
    /// Feature gates that are on in them.
    pub crd_gates: BTreeSet<String>,
    /// Whether arbitrary objects can be made of its types; in files this is behind the crate's cargo feature `arbitrary`.
    pub arbitrary: bool,
    /// Its types, by name.
    pub types: BTreeMap<String, Type>,
    /// Functions in `defaults.rs`, by name.
    pub default_functions: Vec<String>,
    /// Functions in `conversion.rs`, by name.
    pub conversion_functions: Vec<String>,
    /// Implementations written by hand, as `(trait, type)`: the generator leaves these out.
    pub hand_written: Vec<(String, String)>,
}

impl Package {
    /// Group and version as documents write them: `apps/v1`, or `v1` of the core group.
    pub fn group_version(&self) -> String {
        if self.group.is_empty() { self.version.clone() } else { format!("{}/{}", self.group, self.version) }
    }
}
