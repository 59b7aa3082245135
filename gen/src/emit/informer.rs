//! Shared informers: a method for each resource, by group and version, on an `InformerFactory`.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::{
    EmitError, Workspace,
    client_set::{client_packages, group_version, modules, prefix, watched_kinds},
};
use crate::model::Package;

pub(super) fn emit(package: &Package, _workspace: &Workspace) -> Result<TokenStream, Vec<EmitError>> {
    let accessors: Vec<_> = watched_kinds(package)
        .map(|kind| {
            let (method, path) = (&kind.method, &kind.path);
            let docs = format!(" {}.", kind.plural);
            quote! {
                #[doc = #docs]
                #[inline]
                pub fn #method(&self) -> SharedInformer<#path> {
                    self.factory.informer()
                }
            }
        })
        .collect();
    if accessors.is_empty() {
        return Ok(TokenStream::new());
    }
    let name = format_ident!("{}Informers", prefix(package));
    let docs = format!(" Informers of the resources of {}.", group_version(package));
    Ok(quote! {
        use kubeforge_client::{InformerFactory, SharedInformer};

        #[doc = #docs]
        #[derive(Clone, Debug)]
        pub struct #name {
            pub(super) factory: InformerFactory,
        }

        // inlined so that only what is used is compiled, where it is used
        impl #name {
            #(#accessors)*
        }
    })
}

pub(super) fn root(workspace: &Workspace) -> Result<TokenStream, Vec<EmitError>> {
    let packages = client_packages(workspace, |package| watched_kinds(package).next().is_some());
    let declarations = packages.iter().map(|(package, module, prefix)| {
        let name = format_ident!("{prefix}Informers");
        let docs = format!(" The resources of {}.", group_version(package));
        quote! {
            #[doc = #docs]
            fn #module(&self) -> #module::#name;
        }
    });
    let definitions = packages.iter().map(|(_, module, prefix)| {
        let name = format_ident!("{prefix}Informers");
        quote! {
            fn #module(&self) -> #module::#name {
                #module::#name { factory: self.clone() }
            }
        }
    });
    Ok(modules(
        &packages,
        "Shared informers, by group and version.",
        &quote! {
            use kubeforge_client::InformerFactory;

            /// Informers of all groups: `factory.core_v1().pods()`.
            pub trait Informers {
                #(#declarations)*
            }

            impl Informers for InformerFactory {
                #(#definitions)*
            }
        },
    ))
}
