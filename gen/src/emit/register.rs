//! What makes a type a kind: `Kind`, `Resource`, `ListKind`, and its entry in a Scheme.

use proc_macro2::TokenStream;
use quote::quote;

use super::{
    EmitError, Resolved, TypeIn, Workspace,
    workspace::{collect, ident, machinery, skips},
};
use crate::model::{KindMarkers, Lifecycle, Package, Scalar, Scope, Subresource, Type, TypeRef, Verb, snake_case};

/// The kinds' implementations, and a function that registers them.
pub(super) fn emit(package: &Package, workspace: &Workspace) -> Result<TokenStream, Vec<EmitError>> {
    let imports = imports(package);
    let implementations = implementations(package, workspace)?;
    let registrations = registrations(package, workspace)?;
    let docs = format!(" Registers the kinds of {}.", display_group_version(package));
    Ok(quote! {
        #imports
        #implementations

        #[doc = #docs]
        pub fn register(scheme: &mut scheme::SchemeBuilder) {
            #(#registrations)*
        }
    })
}

/// The same for the derive macro: an associated function `register` on each kind that is no list, which registers the
/// kind and its list kind.
pub(super) fn emit_in_place(package: &Package, workspace: &Workspace) -> Result<TokenStream, Vec<EmitError>> {
    let imports = imports(package);
    let implementations = implementations(package, workspace)?;
    let registrations = registrations(package, workspace)?;
    let methods = kinds(package).filter(|(_, kind)| kind.list_of.is_none()).map(|(ty, _)| {
        let name = ident(&ty.name);
        quote! {
            impl #name {
                /// Registers the kind, and the kind of its lists.
                pub fn register(scheme: &mut scheme::SchemeBuilder) {
                    #(#registrations)*
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
        use #machinery::{gvk, meta, object, openapi, schema, scheme};
    }
}

fn display_group_version(package: &Package) -> String {
    if package.group.is_empty() { package.version.clone() } else { format!("{}/{}", package.group, package.version) }
}

/// The package's kinds, by name.
pub(super) fn kinds(package: &Package) -> impl Iterator<Item = (&Type, &KindMarkers)> {
    package.types.values().filter_map(|ty| ty.kind.as_ref().map(|kind| (ty, kind)))
}

/// The list kind of a kind, in the same package.
pub(super) fn list_kind<'a>(package: &'a Package, ty: &Type) -> Option<&'a Type> {
    kinds(package).find(|(_, kind)| kind.list_of.as_deref() == Some(&ty.name)).map(|(list, _)| list)
}

/// The plural, as paths spell it.
pub(super) fn plural(ty: &Type, kind: &KindMarkers) -> String {
    if kind.plural.is_empty() { format!("{}s", ty.name.to_lowercase()) } else { kind.plural.clone() }
}

/// The verbs served on the resource itself.
pub(super) fn verbs(kind: &KindMarkers) -> &[Verb] {
    kind.verbs.as_deref().unwrap_or(&Verb::ALL)
}

/// The verbs served on a subresource.
pub(super) fn subresource_verbs(subresource: &Subresource) -> Vec<Verb> {
    match &subresource.verbs {
        Some(verbs) => verbs.clone(),
        None if subresource.create.is_some() => vec![Verb::Create],
        None => vec![Verb::Get, Verb::Patch, Verb::Update],
    }
}

/// The group, version and kind that a subresource takes, where it is not the resource's own.
pub(super) fn subresource_kind(package: &Package, subresource: &Subresource) -> Option<(String, String, String)> {
    let text = match (&subresource.create, &subresource.kind) {
        (Some(text), _) | (None, Some(text)) => text,
        (None, None) if subresource.name == "scale" => "autoscaling/v1.Scale",
        (None, None) => return None,
    };
    Some(match text.rsplit_once('.') {
        None => (package.group.clone(), package.version.clone(), text.to_owned()),
        Some((group_version, kind)) => {
            let (group, version) = group_version.rsplit_once('/').unwrap_or(("", group_version));
            (group.to_owned(), version.to_owned(), kind.to_owned())
        }
    })
}

#[derive(Clone, Copy, PartialEq)]
enum MetaKind {
    Object,
    List,
    None,
}

/// Which metadata the type carries, if any.
fn meta_kind(ty: TypeIn<'_>) -> MetaKind {
    let field = ty.fields().iter().find(|field| field.json == "metadata");
    match field.map(|field| &field.ty) {
        Some(TypeRef::Local(path) | TypeRef::Foreign(path)) => match path.rsplit("::").next() {
            Some("ObjectMeta") => MetaKind::Object,
            Some("ListMeta") => MetaKind::List,
            _ => MetaKind::None,
        },
        _ => MetaKind::None,
    }
}

fn implementations(package: &Package, workspace: &Workspace) -> Result<TokenStream, Vec<EmitError>> {
    let types = kinds(package).filter(|(ty, _)| !skips(package, ty, "register", "Kind"));
    collect(types.map(|(ty, kind)| of_kind(TypeIn { package, ty }, kind, workspace)))
}

/// What a list kind lists, where that is a kind. A list of anything at all (`List`) has items that are no objects yet.
fn item_kind<'a>(of: TypeIn<'_>, kind: &'a KindMarkers, workspace: &Workspace) -> Option<&'a str> {
    let item = kind.list_of.as_deref()?;
    let is_kind = of.package.types.get(item).is_none_or(|item| item.kind.is_some());
    let items = of.fields().iter().find(|field| field.json == "items")?;
    let lists_structs = match workspace.resolve(of.package, &items.ty) {
        Resolved::List(element) => !matches!(*element, Resolved::Scalar(_)),
        _ => false,
    };
    (is_kind && lists_structs).then_some(item)
}

fn of_kind(of: TypeIn<'_>, kind: &KindMarkers, workspace: &Workspace) -> Result<TokenStream, EmitError> {
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
    let resource = resource(of, kind);
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
        #list
    })
}

