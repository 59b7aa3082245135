//! The item that a derive macro is put on: a package of its own.

use proc_macro2::Span;
use syn::DeriveInput;

use super::{
    Finding,
    item::{self, Loaded, Source},
    names::{self, MACHINERY},
    selectable,
    spans::Spans,
    type_markers::Extra,
    types::Names,
    validate::{self, Reach},
};
use crate::{
    diagnostic::{Diagnostic, Diagnostics, Location},
    model::{Field, KindMarkers, Omission, Package, Scalar, Struct, Type, TypeDef, TypeRef},
};

/// What a derive macro's input comes to.
#[derive(Debug)]
pub struct Derived {
    /// A package of the type, and of its list kind where it is served.
    pub package: Package,
    /// Where the type's fields and markers stand.
    pub spans: Spans,
    /// The name of the list kind that has to be defined, which the user did not write.
    pub list_kind: Option<String>,
}

/// Checks the markers of an item that the generator reads from its file: what can be seen without other items.
///
/// # Errors
/// Everything that is wrong with it.
pub fn check(input: &DeriveInput) -> Result<(), Diagnostics> {
    let mut findings = Vec::new();
    item::load(&Source::of_derive(input), "", &DeriveNames, &mut findings);
    diagnostics_of(findings).or(())
}

fn diagnostics_of(findings: Vec<Finding>) -> Diagnostics {
    let mut diagnostics = Diagnostics::new();
    for Finding { span, message, hint } in findings {
        diagnostics.push(Diagnostic { at: Some(Location { file: None, span }), message, hint });
    }
    diagnostics
}

/// Reads the item that a derive macro is put on.
///
/// # Errors
/// Everything that is wrong with it.
pub fn derived(input: &DeriveInput) -> Result<Derived, Diagnostics> {
    let mut findings = Vec::new();
    let Loaded { ty, extra, places } = item::load(&Source::of_derive(input), "", &DeriveNames, &mut findings);
    if let Some(kind) = ty.kind.as_ref().filter(|kind| kind.group_version.is_none()) {
        let what = if kind.list_of.is_some() { "list" } else { "kind" };
        let at = places.iter().find(|(field, marker, _)| field.is_empty() && marker == what);
        let span = at.map_or_else(Span::call_site, |(_, _, span)| *span);
        let message = "a kind needs `group` and `version` where no gen.toml gives them";
        let hint = format!("#[api({what}, group = \"shop.example.com\", version = \"v1\")]");
        findings.push(Finding::new(span, message, Some(hint)));
    }
    let needs_generator = places.iter().filter(|(_, marker, _)| marker == "spoke_of" || marker == "converts_to");
    for (_, marker, span) in needs_generator {
        let message =
            format!("`{marker}` needs the generator: a derive does not see the hub that the type converts to");
        let hint = "derive ApiSource and list the package in gen.toml; or leave it out, and call SchemeBuilder::spoke \
                    with conversions of your own";
        findings.push(Finding::new(*span, message, Some(hint.into())));
    }
    let mut spans = Spans::default();
    for (field, marker, span) in places {
        spans.note(&ty.name, &field, &marker, Location { file: None, span });
    }
    let mut package = package(&extra);
    let served = ty.kind.as_ref().filter(|kind| !kind.no_resource && kind.list_of.is_none());
    let list = served.map(|kind| list_kind(&ty, kind, &extra));
    package.types.insert(ty.name.clone(), ty);
    selectable::collect(&mut package);
    let mut diagnostics = diagnostics_of(findings);
    if diagnostics.is_empty() {
        validate::package(std::slice::from_ref(&package), 0, &spans, Reach::OneItem, &mut diagnostics);
    }
    let mut generated = None;
    if let Some(list) = list {
        match extra.list_kind {
            Some(name) => package.hand_written.extend(EMITTED_TRAITS.iter().map(|of| ((*of).to_owned(), name.clone()))),
            None => generated = Some(list.name.clone()),
        }
        package.types.insert(list.name.clone(), list);
    }
    diagnostics.or(Derived { package, spans, list_kind: generated })
}

