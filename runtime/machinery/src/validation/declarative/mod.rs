//! Rules that a type's markers state, checked by generated code. Follows k8s.io/apimachinery pkg/api/validate and
//! validation-gen: the texts and the order are theirs.
//!
//! - A type with rules implements [`Validate`]; the generator writes it. A type without any has an empty
//!   implementation, and nothing descends into it.
//! - On an update, what equals its old state is not checked again, so that a rule that came later does not lock up the
//!   objects that break it. Elements are matched with their old state by key where the list is a map, by value where it
//!   is a set.
//! - A rule has a [`Stage`]: those of stage alpha are checked, but never reject; see [`Findings`].
//! - Nothing is allocated for a valid object, but to look for duplicates in long lists.
//!
//! Rules in CEL are not checked here; they go into custom resource definitions.

mod context;
pub mod format;
pub mod list;
pub mod rule;
pub mod text;
pub mod union;
mod validate;

pub use crate::feature_gates::FeatureGates;
pub use context::{Findings, Stage, ValidationContext};
pub use validate::{Validate, changed, of_kind};

#[cfg(test)]
mod tests;
