//! The attributes of an item, field or variant.

use syn::{Attribute, Expr, ExprLit, Lit, Meta};

use super::{
    Finding, check,
    grammar::{Marker, Place},
    mark::{self, Mark},
};

/// A mark that the grammar accepts.
pub(super) struct Checked {
    pub(super) mark: Mark,
    pub(super) marker: &'static Marker,
}

/// All marks of the `#[api(…)]` attributes that the grammar accepts; the others become findings.
pub(super) fn marks(attributes: &[Attribute], place: Place, findings: &mut Vec<Finding>) -> Vec<Checked> {
    let mut checked: Vec<Checked> = Vec::new();
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("api")) {
        let parsed = match mark::parse(attribute) {
            Ok(parsed) => parsed,
            Err(error) => {
                findings.push(Finding::new(error.span(), format!("can't read this: {error}"), None));
                continue;
            }
        };
        for mark in parsed {
            let Some(marker) = check::check(&mark, place, findings) else { continue };
            if !repeats(marker) && checked.iter().any(|earlier| earlier.marker.name == marker.name) {
                let message = format!("`{}` is given twice", marker.name);
                findings.push(Finding::new(mark.span(), message, None));
                continue;
            }
            checked.push(Checked { mark, marker });
        }
    }
    checked
}

/// Whether a marker may be given more than once.
fn repeats(marker: &Marker) -> bool {
    marker.rule || matches!(marker.name, "subresource" | "method" | "column" | "selectable" | "annotation" | "label")
}

/// The documentation: the lines of `///`, without the space that follows it, joined with line feeds.
pub(super) fn docs(attributes: &[Attribute]) -> String {
    let lines: Vec<String> = attributes
        .iter()
        .filter(|attribute| attribute.path().is_ident("doc"))
        .filter_map(|attribute| match &attribute.meta {
            Meta::NameValue(doc) => match &doc.value {
                Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(text.value()),
                _ => None,
            },
            Meta::Path(_) | Meta::List(_) => None,
        })
        .map(|line| line.strip_prefix(' ').unwrap_or(&line).trim_end().to_owned())
        .collect();
    lines.join("\n").trim().to_owned()
}

/// Whether Rust's own `#[deprecated]` is there.
pub(super) fn is_deprecated(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| attribute.path().is_ident("deprecated"))
}

/// Whether the item derives one of these.
pub(super) fn derives(attributes: &[Attribute], names: &[&str]) -> bool {
    attributes.iter().filter(|attribute| attribute.path().is_ident("derive")).any(|attribute| {
        let mut found = false;
        let parsed = attribute.parse_nested_meta(|meta| {
            found |= meta.path.segments.last().is_some_and(|last| names.iter().any(|name| last.ident == name));
            Ok(())
        });
        parsed.is_ok() && found
    })
}
