//! The JSON codec: `JsonFields`, which lists a struct's fields, and `Json` on top of it.
//!
//! A struct's own fields are numbered in declaration order; the fields of inlined structs follow, one struct after the
//! other.

use proc_macro2::TokenStream;
use quote::quote;

use super::{
    EmitError, Resolved, TypeIn, Workspace,
    workspace::{collect, foreign_path, has_wire_form, ident, machinery, number, skips, structs},
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
    let names = own().map(|(field, _)| &field.json);
    let reads = own().map(|(field, number)| {
        let field = ident(&field.name);
        quote!(#number => codec::Json::read_json(&mut self.#field, r))
    });
    let writes = of.fields().iter().map(|field| write(of, field));

    let inlined = inlined(of, workspace)?;
    let inlined: Vec<_> = inlined
        .into_iter()
        .map(|(field, ty, base, end)| (field, ty, number(base as u64), number(end as u64)))
        .collect();
    let structs = inlined.iter().map(|(_, ty, base, _)| quote!((#base, <#ty as codec::JsonStructOf>::STRUCT)));
    let inlining = (!inlined.is_empty()).then(|| quote!(.inlining(&[#(#structs),*])));
    let reads_inlined = inlined.iter().map(
        |(field, _, base, end)| quote!(#base..#end => codec::JsonFields::read_field(&mut self.#field, field - #base, r)),
    );
    let of_kind = of.ty.kind.is_some().then(|| quote!(.of_kind()));
    let version = &of.package.version;
    let wire_form = has_wire_form(of.package, of.ty).then(|| {
        quote! {
            if let Some(form) = codec::WireForm::wire_form(self) {
                return codec::JsonFields::write_fields(&form, w);
            }
        }
    });
    let writer = if of.fields().is_empty() && wire_form.is_none() { quote!(_w) } else { quote!(w) };
    Ok(quote! {
        impl codec::JsonStructOf for #name {
            const STRUCT: &'static codec::JsonStruct =
                &codec::JsonStruct::new(#type_name, #version, &[#(#names),*]) #inlining #of_kind;
        }

        impl codec::JsonFields for #name {
            fn json_struct(&self) -> &'static codec::JsonStruct {
                <Self as codec::JsonStructOf>::STRUCT
            }

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

/// An inlined field, its type, the number of its first field, and the number behind its last.
type Inlined = (proc_macro2::Ident, TokenStream, usize, usize);

/// The inlined fields.
fn inlined(of: TypeIn<'_>, workspace: &Workspace) -> Result<Vec<Inlined>, EmitError> {
    let mut base = of.fields().iter().filter(|field| !field.inline).count();
    let mut found = Vec::new();
    for field in of.fields().iter().filter(|field| field.inline) {
        let (ty, count) = match workspace.resolve(of.package, &field.ty) {
            Resolved::Struct(inner) => (inner.path(of.package), count(inner, workspace, 0)),
            Resolved::Unknown(path) => (foreign_path(of.package, path), UNKNOWN_FIELDS),
            _ => {
                return Err(EmitError {
                    type_name: of.ty.name.clone(),
                    field: Some(field.name.clone()),
                    message: "only a struct can be inlined".to_owned(),
                    hint: Some("remove `inline`, or give the field a struct's type without Option".to_owned()),
                });
            }
        };
        found.push((ident(&field.name), ty, base, base + count));
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
