//! The protobuf codec. Messages are written from their end, so fields are written in descending order of their numbers.

use proc_macro2::TokenStream;
use quote::quote;

use super::{
    EmitError, Workspace,
    workspace::{has_wire_form, ident, machinery, number, skips, structs},
};
use crate::model::{Field, Package, Struct, Type, TypeRef};

pub(super) fn emit(package: &Package, _workspace: &Workspace) -> Result<TokenStream, Vec<EmitError>> {
    let types: Vec<_> = structs(package).filter(|(ty, _)| !skips(package, ty, "protobuf", "Proto")).collect();
    if types.is_empty() {
        return Ok(TokenStream::new());
    }
    let machinery = machinery(package);
    let items = types.into_iter().map(|(ty, def)| of_struct(package, ty, def, &machinery));
    Ok(quote! {
        use #machinery::codec;
        #(#items)*
    })
}

fn of_struct(package: &Package, ty: &Type, def: &Struct, machinery: &TokenStream) -> TokenStream {
    let name = ident(&ty.name);
    let mut fields: Vec<(u32, &Field)> =
        def.fields.iter().filter_map(|field| field.tag.map(|tag| (tag, field))).collect();
    fields.sort_by_key(|(tag, _)| *tag);
    if fields.is_empty() {
        // without numbers there is no protobuf form: nothing is written, and whatever is read is passed over
        return quote! {
            impl codec::Proto for #name {
                fn write_payload(&self, _w: &mut codec::ProtoWriter) {}

                fn read_payload(&mut self, r: &mut codec::ProtoReader<'_>) -> Result<(), codec::DecodeError> {
                    r.take_rest();
                    Ok(())
                }
            }
        };
    }
    let writes = fields.iter().rev().map(|(tag, field)| {
        let tag = number(*tag);
        let name = ident(&field.name);
        if field.wrapped && is_map(&field.ty) {
            quote!(w.wrapped_list_map_field(#tag, &self.#name);)
        } else if field.wrapped {
            quote!(w.wrapped_list_field(#tag, &self.#name);)
        } else {
            quote!(w.field(#tag, &self.#name);)
        }
    });
    let reads = fields.iter().map(|(tag, field)| {
        let tag = number(*tag);
        let name = ident(&field.name);
        if field.wrapped && is_map(&field.ty) {
            quote!(#tag => r.wrapped_list_map(wire, &mut self.#name)?)
        } else if field.wrapped {
            quote!(#tag => r.wrapped_list(wire, &mut self.#name)?)
        } else {
            quote!(#tag => codec::Proto::read_tagged(&mut self.#name, wire, r)?)
        }
    });
    let wire_form = has_wire_form(package, ty).then(|| {
        quote! {
            if let Some(form) = codec::WireForm::wire_form(self) {
                return codec::Proto::write_payload(&form, w);
            }
        }
    });
    quote! {
        impl codec::ProtoFields for #name {
            fn read_field(
                &mut self,
                tag: u32,
                wire: codec::WireType,
                r: &mut codec::ProtoReader<'_>,
            ) -> Result<bool, codec::DecodeError> {
                match tag {
                    #(#reads,)*
                    _ => return Ok(false),
                }
                Ok(true)
            }

            fn write_fields(&self, w: &mut codec::ProtoWriter) {
                #wire_form
                #(#writes)*
            }
        }

        #machinery::proto_message!(#name);
    }
}

fn is_map(ty: &TypeRef) -> bool {
    matches!(ty, TypeRef::Map(_))
}
