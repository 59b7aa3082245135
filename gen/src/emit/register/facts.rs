//! What follows from a kind's markers: names, verbs, metadata.

use crate::{
    emit::{Resolved, TypeIn, Workspace},
    model::{KindMarkers, KindRef, Package, Subresource, Type, TypeRef, Verb},
};

/// The package's kinds, by name.
pub(in crate::emit) fn kinds(package: &Package) -> impl Iterator<Item = (&Type, &KindMarkers)> {
    package.types.values().filter_map(|ty| ty.kind.as_ref().map(|kind| (ty, kind)))
}

/// The list kind of a kind, in the same package.
pub(in crate::emit) fn list_kind<'a>(package: &'a Package, ty: &Type) -> Option<&'a Type> {
    kinds(package).find(|(_, kind)| kind.list_of.as_deref() == Some(&ty.name)).map(|(list, _)| list)
}

/// The plural, as paths spell it.
pub(in crate::emit) fn plural(ty: &Type, kind: &KindMarkers) -> String {
    if kind.plural.is_empty() { format!("{}s", ty.name.to_lowercase()) } else { kind.plural.clone() }
}

/// The verbs served on the resource itself.
pub(in crate::emit) fn verbs(kind: &KindMarkers) -> &[Verb] {
    kind.verbs.as_deref().unwrap_or(&Verb::ALL)
}

/// The verbs served on a subresource.
pub(in crate::emit) fn subresource_verbs(subresource: &Subresource) -> Vec<Verb> {
    match &subresource.verbs {
        Some(verbs) => verbs.clone(),
        None if subresource.create.is_some() => vec![Verb::Create],
        None => vec![Verb::Get, Verb::Patch, Verb::Update],
    }
}

/// The kind that a subresource takes, where it is not the resource's own.
pub(in crate::emit) fn subresource_kind(package: &Package, subresource: &Subresource) -> Option<KindRef> {
    let text = match (&subresource.create, &subresource.kind) {
        (Some(text), _) | (None, Some(text)) => text,
        (None, None) if subresource.name == "scale" => "autoscaling/v1.Scale",
        (None, None) => return None,
    };
    Some(kind_ref(package, text))
}

/// The kind that `text` names: of the package, or in full.
pub(in crate::emit) fn kind_ref(package: &Package, text: &str) -> KindRef {
    let Package { group, version, .. } = package;
    let here = || KindRef { group: group.clone(), version: version.clone(), kind: text.to_owned() };
    KindRef::parse(text).unwrap_or_else(here)
}

#[derive(Clone, Copy, PartialEq)]
pub(super) enum MetaKind {
    Object,
    List,
    None,
}

/// Which metadata the type carries, if any.
pub(super) fn meta_kind(ty: TypeIn<'_>) -> MetaKind {
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

/// What a list kind lists, where that is a kind. A list of anything at all (`List`) has items that are no objects yet.
pub(super) fn item_kind<'a>(of: TypeIn<'_>, kind: &'a KindMarkers, workspace: &Workspace) -> Option<&'a str> {
    let item = kind.list_of.as_deref()?;
    let is_kind = of.package.types.get(item).is_none_or(|item| item.kind.is_some());
    let items = of.fields().iter().find(|field| field.json == "items")?;
    let lists_structs = match workspace.resolve(of.package, &items.ty) {
        Resolved::List(element) => !matches!(*element, Resolved::Scalar(_)),
        _ => false,
    };
    (is_kind && lists_structs).then_some(item)
}

/// Whether typed clients can serve the kind: it is a resource, and has a list kind.
pub(in crate::emit) fn is_resource(of: TypeIn<'_>, kind: &KindMarkers) -> bool {
    !kind.no_resource && kind.list_of.is_none() && meta_kind(of) == MetaKind::Object
}
