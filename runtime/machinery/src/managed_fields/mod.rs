//! Who wrote which field (KEP-555, `metadata.managedFields`).
//!
//! - [`FieldSet`]: a set of paths to fields, with its JSON form (`FieldsV1`).
//! - [`Tree`]: an object as all of these see it, borrowing its JSON text. Comparing takes any [`Part`], also a text with
//!   an index, which costs less.
//! - [`compare`]: which fields two states of an object differ in, following the type's structure: granular maps and
//!   structs field by field, lists as their topology says.
//! - [`update`]: what an ordinary write does to an object's managers.
//! - [`apply`]: server-side apply, which merges, takes away, and finds conflicts.
//! - [`extract`]: what one manager owns of an object.
//! - [`untouched`]: what an object still has as a configuration says.
//!
//! Follows structured-merge-diff (merge/update.go, typed/compare.go, fieldpath/serialize.go) in meaning.

mod apply;
mod compare;
mod extract;
mod fields_v1;
mod first;
mod part;
mod path;
mod recorded;
mod set;
mod tree;
mod untouched;
mod update;

pub use apply::{Applied, Apply, ApplyError, Conflict, KeyDefault, apply};
pub use compare::{Comparison, compare};
pub use extract::extract;
pub use fields_v1::ParseFieldsError;
pub use part::Part;
pub use path::PathElement;
pub use set::FieldSet;
pub use tree::Tree;
pub use untouched::untouched;
pub use update::{Write, update};
