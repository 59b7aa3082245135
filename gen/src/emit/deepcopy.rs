//! Copies into a value that exists, field by field.

use proc_macro2::TokenStream;
use quote::quote;

use super::{
    EmitError, Workspace,
    workspace::{all_fields, ident, machinery, skips, structs},
};
use crate::model::Package;

pub(super) fn emit(package: &Package, _workspace: &Workspace) -> Result<TokenStream, Vec<EmitError>> {
    let types: Vec<_> = structs(package).filter(|(ty, _)| !skips(package, ty, "deepcopy", "DeepCopy")).collect();
    if types.is_empty() {
        return Ok(TokenStream::new());
    }
    let machinery = machinery(package);
    let items = types.iter().map(|(ty, def)| {
        let name = ident(&ty.name);
        let fields: Vec<_> = all_fields(def).collect();
        let target = if fields.is_empty() { quote!(_target) } else { quote!(target) };
        quote! {
            impl DeepCopy for #name {
                fn deep_copy_into(&self, #target: &mut Self) {
                    #(self.#fields.deep_copy_into(&mut target.#fields);)*
                }
            }
        }
    });
    Ok(quote! {
        use #machinery::deepcopy::DeepCopy;
        #(#items)*
    })
}
