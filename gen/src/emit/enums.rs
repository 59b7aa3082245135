//! Closed sets of strings: their texts, and the codecs that come with being a string.

use proc_macro2::TokenStream;
use quote::quote;

use super::{
    EmitError, Workspace,
    workspace::{ident, machinery, skips},
};
use crate::model::{Enum, Package, Type, TypeDef};

pub(super) fn emit(package: &Package, _workspace: &Workspace) -> Result<TokenStream, Vec<EmitError>> {
    let items = package.types.values().filter_map(|ty| match &ty.def {
        TypeDef::Enum(def) if !skips(package, ty, "enums", "StringEnum") => Some(of_enum(package, ty, def)),
        _ => None,
    });
    Ok(items.collect())
}

fn of_enum(package: &Package, ty: &Type, def: &Enum) -> TokenStream {
    let machinery = machinery(package);
    let name = ident(&ty.name);
    let go_type = format!("{}.{}", package.version, ty.name);
    let variants: Vec<_> = def.variants.iter().map(|variant| ident(&variant.name)).collect();
    let values: Vec<_> = def.variants.iter().map(|variant| &variant.value).collect();
    quote! {
        impl #name {
            /// The text on the wire.
            pub fn as_str(&self) -> &str {
                match self {
                    #(Self::#variants => #values,)*
                    Self::Other(text) => text,
                }
            }

            /// Whether it is the empty text: no value was given.
            pub fn is_empty(&self) -> bool {
                self.as_str().is_empty()
            }
        }

        impl From<&str> for #name {
            fn from(text: &str) -> Self {
                match text {
                    #(#values => Self::#variants,)*
                    _ => Self::Other(text.to_owned()),
                }
            }
        }

        impl #machinery::string_enum::StringEnum for #name {
            const GO_TYPE: &'static str = #go_type;
            const VALUES: &'static [&'static str] = &[#(#values),*];
        }

        #machinery::string_enum!(#name);
    }
}
