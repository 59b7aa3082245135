//! What makes a type a kind: `Kind`, `Resource`, `ListKind`, and its entry in a Scheme.
//!
//! A resource also gets a line `kube_resource!`, from which the machinery crate, with its feature `kube`, makes the traits
//! that kube-rs asks for; without the feature it is nothing. So neither generated files nor the derive macro need to know
//! whether somebody uses kube-rs, and a crate's own features play no part.

mod entry;
pub(crate) mod facts;
mod kind;
mod selectable;

use proc_macro2::TokenStream;
use quote::quote;

pub(super) use facts::{
    has_object_meta, is_object_kind, is_resource, kind_ref, kinds, list_kind, plural, singular, subresource_kind,
    subresource_verbs, verbs,
};

use super::{
    EmitError, TypeIn, Workspace, arbitrary,
    workspace::{collect, ident, machinery, skips},
};
use crate::model::Package;
use entry::registrations;

/// The kinds' implementations, and a function that registers them.
pub(super) fn emit(package: &Package, workspace: &Workspace) -> Result<TokenStream, Vec<EmitError>> {
    if kinds(package).next().is_none() {
        return Ok(TokenStream::new());
    }
    let imports = imports(package);
    let implementations = implementations(package, workspace)?;
    let registrations = registrations(package, workspace);
    let arbitrary = arbitrary::registration(package).map(|statements| {
        let gate = arbitrary::gate();
        quote!(#gate { #statements })
    });
    let docs = format!(" Registers the kinds of {}.", package.group_version());
    Ok(quote! {
        #imports
        #implementations

        #[doc = #docs]
        pub fn register(scheme: &mut scheme::SchemeBuilder) {
            #(#registrations)*
            #arbitrary
        }
    })
}

/// The same for the derive macro: an associated function `register` on each kind that is no list, which registers the
/// kind and its list kind.
pub(super) fn emit_in_place(package: &Package, workspace: &Workspace) -> Result<TokenStream, Vec<EmitError>> {
    let imports = imports(package);
    let implementations = implementations(package, workspace)?;
    let registrations = registrations(package, workspace);
    let arbitrary = arbitrary::registration(package);
    let methods = kinds(package).filter(|(_, kind)| kind.list_of.is_none()).map(|(ty, _)| {
        let name = ident(&ty.name);
        quote! {
            impl #name {
                /// Registers the kind, and the kind of its lists.
                pub fn register(scheme: &mut scheme::SchemeBuilder) {
                    #(#registrations)*
                    #arbitrary
                }
            }
        }
    });
    Ok(quote! {
        #imports
        #implementations
        #(#methods)*
    })
}

fn imports(package: &Package) -> TokenStream {
    let machinery = machinery(package);
    quote! {
        #[allow(unused_imports)]
        use #machinery::{gvk, meta, object, openapi, schema, scheme, validation};
    }
}

fn implementations(package: &Package, workspace: &Workspace) -> Result<TokenStream, Vec<EmitError>> {
    let types = kinds(package).filter(|(ty, _)| !skips(package, ty, "register", "Kind"));
    collect(types.map(|(ty, kind)| kind::of_kind(TypeIn { package, ty }, kind, workspace)))
}
