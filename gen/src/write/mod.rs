//! From the model to Rust source: type files as people write them, with documentation and `#[api(…)]` attributes.
//!
//! A file holds a kind, its list kind and the types that only they use; a type that several use has a file of its own.
//! The text is laid out as rustfmt does it with this repository's settings (120 columns, `use_small_heuristics =
//! "Max"`), so that `cargo fmt` leaves it alone.

mod attribute;
mod docs;
mod imports;
mod item;
mod layout;
mod marks;
mod module;
mod names;

use std::collections::BTreeSet;

use crate::model::{Package, Type};

pub(crate) use attribute::{On, attributes, attributes_of};
pub(crate) use imports::{Line, compare_lines, compare_names};
pub(crate) use item::{field_text, type_text, variant_text};
pub(crate) use layout::{reached_from, uses, uses_of};
pub(crate) use marks::{field_marks, type_marks};
pub(crate) use names::Names;

/// Columns of a line.
const WIDTH: usize = 120;

/// A file of a package's directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceFile {
    /// Its name, without directory.
    pub name: String,
    /// Its text.
    pub text: String,
}

/// A package's type files, with `mod.rs`.
pub fn package(package: &Package) -> Vec<SourceFile> {
    let files = layout::files(package);
    let mut out: Vec<SourceFile> = files
        .iter()
        .map(|file| SourceFile { name: format!("{}.rs", file.module), text: file_text(package, &file.types) })
        .collect();
    out.push(SourceFile { name: "mod.rs".into(), text: module::text(package, &files) });
    out
}

/// The text of a file of types; the first one gives it its documentation.
pub(crate) fn file_text(package: &Package, types: &[&Type]) -> String {
    let own: BTreeSet<&str> = types.iter().map(|ty| ty.name.as_str()).collect();
    let mut names = Names::of_file(package, own);
    let items: Vec<String> = types.iter().map(|ty| type_text(ty, &mut names)).collect();
    let head = module::about(types).map(|about| format!("//! {about}\n\n")).unwrap_or_default();
    format!("{head}{}{}", names.imports_text(), items.join("\n"))
}