fn package(extra: &Extra) -> Package {
    let (group, version) = (extra.group.clone().unwrap_or_default(), extra.version.clone().unwrap_or_default());
    let mut prefix: Vec<&str> = group.split('.').rev().chain([version.as_str()]).collect();
    prefix.retain(|part| !part.is_empty());
    Package {
        definition_prefix: prefix.join("."),
        machinery: extra.machinery.clone().unwrap_or_else(|| format!("::{MACHINERY}")),
        group,
        version,
        arbitrary: extra.arbitrary,
        ..Package::default()
    }
}

/// Traits that a kind has; the generator leaves them to a list kind that the user wrote.
const EMITTED_TRAITS: &[&str] = &[
    "Json",
    "JsonFields",
    "Proto",
    "ProtoFields",
    "DeepCopy",
    "Defaulted",
    "Validate",
    "HasStructSchema",
    "HasOpenApi",
    "HasCrdSchema",
    "Kind",
    "ListKind",
    "Serialize",
    "Deserialize",
    "Arbitrary",
];

/// The list kind of a kind.
fn list_kind(item: &Type, kind: &KindMarkers, extra: &Extra) -> Type {
    let field = |name: &str, ty: TypeRef, tag: u32, docs: &str| Field {
        tag: Some(tag),
        docs: docs.to_owned(),
        ..Field::new(name, ty)
    };
    let metadata = TypeRef::Foreign(format!("{}::ListMeta", names::META_V1));
    let items = TypeRef::List(Box::new(TypeRef::Local(item.name.clone())));
    let mut fields = vec![
        field("metadata", metadata, 1, "Where the list stands in the history of the store, and how to read on."),
        field("items", items, 2, "The objects, in the order in which the server lists them."),
    ];
    if let Some(items) = fields.last_mut() {
        (items.required, items.omission) = (true, Omission::Never);
    }
    let has_tags = matches!(&item.def, TypeDef::Struct(def) if def.fields.iter().any(|field| field.tag.is_some()));
    if !has_tags {
        fields.iter_mut().for_each(|field| field.tag = None);
    }
    Type {
        name: extra.list_kind.clone().unwrap_or_else(|| format!("{}List", item.name)),
        docs: format!("A list of `{}`s.", item.name),
        def: TypeDef::Struct(Struct { fields, ..Struct::default() }),
        kind: Some(KindMarkers {
            list_of: Some(item.name.clone()),
            group_version: kind.group_version.clone(),
            lifecycle: kind.lifecycle.clone(),
            ..KindMarkers::default()
        }),
        definition: None,
        without: item.without.clone(),
        ..Type::new(String::new())
    }
}

/// Names as a derive macro sees them: without imports, as the user wrote them. Emitted code asks the types' traits
/// what they are; only types without such traits are told by their name.
struct DeriveNames;

impl Names for DeriveNames {
    fn resolve(&self, segments: &[String]) -> Result<TypeRef, (String, Option<String>)> {
        let path = segments.join("::");
        let (first, last) = (segments.first().map_or("", String::as_str), segments.last().map_or("", String::as_str));
        match (first, names::scalar(last)) {
            (MACHINERY, Some(scalar)) => return Ok(TypeRef::Scalar(scalar)),
            (_, Some(Scalar::ByteString)) => return Ok(TypeRef::Scalar(Scalar::ByteString)),
            ("std" | "alloc" | "core", _) if last == "String" => return Ok(TypeRef::Scalar(Scalar::String)),
            ("std" | "alloc" | "core", _) => {
                let message = format!("unsupported type: `{path}` has no form on the wire");
                return Err((message, (last == "Duration").then(|| format!("use {MACHINERY}::Duration"))));
            }
            _ if path == "serde_json::Value" => return Ok(TypeRef::Scalar(Scalar::Value)),
            _ => {}
        }
        Ok(if segments.len() == 1 { TypeRef::Local(path) } else { TypeRef::Foreign(path) })
    }
}
