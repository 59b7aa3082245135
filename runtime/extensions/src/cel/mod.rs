//! CEL rules of schemas (`x-kubernetes-validations`). Follows apiextensions pkg/apiserver/schema/cel.
//!
//! - [`engine`]: parsing and evaluating. With [`library`], the functions beyond CEL's own, the only place that knows the
//!   library that does it.
//! - [`compile`]: what a definition's rules are checked for: syntax, names, types and what they may cost.
//!   [`decl`] has the types of schemas, [`functions`] what can be called, [`types`] and [`cost`] what follows for an
//!   expression.
//! - [`rules`]: running the rules of a schema over an object and its old state.

pub mod compile;
mod cost;
mod decl;
mod engine;
mod functions;
mod library;
mod names;
mod rules;
mod types;

pub use rules::Rules;
