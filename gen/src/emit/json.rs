//! The JSON codec: `JsonFields`, which lists a struct's fields, and `Json` on top of it.
//!
//! A struct's own fields are numbered in declaration order; the fields of inlined structs follow, one struct after the
//! other.

use proc_macro2::TokenStream;
use quote::quote;

use super::{
    EmitError, Resolved, TypeIn, Workspace,
    workspace::{collect, has_wire_form, ident, machinery, number, skips, structs},
};
use crate::model::{Field, Omission, Package, TypeRef};

/// How many numbers are kept for an inlined struct whose fields are unknown here.
const UNKNOWN_FIELDS: usize = 64;

pub(super) fn emit(package: &Package, workspace: &Workspace) -> Result<TokenStream, Vec<EmitError>> {
    let types: Vec<_> = structs(package).filter(|(ty, _)| !skips(package, ty, "json", "Json")).collect();
    if types.is_empty() {
        return Ok(TokenStream::new());
    }
    let machinery = machinery(package);
    let items = collect(types.into_iter().map(|(ty, _)| of_struct(TypeIn { package, ty }, workspace)))?;
    Ok(quote! {
        use #machinery::codec;
        #items
    })
}

fn of_struct(of: TypeIn<'_>, workspace: &Workspace) -> Result<TokenStream, EmitError> {
    let name = ident(&of.ty.name);
    let machinery = machinery(of.package);
    let (type_name, go_type) = (&of.ty.name, format!("{}.{}", of.package.version, of.ty.name));
    let own = || of.fields().iter().filter(|field| !field.inline).zip(0u64..).map(|(field, n)| (field, number(n)));
    let lookup = own().map(|(field, number)| {
        let json = &field.json;
        quote!(#json => Some(#number))
    });
    let names = own().map(|(field, number)| {
        let json = &field.json;
        quote!(#number => #json)
    });
    let reads = own().map(|(field, number)| {
        let field = ident(&field.name);
        quote!(#number => codec::Json::read_json(&mut self.#field, r))
    });
    let writes = of.fields().iter().map(|field| write(of, field));

    let inlined = inlined(of, workspace)?;
    let inlined: Vec<_> =
        inlined.into_iter().map(|(field, base, end)| (field, number(base as u64), number(end as u64))).collect();
    let lookup_inlined = inlined
        .iter()
        .map(|(field, base, _)| quote!(codec::JsonFields::field(&self.#field, name).map(|field| #base + field)))
        .reduce(|found, next| quote!(#found.or_else(|| #next)))
        .unwrap_or_else(|| quote!(None));
    let names_inlined = inlined
        .iter()
        .map(|(field, base, end)| quote!(#base..#end => codec::JsonFields::field_name(&self.#field, field - #base)));
    let reads_inlined = inlined.iter().map(
        |(field, base, end)| quote!(#base..#end => codec::JsonFields::read_field(&mut self.#field, field - #base, r)),
    );
    let has_type_meta = of.ty.kind.is_some().then(|| {
        quote! {
            fn has_type_meta(&self) -> bool {
                true
            }
        }
    });
    let version = (of.package.version != "v1").then(|| {
        let version = &of.package.version;
        quote! {
            fn version(&self) -> &'static str {
                #version
            }
        }
    });
    let wire_form = has_wire_form(of.package, of.ty).then(|| {
        quote! {
            if let Some(form) = codec::WireForm::wire_form(self) {
                return codec::JsonFields::write_fields(&form, w);
            }
        }
    });
    let writer = if of.fields().is_empty() && wire_form.is_none() { quote!(_w) } else { quote!(w) };
    let field_body = if of.fields().is_empty() {
        quote!(
            fn field(&self, _name: &str) -> Option<usize> {
                None
            }
        )
    } else {
        quote! {
            fn field(&self, name: &str) -> Option<usize> {
                match name {
                    #(#lookup,)*
                    _ => #lookup_inlined,
                }
            }
        }
    };
    Ok(quote! {
        impl codec::JsonFields for #name {
            fn type_name(&self) -> &'static str {
                #type_name
            }

            #version
            #field_body

            fn field_name(&self, field: usize) -> &'static str {
                match field {
                    #(#names,)*
                    #(#names_inlined,)*
                    _ => "",
                }
            }

            #has_type_meta

            fn read_field(&mut self, field: usize, r: &mut codec::JsonReader<'_>) -> Result<(), codec::DecodeError> {
                match field {
                    #(#reads,)*
                    #(#reads_inlined,)*
                    _ => r.skip(),
                }
            }

            fn write_fields(&self, #writer: &mut codec::JsonWriter) {
                #wire_form
                #(#writes)*
            }
        }

        #machinery::json_struct!(#name, #go_type);
    })
}

fn write(of: TypeIn<'_>, field: &Field) -> TokenStream {
    let name = ident(&field.name);
    if field.inline {
        return quote!(codec::JsonFields::write_fields(&self.#name, w););
    }
    let quoted = format!("\"{}\":", field.json);
    let is_items = field.json == "items" && of.ty.kind.as_ref().is_some_and(|kind| kind.list_of.is_some());
    if is_items && matches!(field.ty, TypeRef::List(_)) {
        return quote!(w.items_field(#quoted, &self.#name););
    }
    match field.omission {
        Omission::WhenEmpty => quote!(w.field_unless_empty(#quoted, &self.#name);),
        Omission::WhenZero => quote!(w.field_unless_zero(#quoted, &self.#name);),
        Omission::Never => quote!(w.field(#quoted, &self.#name);),
    }
}

/// The inlined fields, each with the numbers that its fields have.
fn inlined(of: TypeIn<'_>, workspace: &Workspace) -> Result<Vec<(proc_macro2::Ident, usize, usize)>, EmitError> {
    let mut base = of.fields().iter().filter(|field| !field.inline).count();
    let mut found = Vec::new();
    for field in of.fields().iter().filter(|field| field.inline) {
        let count = match workspace.resolve(of.package, &field.ty) {
            Resolved::Struct(inner) => count(inner, workspace, 0),
            Resolved::Unknown(_) => UNKNOWN_FIELDS,
            _ => {
                return Err(EmitError {
                    type_name: of.ty.name.clone(),
                    field: Some(field.name.clone()),
                    message: "only a struct can be inlined".to_owned(),
                    hint: Some("remove `inline`, or give the field a struct's type without Option".to_owned()),
                });
            }
        };
        found.push((ident(&field.name), base, base + count));
        base += count;
    }
    Ok(found)
}

/// How many fields a struct has in JSON.
fn count(of: TypeIn<'_>, workspace: &Workspace, depth: usize) -> usize {
    let counts = of.fields().iter().map(|field| match field.inline.then(|| workspace.resolve(of.package, &field.ty)) {
        None => 1,
        // a struct that inlines itself can't be: Rust refuses it; the limit only ends the recursion here
        Some(Resolved::Struct(inner)) if depth < 16 => count(inner, workspace, depth + 1),
        Some(_) => UNKNOWN_FIELDS,
    });
    counts.sum()
}
