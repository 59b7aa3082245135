//! Fields by JSON name, and the code that reaches them.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use crate::{
    emit::{Resolved, TypeIn, Workspace, workspace::ident},
    model::{Field, Package, Scalar, snake_case},
};

/// A field, how it is reached from the struct, and the package whose names its type uses.
#[derive(Clone)]
pub(super) struct Found<'a> {
    /// `.spec`, `.inlined.spec`
    pub(super) access: TokenStream,
    pub(super) field: &'a Field,
    pub(super) package: &'a Package,
}

/// The field with a JSON name, those of inlined structs included.
pub(super) fn find<'a>(workspace: &'a Workspace, of: TypeIn<'a>, json: &str) -> Option<Found<'a>> {
    of.fields().iter().find_map(|field| {
        let name = ident(&field.name);
        if !field.inline {
            return (field.json == json).then(|| Found { access: quote!(.#name), field, package: of.package });
        }
        let Resolved::Struct(inner) = workspace.resolve(of.package, &field.ty) else { return None };
        let found = find(workspace, inner, json)?;
        let access = found.access;
        Some(Found { access: quote!(.#name #access), ..found })
    })
}

/// The field of a struct that can't be seen from here, by the name that it most likely has in Rust. The compiler tells
/// where the guess is wrong.
pub(super) fn guess(json: &str) -> Ident {
    let name = snake_case(json);
    let is_keyword = syn::parse_str::<Ident>(&name).is_err();
    ident(&if is_keyword { format!("{name}_") } else { name })
}

/// Whether `at`, a place of type `ty`, is unset in Go's sense: `None`, zero or empty.
pub(super) fn is_unset(ty: &Resolved<'_>, at: &TokenStream) -> TokenStream {
    match ty {
        Resolved::Optional(_) => quote!(#at.is_none()),
        Resolved::Scalar(Scalar::String) | Resolved::Enum(_) | Resolved::List(_) | Resolved::Map(_) => {
            quote!(#at.is_empty())
        }
        Resolved::Scalar(Scalar::Bool) => quote!(!#at),
        Resolved::Scalar(Scalar::I32 | Scalar::I64) => quote!(#at == 0),
        Resolved::Scalar(Scalar::F64) => quote!(#at == 0.0),
        _ => quote!(codec::is_zero(&#at)),
    }
}

/// The opposite of [`is_unset`].
pub(super) fn is_set(ty: &Resolved<'_>, at: &TokenStream) -> TokenStream {
    match ty {
        Resolved::Optional(_) => quote!(#at.is_some()),
        Resolved::Scalar(Scalar::Bool) => quote!(#at),
        Resolved::Scalar(Scalar::I32 | Scalar::I64) => quote!(#at != 0),
        Resolved::Scalar(Scalar::F64) => quote!(#at != 0.0),
        _ => {
            let unset = is_unset(ty, at);
            quote!(!#unset)
        }
    }
}

/// `value`, a reference to a `ty`, as an error shows it.
pub(super) fn shown(ty: &Resolved<'_>, value: &TokenStream) -> TokenStream {
    match ty {
        Resolved::Optional(inner) => {
            let inner = shown(inner, &quote!(value));
            quote!(#value.as_ref().map_or(field::BadValue::Null, |value| #inner))
        }
        // only structs stand in boxes
        Resolved::Boxed(_) => quote!(field::BadValue::json(&**#value)),
        Resolved::Scalar(Scalar::String) | Resolved::Enum(_) => quote!(#value.as_str().into()),
        Resolved::Scalar(Scalar::Bool | Scalar::I32 | Scalar::I64 | Scalar::F64) => quote!((*#value).into()),
        Resolved::Scalar(
            Scalar::Quantity | Scalar::Time | Scalar::MicroTime | Scalar::Duration | Scalar::IntOrString,
        ) => {
            quote!(field::BadValue::plain(#value))
        }
        _ => quote!(field::BadValue::json(#value)),
    }
}

/// What identifies an element among others: `element`, a reference to a struct, by the fields of these JSON names.
pub(super) fn key(
    workspace: &Workspace,
    ty: &Resolved<'_>,
    keys: &[String],
    element: &TokenStream,
) -> Option<TokenStream> {
    let Resolved::Struct(of) = ty else {
        return matches!(ty, Resolved::Unknown(_)).then(|| quote!(rules::list::json_key(#element, &[#(#keys),*])));
    };
    let mut parts = Vec::new();
    for key in keys {
        let found = find(workspace, *of, key)?;
        let (access, ty) = (&found.access, workspace.resolve(found.package, &found.field.ty));
        parts.push(key_part(&ty, &quote!(#element #access))?);
    }
    match parts.as_slice() {
        [part] => Some(part.clone()),
        _ => Some(quote!((#(#parts),*))),
    }
}

fn key_part(ty: &Resolved<'_>, at: &TokenStream) -> Option<TokenStream> {
    Some(match ty {
        Resolved::Scalar(Scalar::String) | Resolved::Enum(_) => quote!(#at.as_str()),
        Resolved::Scalar(Scalar::Bool | Scalar::I32 | Scalar::I64) => quote!(#at),
        Resolved::Optional(inner) => match **inner {
            Resolved::Scalar(Scalar::String) => quote!(#at.as_deref()),
            Resolved::Enum(_) => quote!(#at.as_ref().map(|key| key.as_str())),
            Resolved::Scalar(Scalar::Bool | Scalar::I32 | Scalar::I64) => quote!(#at),
            _ => return None,
        },
        _ => return None,
    })
}
