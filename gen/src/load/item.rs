//! One struct, enum or alias.

use proc_macro2::Span;
use syn::{Attribute, Data, DataEnum, DataStruct, DeriveInput, Fields, Generics, spanned::Spanned};

use super::{
    Finding,
    attributes::{self, Checked},
    field_markers,
    grammar::Place,
    mark::Value,
    names::{self, MACHINERY, META_TYPES, META_V1},
    spans::Spans,
    type_markers::{self, Extra},
    types::{self, Names},
    validate,
};
use crate::{
    diagnostic::{Diagnostic, Diagnostics, Location},
    model::{Enum, Field, Omission, Package, Patch, Rule, Struct, Type, TypeDef, TypeRef, Variant, camel_case},
};

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
    let mut ty = Type {
        name,
        file: file.to_owned(),
        docs: attributes::docs(source.attributes),
        def,
        kind: None,
        definition: None,
        atomic: false,
        without: Vec::new(),
        rules: Vec::new(),
    };
    let marks = attributes::marks(source.attributes, Place::Type, findings);
    places.extend(mark_places("", &marks));
    let extra = type_markers::apply(&marks, &mut ty, findings);
    Loaded { ty, extra, places }
}

fn mark_places<'a>(field: &'a str, marks: &'a [Checked]) -> impl Iterator<Item = (String, String, Span)> + 'a {
    marks.iter().map(move |checked| (field.to_owned(), checked.marker.name.to_owned(), checked.mark.span()))
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
    let mut loaded = Vec::new();
    for field in fields {
        let Some(ident) = &field.ident else { continue };
        let marks = attributes::marks(&field.attrs, Place::Field, findings);
        let rust_name = ident.to_string().trim_start_matches("r#").to_owned();
        places.push((rust_name.clone(), String::new(), ident.span()));
        places.extend(mark_places(&rust_name, &marks));
        let ty = match types::lower(&field.ty, scope) {
            Ok(ty) => ty,
            Err(finding) => {
                findings.push(finding);
                continue;
            }
        };
        let mut field = empty_field(rust_name, ty, &field.attrs);
        field_markers::apply(&marks, &mut field, findings);
        loaded.push(field);
    }
    Struct { fields: loaded }
}

fn empty_field(name: String, ty: TypeRef, attributes: &[Attribute]) -> Field {
    Field {
        json: camel_case(&name),
        name,
        ty,
        docs: attributes::docs(attributes),
        tag: None,
        wrapped: false,
        inline: false,
        omission: Omission::default(),
        required: false,
        nullable: false,
        default: None,
        patch: Patch::default(),
        list: None,
        atomic_map: false,
        granular_map: false,
        atomic: false,
        selectable: false,
        deprecated: attributes::is_deprecated(attributes),
        gate: None,
        rules: Vec::new(),
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
            (name, _) => loaded.rules.push(Rule { name: name.to_owned(), args: mark.args_text() }),
        }
    }
    loaded
}

/// What a derive macro's input comes to.
#[derive(Debug)]
pub struct Derived {
    /// A package of the one type.
    pub package: Package,
    /// Where its fields and markers stand.
    pub spans: Spans,
    /// Types that were taken for machinery's by their name alone: what the user wrote, and what it was taken for. The
    /// macro emits a check, so that a namesake is a compile error.
    pub assumed: Vec<(syn::Type, String)>,
}

