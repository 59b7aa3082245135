//! `selectable` on a field: the same as its path on the kinds that hold it.

use std::collections::BTreeMap;

use crate::model::{Package, Struct, Type, TypeDef, TypeRef};

/// How deep below a kind fields are looked for; types may contain themselves.
const DEPTH: u8 = 8;

/// Adds the paths of selectable fields to the package's kinds.
pub(super) fn collect(package: &mut Package) {
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for ty in package.types.values().filter(|ty| ty.kind.as_ref().is_some_and(|kind| kind.list_of.is_none())) {
        let mut paths = Vec::new();
        walk(package, ty, "", DEPTH, &mut paths);
        found.insert(ty.name.clone(), paths);
    }
    for (name, paths) in found {
        let Some(kind) = package.types.get_mut(&name).and_then(|ty| ty.kind.as_mut()) else { continue };
        for path in paths {
            if !kind.selectable.contains(&path) {
                kind.selectable.push(path);
            }
        }
    }
}

fn walk(package: &Package, ty: &Type, prefix: &str, depth: u8, paths: &mut Vec<String>) {
    let TypeDef::Struct(Struct { fields, .. }) = &ty.def else { return };
    for field in fields {
        let path = match (prefix, field.inline) {
            (prefix, true) => prefix.to_owned(),
            ("", false) => field.json.clone(),
            (prefix, false) => format!("{prefix}.{}", field.json),
        };
        if field.selectable {
            paths.push(path.clone());
        }
        if let Some(below) = local(package, &field.ty).filter(|_| depth > 0) {
            walk(package, below, &path, depth - 1, paths);
        }
    }
}

/// The type of this package that a field holds, once.
fn local<'a>(package: &'a Package, ty: &TypeRef) -> Option<&'a Type> {
    match ty {
        TypeRef::Optional(inner) | TypeRef::Boxed(inner) => local(package, inner),
        TypeRef::Local(name) => package.types.get(name),
        TypeRef::Scalar(_) | TypeRef::List(_) | TypeRef::Map(_) | TypeRef::Foreign(_) => None,
    }
}
