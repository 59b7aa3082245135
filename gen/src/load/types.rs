//! From a field's Rust type to the model's.

use proc_macro2::Span;
use syn::{GenericArgument, PathArguments, Type, TypePath, spanned::Spanned};

use super::{Finding, names};
use crate::model::{Scalar, TypeRef};

/// Finds what a path in a type file means.
pub(super) trait Names {
    /// The type of a path, given as its segments.
    ///
    /// # Errors
    /// What is wrong with it, and a hint.
    fn resolve(&self, segments: &[String]) -> Result<TypeRef, (String, Option<String>)>;
}

/// The model's type.
pub(super) fn lower(ty: &Type, scope: &dyn Names) -> Result<TypeRef, Finding> {
    match ty {
        Type::Path(TypePath { qself: None, path, .. }) => lower_path(path, scope, ty.span()),
        Type::Paren(inner) => lower(&inner.elem, scope),
        Type::Group(inner) => lower(&inner.elem, scope),
        Type::Reference(_) => Err(unsupported(ty.span(), "a reference", Some("own it: String, Vec<T>, Box<T>"))),
        Type::Tuple(_) => Err(unsupported(ty.span(), "a tuple", Some("use a struct with named fields"))),
        Type::Array(_) | Type::Slice(_) => Err(unsupported(ty.span(), "an array", Some("use Vec<T>"))),
        _ => Err(unsupported(ty.span(), "this type", None)),
    }
}

fn lower_path(path: &syn::Path, scope: &dyn Names, span: Span) -> Result<TypeRef, Finding> {
    let segments: Vec<String> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
    let Some(last) = path.segments.last() else {
        return Err(unsupported(span, "this type", None));
    };
    let name = last.ident.to_string();
    let args = generic_arguments(&last.arguments);
    match (name.as_str(), &args[..]) {
        ("Option", [inner]) => optional(lower(inner, scope)?, span),
        ("Box", [inner]) => Ok(TypeRef::Boxed(Box::new(lower(inner, scope)?))),
        ("Vec", [inner]) if is_u8(inner) => {
            Err(unsupported(span, "`Vec<u8>`", Some("use kubeforge_machinery::ByteString")))
        }
        // machinery's list that tells empty from nil is a list to all that is generated
        ("Vec" | "NilVec", [inner]) => Ok(TypeRef::List(Box::new(lower(inner, scope)?))),
        ("BTreeMap", [key, value]) => map(key, value, scope),
        (_, []) if segments.len() == 1 && names::primitive(&name).is_some() => {
            Ok(TypeRef::Scalar(names::primitive(&name).unwrap_or(Scalar::String)))
        }
        (_, []) if last.arguments.is_none() => lower_name(&segments, &name, scope, span),
        _ => match names::instead_of(&name) {
            Some(hint) => Err(unsupported(span, &format!("`{name}`"), Some(hint))),
            None => Err(unsupported(span, &format!("generic type `{name}`"), Some("give it a type of its own"))),
        },
    }
}

/// A name without arguments. One of another crate or of Rust itself that has no form on the wire is refused here.
fn lower_name(segments: &[String], name: &str, scope: &dyn Names, span: Span) -> Result<TypeRef, Finding> {
    let instead = names::instead_of(name);
    if let Some(hint) = instead.filter(|_| name.starts_with(char::is_lowercase)) {
        return Err(unsupported(span, &format!("`{name}`"), Some(hint)));
    }
    match (scope.resolve(segments), instead) {
        (Err(_), Some(hint)) => Err(unsupported(span, &format!("`{name}`"), Some(hint))),
        (Err((message, hint)), None) => Err(Finding::new(span, message, hint)),
        (Ok(ty), _) => Ok(ty),
    }
}

fn generic_arguments(arguments: &PathArguments) -> Vec<&Type> {
    match arguments {
        PathArguments::AngleBracketed(angle) => angle
            .args
            .iter()
            .filter_map(|argument| match argument {
                GenericArgument::Type(ty) => Some(ty),
                _ => None,
            })
            .collect(),
        _ => Vec::new(),
    }
}

fn is_u8(ty: &Type) -> bool {
    matches!(ty, Type::Path(path) if path.path.is_ident("u8"))
}

fn optional(inner: TypeRef, span: Span) -> Result<TypeRef, Finding> {
    match inner {
        TypeRef::Optional(_) => {
            Err(unsupported(span, "an option of an option", Some("one Option says that it may be missing")))
        }
        TypeRef::List(_) | TypeRef::Map(_) => {
            Err(unsupported(span, "an optional list or map", Some("leave out Option: an empty one is not written")))
        }
        inner => Ok(TypeRef::Optional(Box::new(inner))),
    }
}

fn map(key: &Type, value: &Type, scope: &dyn Names) -> Result<TypeRef, Finding> {
    let text_key = matches!(lower(key, scope), Ok(TypeRef::Scalar(Scalar::String)));
    if !text_key {
        let message = "unsupported map key: keys are text on the wire";
        return Err(Finding::new(key.span(), message, Some("use BTreeMap<String, T>".into())));
    }
    Ok(TypeRef::Map(Box::new(lower(value, scope)?)))
}

fn unsupported(span: Span, what: &str, hint: Option<&str>) -> Finding {
    Finding::new(span, format!("unsupported type: {what} has no form on the wire"), hint.map(Into::into))
}
