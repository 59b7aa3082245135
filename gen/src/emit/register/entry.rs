//! Kinds' entries in a Scheme.

use proc_macro2::TokenStream;
use quote::quote;

use super::{
    facts::{is_resource, item_kind, kinds, list_kind, plural, singular, subresource_kind, subresource_verbs, verbs},
    selectable::selectable_labels,
};
use crate::{
    emit::{
        TypeIn, Workspace,
        conversion::{self, KindConversion},
        validation::may_have_rules,
        workspace::ident,
    },
    model::{KindMarkers, KindRef, Lifecycle, Package, Scope, Subresource},
};

/// One statement for each kind, then one for each spoke.
pub(super) fn registrations(package: &Package, workspace: &Workspace) -> Vec<TokenStream> {
    let registered = kinds(package).map(|(ty, kind)| registration(TypeIn { package, ty }, kind, workspace));
    let spokes = kinds(package).filter_map(|(ty, _)| spoke(TypeIn { package, ty }, workspace));
    registered.chain(spokes).collect()
}

fn registration(of: TypeIn<'_>, kind: &KindMarkers, workspace: &Workspace) -> TokenStream {
    let name = ident(&of.ty.name);
    let resource = resource_info(of, kind).map(|resource| quote!(resource: Some(#resource),));
    let list_kind = list_kind(of.package, of.ty).map(|list| {
        let list = &list.name;
        quote!(list_kind: Some(#list.into()),)
    });
    let item_kind = item_kind(of, kind, workspace).map(|item| quote!(item_kind: Some(#item.into()),));
    let lifecycle = lifecycle(&kind.lifecycle);
    let openapi = (!of.ty.without.iter().any(|name| name == "openapi"))
        .then(|| quote!(openapi: Some(<#name as openapi::HasOpenApi>::openapi),));
    let validate =
        may_have_rules(of, workspace).then(|| quote!(validate: Some(validation::declarative::of_kind::<#name>),));
    quote! {
        let info = scheme::KindInfo {
            #resource
            #list_kind
            #item_kind
            #lifecycle
            #openapi
            #validate
            ..Default::default()
        };
        scheme.kind::<#name>(info);
    }
}

fn resource_info(of: TypeIn<'_>, kind: &KindMarkers) -> Option<TokenStream> {
    if !is_resource(of, kind) {
        return None;
    }
    let plural = plural(of.ty, kind);
    let singular = singular(of.ty, kind);
    let namespaced = kind.scope == Scope::Namespaced;
    let verbs = verbs(kind).iter().map(|verb| verb.name());
    let selectable = selectable_labels(of, kind);
    let short = (!kind.short.is_empty()).then(|| {
        let names = &kind.short;
        quote!(short_names: (&[#(#names),*]).into(),)
    });
    let categories = (!kind.categories.is_empty()).then(|| {
        let names = &kind.categories;
        quote!(categories: (&[#(#names),*]).into(),)
    });
    let mut subresources: Vec<&Subresource> = kind.subresources.iter().collect();
    subresources.sort_by_key(|subresource| &subresource.name);
    let subresources = (!subresources.is_empty()).then(|| {
        let entries = subresources.into_iter().map(|subresource| subresource_info(of.package, subresource));
        quote!(subresources: Vec::from([#(#entries),*]).into(),)
    });
    let columns = (!kind.columns.is_empty()).then(|| {
        let entries = kind.columns.iter().map(|column| {
            let (name, ty, format, description) = (&column.name, &column.ty, &column.format, &column.description);
            let (priority, path) = (proc_macro2::Literal::i32_unsuffixed(column.priority), &column.path);
            quote! {
                scheme::ColumnInfo {
                    name: #name.into(),
                    type_: #ty.into(),
                    format: #format.into(),
                    description: #description.into(),
                    priority: #priority,
                    path: #path.into(),
                }
            }
        });
        quote!(columns: Vec::from([#(#entries),*]).into(),)
    });
    let is_complete = short.is_some() && categories.is_some() && subresources.is_some() && columns.is_some();
    let rest = (!is_complete).then(|| quote!(..Default::default()));
    Some(quote! {
        scheme::ResourceInfo {
            plural: #plural.into(),
            singular: #singular.into(),
            #short
            #categories
            namespaced: #namespaced,
            verbs: (&[#(#verbs),*]).into(),
            #subresources
            selectable: (&[#(#selectable),*]).into(),
            #columns
            #rest
        }
    })
}

fn subresource_info(package: &Package, subresource: &Subresource) -> TokenStream {
    let name = &subresource.name;
    let verbs = subresource_verbs(subresource);
    let verbs = verbs.iter().map(|verb| verb.name());
    let kind = subresource_kind(package, subresource).map(
        |KindRef { group, version, kind }| quote!(kind: Some(gvk::GroupVersionKind::new(#group, #version, #kind)),),
    );
    let scale = subresource.scale.as_ref().map(|paths| {
        let (spec, status, selector) = (&paths.spec, &paths.status, &paths.selector);
        quote! {
            scale: Some(scheme::ScalePaths {
                spec: #spec.into(),
                status: #status.into(),
                selector: #selector.into(),
            }),
        }
    });
    // clippy objects to a rest where every field is named
    let rest = (kind.is_none() || scale.is_none()).then(|| quote!(..Default::default()));
    quote! {
        scheme::SubresourceInfo {
            name: #name.into(),
            #kind
            verbs: (&[#(#verbs),*]).into(),
            #scale
            #rest
        }
    }
}

fn lifecycle(lifecycle: &Lifecycle) -> Option<TokenStream> {
    let entry = |name: &str, value: &Option<String>| {
        let name = ident(name);
        value.as_ref().map(|value| quote!(#name: Some(#value),))
    };
    let entries: Vec<_> = [
        entry("introduced", &lifecycle.introduced),
        entry("deprecated", &lifecycle.deprecated),
        entry("removed", &lifecycle.removed),
        entry("replacement", &lifecycle.replacement),
    ]
    .into_iter()
    .flatten()
    .collect();
    let rest = (entries.len() < 4).then(|| quote!(..Default::default()));
    (!entries.is_empty()).then(|| quote!(lifecycle: scheme::Lifecycle { #(#entries)* #rest },))
}

fn spoke(of: TypeIn<'_>, workspace: &Workspace) -> Option<TokenStream> {
    let KindConversion { hub, to_hub, from_hub } = conversion::of_kind(of, workspace)?;
    let (name, hub) = (ident(&of.ty.name), hub.path(of.package));
    Some(quote! {
        scheme.spoke::<#name, #hub>(super::conversion::#to_hub, super::conversion::#from_hub);
    })
}
