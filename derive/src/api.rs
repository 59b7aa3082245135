//! The expansion of `Api`.

use kubeforge_gen::{
    diagnostic::Diagnostics,
    emit::{self, EmitError, Workspace},
    load::{self, Derived},
    model::{Package, TypeDef},
};
use proc_macro2::{Ident, TokenStream};
use quote::{quote, quote_spanned};
use syn::{Data, DeriveInput, spanned::Spanned};

/// Everything that the item implies.
pub(crate) fn expand(input: &DeriveInput) -> Result<TokenStream, Diagnostics> {
    let Derived { package, spans, list_kind } = load::item(input)?;
    let list = list_kind.map(|name| list_kind_struct(input, &name, &package.machinery));
    let implementations = emit::in_place(&package, &Workspace::default()).map_err(|errors| {
        let mut diagnostics = Diagnostics::new();
        for EmitError { type_name, field, message, hint } in errors {
            diagnostics.push(spans.finding((&type_name, field.as_deref(), None), message, hint));
        }
        diagnostics
    })?;
    let fields = field_types(input, &package);
    Ok(quote! {
        #list
        #fields
        #implementations
    })
}

/// Asks of each field's type, at its place in the source, whether it is an API type: the implementations would ask as
/// well, but could not say where.
fn field_types(input: &DeriveInput, package: &Package) -> Option<TokenStream> {
    let machinery = machinery_path(&package.machinery);
    let transient = match package.types.get(&input.ident.to_string()).map(|ty| &ty.def) {
        Some(TypeDef::Struct(def)) => &*def.transient,
        _ => &[],
    };
    let Data::Struct(data) = &input.data else { return None };
    let on_the_wire = data
        .fields
        .iter()
        .filter(|field| !field.ident.as_ref().is_some_and(|name| transient.iter().any(|it| name == it)));
    let questions = on_the_wire.map(|field| {
        let ty = &field.ty;
        quote_spanned!(ty.span()=> #machinery::expansion::is_api_type::<#ty>();)
    });
    Some(quote!(const _: fn() = || { #(#questions)* };))
}

fn machinery_path(path: &str) -> TokenStream {
    path.parse().unwrap_or_else(|_| quote!(::kubeforge_machinery))
}

/// The definition of the list kind.
fn list_kind_struct(input: &DeriveInput, name: &str, machinery: &str) -> TokenStream {
    let DeriveInput { vis, ident: item, .. } = input;
    let name = Ident::new(name, item.span());
    let machinery = machinery_path(machinery);
    let docs = format!(" A list of [`{item}`]s.");
    quote! {
        #[doc = #docs]
        #[derive(Clone, Debug, Default, PartialEq)]
        #vis struct #name {
            /// Where the list stands in the history of the store, and how to read on.
            pub metadata: #machinery::meta::v1::ListMeta,
            /// The objects, in the order in which the server lists them.
            pub items: ::std::vec::Vec<#item>,
        }
    }
}

/// Findings as compile errors.
pub(crate) fn compile_errors(diagnostics: Diagnostics) -> TokenStream {
    diagnostics.into_compile_error().map(|error| error.into_compile_error()).unwrap_or_default()
}
