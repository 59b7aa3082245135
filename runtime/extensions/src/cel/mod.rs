//! CEL rules of schemas (`x-kubernetes-validations`). Follows apiextensions pkg/apiserver/schema/cel.
//!
//! - [`engine`]: parsing and evaluating. The only file that knows the library.
//! - [`compile`]: what a definition's rules are checked for: syntax, names, types and what they may cost.
//! - [`rules`]: running the rules of a schema over an object and its old state.

pub mod compile;
mod engine;
mod names;
mod rules;

pub use rules::Rules;
