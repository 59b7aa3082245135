//! Messages of types that machinery defines by hand.

use super::{Field, File, Message};

/// Field: number, type, name, and what it is.
type Row = (u32, &'static str, &'static str, &'static str);

fn message(docs: &str, rows: &[Row]) -> Message {
    let fields = rows.iter().map(|(number, ty, name, docs)| optional(*number, ty, name, docs));
    Message { docs: docs.to_owned(), fields: fields.collect() }
}

const INSTANT: &[Row] = &[
    (1, "int64", "seconds", "Seconds since 1970-01-01T00:00:00Z, without leap seconds."),
    (2, "int32", "nanos", "Nanoseconds after that second; never negative."),
];
const TYPE_META: &[Row] = &[
    (1, "string", "apiVersion", "The group and version of what follows."),
    (2, "string", "kind", "The kind of what follows."),
];

/// Those of the package with this path.
pub(super) fn of_package(path: &str) -> Vec<(String, Message)> {
    match path {
        "k8s.io/apimachinery/pkg/apis/meta/v1" => of_meta(),
        "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1" => of_apiextensions(),
        _ => Vec::new(),
    }
}

fn of_apiextensions() -> Vec<(String, Message)> {
    let schema = |number| optional(number, "JSONSchemaProps", "schema", "The schema.");
    let repeated =
        |number, ty: &str, name, docs| Field { ty: format!("repeated {ty}"), ..optional(number, ty, name, docs) };
    let message = |docs: &str, fields| Message { docs: docs.to_owned(), fields };
    vec![
        ("JSON".to_owned(), message("Any JSON value.", vec![optional(1, "bytes", "raw", "The value as JSON.")])),
        (
            "JSONSchemaPropsOrArray".to_owned(),
            message(
                "A schema, or a list of them.",
                vec![schema(1), repeated(2, "JSONSchemaProps", "jSONSchemas", "The schemas.")],
            ),
        ),
        (
            "JSONSchemaPropsOrBool".to_owned(),
            message(
                "A schema, or whether anything is allowed.",
                vec![optional(1, "bool", "allows", "Whether anything is allowed."), schema(2)],
            ),
        ),
        (
            "JSONSchemaPropsOrStringArray".to_owned(),
            message("A schema, or names of fields.", vec![schema(1), repeated(2, "string", "property", "The names.")]),
        ),
    ]
}

fn of_meta() -> Vec<(String, Message)> {
    let type_meta = [(1, "string", "kind", "The kind."), (2, "string", "apiVersion", "Its group and version.")];
    [
        ("Duration", message("A span of time.", &[(1, "int64", "duration", "Nanoseconds.")])),
        ("FieldsV1", message("A set of fields that a manager owns.", &[(1, "bytes", "Raw", "The set as JSON.")])),
        ("MicroTime", message("A point in time, as exact as microseconds.", INSTANT)),
        ("Time", message("A point in time, as exact as seconds.", INSTANT)),
        ("Timestamp", message("What `Time` and `MicroTime` are on the wire.", INSTANT)),
        ("TypeMeta", message("What an object is.", &type_meta)),
    ]
    .into_iter()
    .map(|(name, message)| (name.to_owned(), message))
    .collect()
}

/// Those of packages that hold nothing else.
pub(super) fn files() -> [File; 3] {
    let file = |path: &str, messages: Vec<(&str, Message)>| File {
        path: path.to_owned(),
        messages: messages.into_iter().map(|(name, message)| (name.to_owned(), message)).collect(),
        ..File::default()
    };
    let raw = |docs| vec![(1, "bytes", "raw", docs)];
    let mut unknown = message("Any object, with what it is: the envelope of all objects.", &[]);
    unknown.fields = vec![
        optional(1, "TypeMeta", "typeMeta", "What the object is."),
        optional(2, "bytes", "raw", "The object."),
        optional(3, "string", "contentEncoding", "How it is encoded; empty for no further encoding."),
        optional(4, "string", "contentType", "Its media type; empty for protobuf."),
    ];
    let int_or_string = [
        (1, "int64", "type", "0 for an integer, 1 for a string."),
        (2, "int32", "intVal", "The integer."),
        (3, "string", "strVal", "The string."),
    ];
    let quantity = [(1, "string", "string", "The quantity as JSON has it: `500m`, `1Gi`.")];
    [
        file(
            "k8s.io/apimachinery/pkg/api/resource",
            vec![
                ("Quantity", message("A number with a unit.", &quantity)),
                ("QuantityValue", message("A quantity that takes a flag's text.", &quantity)),
            ],
        ),
        file(
            "k8s.io/apimachinery/pkg/runtime",
            vec![
                ("RawExtension", message("An object of any kind, inside of another one.", &raw("The object as JSON."))),
                ("TypeMeta", message("What an object is.", TYPE_META)),
                ("Unknown", unknown),
            ],
        ),
        file(
            "k8s.io/apimachinery/pkg/util/intstr",
            vec![("IntOrString", message("An integer or a string.", &int_or_string))],
        ),
    ]
}

fn optional(number: u32, ty: &str, name: &str, docs: &str) -> Field {
    Field { docs: docs.into(), deprecated: false, ty: format!("optional {ty}"), name: name.into(), number }
}
