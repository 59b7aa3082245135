//! What a value is, as far as rules ask.

use super::{Gates, rules::effective};
use crate::{
    emit::Resolved,
    model::{Enum, Rule, Scalar},
};

/// The values of an enum, without those of gates that are off.
pub(super) fn values<'a>(def: &'a Enum, gates: &Gates) -> Vec<&'a str> {
    let is_off = |rule: &&Rule| match rule.name.as_str() {
        "gate" => rule.text().is_some_and(|gate| !gates.contains(gate)),
        "enum_exclude" => true,
        _ => false,
    };
    let on = def.variants.iter().filter(|variant| !effective(&variant.rules, gates).iter().any(is_off));
    on.map(|variant| variant.value.as_str()).collect()
}

/// What a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    Text,
    /// Base64 in JSON, bytes in CEL.
    Bytes,
    Number,
    Bool,
    /// A number or a text.
    Mixed,
    List,
    Map,
    Object,
    /// Anything, or not known here.
    Any,
}

impl Shape {
    /// The shape of a field's value: its type's, unless a rule says otherwise.
    pub(super) fn of(ty: &Resolved<'_>, rules: &[&Rule]) -> Self {
        let has = |name: &str| rules.iter().any(|rule| rule.name == name);
        if has("int_or_string") {
            return Shape::Mixed;
        }
        if ["schema_with", "schemars", "schema_type", "schemaless"].into_iter().any(has) {
            return Shape::Any;
        }
        match ty.bare() {
            Resolved::Optional(_) | Resolved::Boxed(_) | Resolved::Unknown(_) => Shape::Any,
            Resolved::List(_) => Shape::List,
            Resolved::Map(_) => Shape::Map,
            Resolved::Struct(_) => Shape::Object,
            Resolved::Enum(_) => Shape::Text,
            Resolved::Scalar(scalar) => match scalar {
                Scalar::String | Scalar::Time | Scalar::MicroTime | Scalar::Duration => Shape::Text,
                Scalar::ByteString => Shape::Bytes,
                Scalar::Bool => Shape::Bool,
                Scalar::I32 | Scalar::I64 | Scalar::F64 => Shape::Number,
                Scalar::Quantity | Scalar::IntOrString => Shape::Mixed,
                Scalar::RawExtension | Scalar::FieldsV1 => Shape::Object,
                Scalar::Value => Shape::Any,
            },
        }
    }

    /// What it is called in reports.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Shape::Text => "a text",
            Shape::Bytes => "bytes",
            Shape::Number => "a number",
            Shape::Bool => "true or false",
            Shape::Mixed => "a number or text",
            Shape::List => "a list",
            Shape::Map => "a map",
            Shape::Object => "an object",
            Shape::Any => "anything",
        }
    }
}