/// Whether typed clients can serve the kind: it is a resource, and has a list kind.
pub(super) fn is_resource(of: TypeIn<'_>, kind: &KindMarkers) -> bool {
    !kind.no_resource && kind.list_of.is_none() && meta_kind(of) == MetaKind::Object
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

/// The labels that field selectors may name: those of every object, then the kind's own.
fn selectable_labels(of: TypeIn<'_>, kind: &KindMarkers) -> Vec<String> {
    if meta_kind(of) != MetaKind::Object || kind.no_resource {
        return Vec::new();
    }
    let mut labels = vec!["metadata.name".to_owned()];
    if kind.scope == Scope::Namespaced {
        labels.push("metadata.namespace".to_owned());
    }
    labels.extend(kind.selectable.iter().filter(|label| !labels.contains(label)).cloned().collect::<Vec<_>>());
    labels
}

fn visit_selectable(
    of: TypeIn<'_>,
    kind: &KindMarkers,
    workspace: &Workspace,
) -> Result<Option<TokenStream>, EmitError> {
    let labels = selectable_labels(of, kind);
    if labels.is_empty() {
        return Ok(None);
    }
    let mut visits = Vec::new();
    for label in &labels {
        let path: Vec<&str> = label.trim_start_matches('.').split('.').collect();
        let visit = selected(of, workspace, label, &quote!(self), of, &path).ok_or_else(|| EmitError {
            type_name: of.ty.name.clone(),
            field: None,
            message: format!("selectable(\"{label}\") names no field of a plain value"),
            hint: Some("a label is a path of JSON names that leads to a string, number or boolean".to_owned()),
        })?;
        visits.push(visit);
    }
    Ok(Some(quote! {
        fn visit_kind_selectable(&self, visit: &mut dyn FnMut(&'static str, &str)) {
            #(#visits)*
        }
    }))
}

/// Calls `visit` with the value at `path` below `value`, which is of type `at`.
fn selected(
    of: TypeIn<'_>,
    workspace: &Workspace,
    label: &str,
    value: &TokenStream,
    at: TypeIn<'_>,
    path: &[&str],
) -> Option<TokenStream> {
    let (first, rest) = path.split_first()?;
    let Some(field) = at.fields().iter().find(|field| field.json == *first && !field.inline) else {
        return at.fields().iter().filter(|field| field.inline).find_map(|field| {
            let Resolved::Struct(inner) = workspace.resolve(at.package, &field.ty) else { return None };
            let name = ident(&field.name);
            selected(of, workspace, label, &quote!(#value.#name), inner, path)
        });
    };
    let name = ident(&field.name);
    let ty = workspace.resolve(at.package, &field.ty);
    let value = quote!(#value.#name);
    let is_metadata = *first == "metadata" && matches!(rest, ["name" | "namespace"]);
    if let (true, [key]) = (is_metadata, rest) {
        let key = ident(key);
        return Some(quote!(visit(#label, &#value.#key);));
    }
    match (ty.bare(), rest) {
        (Resolved::Struct(inner), [_, ..]) if ty.is_optional() => {
            let found = selected(of, workspace, label, &quote!(holder), *inner, rest)?;
            Some(quote! {
                match &#value {
                    Some(holder) => { #found }
                    None => visit(#label, ""),
                }
            })
        }
        (Resolved::Struct(inner), [_, ..]) => selected(of, workspace, label, &value, *inner, rest),
        // the derive macro sees no other type than the one it is put on; the value's JSON tells
        (Resolved::Unknown(_), _) => {
            let machinery = machinery(of.package);
            Some(quote!(visit(#label, &#machinery::expansion::json_text(&#value, &[#(#rest),*]));))
        }
        (Resolved::Scalar(Scalar::String), []) if ty.is_optional() => {
            Some(quote!(visit(#label, #value.as_deref().unwrap_or_default());))
        }
        (Resolved::Scalar(Scalar::String), []) => Some(quote!(visit(#label, &#value);)),
        (Resolved::Enum(_), []) if ty.is_optional() => {
            Some(quote!(visit(#label, #value.as_ref().map_or("", |value| value.as_str()));))
        }
        (Resolved::Enum(_), []) => Some(quote!(visit(#label, #value.as_str());)),
        (Resolved::Scalar(Scalar::Bool | Scalar::I32 | Scalar::I64), []) if ty.is_optional() => {
            Some(quote!(visit(#label, &#value.map(|value| value.to_string()).unwrap_or_default());))
        }
        (Resolved::Scalar(Scalar::Bool | Scalar::I32 | Scalar::I64), []) => {
            Some(quote!(visit(#label, &#value.to_string());))
        }
        _ => None,
    }
}

/// One statement for each kind, then one for each spoke.
fn registrations(package: &Package, workspace: &Workspace) -> Result<Vec<TokenStream>, Vec<EmitError>> {
    let mut statements: Vec<_> =
        kinds(package).map(|(ty, kind)| registration(TypeIn { package, ty }, kind, workspace)).collect();
    let mut errors = Vec::new();
    for (ty, kind) in kinds(package) {
        let Some(hub) = &kind.spoke_of else { continue };
        match spoke(TypeIn { package, ty }, hub, workspace) {
            Ok(statement) => statements.push(statement),
            Err(error) => errors.push(error),
        }
    }
    if errors.is_empty() { Ok(statements) } else { Err(errors) }
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
    quote! {
        let info = scheme::KindInfo {
            #resource
            #list_kind
            #item_kind
            #lifecycle
            #openapi
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
    let singular = if kind.singular.is_empty() { of.ty.name.to_lowercase() } else { kind.singular.clone() };
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
    let kind = subresource_kind(package, subresource)
        .map(|(group, version, kind)| quote!(kind: Some(gvk::GroupVersionKind::new(#group, #version, #kind)),));
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

fn spoke(of: TypeIn<'_>, hub: &str, workspace: &Workspace) -> Result<TokenStream, EmitError> {
    let error = |message: String, hint: String| EmitError {
        type_name: of.ty.name.clone(),
        field: None,
        message,
        hint: Some(hint),
    };
    let hub = workspace
        .package(&of.package.group, hub)
        .and_then(|package| package.types.get(&of.ty.name).map(|ty| TypeIn { package, ty }))
        .ok_or_else(|| {
            error(
                format!("spoke_of = \"{hub}\" names a version without a {}", of.ty.name),
                "the hub version's package must be in the same run".to_owned(),
            )
        })?;
    let snake = snake_case(&of.ty.name);
    let functions = [format!("{snake}_to_hub"), format!("{snake}_from_hub")];
    if let Some(missing) = functions.iter().find(|name| !of.package.conversion_functions.contains(name)) {
        return Err(error(
            format!("the conversion function {missing} is missing"),
            format!("write `pub fn {missing}` in the package's conversion.rs"),
        ));
    }
    let (name, hub) = (ident(&of.ty.name), hub.path(of.package));
    let [to_hub, from_hub] = functions.map(|name| ident(&name));
    Ok(quote! {
        scheme.spoke::<#name, #hub>(
            super::super::conversion::#to_hub,
            super::super::conversion::#from_hub,
        );
    })
}
