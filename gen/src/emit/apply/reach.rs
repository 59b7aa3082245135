//! Which types get a builder: all that a kind reaches that can be patched, itself or through a subresource.

use std::collections::BTreeMap;

use proc_macro2::TokenStream;
use quote::quote;

use super::{META_MODULE, argument::is_value, builder_name};
use crate::{
    emit::{
        Resolved, TypeIn, Workspace,
        client_set::client_kinds,
        client_set_module, register,
        workspace::{ident, skips},
    },
    model::{KindRef, Package, Verb},
};

/// The types of meta/v1 that kubeforge-client has builders for.
const META: [&str; 5] = ["Condition", "LabelSelector", "LabelSelectorRequirement", "ObjectMeta", "OwnerReference"];

/// The reached types, by their package's module and their name.
pub(super) struct Reached<'a> {
    types: BTreeMap<(&'a str, &'a str), TypeIn<'a>>,
}

/// What the patched kinds of `package`, and of all packages of the run with clients, reach.
pub(super) fn types<'a>(package: &'a Package, workspace: &'a Workspace) -> Reached<'a> {
    let others = workspace.packages.iter().filter(|other| other.client && other.module != package.module);
    let mut reached = Reached { types: BTreeMap::new() };
    for package in std::iter::once(package).chain(others) {
        for kind in client_kinds(package).filter(|kind| register::verbs(kind.markers).contains(&Verb::Patch)) {
            reached.add(kind.of, workspace);
        }
        for kind in client_kinds(package) {
            for subresource in &kind.markers.subresources {
                if register::subresource_verbs(subresource).contains(&Verb::Patch)
                    && let Some(KindRef { group, version, kind: name }) =
                        register::subresource_kind(package, subresource)
                    && let Some(of) = find(package, workspace, (&group, &version), &name)
                    && register::has_object_meta(of)
                {
                    reached.add(of, workspace);
                }
            }
        }
    }
    reached
}

fn find<'a>(
    package: &'a Package,
    workspace: &'a Workspace,
    (group, version): (&str, &str),
    name: &str,
) -> Option<TypeIn<'a>> {
    let package = match workspace.package(group, version) {
        Some(found) => found,
        None => (group == package.group && version == package.version).then_some(package)?,
    };
    Some(TypeIn { package, ty: package.types.get(name)? })
}

impl<'a> Reached<'a> {
    fn add(&mut self, of: TypeIn<'a>, workspace: &'a Workspace) {
        if skips(of.package, of.ty, "apply", "Configuration") || is_value(of) {
            return;
        }
        if self.types.insert((&of.package.module, &of.ty.name), of).is_some() {
            return;
        }
        for field in of.fields() {
            self.add_all(&workspace.resolve(of.package, &field.ty), workspace);
        }
    }

    fn add_all(&mut self, ty: &Resolved<'a>, workspace: &'a Workspace) {
        match ty {
            Resolved::Struct(of) => self.add(*of, workspace),
            Resolved::Optional(inner) | Resolved::Boxed(inner) | Resolved::List(inner) | Resolved::Map(inner) => {
                self.add_all(inner, workspace);
            }
            Resolved::Scalar(_) | Resolved::Enum(_) | Resolved::Unknown(_) => {}
        }
    }

    /// Those of one package, by name.
    pub(super) fn in_package(&self, package: &Package) -> impl Iterator<Item = TypeIn<'a>> {
        self.types.values().copied().filter(|of| of.package.module == package.module)
    }

    /// What code in `package`'s module of the client set calls the builder of `of`, if there is one.
    pub(super) fn builder_path(&self, of: TypeIn<'_>, package: &Package) -> Option<TokenStream> {
        let name = builder_name(of);
        if of.package.module == META_MODULE {
            return META.contains(&of.ty.name.as_str()).then(|| quote!(kubeforge_client::apply::#name));
        }
        self.types.get(&(of.package.module.as_str(), of.ty.name.as_str()))?;
        if of.package.module == package.module {
            return Some(quote!(#name));
        }
        let module = ident(&client_set_module(of.package));
        of.package.client.then(|| quote!(super::#module::#name))
    }
}
