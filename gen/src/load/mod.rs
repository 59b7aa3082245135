//! From Rust source to the model.
//!
//! [`packages`] reads directories of type files; [`item`] reads the single item that a derive macro is put on. Both
//! know the attribute language from one [`grammar`] and report every finding with its place.
//!
//! A package's directory is read as its direct `.rs` files: structs and enums that derive `ApiSource` (or `Api`),
//! aliases (`pub type`), imports, the names of functions in `defaults.rs` and `conversion.rs`, and the traits that
//! are implemented by hand. What is in sub-directories and inline modules is not looked at.

mod attributes;
mod check;
mod derived;
mod field_markers;
pub mod grammar;
mod item;
mod mark;
mod names;
mod package;
mod rules;
mod scope;
mod selectable;
mod spans;
mod type_markers;
mod types;
mod validate;

use proc_macro2::Span;

pub use derived::{Derived, check as check_item, derived as item};
pub use names::META_V1;
pub use package::{Loaded, LoadedPackage, PackageSource, packages};
pub use spans::Spans;

/// Something that is wrong at a place of the file at hand.
pub(crate) struct Finding {
    span: Span,
    message: String,
    hint: Option<String>,
}

impl Finding {
    fn new(span: Span, message: impl Into<String>, hint: Option<String>) -> Self {
        Self { span, message: message.into(), hint }
    }
}
