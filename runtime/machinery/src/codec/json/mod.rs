//! JSON, as Go's `encoding/json` writes it and `sigs.k8s.io/json` reads it: case-sensitive names, `null` leaves a value
//! as it was, map keys sorted, `<`, `>` and `&` escaped.

mod impls;
mod reader;
mod syntax;
mod writer;

use std::borrow::Cow;

pub(crate) use reader::DEPTH_LIMIT;
pub use reader::{JsonReader, StrictError};
pub use syntax::syntax_error;
pub use writer::JsonWriter;

use super::DecodeError;

/// A value with a JSON form.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no API type: it has no form on the wire",
    note = "derive Api on it, or use a type of kubeforge_machinery"
)]
pub trait Json: Sized {
    /// Writes the value.
    fn write_json(&self, w: &mut JsonWriter);

    /// Reads a value into `self`, which is at its zero value before. `null` leaves it so.
    fn read_json(&mut self, r: &mut JsonReader<'_>) -> Result<(), DecodeError>;

    /// Whether Go's `omitempty` leaves it out: zero numbers, empty strings and collections, `None`; never a struct.
    fn is_empty(&self) -> bool {
        false
    }

    /// Whether `omitzero` leaves it out. Differs from [`Json::is_empty`] for structs.
    fn is_zero(&self) -> bool {
        self.is_empty()
    }

    /// The type's name in Go, for error messages: `string`, `[]v1.Container`, `map[string]string`.
    fn go_type() -> Cow<'static, str>;
}

/// The fields of a struct, as the generator writes them. Object-safe, so that one reading loop serves every struct.
pub trait JsonFields {
    /// The type's name.
    fn type_name(&self) -> &'static str;

    /// The version that it is of: Go's name of its package, for error messages.
    fn version(&self) -> &'static str {
        "v1"
    }

    /// The number of the field with this JSON name, counting inlined structs' fields as the struct's own.
    fn field(&self, name: &str) -> Option<usize>;

    /// The JSON name of a field by number.
    fn field_name(&self, field: usize) -> &'static str;

    /// Whether `kind` and `apiVersion` may stand beside the fields.
    fn has_type_meta(&self) -> bool {
        false
    }

    /// Reads one field's value.
    fn read_field(&mut self, field: usize, r: &mut JsonReader<'_>) -> Result<(), DecodeError>;

    /// Writes the fields, each as `"name":value,` with its trailing comma, in declaration order.
    fn write_fields(&self, w: &mut JsonWriter);
}