/// Checks the markers of an item that the generator reads from its file: what can be seen without other items.
///
/// # Errors
/// Everything that is wrong with it.
pub fn check(input: &DeriveInput) -> Result<(), Diagnostics> {
    let mut findings = Vec::new();
    load(&Source::of_derive(input), "", &DeriveNames, &mut findings);
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
    let source = Source::of_derive(input);
    let loaded = load(&source, "", &DeriveNames, &mut findings);
    let Loaded { ty, extra, places } = loaded;
    let machinery = extra.machinery.unwrap_or_else(|| format!("::{MACHINERY}"));
    if let Some(kind) = ty.kind.as_ref().filter(|kind| kind.group_version.is_none()) {
        let what = if kind.list_of.is_some() { "list" } else { "kind" };
        let message = "a kind needs `group` and `version` where no gen.toml gives them";
        let at = places.iter().find(|(field, marker, _)| field.is_empty() && marker == what);
        let span = at.map_or_else(Span::call_site, |(_, _, span)| *span);
        findings.push(Finding::new(
            span,
            message,
            Some("#[api(kind, group = \"shop.example.com\", version = \"v1\")]".into()),
        ));
    }
    let (group, version) = ty.kind.as_ref().and_then(|kind| kind.group_version.clone()).unwrap_or_default();
    let mut spans = Spans::default();
    for (field, marker, span) in places {
        spans.note(&ty.name, &field, &marker, Location { file: None, span });
    }
    let mut package = Package { group, version, machinery, ..Package::default() };
    package.types.insert(ty.name.clone(), ty);
    let mut diagnostics = diagnostics_of(findings);
    if diagnostics.is_empty() {
        let packages = [package.clone()];
        validate::package(&packages, 0, &spans, validate::Reach::OneItem, &mut diagnostics);
    }
    let assumed = assumed_types(&source);
    diagnostics.or(Derived { package, spans, assumed })
}

impl<'a> Source<'a> {
    fn of_derive(input: &'a DeriveInput) -> Self {
        let body = match &input.data {
            Data::Struct(DataStruct { fields, .. }) => Body::Struct(fields),
            Data::Enum(DataEnum { variants, .. }) => Body::Enum(variants.iter().collect()),
            Data::Union(_) => Body::Union,
        };
        Self { name: &input.ident, attributes: &input.attrs, generics: &input.generics, body }
    }
}

/// Names as a derive macro sees them: without imports, by their last segment.
struct DeriveNames;

impl Names for DeriveNames {
    fn resolve(&self, segments: &[String]) -> Result<TypeRef, (String, Option<String>)> {
        let Some(name) = segments.last() else {
            return Err(("a path without a name".into(), None));
        };
        let own = segments.first().is_some_and(|first| matches!(first.as_str(), "crate" | "self" | "super"));
        if own {
            return Ok(TypeRef::Foreign(segments.join("::")));
        }
        if let Some(scalar) = names::scalar(name) {
            return Ok(TypeRef::Scalar(scalar));
        }
        if name == "Value" && (segments.len() == 1 || segments.first().is_some_and(|first| first == "serde_json")) {
            return Ok(TypeRef::Scalar(crate::model::Scalar::Value));
        }
        if META_TYPES.contains(&name.as_str()) {
            return Ok(TypeRef::Foreign(format!("{META_V1}::{name}")));
        }
        Ok(match segments {
            [name] => TypeRef::Local(name.clone()),
            _ => TypeRef::Foreign(segments.join("::")),
        })
    }
}

/// The paths among the item's field types that [`DeriveNames`] takes for machinery's.
fn assumed_types(source: &Source<'_>) -> Vec<(syn::Type, String)> {
    struct Find(Vec<(syn::Type, String)>);
    impl<'ast> syn::visit::Visit<'ast> for Find {
        fn visit_type_path(&mut self, path: &'ast syn::TypePath) {
            let segments: Vec<String> = path.path.segments.iter().map(|segment| segment.ident.to_string()).collect();
            let name = segments.last().cloned().unwrap_or_default();
            let target = match DeriveNames.resolve(&segments) {
                Ok(TypeRef::Scalar(crate::model::Scalar::Value)) => None,
                Ok(TypeRef::Scalar(_)) => Some(format!("{MACHINERY}::{name}")),
                Ok(TypeRef::Foreign(full)) if full.starts_with(META_V1) => Some(full),
                _ => None,
            };
            if let Some(target) = target {
                self.0.push((syn::Type::Path(path.clone()), target));
            }
            syn::visit::visit_type_path(self, path);
        }
    }
    let mut find = Find(Vec::new());
    if let Body::Struct(fields) = &source.body {
        fields.iter().for_each(|field| syn::visit::Visit::visit_type(&mut find, &field.ty));
    }
    find.0
}
