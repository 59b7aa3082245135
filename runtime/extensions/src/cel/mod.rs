//! CEL rules of schemas (`x-kubernetes-validations`). Follows apiextensions pkg/apiserver/schema/cel.
//!
//! - [`engine`]: parsing and evaluating. The only file that knows the library.
//! - [`compile`]: what a definition's rules are checked for: syntax, names, types and what they may cost.
//!   [`decl`] has the types of schemas, [`functions`] what can be called, [`types`] and [`cost`] what follows for an
//!   expression.
//! - [`rules`]: running the rules of a schema over an object and its old state.

pub mod compile;
mod cost;
mod decl;
mod engine;
mod functions;
mod names;
mod rules;
mod types;

pub use rules::Rules;
