//! Custom resource definitions, and the schemas that they are made of.
//!
//! The schema of a type stands alone, with references where it holds other types ([`node`]). For files,
//! [`definitions`] follows them through the workspace and gives whole CRDs. For programs, [`emit`] writes the same
//! schemas as constants, and [`custom_resource`] a kind's CRD without its schema; the program follows the references.
//! Both ways `kubeforge-structural` puts the parts together, so that they give the same CRD.
//!
//! What rules say goes into the schema where OpenAPI can say it, and into CEL where it can't ([`rules`], [`unions`]). A
//! custom resource knows no feature gates: a gate is off unless gen.toml says that it is on.

mod cel;
mod group;
mod kind;
mod node;
mod presence;
mod rules;
mod rust;
mod shape;
mod source;
mod unions;

use std::collections::BTreeSet;

pub use group::{CustomResource, definitions};
pub use rust::custom_resource;
pub(super) use rust::emit;

/// The feature gates that are on.
pub type Gates = BTreeSet<String>;
