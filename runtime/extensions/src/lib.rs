//! Custom resources as pure code: no server, no store, no clock.
//!
//! A definition (`CustomResourceDefinition`) comes in, objects of it come in, and what comes out is what a server needs:
//!
//! - [`check`]: all that is wrong with a definition; [`names`]: which of its names it gets, beside others of its group;
//!   [`conditions`]: its state, as its status tells.
//! - [`version`]: one version of it, ready to work; made of its [`schema`] (what values may be), its [`topology`] (who
//!   may own which field) and its [`cel`] rules.
//! - [`object`]: an object of a version. Reading one [`prune`]s it, brings [`embedded`] objects into form and sets
//!   defaults, so that handlers, store and caches treat it as any other object. [`check_object`] says what is wrong with
//!   it: its [`value`] against the schema, its [`lists`], its rules.
//! - [`openapi`]: what documents say of it; [`json_path`]: cells of its tables.
//!
//! The server's part is controlplane `custom_resources`: it watches definitions, puts their versions into the
//! apiserver's registry while it runs, and takes them out again.
//!
//! Invariants: everything here is a function of its arguments, but for [`intern`] and [`topology`], which keep names and
//! structures for the life of the process. Texts are those of Kubernetes 1.36.

pub mod cel;
pub mod check;
pub mod check_object;
pub mod conditions;
pub mod embedded;
pub mod formats;
pub mod intern;
pub mod json_path;
pub mod lists;
pub mod names;
mod number;
pub mod object;
pub mod openapi;
pub mod prune;
pub mod schema;
pub mod topology;
pub mod value;
pub mod version;

pub use object::CustomObject;
pub use version::Version;

use kubeforge_machinery::field::BadValue;
use serde_json::Value;

/// A value as messages show it.
pub(crate) fn value_shown(value: &Value) -> BadValue {
    value::shown(value)
}
