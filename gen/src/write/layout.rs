//! Which types share a file.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    load::schema::module_name,
    model::{Package, Type, TypeDef, TypeRef},
};

/// A file of types.
#[derive(Clone, Debug)]
pub(crate) struct File<'a> {
    /// Its module.
    pub(crate) module: String,
    /// Its types, in order.
    pub(crate) types: Vec<&'a Type>,
}

/// The package's types in files: each kind has one; so has each type that more than one of the files' first types
/// leads to. Sorted by first type.
pub(crate) fn files(package: &Package) -> Vec<File<'_>> {
    let heads = heads(package);
    let mut taken = BTreeSet::new();
    let files = heads.iter().map(|head| {
        let mut types = Vec::new();
        collect(package, head, &heads, &mut types);
        File { module: module_name(head, &mut taken), types }
    });
    files.collect()
}

/// The types of this package that a type's fields name, in order.
pub(crate) fn uses(ty: &Type) -> Vec<&str> {
    let mut found = Vec::new();
    match &ty.def {
        TypeDef::Struct(def) => def.fields.iter().for_each(|field| locals(&field.ty, &mut found)),
        TypeDef::Alias(target) => locals(target, &mut found),
        TypeDef::Enum(_) => {}
    }
    found
}

/// The types of this package that a type names.
pub(crate) fn uses_of(ty: &TypeRef) -> Vec<&str> {
    let mut found = Vec::new();
    locals(ty, &mut found);
    found
}

fn locals<'a>(ty: &'a TypeRef, found: &mut Vec<&'a str>) {
    match ty {
        TypeRef::Local(name) if !found.contains(&name.as_str()) => found.push(name),
        TypeRef::Local(_) | TypeRef::Scalar(_) | TypeRef::Foreign(_) => {}
        TypeRef::Optional(inner) | TypeRef::Boxed(inner) | TypeRef::List(inner) | TypeRef::Map(inner) => {
            locals(inner, found);
        }
    }
}

/// Whether the type is a kind that is no list.
fn is_kind(ty: &Type) -> bool {
    ty.kind.as_ref().is_some_and(|kind| kind.list_of.is_none())
}

fn list_of<'a>(package: &'a Package, kind: &str) -> Option<&'a Type> {
    let lists = |ty: &&Type| ty.kind.as_ref().is_some_and(|markers| markers.list_of.as_deref() == Some(kind));
    package.types.values().find(lists)
}

/// Types that begin a file: kinds, types that nobody uses, and, as long as there are any, types that more than one of
/// these lead to by ways that pass none of the others.
fn heads(package: &Package) -> BTreeSet<&str> {
    let used: BTreeSet<&str> = package.types.values().flat_map(uses).collect();
    let is_list = |ty: &Type| ty.kind.as_ref().is_some_and(|kind| kind.list_of.is_some());
    let listed_here = |ty: &Type| {
        let item = ty.kind.as_ref().and_then(|kind| kind.list_of.as_deref());
        item.is_some_and(|item| package.types.contains_key(item))
    };
    let first = package.types.values().filter(|ty| {
        is_kind(ty) || (is_list(ty) && !listed_here(ty)) || (!is_list(ty) && !used.contains(ty.name.as_str()))
    });
    let mut heads: BTreeSet<&str> = first.map(|ty| ty.name.as_str()).collect();
    loop {
        let mut led_by: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for &head in &heads {
            let mut below = Vec::new();
            collect(package, head, &heads, &mut below);
            for ty in below {
                led_by.entry(&ty.name).or_default().insert(head);
            }
        }
        // types of a cycle that nothing leads to
        let unled = package.types.keys().find(|name| !led_by.contains_key(name.as_str()));
        // of several that are shared, those come first that no other shared one uses
        let shared: Vec<&str> = led_by.iter().filter(|(_, by)| by.len() > 1).map(|(name, _)| *name).collect();
        let entered = |name: &&str| {
            let users =
                led_by.keys().filter_map(|user| package.types.get(*user)).filter(|user| uses(user).contains(name));
            let led: BTreeSet<&BTreeSet<&str>> = users.filter_map(|user| led_by.get(user.name.as_str())).collect();
            led.len() > 1 || led.iter().any(|by| by.len() == 1)
        };
        let next: Vec<&str> = shared.iter().copied().filter(entered).collect();
        match (next.is_empty(), shared.first(), unled) {
            (false, ..) => heads.extend(next),
            (true, Some(first), _) => drop(heads.insert(first)),
            (true, None, Some(unled)) => drop(heads.insert(unled)),
            (true, None, None) => return heads,
        }
    }
}

/// A head with its list kind and, depth first in the order of fields, what it leads to without passing another head.
fn collect<'a>(package: &'a Package, name: &str, heads: &BTreeSet<&str>, found: &mut Vec<&'a Type>) {
    let Some(ty) = package.types.get(name) else { return };
    if found.iter().any(|earlier| earlier.name == name) {
        return;
    }
    found.push(ty);
    if is_kind(ty) {
        found.extend(list_of(package, name));
    }
    for used in uses(ty) {
        if !heads.contains(used) {
            collect(package, used, heads, found);
        }
    }
}

/// What a type leads to among `names`, itself first, depth first in the order of fields; a kind's list with it.
pub(crate) fn reached_from<'a>(package: &'a Package, name: &str, names: &BTreeSet<String>) -> Vec<&'a Type> {
    let others: BTreeSet<&str> =
        package.types.keys().map(String::as_str).filter(|other| !names.contains(*other)).collect();
    let mut found = Vec::new();
    collect(package, name, &others, &mut found);
    found.retain(|ty| names.contains(&ty.name));
    found
}
