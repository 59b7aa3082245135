//! Whether two fields' types are the same, as far as a document can tell.

use super::Merge;
use crate::{
    emit::{Resolved, TypeIn},
    model::{Field, Scalar, TypeRef},
};

/// How the types differ, if they do.
pub(super) fn types(merge: &Merge<'_>, have: &Field, want: &Field) -> Option<String> {
    let resolved = merge.workspace.resolve(merge.existing, &have.ty);
    let (bare, wanted) = (resolved.bare(), strip(&want.ty));
    if !same(merge, bare, wanted) {
        let mut names =
            crate::write::Names::of_file(merge.imported, merge.imported.types.keys().map(String::as_str).collect());
        return Some(format!("its type is {} in the document", names.ty(&want.ty)));
    }
    // of structs, a document says whether they are always there
    match (bare, resolved.is_optional(), matches!(want.ty, TypeRef::Optional(_))) {
        (Resolved::Struct(_), true, false) => Some("is always there in the document".into()),
        (Resolved::Struct(_), false, true) => Some("may be absent in the document".into()),
        _ => None,
    }
}

fn strip(ty: &TypeRef) -> &TypeRef {
    match ty {
        TypeRef::Optional(inner) | TypeRef::Boxed(inner) => strip(inner),
        ty => ty,
    }
}

fn same(merge: &Merge<'_>, have: &Resolved<'_>, want: &TypeRef) -> bool {
    let text = matches!(want, TypeRef::Scalar(Scalar::String));
    match (have, want) {
        (Resolved::List(have), TypeRef::List(want)) | (Resolved::Map(have), TypeRef::Map(want)) => {
            same(merge, have.bare(), strip(want))
        }
        // a document has an enum's values at most, and not its name
        (Resolved::Enum(_), want) => text || is_enum(merge, want),
        (Resolved::Scalar(Scalar::MicroTime), TypeRef::Scalar(Scalar::Time)) => true,
        (Resolved::Scalar(have), TypeRef::Scalar(want)) => have == want,
        (Resolved::Struct(have), want) => is(merge, have, want),
        // another name, or an enum of another package, as far as one can see
        (Resolved::Unknown(path), TypeRef::Foreign(want)) => path == want,
        (Resolved::Unknown(_), want) => text || !matches!(want, TypeRef::Local(_)),
        (have, TypeRef::Local(name)) => match merge.imported.types.get(name).map(|ty| &ty.def) {
            Some(crate::model::TypeDef::Alias(target)) => same(merge, have, strip(target)),
            Some(crate::model::TypeDef::Enum(_)) => matches!(have, Resolved::Scalar(Scalar::String)),
            _ => false,
        },
        _ => false,
    }
}

fn is_enum(merge: &Merge<'_>, want: &TypeRef) -> bool {
    let TypeRef::Local(name) = want else { return false };
    matches!(merge.imported.types.get(name).map(|ty| &ty.def), Some(crate::model::TypeDef::Enum(_)))
}

fn is(merge: &Merge<'_>, have: &TypeIn<'_>, want: &TypeRef) -> bool {
    match want {
        TypeRef::Local(name) => have.package.module == merge.existing.module && have.ty.name == *name,
        TypeRef::Foreign(path) => *path == format!("{}::{}", have.package.module, have.ty.name),
        _ => false,
    }
}
