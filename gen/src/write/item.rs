//! Structs, enums and aliases as text.

use super::{
    Names, WIDTH,
    attribute::{On, attributes, attributes_of},
    docs::comment,
    marks::{field_marks, type_marks, variant_marks},
};
use crate::model::{Enum, Field, Struct, Type, TypeDef, Variant};

const STRUCT_DERIVES: &str = "Clone, Debug, Default, PartialEq";
const ENUM_DERIVES: &str = "Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash";

/// A type's item, with a line feed at its end.
pub(crate) fn type_text(ty: &Type, names: &mut Names<'_>) -> String {
    let docs = comment(&ty.docs, "///", 0);
    let (derives, body) = match &ty.def {
        TypeDef::Alias(target) => return format!("{docs}pub type {} = {};\n", ty.name, names.ty(target)),
        TypeDef::Struct(def) => (STRUCT_DERIVES, struct_body(ty, def, names)),
        TypeDef::Enum(def) => (ENUM_DERIVES, enum_body(ty, def)),
    };
    let derive = names.path("kubeforge_derive::ApiSource");
    format!("{docs}#[derive({derives}, {derive})]\n{}{body}", attributes_of(&type_marks(ty), On::Type))
}

fn struct_body(ty: &Type, def: &Struct, names: &mut Names<'_>) -> String {
    if def.fields.is_empty() {
        return format!("pub struct {} {{}}\n", ty.name);
    }
    let fields: String = def.fields.iter().map(|field| field_text(field, "pub ", names)).collect();
    format!("pub struct {} {{\n{fields}}}\n", ty.name)
}

/// A field's lines, after a visibility.
pub(crate) fn field_text(field: &Field, visibility: &str, names: &mut Names<'_>) -> String {
    let docs = comment(&field.docs, "///", 4);
    let attributes = attributes(&field_marks(field), On::Field);
    let start = format!("    {visibility}{}:", field.name);
    let ty = names.ty(&field.ty);
    let one_line = format!("{start} {ty},");
    // a type that is too long moves to a line of its own
    let item = if one_line.len() <= WIDTH { one_line } else { format!("{start}\n        {ty},") };
    format!("{docs}{attributes}{item}\n")
}

fn enum_body(ty: &Type, def: &Enum) -> String {
    let variants: String = def.variants.iter().map(variant_text).collect();
    let other =
        "    /// A value that this version does not know; the empty text where none was given.\n    Other(String),\n";
    format!("pub enum {} {{\n{variants}{other}}}\n", ty.name)
}

/// A variant's lines.
pub(crate) fn variant_text(variant: &Variant) -> String {
    let docs = comment(&variant.docs, "///", 4);
    format!("{docs}{}    {},\n", attributes(&variant_marks(variant), On::Variant), variant.name)
}
