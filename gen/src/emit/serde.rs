//! serde's traits, over the JSON codec.

use proc_macro2::TokenStream;
use quote::quote;

use super::{
    EmitError, Workspace,
    workspace::{ident, machinery, skips},
};
use crate::model::{Package, TypeDef};

pub(super) fn emit(package: &Package, _workspace: &Workspace) -> Result<TokenStream, Vec<EmitError>> {
    let machinery = machinery(package);
    let types = package.types.values().filter(|ty| !matches!(ty.def, TypeDef::Alias(_)));
    let items = types.filter(|ty| !skips(package, ty, "serde", "Serialize")).map(|ty| {
        let name = ident(&ty.name);
        if ty.kind.is_some() {
            quote!(#machinery::serde_over_json!(kind #name);)
        } else {
            quote!(#machinery::serde_over_json!(#name);)
        }
    });
    Ok(items.collect())
}
