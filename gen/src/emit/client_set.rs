//! What the emitters of the client set share: which kinds they are about, and what things are called.

use heck::{ToSnakeCase as _, ToUpperCamelCase as _};
use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::{
    TypeIn, Workspace, client_set_module, register,
    workspace::{ident, tokens},
};
use crate::model::{KindMarkers, Package, Scope, Verb};

/// A kind that typed clients serve.
pub(super) struct ClientKind<'a> {
    /// The type.
    pub(super) of: TypeIn<'a>,
    /// Its markers.
    pub(super) markers: &'a KindMarkers,
    /// The method for it: `config_maps`.
    pub(super) method: Ident,
    /// Its plural in prose: `ConfigMaps`.
    pub(super) plural: String,
    /// Its path: `kubeforge_api::core::v1::ConfigMap`.
    pub(super) path: TokenStream,
}

impl ClientKind<'_> {
    /// Whether its objects live in namespaces.
    pub(super) fn is_namespaced(&self) -> bool {
        self.markers.scope == Scope::Namespaced
    }
}

/// The package's resources, by kind.
pub(super) fn client_kinds(package: &Package) -> impl Iterator<Item = ClientKind<'_>> {
    resources(package).filter(|kind| register::list_kind(package, kind.of.ty).is_some())
}

/// The resources that a local copy can be kept of.
pub(super) fn watched_kinds(package: &Package) -> impl Iterator<Item = ClientKind<'_>> {
    client_kinds(package).filter(|kind| {
        let verbs = register::verbs(kind.markers);
        verbs.contains(&Verb::List) && verbs.contains(&Verb::Watch)
    })
}

/// The resources of which nothing is kept, so that they have no list kind: they are created, and answer.
pub(super) fn created_kinds(package: &Package) -> impl Iterator<Item = ClientKind<'_>> {
    resources(package).filter(|kind| {
        register::list_kind(package, kind.of.ty).is_none() && register::verbs(kind.markers) == [Verb::Create]
    })
}

fn resources(package: &Package) -> impl Iterator<Item = ClientKind<'_>> {
    register::kinds(package).filter_map(|(ty, markers)| {
        let of = TypeIn { package, ty };
        if !register::is_resource(of, markers) {
            return None;
        }
        let plural = camel_plural(&ty.name, &register::plural(ty, markers));
        Some(ClientKind { of, markers, method: ident(&plural.to_snake_case()), plural, path: path(of) })
    })
}

/// A type's path from the client set's crate.
pub(super) fn path(of: TypeIn<'_>) -> TokenStream {
    tokens(&format!("{}::{}", of.package.module, of.ty.name))
}

/// A kind's plural with the kind's capitals: `NetworkPolicies` of `NetworkPolicy` and `networkpolicies`.
pub(crate) fn camel_plural(kind: &str, plural: &str) -> String {
    let common = kind.chars().zip(plural.chars()).take_while(|(a, b)| a.to_ascii_lowercase() == *b).count();
    kind.chars().take(common).chain(plural.chars().skip(common)).collect()
}

/// The packages that typed clients are wanted for and that `has` something of the emitter's, each with its module's name
/// and the start of its types' names: `core_v1` and `CoreV1`.
pub(super) fn client_packages<'a>(
    workspace: &'a Workspace,
    has: impl Fn(&'a Package) -> bool,
) -> Vec<(&'a Package, Ident, String)> {
    let mut packages: Vec<_> = workspace
        .packages
        .iter()
        .filter(|package| package.client && has(package))
        .map(|package| {
            let module = client_set_module(package);
            (package, ident(&module), module.to_upper_camel_case())
        })
        .collect();
    packages.sort_by(|(_, a, _), (_, b, _)| a.cmp(b));
    packages
}

/// The start of the package's types' names.
pub(super) fn prefix(package: &Package) -> String {
    client_set_module(package).to_upper_camel_case()
}

/// `apps/v1`, `v1`.
pub(super) fn group_version(package: &Package) -> String {
    if package.group.is_empty() { package.version.clone() } else { format!("{}/{}", package.group, package.version) }
}

/// A `mod.rs` of public modules, one for each of [`client_packages`]; nothing, where there are none.
pub(super) fn modules(packages: &[(&Package, Ident, String)], docs: &str, rest: &TokenStream) -> TokenStream {
    if packages.is_empty() {
        return TokenStream::new();
    }
    let modules = packages.iter().map(|(package, module, _)| {
        let docs = format!(" {}.", group_version(package));
        quote! {
            #[doc = #docs]
            pub mod #module;
        }
    });
    let docs = format!(" {docs}");
    quote! {
        #![doc = #docs]
        #(#modules)*
        #rest
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plurals_keep_the_kinds_capitals() {
        for (kind, plural, want) in [
            ("ConfigMap", "configmaps", "ConfigMaps"),
            ("NetworkPolicy", "networkpolicies", "NetworkPolicies"),
            ("Endpoints", "endpoints", "Endpoints"),
            ("CSINode", "csinodes", "CSINodes"),
            ("Ingress", "ingresses", "Ingresses"),
        ] {
            assert_eq!(camel_plural(kind, plural), want);
        }
    }
}
