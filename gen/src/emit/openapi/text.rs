//! Schemas as text.

use std::collections::BTreeMap;

use proc_macro2::{Literal, TokenStream};
use quote::quote;
use serde_json::{Value, json};

use crate::{
    emit::workspace::{foreign_path, machinery},
    model::Package,
};

/// Stands around a path in a schema's text, where the definition of the type at that path belongs.
pub(super) const MARK: &str = "\u{1}";

/// Documentation as a description: paragraphs' lines are joined.
pub(in crate::emit) fn plain(docs: &str) -> String {
    let paragraphs = docs.trim().split("\n\n").map(|paragraph| {
        let lines: Vec<_> = paragraph.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        lines.join(" ")
    });
    paragraphs.collect::<Vec<_>>().join("\n\n")
}

/// Compact JSON with sorted names, one property to a line so that reviews show what changed.
pub(in crate::emit) fn compact<'a>(
    schema: impl IntoIterator<Item = (&'a (impl AsRef<str> + 'a), &'a Value)>,
) -> Vec<String> {
    let mut pieces = Vec::new();
    let mut line = "{".to_owned();
    let sorted: BTreeMap<&str, &Value> = schema.into_iter().map(|(name, value)| (name.as_ref(), value)).collect();
    for (index, (name, value)) in sorted.into_iter().enumerate() {
        if index > 0 {
            line.push(',');
        }
        line.push_str(&format!("{}:", json!(name)));
        match value {
            Value::Object(properties) if name == "properties" => {
                line.push('{');
                pieces.push(std::mem::take(&mut line));
                let sorted: BTreeMap<_, _> = properties.iter().collect();
                for (index, (name, value)) in sorted.iter().enumerate() {
                    let comma = if index + 1 < sorted.len() { "," } else { "" };
                    pieces.push(format!("{}:{}{comma}", json!(name), sorted_json(value)));
                }
                line.push('}');
            }
            value => line.push_str(&sorted_json(value)),
        }
    }
    line.push('}');
    pieces.push(line);
    pieces
}

/// Compact JSON with sorted names, whatever order `serde_json` was built to keep.
fn sorted_json(value: &Value) -> String {
    match value {
        Value::Object(fields) => {
            let sorted: BTreeMap<_, _> = fields.iter().collect();
            let fields: Vec<_> =
                sorted.into_iter().map(|(name, value)| format!("{}:{}", json!(name), sorted_json(value))).collect();
            format!("{{{}}}", fields.join(","))
        }
        Value::Array(values) => {
            let values: Vec<_> = values.iter().map(sorted_json).collect();
            format!("[{}]", values.join(","))
        }
        plain => plain.to_string(),
    }
}

/// The text as an expression.
pub(super) fn text(package: &Package, pieces: &[String]) -> TokenStream {
    let mark = json!(MARK).to_string();
    let mark = mark.trim_matches('"');
    if !pieces.iter().any(|piece| piece.contains(mark)) {
        return joined(pieces);
    }
    let machinery = machinery(package);
    let parts = pieces.iter().flat_map(|piece| {
        piece.split(mark).enumerate().map(|(index, part)| {
            // every other part is a path
            if index % 2 == 1 {
                let path = foreign_path(package, part);
                quote!(<#path as components::HasOpenApi>::DEFINITION)
            } else {
                let part = raw_string(part);
                quote!(#part)
            }
        })
    });
    quote!(#machinery::join_str!(#(#parts),*))
}

/// Literals one after the other.
pub(in crate::emit) fn joined(pieces: &[String]) -> TokenStream {
    let literals = pieces.iter().map(|piece| raw_string(piece));
    match pieces {
        [only] => {
            let only = raw_string(only);
            quote!(#only)
        }
        _ => quote!(concat!(#(#literals),*)),
    }
}

/// A raw string literal, which shows JSON as it is.
fn raw_string(text: &str) -> Literal {
    let mut hashes = 1;
    while text.contains(&format!("\"{}", "#".repeat(hashes))) {
        hashes += 1;
    }
    let hashes = "#".repeat(hashes);
    format!("r{hashes}\"{text}\"{hashes}").parse().unwrap_or_else(|_| Literal::string(text))
}
