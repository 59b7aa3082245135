//! A field's schema.

use quote::quote;
use serde_json::{Value, json};

use super::{
    Fields, Refs,
    text::{MARK, plain},
};
use crate::{
    emit::{
        Resolved,
        workspace::{foreign_path, ident, machinery},
    },
    model::{DefaultValue, Enum, Field, ListType, Omission, Package, Scalar, TypeDef},
};

pub(super) fn property(package: &Package, field: &Field, ty: &Resolved<'_>, refs: &mut Refs) -> Value {
    let mut schema = element(package, ty, refs);
    let mut docs = plain(&field.docs);
    if let Resolved::Enum(of) = ty.bare()
        && let TypeDef::Enum(def) = &of.ty.def
        && let Some((_, listed)) = enum_values(def)
    {
        docs.push_str(&listed);
    }
    if !docs.is_empty() {
        schema.insert("description", json!(docs));
    }
    if let Some(default) = default(field, ty) {
        schema.insert("default", default);
    }
    if field.nullable {
        schema.insert("nullable", json!(true));
    }
    match &field.list {
        None => {}
        Some(ListType::Atomic) => drop(schema.insert("x-kubernetes-list-type", json!("atomic"))),
        Some(ListType::Set) => drop(schema.insert("x-kubernetes-list-type", json!("set"))),
        Some(ListType::Map(keys)) => {
            schema.insert("x-kubernetes-list-type", json!("map"));
            schema.insert("x-kubernetes-list-map-keys", json!(keys));
        }
    }
    if field.atomic_map || field.atomic {
        schema.insert("x-kubernetes-map-type", json!("atomic"));
    } else if field.granular_map {
        schema.insert("x-kubernetes-map-type", json!("granular"));
    }
    let strategies =
        [(field.patch.merge, "merge"), (field.patch.replace, "replace"), (field.patch.retain_keys, "retainKeys")];
    let strategies: Vec<_> = strategies.into_iter().filter(|(set, _)| *set).map(|(_, name)| name).collect();
    if !strategies.is_empty() {
        schema.insert("x-kubernetes-patch-strategy", json!(strategies.join(",")));
    }
    if let Some(key) = &field.patch.merge_key {
        schema.insert("x-kubernetes-patch-merge-key", json!(key));
    }
    // a reference has no siblings in OpenAPI 3.0
    if schema.len() > 1
        && let Some(reference) = schema.remove("$ref")
    {
        schema.insert("allOf", json!([{"$ref": reference}]));
    }
    to_value(schema)
}

/// The schema of a value, without what its field says.
fn element(package: &Package, ty: &Resolved<'_>, refs: &mut Refs) -> Fields {
    let reference = |definition: &str| json!(format!("#/components/schemas/{definition}"));
    let of_type = |name: &'static str| Fields::from([("type", json!(name))]);
    let formatted =
        |name: &'static str, format: &'static str| Fields::from([("type", json!(name)), ("format", json!(format))]);
    match ty {
        Resolved::Optional(inner) | Resolved::Boxed(inner) => element(package, inner, refs),
        Resolved::List(inner) => {
            Fields::from([("type", json!("array")), ("items", to_value(element(package, inner, refs)))])
        }
        Resolved::Map(inner) => {
            Fields::from([("type", json!("object")), ("additionalProperties", to_value(element(package, inner, refs)))])
        }
        Resolved::Enum(of) => {
            let mut schema = of_type("string");
            if let TypeDef::Enum(def) = &of.ty.def
                && let Some((values, _)) = enum_values(def)
            {
                schema.insert("enum", values);
            }
            schema
        }
        Resolved::Struct(of) => {
            let definition = of.definition();
            let reference = reference(&definition);
            refs.insert(definition, of.path(package));
            Fields::from([("$ref", reference)])
        }
        Resolved::Unknown(path) => {
            refs.insert((*path).to_owned(), foreign_path(package, path));
            Fields::from([("$ref", reference(&format!("{MARK}{path}{MARK}")))])
        }
        Resolved::Scalar(scalar) => match scalar {
            Scalar::String => of_type("string"),
            Scalar::Bool => of_type("boolean"),
            Scalar::I32 => formatted("integer", "int32"),
            Scalar::I64 => formatted("integer", "int64"),
            Scalar::F64 => formatted("number", "double"),
            Scalar::ByteString => formatted("string", "byte"),
            Scalar::Value => of_type("object"),
            Scalar::Quantity
            | Scalar::Time
            | Scalar::MicroTime
            | Scalar::Duration
            | Scalar::IntOrString
            | Scalar::RawExtension
            | Scalar::FieldsV1 => {
                let (definition, name) = match scalar {
                    Scalar::Quantity => ("io.k8s.apimachinery.pkg.api.resource.Quantity", "Quantity"),
                    Scalar::Time => ("io.k8s.apimachinery.pkg.apis.meta.v1.Time", "Time"),
                    Scalar::MicroTime => ("io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime", "MicroTime"),
                    Scalar::Duration => ("io.k8s.apimachinery.pkg.apis.meta.v1.Duration", "Duration"),
                    Scalar::IntOrString => ("io.k8s.apimachinery.pkg.util.intstr.IntOrString", "IntOrString"),
                    Scalar::FieldsV1 => ("io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1", "FieldsV1"),
                    _ => ("io.k8s.apimachinery.pkg.runtime.RawExtension", "RawExtension"),
                };
                let (machinery, name) = (machinery(package), ident(name));
                refs.insert(definition.to_owned(), quote!(#machinery::#name));
                Fields::from([("$ref", reference(definition))])
            }
        },
    }
}

/// The default that the schema shows: the marker's; else, for a value that is always there, its zero value.
fn default(field: &Field, ty: &Resolved<'_>) -> Option<Value> {
    if let Some(DefaultValue::Json(text)) = &field.default {
        return serde_json::from_str(text).ok();
    }
    let always = field.omission == Omission::Never;
    match ty {
        Resolved::Struct(_) => Some(json!({})),
        Resolved::Scalar(Scalar::String) | Resolved::Enum(_) => always.then(|| json!("")),
        Resolved::Scalar(Scalar::Bool) => always.then_some(Value::Bool(false)),
        Resolved::Scalar(Scalar::I32 | Scalar::I64 | Scalar::F64) => always.then(|| json!(0)),
        _ => None,
    }
}

/// An enum's values, sorted, and the sentences about them that descriptions end with; `None` for an open set.
pub(super) fn enum_values(def: &Enum) -> Option<(Value, String)> {
    if def.open {
        return None;
    }
    let mut variants: Vec<_> = def.variants.iter().collect();
    variants.sort_by_key(|variant| &variant.value);
    let values: Vec<_> = variants.iter().map(|variant| &variant.value).collect();
    let mut listed = "\n\nPossible enum values:".to_owned();
    for variant in &variants {
        listed.push_str(&format!("\n - `{:?}`", variant.value));
        if !variant.docs.is_empty() {
            listed.push(' ');
            listed.push_str(&plain(&variant.docs));
        }
    }
    Some((json!(values), listed))
}

/// An object as a value.
pub(super) fn to_value(fields: Fields) -> Value {
    Value::Object(fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}
