//! OpenAPI v3 schemas, as kube-apiserver publishes them: one component per struct, references between them, and the
//! `x-kubernetes-` extensions that say how lists and maps are merged.
//!
//! A schema is a text constant. Where it refers to a type that only the compiler sees, the text is joined at compile
//! time with that type's `HasOpenApi::DEFINITION`.

mod property;
mod text;
mod union;

use std::collections::BTreeMap;

use proc_macro2::TokenStream;
use quote::quote;
use serde_json::{Value, json};

use super::{
    EmitError, Resolved, TypeIn, Workspace,
    workspace::{collect, definition, ident, machinery, skips},
};
use crate::model::{Enum, Package, Type, TypeDef};
use property::{enum_values, property};
use text::text;
pub(super) use text::{compact, joined, plain};
use union::unions;
pub(super) use union::{members as union_members, upper_first};

/// What every kind has beside its fields.
pub(super) const API_VERSION_DOCS: &str =
    "The group and version of this form of the object, as group/version; v1 alone for the core group.";
pub(super) const KIND_DOCS: &str =
    "What the object is: the name of its type in that group and version. It can't be changed.";

pub(super) fn emit(package: &Package, workspace: &Workspace) -> Result<TokenStream, Vec<EmitError>> {
    let machinery = machinery(package);
    let types = package.types.values().filter(|ty| !skips(package, ty, "openapi", "HasOpenApi"));
    let items = collect(types.filter_map(|ty| match &ty.def {
        TypeDef::Struct(_) => Some(of_struct(TypeIn { package, ty }, workspace)),
        TypeDef::Enum(def) => Some(Ok(of_enum(package, ty, def))),
        TypeDef::Alias(_) => None,
    }))?;
    if items.is_empty() {
        return Ok(items);
    }
    Ok(quote! {
        use #machinery::openapi as components;
        #items
    })
}

/// An object of a schema.
type Fields = BTreeMap<&'static str, Value>;

/// The types that a schema refers to: their Rust paths.
type Refs = BTreeMap<String, TokenStream>;

fn of_struct(of: TypeIn<'_>, workspace: &Workspace) -> Result<TokenStream, EmitError> {
    let mut schema = Fields::from([("type", json!("object"))]);
    let (mut properties, mut required, mut refs) = (BTreeMap::new(), Vec::new(), Refs::new());
    if of.ty.kind.is_some() {
        properties.insert("apiVersion".to_owned(), json!({"description": API_VERSION_DOCS, "type": "string"}));
        properties.insert("kind".to_owned(), json!({"description": KIND_DOCS, "type": "string"}));
    }
    collect_properties(of, of, workspace, &mut properties, &mut required, &mut refs)?;
    if !of.ty.docs.is_empty() {
        schema.insert("description", json!(plain(&of.ty.docs)));
    }
    if !properties.is_empty() {
        schema.insert("properties", Value::Object(properties.into_iter().collect()));
    }
    if !required.is_empty() {
        schema.insert("required", json!(required));
    }
    if of.ty.atomic {
        schema.insert("x-kubernetes-map-type", json!("atomic"));
    }
    if let Some(kind) = &of.ty.kind {
        let (group, version) =
            kind.group_version.clone().unwrap_or((of.package.group.clone(), of.package.version.clone()));
        schema.insert(
            "x-kubernetes-group-version-kind",
            json!([{"group": group, "kind": of.ty.name, "version": version}]),
        );
    }
    if let Some(unions) = unions(of) {
        schema.insert("x-kubernetes-unions", unions);
    }
    Ok(implementation(of.package, of.ty, &schema, &refs))
}

fn of_enum(package: &Package, ty: &Type, def: &Enum) -> TokenStream {
    let mut schema = Fields::from([("type", json!("string"))]);
    let mut docs = plain(&ty.docs);
    if let Some((values, listed)) = enum_values(def) {
        schema.insert("enum", values);
        docs.push_str(&listed);
    }
    if !docs.is_empty() {
        schema.insert("description", json!(docs));
    }
    implementation(package, ty, &schema, &Refs::new())
}

fn implementation(package: &Package, ty: &Type, schema: &Fields, refs: &Refs) -> TokenStream {
    let name = ident(&ty.name);
    let definition = definition(package, ty);
    let text = text(package, &compact(schema));
    let refs = refs.values();
    quote! {
        impl components::HasOpenApi for #name {
            const DEFINITION: &'static str = #definition;

            fn openapi() -> &'static components::OpenApiSchema {
                static SCHEMA: components::OpenApiSchema = components::OpenApiSchema {
                    definition: #definition,
                    json: #text,
                    refs: &[#(<#refs as components::HasOpenApi>::openapi),*],
                };
                &SCHEMA
            }
        }
    }
}

/// Adds the properties of `at`'s fields, with those of inlined structs among them.
fn collect_properties(
    root: TypeIn<'_>,
    at: TypeIn<'_>,
    workspace: &Workspace,
    properties: &mut BTreeMap<String, Value>,
    required: &mut Vec<String>,
    refs: &mut Refs,
) -> Result<(), EmitError> {
    for field in at.fields() {
        let ty = workspace.resolve(at.package, &field.ty);
        if field.inline {
            let Resolved::Struct(inner) = ty else {
                return Err(EmitError {
                    type_name: root.ty.name.clone(),
                    field: Some(field.name.clone()),
                    message: "the fields of this inlined struct are not known here".to_owned(),
                    hint: Some("inline a struct of a package in the same run".to_owned()),
                });
            };
            collect_properties(root, inner, workspace, properties, required, refs)?;
            continue;
        }
        if field.required {
            required.push(field.json.clone());
        }
        properties.insert(field.json.clone(), property(root.package, field, &ty, refs));
    }
    Ok(())
}
