//! Values of a wrong type in a patched object, in the words of upstream's converter of unstructured content (apimachinery
//! pkg/runtime/converter.go), which reads what a strategic merge patch makes.

use kubeforge_machinery::schema::{Shape, StructSchema};
use serde_json::Value;

/// Says what decoding `patched` found wrong in the converter's words; `None` where it has no others.
pub(super) fn words(decode_error: &str, patched: &Value, schema: Option<&'static StructSchema>) -> Option<String> {
    if decode_error.starts_with("illegal base64 data") {
        return Some(format!("error decoding from json: {decode_error}"));
    }
    let (_, rest) = decode_error.split_once("cannot unmarshal ")?;
    let (found, rest) = rest.split_once(" into Go struct field ")?;
    let (field, wanted) = rest.split_once(" of type ")?;
    let (_, path) = field.split_once('.')?;
    let found = match found {
        "object" => "map",
        "array" => "slice",
        "number" if has_fraction_at(patched, path) => "float64",
        "number" => "int64",
        text if text.starts_with("number ") => "float64",
        other => other,
    };
    if wanted.starts_with("[]") {
        return Some(format!("cannot restore slice from {found}"));
    }
    if wanted.starts_with("map[") {
        return Some(format!("cannot restore map from {found}"));
    }
    let is_named = wanted.contains('.');
    if is_named && !schema.is_some_and(|schema| is_scalar_at(schema, path)) {
        return Some(format!("cannot restore struct from: {found}"));
    }
    // named types of values that are no structs are texts
    let kind = if is_named { "string" } else { wanted };
    // Go turns integers into texts and fractions into integers; where JSON has no such thing, the converter says so
    let is_go_conversion = match found {
        "int64" => kind == "string",
        "float64" => kind.starts_with("int"),
        _ => false,
    };
    Some(if is_go_conversion {
        format!("cannot convert {found} to {wanted}")
    } else {
        format!("unrecognized type: {kind}")
    })
}

/// Whether a number with a fraction is where the path leads; the path names no elements of lists and no keys of maps.
fn has_fraction_at(value: &Value, path: &str) -> bool {
    match value {
        Value::Array(list) => list.iter().any(|value| has_fraction_at(value, path)),
        Value::Object(fields) if path.is_empty() => fields.values().any(|value| has_fraction_at(value, path)),
        Value::Object(fields) => {
            let (name, rest) = path.split_once('.').unwrap_or((path, ""));
            fields.get(name).is_some_and(|value| has_fraction_at(value, rest))
        }
        Value::Number(number) => path.is_empty() && number.is_f64(),
        Value::Null | Value::Bool(_) | Value::String(_) => false,
    }
}

/// Whether the field holds values that are no structs: itself, its list's elements or its map's values.
fn is_scalar_at(schema: &'static StructSchema, path: &str) -> bool {
    let (name, rest) = path.split_once('.').unwrap_or((path, ""));
    let Some(field) = schema.field(name) else { return false };
    let mut shape = &field.shape;
    loop {
        match shape {
            Shape::List { element, .. } => shape = element,
            Shape::Map { value, .. } => shape = value,
            Shape::Struct(inner) | Shape::AtomicStruct(inner) => return is_scalar_at(inner(), rest),
            Shape::Scalar | Shape::Bytes => return rest.is_empty(),
            Shape::Any | Shape::Dynamic(_) | Shape::Deduced => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use kubeforge_machinery::schema::FieldSchema;
    use serde_json::json;

    use super::*;

    const fn field(name: &'static str, shape: Shape) -> FieldSchema {
        FieldSchema::new(name, shape)
    }

    static SPEC: StructSchema =
        StructSchema { name: "Spec", definition: "Spec", atomic: false, fields: &[field("policy", Shape::Scalar)] };
    static KIND: StructSchema = StructSchema {
        name: "Kind",
        definition: "Kind",
        atomic: false,
        fields: &[field("spec", Shape::Struct(|| &SPEC))],
    };

    #[test]
    fn each_pair_of_types_has_its_words() {
        let patched = json!({"spec": {"text": {"a": 1}, "fraction": 1.5}});
        for (found, field, wanted, words) in [
            ("number", "spec.text", "string", "cannot convert int64 to string"),
            ("number", "spec.fraction", "string", "unrecognized type: string"),
            ("number 1.5", "spec.count", "int32", "cannot convert float64 to int32"),
            ("string", "spec.count", "int64", "unrecognized type: int64"),
            ("bool", "spec.text", "string", "unrecognized type: string"),
            ("number", "spec.policy", "v1.Policy", "cannot convert int64 to v1.Policy"),
            ("object", "spec.policy", "v1.Policy", "unrecognized type: string"),
            ("string", "spec", "v1.Spec", "cannot restore struct from: string"),
            ("object", "spec.list", "[]v1.Item", "cannot restore slice from map"),
            ("array", "spec.labels", "map[string]string", "cannot restore map from slice"),
        ] {
            let error = format!("json: cannot unmarshal {found} into Go struct field Kind.{field} of type {wanted}");
            assert_eq!(super::words(&error, &patched, Some(&KIND)).as_deref(), Some(words), "{error}");
        }
        assert_eq!(super::words("something else", &patched, None), None);
    }
}
