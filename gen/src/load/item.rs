//! One struct, enum or alias.

use std::collections::BTreeMap;

use proc_macro2::Span;
use syn::{Attribute, Data, DataEnum, DataStruct, DeriveInput, Fields, Generics, spanned::Spanned};

use super::{
    Finding,
    attributes::{self, Checked},
    field_markers,
    grammar::Place,
    mark::Value,
    spans,
    type_markers::{self, Extra},
    types::{self, Names},
};
use crate::model::{Enum, Field, Struct, Type, TypeDef, Variant};

/// The marker of fields that are no part of the API.
const TRANSIENT: &str = "transient";

/// An item as the loader sees it: the same for a file's items and a derive macro's input.
pub(super) struct Source<'a> {
    pub(super) name: &'a syn::Ident,
    pub(super) attributes: &'a [Attribute],
    pub(super) generics: &'a Generics,
    pub(super) body: Body<'a>,
}

/// What an item holds.
pub(super) enum Body<'a> {
    Struct(&'a Fields),
    Enum(Vec<&'a syn::Variant>),
    Union,
}

/// A loaded item.
pub(super) struct Loaded {
    pub(super) ty: Type,
    pub(super) extra: Extra,
    /// Places of its fields and markers, as `(field, marker, place)`.
    pub(super) places: Vec<(String, String, Span)>,
}

/// Reads an item. Findings don't stop it: what could be read is in the result.
pub(super) fn load(source: &Source<'_>, file: &str, scope: &dyn Names, findings: &mut Vec<Finding>) -> Loaded {
    let name = source.name.to_string();
    if !source.generics.params.is_empty() {
        let message = format!("generic type: `{name}` has no form on the wire that all its instances share");
        findings.push(Finding::new(source.generics.span(), message, Some("write a type for each instance".into())));
    }
    let mut places = vec![(String::new(), String::new(), source.name.span())];
    let def = match &source.body {
        Body::Struct(fields) => TypeDef::Struct(load_struct(source, fields, scope, &mut places, findings)),
        Body::Enum(variants) => TypeDef::Enum(load_enum(source.name, variants, findings)),
        Body::Union => {
            findings.push(Finding::new(source.name.span(), "unsupported type: a union has no form on the wire", None));
            TypeDef::Struct(Struct::default())
        }
    };
    let mut ty = Type { file: file.to_owned(), docs: attributes::docs(source.attributes), def, ..Type::new(name) };
    let marks = attributes::marks(source.attributes, Place::Type, findings);
    places.extend(mark_places("", &marks));
    let extra = type_markers::apply(&marks, &mut ty, findings);
    Loaded { ty, extra, places }
}

fn mark_places<'a>(field: &'a str, marks: &'a [Checked]) -> impl Iterator<Item = (String, String, Span)> + 'a {
    let mut given = BTreeMap::<&str, usize>::new();
    marks.iter().flat_map(move |checked| {
        let (name, span) = (checked.marker.name, checked.mark.span());
        let number = given.entry(name).or_default();
        let numbered = spans::numbered(name, *number);
        *number += 1;
        [(field.to_owned(), name.to_owned(), span), (field.to_owned(), numbered, span)]
    })
}

fn load_struct(
    source: &Source<'_>,
    fields: &Fields,
    scope: &dyn Names,
    places: &mut Vec<(String, String, Span)>,
    findings: &mut Vec<Finding>,
) -> Struct {
    if let Fields::Unnamed(_) = fields {
        let message = "unsupported type: a struct with unnamed fields";
        findings.push(Finding::new(source.name.span(), message, Some("name its fields".into())));
        return Struct::default();
    }
    let (mut loaded, mut transient) = (Vec::new(), Vec::new());
    for field in fields {
        let Some(ident) = &field.ident else { continue };
        let marks = attributes::marks(&field.attrs, Place::Field, findings);
        let rust_name = ident.to_string().trim_start_matches("r#").to_owned();
        places.push((rust_name.clone(), String::new(), ident.span()));
        places.extend(mark_places(&rust_name, &marks));
        if marks.iter().any(|checked| checked.marker.name == TRANSIENT) {
            stands_alone(&marks, findings);
            transient.push(rust_name);
            continue;
        }
        let ty = match types::lower(&field.ty, scope) {
            Ok(ty) => ty,
            Err(finding) => {
                findings.push(finding);
                continue;
            }
        };
        let mut field = Field {
            docs: attributes::docs(&field.attrs),
            deprecated: attributes::is_deprecated(&field.attrs),
            ..Field::new(rust_name, ty)
        };
        field_markers::apply(&marks, &mut field, findings);
        loaded.push(field);
    }
    Struct { fields: loaded, transient }
}

/// Reports what else is said of a field that is no part of the API.
fn stands_alone(marks: &[Checked], findings: &mut Vec<Finding>) {
    for other in marks.iter().filter(|checked| checked.marker.name != TRANSIENT) {
        let message =
            format!("`{}` says nothing of a `{TRANSIENT}` field: it is no part of the API", other.marker.name);
        findings.push(Finding::new(other.mark.span(), message, Some("leave one of the two out".into())));
    }
}

fn load_enum(name: &syn::Ident, variants: &[&syn::Variant], findings: &mut Vec<Finding>) -> Enum {
    let mut def = Enum::default();
    let mut has_other = false;
    for variant in variants {
        if variant.ident == "Other" {
            has_other = matches!(&variant.fields, Fields::Unnamed(fields) if fields.unnamed.len() == 1);
            continue;
        }
        if !matches!(variant.fields, Fields::Unit) {
            let message = "unsupported type: a variant with fields; an enum is a closed set of texts";
            let hint = "use a struct with one optional field per variant, and `one_of`";
            findings.push(Finding::new(variant.ident.span(), message, Some(hint.into())));
            continue;
        }
        let marks = attributes::marks(&variant.attrs, Place::Variant, findings);
        let loaded = load_variant(variant, &marks);
        if def.variants.iter().any(|earlier| earlier.value == loaded.value) {
            let message = format!("the value \"{}\" is there twice", loaded.value);
            findings.push(Finding::new(variant.ident.span(), message, None));
        }
        def.variants.push(loaded);
    }
    if !has_other {
        let message = format!("`{name}` has no variant `Other(String)`");
        let hint = "add it: values that this version does not know are kept, for validation to reject";
        findings.push(Finding::new(name.span(), message, Some(hint.into())));
    }
    def
}

fn load_variant(variant: &syn::Variant, marks: &[Checked]) -> Variant {
    let name = variant.ident.to_string();
    let mut loaded = Variant { value: name.clone(), name, docs: attributes::docs(&variant.attrs), rules: Vec::new() };
    for Checked { mark, marker } in marks {
        match (marker.name, &mark.value) {
            ("value", Value::Is(value)) => loaded.value = super::check::text(value).unwrap_or_default(),
            _ => loaded.rules.push(mark.rule()),
        }
    }
    loaded
}

impl<'a> Source<'a> {
    pub(super) fn of_derive(input: &'a DeriveInput) -> Self {
        let body = match &input.data {
            Data::Struct(DataStruct { fields, .. }) => Body::Struct(fields),
            Data::Enum(DataEnum { variants, .. }) => Body::Enum(variants.iter().collect()),
            Data::Union(_) => Body::Union,
        };
        Self { name: &input.ident, attributes: &input.attrs, generics: &input.generics, body }
    }
}
