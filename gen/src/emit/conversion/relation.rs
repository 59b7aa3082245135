//! How a value of one type becomes one of another.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::plan::{Direction, Pair};
use crate::{
    emit::{Resolved, TypeIn},
    model::{Package, Scalar, snake_case},
};

/// What the type of a spoke's field and that of its hub's field have in common.
pub(super) enum Relation<'a> {
    /// They are one Rust type.
    Same,
    /// Both are texts: enums or strings.
    Text,
    /// They hold types that have functions.
    Pair(Pair<'a>),
    /// One of them or both are boxed.
    Boxed { spoke: bool, hub: bool, inner: Box<Relation<'a>> },
    /// Both are options.
    Optional(Box<Relation<'a>>),
    /// Both are lists.
    List(Box<Relation<'a>>),
    /// Both are maps.
    Map(Box<Relation<'a>>),
}

impl<'a> Relation<'a> {
    /// How the two relate; `None` where they differ. `package` is the spoke's.
    pub(super) fn of(package: &Package, spoke: &Resolved<'a>, hub: &Resolved<'a>) -> Option<Self> {
        let inner = |spoke: &Resolved<'a>, hub: &Resolved<'a>| Self::of(package, spoke, hub).map(Box::new);
        let boxed = |spoke_boxed, hub_boxed, spoke: &Resolved<'a>, hub: &Resolved<'a>| {
            Some(Relation::Boxed { spoke: spoke_boxed, hub: hub_boxed, inner: inner(spoke, hub)? })
        };
        if is_same(spoke, hub) {
            return Some(Relation::Same);
        }
        match (spoke, hub) {
            (Resolved::Boxed(spoke), Resolved::Boxed(hub)) => boxed(true, true, spoke, hub),
            (Resolved::Boxed(spoke), hub) => boxed(true, false, spoke, hub),
            (spoke, Resolved::Boxed(hub)) => boxed(false, true, spoke, hub),
            (Resolved::Optional(spoke), Resolved::Optional(hub)) => Some(Relation::Optional(inner(spoke, hub)?)),
            (Resolved::List(spoke), Resolved::List(hub)) => Some(Relation::List(inner(spoke, hub)?)),
            (Resolved::Map(spoke), Resolved::Map(hub)) => Some(Relation::Map(inner(spoke, hub)?)),
            (Resolved::Struct(spoke), Resolved::Struct(hub)) if is_counterpart(*spoke, *hub) => {
                Some(Relation::Pair(Pair { spoke: *spoke, hub: *hub }))
            }
            (Resolved::Enum(spoke), Resolved::Enum(hub)) if has_function(package, *spoke) => {
                Some(Relation::Pair(Pair { spoke: *spoke, hub: *hub }))
            }
            _ => (is_text(spoke) && is_text(hub)).then_some(Relation::Text),
        }
    }

    /// The pair in it.
    pub(super) fn pair(&self) -> Option<Pair<'a>> {
        match self {
            Relation::Pair(pair) => Some(*pair),
            Relation::Same | Relation::Text => None,
            Relation::Boxed { inner, .. }
            | Relation::Optional(inner)
            | Relation::List(inner)
            | Relation::Map(inner) => inner.pair(),
        }
    }

    /// Whether all that is to be done is to put the value into a box.
    fn only_boxes(&self, to: Direction) -> bool {
        let Relation::Boxed { spoke, hub, inner } = self else { return false };
        let becomes_boxed = if to == Direction::ToHub { *hub && !*spoke } else { *spoke && !*hub };
        becomes_boxed && matches!(**inner, Relation::Same)
    }
}

/// Code that makes a value of another one.
pub(super) struct Code {
    pub(super) tokens: TokenStream,
    /// It may return early, by `?`.
    fails: bool,
}

impl<'a> Relation<'a> {
    /// The converted form of an owned `value`; `name` names the function of a pair.
    pub(super) fn code(&self, value: &TokenStream, to: Direction, name: &dyn Fn(Pair<'a>) -> Ident) -> Code {
        match self {
            Relation::Same => Code { tokens: value.clone(), fails: false },
            Relation::Text => Code { tokens: quote!(#value.as_str().into()), fails: false },
            Relation::Pair(pair) => {
                let function = name(*pair);
                Code { tokens: quote!(#function(#value)?), fails: true }
            }
            Relation::Boxed { spoke, hub, inner } => {
                let (is_boxed, becomes_boxed) = if to == Direction::ToHub { (*spoke, *hub) } else { (*hub, *spoke) };
                let unboxed = match (&**inner, is_boxed) {
                    (_, false) | (Relation::Text, true) => value.clone(),
                    (Relation::Same | Relation::Pair(_), true) => quote!(*#value),
                    (_, true) => quote!((*#value)),
                };
                let Code { tokens, fails } = inner.code(&unboxed, to, name);
                Code { tokens: if becomes_boxed { quote!(Box::new(#tokens)) } else { tokens }, fails }
            }
            Relation::Optional(inner) => optional(inner, value, to, name),
            Relation::List(inner) => match &**inner {
                Relation::Pair(pair) => {
                    let function = name(*pair);
                    let tokens = quote!(convert_list(#value, #function)?);
                    Code { tokens, fails: true }
                }
                inner => {
                    let Code { tokens, fails } = inner.code(&quote!(value), to, name);
                    collected(value, &quote!(value), &tokens, fails)
                }
            },
            Relation::Map(inner) => {
                let Code { tokens, fails } = inner.code(&quote!(value), to, name);
                collected(value, &quote!((key, value)), &quote!((key, #tokens)), fails)
            }
        }
    }
}

fn optional<'a>(inner: &Relation<'a>, value: &TokenStream, to: Direction, name: &dyn Fn(Pair<'a>) -> Ident) -> Code {
    if let Relation::Pair(pair) = inner {
        let function = name(*pair);
        return Code { tokens: quote!(#value.map(#function).transpose()?), fails: true };
    }
    let Code { tokens, fails } = inner.code(&quote!(value), to, name);
    let tokens = if fails {
        quote! {
            match #value {
                Some(value) => Some(#tokens),
                None => None,
            }
        }
    } else if inner.only_boxes(to) {
        quote!(#value.map(Box::new))
    } else {
        quote!(#value.map(|value| #tokens))
    };
    Code { tokens, fails }
}

/// The elements of `values`, each mapped by the closure `|pattern| each`.
fn collected(values: &TokenStream, pattern: &TokenStream, each: &TokenStream, fails: bool) -> Code {
    let tokens = match fails {
        true => quote!(#values.into_iter().map(|#pattern| Ok(#each)).collect::<Result<_, ConversionError>>()?),
        false => quote!(#values.into_iter().map(|#pattern| #each).collect()),
    };
    Code { tokens, fails }
}

/// Whether the two are one Rust type.
fn is_same(one: &Resolved<'_>, other: &Resolved<'_>) -> bool {
    match (one, other) {
        (Resolved::Scalar(one), Resolved::Scalar(other)) => one == other,
        (Resolved::Optional(one), Resolved::Optional(other))
        | (Resolved::Boxed(one), Resolved::Boxed(other))
        | (Resolved::List(one), Resolved::List(other))
        | (Resolved::Map(one), Resolved::Map(other)) => is_same(one, other),
        (Resolved::Struct(one), Resolved::Struct(other)) | (Resolved::Enum(one), Resolved::Enum(other)) => {
            one.package.module == other.package.module && one.ty.name == other.ty.name
        }
        (Resolved::Unknown(one), Resolved::Unknown(other)) => one == other,
        _ => false,
    }
}

fn is_counterpart(spoke: TypeIn<'_>, hub: TypeIn<'_>) -> bool {
    *spoke.ty.converts_to.as_ref().unwrap_or(&spoke.ty.name) == hub.ty.name
}

fn is_text(ty: &Resolved<'_>) -> bool {
    matches!(ty, Resolved::Enum(_) | Resolved::Scalar(Scalar::String))
}

/// Whether `conversion.rs` has a function for an enum. Without one it needs no function at all.
fn has_function(package: &Package, ty: TypeIn<'_>) -> bool {
    let name = snake_case(&ty.ty.name);
    let starts = [format!("{name}_to_"), format!("{name}_from_")];
    package.conversion_functions.iter().any(|function| starts.iter().any(|start| function.starts_with(start)))
}

/// Whether the type is `Copy`.
pub(super) fn is_copy(ty: &Resolved<'_>) -> bool {
    match ty {
        Resolved::Optional(inner) => is_copy(inner),
        Resolved::Scalar(scalar) => matches!(
            scalar,
            Scalar::Bool
                | Scalar::I32
                | Scalar::I64
                | Scalar::F64
                | Scalar::Time
                | Scalar::MicroTime
                | Scalar::Duration
        ),
        _ => false,
    }
}
