//! `Kind`, `Resource` and `ListKind`.

use proc_macro2::TokenStream;
use quote::quote;

use super::{
    facts::{MetaKind, is_resource, item_kind, list_kind, meta_kind, plural},
    selectable::visit_selectable,
};
use crate::{
    emit::{
        EmitError, TypeIn, Workspace,
        workspace::{ident, machinery},
    },
    model::{KindMarkers, Package, Scope},
};

pub(super) fn of_kind(of: TypeIn<'_>, kind: &KindMarkers, workspace: &Workspace) -> Result<TokenStream, EmitError> {
    let (name, text) = (ident(&of.ty.name), &of.ty.name);
    let (group, version) = match &kind.group_version {
        Some((group, version)) => (group, version),
        None => (&of.package.group, &of.package.version),
    };
    let has_proto = of.fields().is_empty() || of.fields().iter().any(|field| field.tag.is_some());
    let has_proto = (!has_proto).then(|| {
        quote!(
            const HAS_PROTO: bool = false;
        )
    });
    let (meta, meta_mut) = match meta_kind(of) {
        MetaKind::Object => {
            (quote!(object::Meta::Object(&self.metadata)), quote!(object::Meta::Object(&mut self.metadata)))
        }
        MetaKind::List => (quote!(object::Meta::List(&self.metadata)), quote!(object::Meta::List(&mut self.metadata))),
        MetaKind::None => (quote!(object::Meta::None), quote!(object::Meta::None)),
    };
    let item = item_kind(of, kind, workspace).map(ident);
    let visit_items = item.is_some().then(|| {
        quote! {
            fn visit_kind_items(&self, visit: &mut dyn FnMut(&dyn object::Object)) {
                for item in &self.items {
                    visit(item);
                }
            }
        }
    });
    let visit_selectable = visit_selectable(of, kind, workspace)?;
    let (resource, kube_resource) = (resource(of, kind), kube_resource(of, kind));
    let list = item.filter(|_| meta_kind(of) == MetaKind::List).map(|item| {
        quote! {
            impl object::ListKind for #name {
                type Item = #item;

                fn list_metadata(&self) -> &meta::v1::ListMeta {
                    &self.metadata
                }

                fn into_items(self) -> Vec<#item> {
                    self.items
                }
            }
        }
    });
    Ok(quote! {
        impl object::Kind for #name {
            const GROUP: &'static str = #group;
            const VERSION: &'static str = #version;
            const KIND: &'static str = #text;
            #has_proto

            fn kind_meta(
                &self,
            ) -> object::Meta<&meta::v1::ObjectMeta, &meta::v1::ListMeta> {
                #meta
            }

            fn kind_meta_mut(
                &mut self,
            ) -> object::Meta<&mut meta::v1::ObjectMeta, &mut meta::v1::ListMeta>
            {
                #meta_mut
            }

            fn kind_schema() -> &'static schema::StructSchema {
                <Self as schema::HasStructSchema>::struct_schema()
            }

            #visit_items
            #visit_selectable
        }
        #resource
        #kube_resource
        #list
    })
}

fn resource(of: TypeIn<'_>, kind: &KindMarkers) -> Option<TokenStream> {
    if !is_resource(of, kind) {
        return None;
    }
    let list = ident(&list_kind(of.package, of.ty)?.name);
    let name = ident(&of.ty.name);
    let plural = plural(of.ty, kind);
    let namespaced = kind.scope == Scope::Namespaced;
    Some(quote! {
        impl object::Resource for #name {
            type List = #list;
            const PLURAL: &'static str = #plural;
            const NAMESPACED: bool = #namespaced;

            fn object_meta(&self) -> &meta::v1::ObjectMeta {
                &self.metadata
            }

            fn object_meta_mut(&mut self) -> &mut meta::v1::ObjectMeta {
                &mut self.metadata
            }
        }
    })
}

/// A line from which machinery makes kube-rs' traits. A kind that can't be listed says its plural.
fn kube_resource(of: TypeIn<'_>, kind: &KindMarkers) -> Option<TokenStream> {
    if !is_resource(of, kind) {
        return None;
    }
    let (machinery, name) = (machinery(of.package), ident(&of.ty.name));
    let scope = ident(if kind.scope == Scope::Namespaced { "namespaced" } else { "cluster" });
    let api_version = group_version(of.package, kind);
    let plural = list_kind(of.package, of.ty).is_none().then(|| plural(of.ty, kind)).into_iter();
    Some(quote!(#machinery::kube_resource!(#scope #name, #api_version #(, #plural)*);))
}

fn group_version(package: &Package, kind: &KindMarkers) -> String {
    match &kind.group_version {
        Some((group, version)) if group.is_empty() => version.clone(),
        Some((group, version)) => format!("{group}/{version}"),
        None => package.group_version(),
    }
}
