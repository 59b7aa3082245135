//! What a builder's method takes for a field.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use crate::{
    emit::{
        Resolved, TypeIn,
        workspace::{skips, tokens},
    },
    model::{Package, Scalar},
};

use super::type_path;

/// A method's argument, by the shape of the field's type. `ty` is the Rust type of the value, the element or the entry.
pub(super) enum Argument<'a> {
    /// A number or boolean, taken as it is.
    Number { ty: TokenStream },
    /// Any other value without fields.
    Leaf { ty: TokenStream },
    /// A list of values.
    Leaves { ty: TokenStream },
    /// A map of values.
    LeafMap { ty: TokenStream },
    /// A struct.
    Struct { ty: TokenStream, of: Option<TypeIn<'a>> },
    /// A list of structs.
    Structs { ty: TokenStream, of: Option<TypeIn<'a>> },
    /// A map of structs.
    StructMap { ty: TokenStream, of: Option<TypeIn<'a>> },
}

impl<'a> Argument<'a> {
    pub(super) fn of(ty: &Resolved<'a>, package: &Package) -> Self {
        let rust_type = |ty: &Resolved<'_>| rust_type(ty, package);
        let structure = |ty: &Resolved<'a>| structure(ty, package);
        match ty.bare() {
            Resolved::Scalar(Scalar::Bool | Scalar::I32 | Scalar::I64 | Scalar::F64) => {
                Argument::Number { ty: rust_type(ty.bare()) }
            }
            Resolved::List(element) => match structure(element) {
                Some((ty, of)) => Argument::Structs { ty, of },
                None => Argument::Leaves { ty: rust_type(element.bare()) },
            },
            Resolved::Map(value) => match structure(value) {
                Some((ty, of)) => Argument::StructMap { ty, of },
                None => Argument::LeafMap { ty: rust_type(value.bare()) },
            },
            bare => match structure(bare) {
                Some((ty, of)) => Argument::Struct { ty, of },
                None => Argument::Leaf { ty: rust_type(bare) },
            },
        }
    }

    /// The struct that it is about.
    pub(super) fn of_struct(&self) -> Option<TypeIn<'a>> {
        match self {
            Argument::Struct { of, .. } | Argument::Structs { of, .. } | Argument::StructMap { of, .. } => *of,
            Argument::Number { .. } | Argument::Leaf { .. } | Argument::Leaves { .. } | Argument::LeafMap { .. } => {
                None
            }
        }
    }

    pub(super) fn parameter_name(&self) -> proc_macro2::Ident {
        match self {
            Argument::Number { .. } | Argument::Leaf { .. } | Argument::Struct { .. } => format_ident!("value"),
            Argument::Leaves { .. } | Argument::Structs { .. } => format_ident!("values"),
            Argument::LeafMap { .. } | Argument::StructMap { .. } => format_ident!("entries"),
        }
    }

    /// The parameter's type.
    pub(super) fn parameter(&self) -> TokenStream {
        match self {
            Argument::Number { ty } => ty.clone(),
            Argument::Leaf { ty } => quote!(impl Into<#ty>),
            Argument::Leaves { ty } => quote!(impl IntoIterator<Item = impl Into<#ty>>),
            Argument::LeafMap { ty } => quote!(impl IntoIterator<Item = (impl Into<String>, impl Into<#ty>)>),
            Argument::Struct { ty, .. } => quote!(impl Configuration<Of = #ty>),
            Argument::Structs { ty, .. } => quote!(impl IntoIterator<Item = impl Configuration<Of = #ty>>),
            Argument::StructMap { ty, .. } => {
                quote!(impl IntoIterator<Item = (impl Into<String>, impl Configuration<Of = #ty>)>)
            }
        }
    }

    /// The call on `Fields` that puts it there.
    pub(super) fn call(&self, json: &str) -> TokenStream {
        match self {
            Argument::Number { ty } | Argument::Leaf { ty } => quote!(leaf::<#ty>(#json, value)),
            Argument::Leaves { ty } => quote!(leaves::<#ty>(#json, values)),
            Argument::LeafMap { ty } => quote!(leaf_map::<#ty>(#json, entries)),
            Argument::Struct { .. } => quote!(nest(#json, value)),
            Argument::Structs { .. } => quote!(nest_all(#json, values)),
            Argument::StructMap { .. } => quote!(nest_map(#json, entries)),
        }
    }
}

/// A struct's Rust type, and the struct where it is known. A type that no package of the run has is taken for a struct:
/// `Raw` serves where it is none.
fn structure<'a>(ty: &Resolved<'a>, package: &Package) -> Option<(TokenStream, Option<TypeIn<'a>>)> {
    match ty.bare() {
        Resolved::Struct(of) if is_value(*of) => None,
        Resolved::Struct(of) => Some((type_path(*of, package), Some(*of))),
        Resolved::Unknown(path) => Some((tokens(path), None)),
        Resolved::Scalar(_)
        | Resolved::Enum(_)
        | Resolved::List(_)
        | Resolved::Map(_)
        | Resolved::Optional(_)
        | Resolved::Boxed(_) => None,
    }
}

/// Whether a struct's JSON form is written by hand, so that it needn't be an object.
pub(super) fn is_value(of: TypeIn<'_>) -> bool {
    skips(of.package, of.ty, "json", "Json")
}

fn rust_type(ty: &Resolved<'_>, package: &Package) -> TokenStream {
    match ty {
        Resolved::Scalar(scalar) => scalar_type(*scalar),
        Resolved::Optional(inner) | Resolved::Boxed(inner) => rust_type(inner, package),
        Resolved::List(element) => {
            let element = rust_type(element, package);
            quote!(Vec<#element>)
        }
        Resolved::Map(value) => {
            let value = rust_type(value, package);
            quote!(std::collections::BTreeMap<String, #value>)
        }
        Resolved::Struct(of) | Resolved::Enum(of) => type_path(*of, package),
        Resolved::Unknown(path) => tokens(path),
    }
}

fn scalar_type(scalar: Scalar) -> TokenStream {
    match scalar {
        Scalar::String => quote!(String),
        Scalar::Bool => quote!(bool),
        Scalar::I32 => quote!(i32),
        Scalar::I64 => quote!(i64),
        Scalar::F64 => quote!(f64),
        Scalar::ByteString => quote!(kubeforge_machinery::ByteString),
        Scalar::Quantity => quote!(kubeforge_machinery::Quantity),
        Scalar::Time => quote!(kubeforge_machinery::Time),
        Scalar::MicroTime => quote!(kubeforge_machinery::MicroTime),
        Scalar::Duration => quote!(kubeforge_machinery::Duration),
        Scalar::IntOrString => quote!(kubeforge_machinery::IntOrString),
        Scalar::RawExtension => quote!(kubeforge_machinery::RawExtension),
        Scalar::FieldsV1 => quote!(kubeforge_machinery::FieldsV1),
        Scalar::Value => quote!(kubeforge_client::apply::Value),
    }
}
