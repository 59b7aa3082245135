//! Kinds: what fields and paths say of them.

use super::{
    GroupVersion, Paths,
    paths::{Kind, Resource},
};
use crate::{
    load::{document::At, names::META_V1},
    model::{KindMarkers, Scope, Struct, Subresource, TypeRef, Verb},
};

/// How the package is served.
pub(super) struct Served<'a> {
    pub(super) paths: &'a Paths,
    pub(super) group_version: &'a GroupVersion,
}

fn is_metadata(ty: &TypeRef, name: &str) -> bool {
    match ty {
        TypeRef::Optional(inner) | TypeRef::Boxed(inner) => is_metadata(inner, name),
        TypeRef::Foreign(path) => *path == format!("{META_V1}::{name}"),
        TypeRef::Local(local) => local == name,
        TypeRef::Scalar(_) | TypeRef::List(_) | TypeRef::Map(_) => false,
    }
}

/// What a component's fields and the paths say of its being a kind. Its metadata is always there.
pub(super) fn markers(name: &str, def: &mut Struct, at: &At<'_>, served: &Served<'_>) -> KindMarkers {
    let mut has = [false, false];
    for field in def.fields.iter_mut().filter(|field| field.json == "metadata") {
        has = ["ObjectMeta", "ListMeta"].map(|meta| is_metadata(&field.ty, meta));
        if let (true, TypeRef::Optional(inner)) = (has != [false, false], &field.ty) {
            field.ty = match &**inner {
                TypeRef::Boxed(inner) => (**inner).clone(),
                inner => inner.clone(),
            };
        }
    }
    let [object, list] = has;
    let items = def.fields.iter().find(|field| field.json == "items");
    let element = match items.map(|items| &items.ty) {
        Some(TypeRef::List(element)) => match &**element {
            TypeRef::Local(element) => Some(element.clone()),
            _ => None,
        },
        _ => None,
    };
    if let (true, Some(element)) = (list, element) {
        return KindMarkers { list_of: Some(element), ..KindMarkers::default() };
    }
    let (group, version) = served.group_version;
    let resources = served.paths.resources.get(served.group_version);
    let found = resources.into_iter().flatten().find(|(_, resource)| {
        let kind = resource.kind.as_ref();
        kind.is_some_and(|kind| kind.kind == name && kind.group == *group && kind.version == *version)
    });
    match found {
        Some((plural, resource)) => of_resource(plural, resource, served),
        None if resources.is_some() || !object => KindMarkers { no_resource: true, ..KindMarkers::default() },
        None => {
            at.report.note(format!("{}: no paths, so nothing is known of where {name}s live", at.file));
            KindMarkers::default()
        }
    }
}

fn of_resource(plural: &str, resource: &Resource, served: &Served<'_>) -> KindMarkers {
    KindMarkers {
        scope: if resource.namespaced { Scope::Namespaced } else { Scope::Cluster },
        plural: plural.to_owned(),
        verbs: (resource.verbs.len() < Verb::ALL.len()).then(|| resource.verbs.iter().copied().collect()),
        subresources: subresources(resource, served),
        ..KindMarkers::default()
    }
}

fn subresources(of: &Resource, served: &Served<'_>) -> Vec<Subresource> {
    let (group, version) = served.group_version;
    let other = |kind: &Option<Kind>| {
        let kind = kind.as_ref().filter(|kind| Some(*kind) != of.kind.as_ref())?;
        Some(kind.reference(group, version))
    };
    let mut found: Vec<Subresource> = of
        .subresources
        .iter()
        .map(|(name, resource)| {
            let verbs: Vec<Verb> = resource.verbs.iter().copied().collect();
            let create = other(&resource.created).filter(|_| verbs == [Verb::Create]);
            let kind = other(&resource.kind).filter(|_| create.is_none());
            let derived = create.is_some() || verbs == [Verb::Get, Verb::Patch, Verb::Update];
            Subresource { name: name.clone(), create, kind, verbs: (!derived).then_some(verbs), scale: None }
        })
        .collect();
    // as people write them
    found.sort_by_key(|subresource| subresource.name != "status");
    found
}
