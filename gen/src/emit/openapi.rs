//! OpenAPI v3 schemas, as kube-apiserver publishes them: one component per struct, references between them, and the
//! `x-kubernetes-` extensions that say how lists and maps are merged.
//!
//! A schema is a text constant. Where it refers to a type that only the compiler sees, the text is joined at compile
//! time with that type's `HasOpenApi::DEFINITION`.

use std::collections::BTreeMap;

use proc_macro2::{Literal, TokenStream, TokenTree};
use quote::quote;
use serde_json::{Value, json};

use super::{
    EmitError, Resolved, TypeIn, Workspace,
    workspace::{collect, definition, foreign_path, ident, machinery, skips},
};
use crate::model::{DefaultValue, Enum, Field, ListType, Omission, Package, Scalar, Type, TypeDef};

/// Stands around a path in a schema's text, where the definition of the type at that path belongs.
const MARK: &str = "\u{1}";

/// What every kind has beside its fields.
const API_VERSION_DOCS: &str =
    "The group and version of this form of the object, as group/version; v1 alone for the core group.";
const KIND_DOCS: &str = "What the object is: the name of its type in that group and version. It can't be changed.";

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

fn property(package: &Package, field: &Field, ty: &Resolved<'_>, refs: &mut Refs) -> Value {
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
fn enum_values(def: &Enum) -> Option<(Value, String)> {
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

/// `x-kubernetes-unions`, from the type's `union(…)` rules.
fn unions(of: TypeIn<'_>) -> Option<Value> {
    let unions: Vec<Value> =
        of.ty.rules.iter().filter(|rule| rule.name == "union").map(|rule| union(&rule.args)).collect();
    (!unions.is_empty()).then_some(Value::Array(unions))
}

/// One union, from the marker's arguments: `discriminator = "type", "localhostProfile" = "LocalhostProfile"`. A member
/// without a value of the discriminator has its own name, in Go's case.
fn union(args: &str) -> Value {
    let mut tokens: Vec<TokenTree> = args.parse::<TokenStream>().unwrap_or_default().into_iter().collect();
    if let [TokenTree::Group(group)] = tokens.as_slice() {
        tokens = group.stream().into_iter().collect();
    }
    let (mut discriminator, mut members) = (None, BTreeMap::new());
    for argument in tokens.split(|token| matches!(token, TokenTree::Punct(punct) if punct.as_char() == ',')) {
        let mut words = argument.iter().filter_map(word);
        match (words.next(), words.next()) {
            (Some(key), Some(value)) if key == "discriminator" => discriminator = Some(value),
            (Some(member), Some(value)) => drop(members.insert(member, value)),
            (Some(member), None) => drop(members.insert(member.clone(), upper_first(&member))),
            (None, _) => {}
        }
    }
    let mut union = Fields::from([("fields-to-discriminateBy", json!(members))]);
    if let Some(discriminator) = discriminator {
        union.insert("discriminator", json!(discriminator));
    }
    to_value(union)
}

/// A name, or a string's text.
fn word(token: &TokenTree) -> Option<String> {
    match token {
        TokenTree::Ident(word) => Some(word.to_string()),
        TokenTree::Literal(literal) => {
            syn::parse_str::<syn::LitStr>(&literal.to_string()).ok().map(|text| text.value())
        }
        TokenTree::Punct(_) | TokenTree::Group(_) => None,
    }
}

fn upper_first(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect()
}

/// Documentation as a description: paragraphs' lines are joined.
fn plain(docs: &str) -> String {
    let paragraphs = docs.trim().split("\n\n").map(|paragraph| {
        let lines: Vec<_> = paragraph.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        lines.join(" ")
    });
    paragraphs.collect::<Vec<_>>().join("\n\n")
}

fn to_value(fields: Fields) -> Value {
    Value::Object(fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}

/// Compact JSON with sorted names, one property to a line so that reviews show what changed.
fn compact(schema: &Fields) -> Vec<String> {
    let mut pieces = Vec::new();
    let mut line = "{".to_owned();
    for (index, (name, value)) in schema.iter().enumerate() {
        if index > 0 {
            line.push(',');
        }
        line.push_str(&format!("{}:", json!(name)));
        match value {
            Value::Object(properties) if *name == "properties" => {
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
fn text(package: &Package, pieces: &[String]) -> TokenStream {
    let mark = json!(MARK).to_string();
    let mark = mark.trim_matches('"');
    if !pieces.iter().any(|piece| piece.contains(mark)) {
        let literals = pieces.iter().map(|piece| raw_string(piece));
        return match pieces {
            [only] => {
                let only = raw_string(only);
                quote!(#only)
            }
            _ => quote!(concat!(#(#literals),*)),
        };
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

/// A raw string literal, which shows JSON as it is.
fn raw_string(text: &str) -> Literal {
    let mut hashes = 1;
    while text.contains(&format!("\"{}", "#".repeat(hashes))) {
        hashes += 1;
    }
    let hashes = "#".repeat(hashes);
    format!("r{hashes}\"{text}\"{hashes}").parse().unwrap_or_else(|_| Literal::string(text))
}
