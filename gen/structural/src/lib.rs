//! Structural schemas and custom resource definitions, as JSON.
//!
//! The generator makes CRDs from type files while it runs; a derived type makes its CRD in the user's program. Both put
//! them together here, so that the same types give the same CRD:
//!
//! - [`Node`], [`Template`]: the schema of one type, with references where it holds other types; [`resolve`] puts these
//!   in, and reports types that hold themselves;
//! - [`overlay`]: what a field says, laid over what its type says;
//! - [`build`], [`complete`], [`merge_versions`], [`newest_first`]: CRDs of one version, and of several;
//! - [`check`], [`check_schema`]: what an API server would refuse;
//! - [`from_json_schema`]: JSON Schema, as schemars writes it, made structural;
//! - [`leaf`]: schemas of values that are no structs.
//!
//! Invariants: nothing here knows Rust source or API types; output depends on the input alone.

mod check;
mod definition;
mod docs;
mod error;
mod json_schema;
pub mod leaf;
mod overlay;
mod resolve;
mod template;
mod version;

pub use check::{check, check_schema};
pub use definition::{complete, merge_versions};
pub use error::{Error, Finding};
pub use json_schema::from_json_schema;
pub use overlay::overlay;
pub use resolve::{CLOSED, DOCS, ERROR, Node, Resolved, SELECTABLE, Source, TYPE, VALUES, resolve};
pub use template::{Ref, Template, build};
pub use version::newest_first;

/// A JSON object.
pub type Fields = serde_json::Map<String, serde_json::Value>;
