//! Fields that field selectors may name: their labels, and code that reads them.

use proc_macro2::TokenStream;
use quote::quote;

use super::facts::{MetaKind, meta_kind};
use crate::{
    emit::{
        EmitError, Resolved, TypeIn, Workspace,
        workspace::{ident, machinery},
    },
    model::{KindMarkers, Scalar, Scope, selectable_parts},
};

/// The labels that field selectors may name: those of every object, then the kind's own.
pub(super) fn selectable_labels(of: TypeIn<'_>, kind: &KindMarkers) -> Vec<String> {
    entries(of, kind).iter().map(|entry| selectable_parts(entry).0.to_owned()).collect()
}

fn entries(of: TypeIn<'_>, kind: &KindMarkers) -> Vec<String> {
    if meta_kind(of) != MetaKind::Object || kind.no_resource {
        return Vec::new();
    }
    let mut labels = vec!["metadata.name".to_owned()];
    if kind.scope == Scope::Namespaced {
        labels.push("metadata.namespace".to_owned());
    }
    labels.extend(kind.selectable.iter().filter(|label| !labels.contains(label)).cloned().collect::<Vec<_>>());
    labels
}

pub(super) fn visit_selectable(
    of: TypeIn<'_>,
    kind: &KindMarkers,
    workspace: &Workspace,
) -> Result<Option<TokenStream>, EmitError> {
    let entries = entries(of, kind);
    if entries.is_empty() {
        return Ok(None);
    }
    let mut visits = Vec::new();
    for entry in &entries {
        let (label, path) = selectable_parts(entry);
        let path: Vec<&str> = path.trim_start_matches('.').split('.').collect();
        let visit = selected(of, workspace, label, &quote!(self), of, &path).ok_or_else(|| EmitError {
            type_name: of.ty.name.clone(),
            field: None,
            message: format!("selectable(\"{entry}\") names no field of a plain value"),
            hint: Some(
                "a label is a path of JSON names that leads to a string, number or boolean, or `label = path`"
                    .to_owned(),
            ),
        })?;
        visits.push(visit);
    }
    Ok(Some(quote! {
        fn visit_kind_selectable(&self, visit: &mut dyn FnMut(&'static str, &str)) {
            #(#visits)*
        }
    }))
}

/// Calls `visit` with the value at `path` below `value`, which is of type `at`.
fn selected(
    of: TypeIn<'_>,
    workspace: &Workspace,
    label: &str,
    value: &TokenStream,
    at: TypeIn<'_>,
    path: &[&str],
) -> Option<TokenStream> {
    let (first, rest) = path.split_first()?;
    let Some(field) = at.fields().iter().find(|field| field.json == *first && !field.inline) else {
        return at.fields().iter().filter(|field| field.inline).find_map(|field| {
            let Resolved::Struct(inner) = workspace.resolve(at.package, &field.ty) else { return None };
            let name = ident(&field.name);
            selected(of, workspace, label, &quote!(#value.#name), inner, path)
        });
    };
    let name = ident(&field.name);
    let ty = workspace.resolve(at.package, &field.ty);
    let value = quote!(#value.#name);
    let is_metadata = *first == "metadata" && matches!(rest, ["name" | "namespace"]);
    if let (true, [key]) = (is_metadata, rest) {
        let key = ident(key);
        return Some(quote!(visit(#label, &#value.#key);));
    }
    match (ty.bare(), rest) {
        (Resolved::Struct(inner), [_, ..]) if ty.is_optional() => {
            let found = selected(of, workspace, label, &quote!(holder), *inner, rest)?;
            Some(quote! {
                match &#value {
                    Some(holder) => { #found }
                    None => visit(#label, ""),
                }
            })
        }
        (Resolved::Struct(inner), [_, ..]) => selected(of, workspace, label, &value, *inner, rest),
        // the derive macro sees no other type than the one it is put on; the value's JSON tells
        (Resolved::Unknown(_), _) => {
            let machinery = machinery(of.package);
            Some(quote!(visit(#label, &#machinery::expansion::json_text(&#value, &[#(#rest),*]));))
        }
        (Resolved::Scalar(Scalar::String), []) if ty.is_optional() => {
            Some(quote!(visit(#label, #value.as_deref().unwrap_or_default());))
        }
        (Resolved::Scalar(Scalar::String), []) => Some(quote!(visit(#label, &#value);)),
        (Resolved::Enum(_), []) if ty.is_optional() => {
            Some(quote!(visit(#label, #value.as_ref().map_or("", |value| value.as_str()));))
        }
        (Resolved::Enum(_), []) => Some(quote!(visit(#label, #value.as_str());)),
        (Resolved::Scalar(Scalar::Bool | Scalar::I32 | Scalar::I64), []) if ty.is_optional() => {
            Some(quote!(visit(#label, &#value.map(|value| value.to_string()).unwrap_or_default());))
        }
        (Resolved::Scalar(Scalar::Bool | Scalar::I32 | Scalar::I64), []) => {
            Some(quote!(visit(#label, &#value.to_string());))
        }
        _ => None,
    }
}
