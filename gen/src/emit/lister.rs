//! Listers: named types over the generic ones, and a method for each resource.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::{
    EmitError, Workspace,
    client_set::{client_packages, group_version, modules, prefix, watched_kinds},
};
use crate::model::Package;

pub(super) fn emit(package: &Package, _workspace: &Workspace) -> Result<TokenStream, Vec<EmitError>> {
    let (mut types, mut accessors) = (Vec::new(), Vec::new());
    for kind in watched_kinds(package) {
        let (method, path) = (&kind.method, &kind.path);
        let lister = format_ident!("{}Lister", kind.of.ty.name);
        let docs = format!(" Reads the local copy of {}.", kind.plural);
        types.push(quote! {
            #[doc = #docs]
            pub type #lister = lister::Lister<#path>;
        });
        if kind.is_namespaced() {
            let in_namespace = format_ident!("{}NamespaceLister", kind.of.ty.name);
            let docs = format!(" Reads the local copy of one namespace's {}.", kind.plural);
            types.push(quote! {
                #[doc = #docs]
                pub type #in_namespace = lister::NamespaceLister<#path>;
            });
        }
        let docs = format!(" {}.", kind.plural);
        accessors.push(quote! {
            #[doc = #docs]
            #[inline]
            pub fn #method(&self) -> #lister {
                self.factory.lister()
            }
        });
    }
    if types.is_empty() {
        return Ok(TokenStream::new());
    }
    let name = format_ident!("{}Listers", prefix(package));
    let docs = format!(" Listers of the resources of {}.", group_version(package));
    Ok(quote! {
        use kubeforge_client::{InformerFactory, lister};

        #[doc = #docs]
        #[derive(Clone, Debug)]
        pub struct #name {
            pub(super) factory: InformerFactory,
        }

        // inlined so that only what is used is compiled, where it is used
        impl #name {
            #(#accessors)*
        }

        #(#types)*
    })
}

pub(super) fn root(workspace: &Workspace) -> Result<TokenStream, Vec<EmitError>> {
    let packages = client_packages(workspace, |package| watched_kinds(package).next().is_some());
    let accessors = packages.iter().map(|(package, module, prefix)| {
        let name = format_ident!("{prefix}Listers");
        let docs = format!(" The resources of {}.", group_version(package));
        quote! {
            #[doc = #docs]
            pub fn #module(&self) -> #module::#name {
                #module::#name { factory: self.factory.clone() }
            }
        }
    });
    Ok(modules(
        &packages,
        "Listers, by group and version.",
        &quote! {
            use kubeforge_client::InformerFactory;

            /// Listers over a factory's informers: `Listers::new(&factory).core_v1().pods()`. Asking for one asks for its
            /// informer.
            #[derive(Clone, Debug)]
            pub struct Listers {
                factory: InformerFactory,
            }

            impl Listers {
                /// The listers of `factory`.
                pub fn new(factory: &InformerFactory) -> Self {
                    Self { factory: factory.clone() }
                }

                #(#accessors)*
            }
        },
    ))
}
