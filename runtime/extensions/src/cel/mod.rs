//! CEL rules of schemas (`x-kubernetes-validations`). Follows apiextensions pkg/apiserver/schema/cel.
//!
//! - [`decl`]: the types of schemas, and how large their values can be.
//! - [`compile`]: what a definition's rules are checked for: syntax, names, types and what they may cost.
//! - [`values`]: objects as expressions see them.
//! - [`rules`]: running the rules of a schema over an object and its old state, within a budget.
//!
//! The language itself is kubeforge-cel's.

pub mod compile;
mod decl;
mod names;
mod rules;
mod values;

pub use rules::{Found, Rules};
