//! Tables of fields: `HasStructSchema`, which strategic merge patch and server-side apply walk.

use proc_macro2::TokenStream;
use quote::quote;

use super::{
    EmitError, Resolved, TypeIn, Workspace,
    workspace::{collect, foreign_path, ident, machinery, skips, structs},
};
use crate::model::{Field, ListType, Package, Scalar};

pub(super) fn emit(package: &Package, workspace: &Workspace) -> Result<TokenStream, Vec<EmitError>> {
    let types: Vec<_> = structs(package).filter(|(ty, _)| !skips(package, ty, "schema", "HasStructSchema")).collect();
    if types.is_empty() {
        return Ok(TokenStream::new());
    }
    let machinery = machinery(package);
    let items = collect(types.into_iter().map(|(ty, _)| of_struct(TypeIn { package, ty }, workspace)))?;
    Ok(quote! {
        use #machinery::schema as table;
        #items
    })
}

fn of_struct(of: TypeIn<'_>, workspace: &Workspace) -> Result<TokenStream, EmitError> {
    let (name, text) = (ident(&of.ty.name), &of.ty.name);
    let (definition, atomic) = (of.definition(), of.ty.atomic);
    let mut fields = Vec::new();
    if of.ty.kind.is_some() {
        fields.push(quote!(table::FieldSchema::new("apiVersion", table::Shape::Scalar)));
        fields.push(quote!(table::FieldSchema::new("kind", table::Shape::Scalar)));
    }
    flatten(of, of, workspace, &mut fields)?;
    Ok(quote! {
        impl table::HasStructSchema for #name {
            fn struct_schema() -> &'static table::StructSchema {
                static SCHEMA: table::StructSchema = table::StructSchema {
                    name: #text,
                    definition: #definition,
                    atomic: #atomic,
                    fields: &[#(#fields),*],
                };
                &SCHEMA
            }
        }
    })
}

/// The fields of `of`, with those of inlined structs in their place, as code in `root`'s package.
fn flatten(
    root: TypeIn<'_>,
    of: TypeIn<'_>,
    workspace: &Workspace,
    into: &mut Vec<TokenStream>,
) -> Result<(), EmitError> {
    for field in of.fields() {
        let ty = workspace.resolve(of.package, &field.ty);
        if !field.inline {
            into.push(entry(root.package, field, &ty));
            continue;
        }
        match ty {
            Resolved::Struct(inner) => flatten(root, inner, workspace, into)?,
            _ => {
                return Err(EmitError {
                    type_name: root.ty.name.clone(),
                    field: Some(field.name.clone()),
                    message: "the fields of this inlined struct are not known here".to_owned(),
                    hint: Some(
                        "inline a struct of a package in the same run; with the derive, write its fields out"
                            .to_owned(),
                    ),
                });
            }
        }
    }
    Ok(())
}

fn entry(package: &Package, field: &Field, ty: &Resolved<'_>) -> TokenStream {
    let json = &field.json;
    let shape = of_field(package, field, ty);
    let required = field.required.then(|| quote!(.required()));
    let merge = field.patch.merge.then(|| quote!(.merge()));
    let replace = field.patch.replace.then(|| quote!(.replace()));
    let retain_keys = field.patch.retain_keys.then(|| quote!(.retain_keys()));
    let merge_key = field.patch.merge_key.as_ref().map(|key| quote!(.merge_key(#key)));
    let zero = zero(ty).map(|zero| quote!(.zero(table::Zero::#zero)));
    quote!(table::FieldSchema::new(#json, #shape)#merge #replace #retain_keys #merge_key #required #zero)
}

/// What a field of the type holds that was not given; none stands for nothing.
fn zero(ty: &Resolved<'_>) -> Option<TokenStream> {
    match ty {
        Resolved::Scalar(Scalar::String) | Resolved::Enum(_) => Some(quote!(Text)),
        Resolved::Scalar(Scalar::I32 | Scalar::I64 | Scalar::F64 | Scalar::IntOrString) => Some(quote!(Number)),
        Resolved::Scalar(Scalar::Bool) => Some(quote!(False)),
        Resolved::Scalar(Scalar::Quantity) => Some(quote!(Quantity)),
        Resolved::Struct(_) | Resolved::Unknown(_) => Some(quote!(Struct)),
        Resolved::Boxed(inner) => zero(inner),
        Resolved::Scalar(_) | Resolved::Optional(_) | Resolved::List(_) | Resolved::Map(_) => None,
    }
}

fn of_field(package: &Package, field: &Field, ty: &Resolved<'_>) -> TokenStream {
    let atomic = if field.atomic { quote!(.atomic()) } else { TokenStream::new() };
    match ty.bare() {
        Resolved::List(element) => {
            let element = shape(package, element);
            match &field.list {
                None | Some(ListType::Atomic) => quote!(table::Shape::list(&#element)),
                Some(ListType::Set) => quote!(table::Shape::set(&#element)),
                Some(ListType::Map(keys)) => quote!(table::Shape::list_map(&#element, &[#(#keys),*])),
            }
        }
        Resolved::Map(value) => {
            let value = shape(package, value);
            if field.atomic_map {
                quote!(table::Shape::atomic_map(&#value))
            } else {
                quote!(table::Shape::map(&#value))
            }
        }
        // upstream says mapType=atomic of a struct, too
        Resolved::Struct(_) | Resolved::Unknown(_) if field.atomic_map => {
            let shape = shape(package, ty);
            quote!(#shape.atomic())
        }
        _ => {
            let shape = shape(package, ty);
            quote!(#shape #atomic)
        }
    }
}

fn shape(package: &Package, ty: &Resolved<'_>) -> TokenStream {
    match ty {
        Resolved::Scalar(Scalar::RawExtension | Scalar::FieldsV1 | Scalar::Value) => quote!(table::Shape::Any),
        Resolved::Scalar(Scalar::ByteString) => quote!(table::Shape::Bytes),
        Resolved::Scalar(_) | Resolved::Enum(_) => quote!(table::Shape::Scalar),
        Resolved::Optional(inner) | Resolved::Boxed(inner) => shape(package, inner),
        Resolved::List(element) => {
            let element = shape(package, element);
            quote!(table::Shape::list(&#element))
        }
        Resolved::Map(value) => {
            let value = shape(package, value);
            quote!(table::Shape::map(&#value))
        }
        Resolved::Struct(of) => {
            let path = of.path(package);
            quote!(<#path as table::HasSchema>::SHAPE)
        }
        Resolved::Unknown(path) => {
            let path = foreign_path(package, path);
            quote!(<#path as table::HasSchema>::SHAPE)
        }
    }
}
