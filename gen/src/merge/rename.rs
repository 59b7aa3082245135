//! Names that the owner gave to types which a document does not name.
//!
//! The import calls the type of a field's own schema after the field (`GadgetSpecMode`). Where the known field has a
//! type of another name, the import's type is that one.

use crate::model::{Field, Package, Struct, TypeDef, TypeRef};

/// The document's package, with types called as the existing package calls them.
pub(super) fn rename(existing: &Package, imported: &Package) -> Package {
    let mut renamed = imported.clone();
    // a renamed type may be known, and its fields lead on
    while let Some((from, to)) = next(existing, &renamed) {
        rename_type(&mut renamed, &from, &to);
    }
    renamed
}

fn next(existing: &Package, imported: &Package) -> Option<(String, String)> {
    imported.types.values().find_map(|ty| {
        let (TypeDef::Struct(want), TypeDef::Struct(have)) = (&ty.def, &existing.types.get(&ty.name)?.def) else {
            return None;
        };
        want.fields.iter().find_map(|want| {
            let have = have.fields.iter().find(|have| !have.inline && have.json == want.json)?;
            let (from, to) = (local(&want.ty)?, local(&have.ty)?);
            let free = !existing.types.contains_key(from) && !imported.types.contains_key(to);
            let alike = match (&imported.types.get(from)?.def, &existing.types.get(to)?.def) {
                (TypeDef::Struct(_), TypeDef::Struct(_)) | (TypeDef::Enum(_), TypeDef::Enum(_)) => true,
                (TypeDef::Struct(_) | TypeDef::Enum(_) | TypeDef::Alias(_), _) => false,
            };
            (free && alike).then(|| (from.to_owned(), to.to_owned()))
        })
    })
}

/// The type of this package that a type is about.
fn local(ty: &TypeRef) -> Option<&str> {
    match ty {
        TypeRef::Local(name) => Some(name),
        TypeRef::Optional(inner) | TypeRef::Boxed(inner) | TypeRef::List(inner) | TypeRef::Map(inner) => local(inner),
        TypeRef::Scalar(_) | TypeRef::Foreign(_) => None,
    }
}

fn rename_type(package: &mut Package, from: &str, to: &str) {
    if let Some(mut ty) = package.types.remove(from) {
        ty.name = to.to_owned();
        package.types.insert(to.to_owned(), ty);
    }
    for ty in package.types.values_mut() {
        match &mut ty.def {
            TypeDef::Struct(Struct { fields, .. }) => {
                fields.iter_mut().for_each(|Field { ty, .. }| rename_in(ty, from, to));
            }
            TypeDef::Alias(target) => rename_in(target, from, to),
            TypeDef::Enum(_) => {}
        }
    }
}

fn rename_in(ty: &mut TypeRef, from: &str, to: &str) {
    match ty {
        TypeRef::Local(name) if name == from => *name = to.to_owned(),
        TypeRef::Local(_) | TypeRef::Scalar(_) | TypeRef::Foreign(_) => {}
        TypeRef::Optional(inner) | TypeRef::Boxed(inner) | TypeRef::List(inner) | TypeRef::Map(inner) => {
            rename_in(inner, from, to);
        }
    }
}
