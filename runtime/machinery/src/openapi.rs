//! Types' OpenAPI v3 schemas. Generated for API types; here are those of the scalar types that they share.

use crate::{
    FieldsV1, IntOrString, Quantity, RawExtension, Time,
    time::{Duration, MicroTime},
};

pub use crate::scheme::OpenApiSchema;

/// A type with an OpenAPI schema of its own, which others refer to.
pub trait HasOpenApi {
    /// The definition's name, for example `io.k8s.api.core.v1.Pod`.
    const DEFINITION: &'static str;

    /// The schema.
    fn openapi() -> &'static OpenApiSchema;
}

macro_rules! scalars {
    ($($type:ty = $definition:literal $json:literal;)*) => {
        $(impl HasOpenApi for $type {
            const DEFINITION: &'static str = $definition;

            fn openapi() -> &'static OpenApiSchema {
                static SCHEMA: OpenApiSchema = OpenApiSchema { definition: $definition, json: $json, refs: &[] };
                &SCHEMA
            }
        })*
    };
}

scalars! {
    Quantity = "io.k8s.apimachinery.pkg.api.resource.Quantity"
        r#"{"description":"An amount: a number with an optional suffix, such as 100m, 1.5, 2Gi or 1e3.","oneOf":[{"type":"string"},{"type":"number"}]}"#;
    IntOrString = "io.k8s.apimachinery.pkg.util.intstr.IntOrString"
        r#"{"description":"A number, or a text: a name or a percentage.","format":"int-or-string","oneOf":[{"type":"integer"},{"type":"string"}]}"#;
    Time = "io.k8s.apimachinery.pkg.apis.meta.v1.Time"
        r#"{"description":"A moment in UTC, to the second (RFC 3339).","format":"date-time","type":"string"}"#;
    MicroTime = "io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime"
        r#"{"description":"A moment in UTC, to the microsecond (RFC 3339).","format":"date-time","type":"string"}"#;
    Duration = "io.k8s.apimachinery.pkg.apis.meta.v1.Duration"
        r#"{"description":"A span of time, such as 1h30m or 500ms.","type":"string"}"#;
    FieldsV1 = "io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1"
        r#"{"description":"A set of field paths as a tree: f: names a field, k: and v: list elements, i: an index, a dot the node itself.","type":"object"}"#;
    RawExtension = "io.k8s.apimachinery.pkg.runtime.RawExtension"
        r#"{"description":"An object of any kind.","type":"object"}"#;
}

/// How many bytes `pieces` have together.
#[doc(hidden)]
pub const fn pieces_len(pieces: &[&str]) -> usize {
    let (mut len, mut at) = (0, 0);
    while at < pieces.len() {
        len += pieces[at].len();
        at += 1;
    }
    len
}

/// `pieces` one after the other. `N` must be [`pieces_len`] of them.
#[doc(hidden)]
pub const fn join_pieces<const N: usize>(pieces: &[&str]) -> [u8; N] {
    let (mut out, mut end, mut at) = ([0; N], 0, 0);
    while at < pieces.len() {
        let bytes = pieces[at].as_bytes();
        let mut index = 0;
        while index < bytes.len() {
            out[end] = bytes[index];
            end += 1;
            index += 1;
        }
        at += 1;
    }
    out
}

/// A string constant out of string constants that are no literals, which `concat!` can't take.
#[doc(hidden)]
#[macro_export]
macro_rules! join_str {
    ($($piece:expr),* $(,)?) => {{
        const PIECES: &[&str] = &[$($piece),*];
        const BYTES: [u8; $crate::openapi::pieces_len(PIECES)] = $crate::openapi::join_pieces(PIECES);
        match std::str::from_utf8(&BYTES) {
            Ok(text) => text,
            // strings joined are a string
            Err(_) => "",
        }
    }};
}

#[cfg(test)]
mod tests {
    #[test]
    fn strings_are_joined_at_compile_time() {
        const MIDDLE: &str = "ß";
        static JOINED: &str = join_str!("a", MIDDLE, "", "b");
        assert_eq!(JOINED, "aßb");
    }
}
