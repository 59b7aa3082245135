//! Schemas of values that are no structs, as JSON text. They are the ones that controller-gen writes.

/// A text.
pub const STRING: &str = r#"{"type":"string"}"#;
/// True or false.
pub const BOOL: &str = r#"{"type":"boolean"}"#;
/// An integer of 32 bits.
pub const I32: &str = r#"{"format":"int32","type":"integer"}"#;
/// An integer of 64 bits.
pub const I64: &str = r#"{"format":"int64","type":"integer"}"#;
/// A number.
pub const F64: &str = r#"{"format":"double","type":"number"}"#;
/// Bytes, in base64.
pub const BYTES: &str = r#"{"format":"byte","type":"string"}"#;
/// An amount with a unit.
pub const QUANTITY: &str = concat!(
    r#"{"anyOf":[{"type":"integer"},{"type":"string"}],"pattern":"#,
    r#""^(\\+|-)?(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))(([KMGTPE]i)|[numkMGTPE]|([eE](\\+|-)?(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))))?$","#,
    r#""x-kubernetes-int-or-string":true}"#
);
/// A number or a text.
pub const INT_OR_STRING: &str = r#"{"anyOf":[{"type":"integer"},{"type":"string"}],"x-kubernetes-int-or-string":true}"#;
/// A moment.
pub const TIME: &str = r#"{"format":"date-time","type":"string"}"#;
/// A span of time.
pub const DURATION: &str = r#"{"type":"string"}"#;
/// An object whose fields are not said.
pub const OBJECT: &str = r#"{"type":"object"}"#;
/// An object whose fields are kept, whatever they are.
pub const ANY_OBJECT: &str = r#"{"type":"object","x-kubernetes-preserve-unknown-fields":true}"#;
/// Any JSON.
pub const ANY: &str = r#"{"x-kubernetes-preserve-unknown-fields":true}"#;

#[cfg(test)]
mod tests {
    #[test]
    fn all_are_json() {
        for text in [super::QUANTITY, super::INT_OR_STRING, super::ANY_OBJECT, super::ANY, super::F64] {
            serde_json::from_str::<serde_json::Value>(text).unwrap();
        }
    }
}
