//! Arbitrary objects for tests: `Arbitrary`, one small function for each type.
//!
//! Written where [`Package::arbitrary`] asks for it. In files it is behind the crate's cargo feature `arbitrary`, so that
//! normal builds don't even parse it; the derive macro writes it where the type says `#[api(arbitrary)]`, without a
//! feature of its own, as a macro can't know those of the crate that uses it.

use proc_macro2::TokenStream;
use quote::quote;

use super::{
    EmitError, Workspace, register,
    workspace::{ident, machinery, skips},
};
use crate::model::{Package, Struct, Type, TypeDef};

pub(super) const NAME: &str = "arbitrary";

pub(super) fn emit(package: &Package, _workspace: &Workspace) -> Result<TokenStream, Vec<EmitError>> {
    let items: Vec<_> = implemented(package).filter_map(of_type).collect();
    if items.is_empty() {
        return Ok(TokenStream::new());
    }
    let machinery = machinery(package);
    Ok(quote! {
        use #machinery::arbitrary::{Arbitrary, Source};
        #(#items)*
    })
}

/// The condition under which a crate's files have it.
pub(super) fn gate() -> TokenStream {
    let feature = feature();
    quote!(#[cfg(#feature)])
}

/// The same, as a part of a condition.
pub(super) fn feature() -> TokenStream {
    quote!(feature = #NAME)
}

/// Statements that tell a Scheme how to make arbitrary objects of the package's kinds.
pub(super) fn registration(package: &Package) -> Option<TokenStream> {
    let names: Vec<_> = register::kinds(package)
        .filter(|(ty, _)| package.arbitrary && !ty.without.iter().any(|name| name == NAME))
        .map(|(ty, _)| ident(&ty.name))
        .collect();
    (!names.is_empty()).then(|| quote!(#(scheme.arbitrary::<#names>();)*))
}

fn implemented(package: &Package) -> impl Iterator<Item = &Type> {
    package.types.values().filter(|ty| package.arbitrary && !skips(package, ty, NAME, "Arbitrary"))
}

fn of_type(ty: &Type) -> Option<TokenStream> {
    let (source, body) = match &ty.def {
        TypeDef::Struct(def) => of_struct(def),
        TypeDef::Enum(_) => (quote!(source), quote!(source.string_enum())),
        TypeDef::Alias(_) => return None,
    };
    let name = ident(&ty.name);
    Some(quote! {
        impl Arbitrary for #name {
            fn arbitrary(#source: &mut Source<'_>) -> Self {
                #body
            }
        }
    })
}

fn of_struct(def: &Struct) -> (TokenStream, TokenStream) {
    let transient: Vec<_> = def.transient.iter().map(|name| ident(name)).collect();
    let transient = quote!(#(#transient: Default::default(),)*);
    if def.fields.is_empty() {
        return (quote!(_source), quote!(Self { #transient }));
    }
    let fields = def.fields.iter().map(|field| ident(&field.name));
    (quote!(source), quote!(Self { #(#fields: source.any(),)* #transient }))
}
