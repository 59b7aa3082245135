//! JSON, as Go's `encoding/json` writes it and `sigs.k8s.io/json` reads it: case-sensitive names, `null` leaves a value
//! as it was, map keys sorted, `<`, `>` and `&` escaped.

mod impls;
mod reader;
mod scanner;
mod structs;
mod syntax;
mod tape;
mod tree;
mod writer;

use std::borrow::Cow;

pub(crate) use reader::DEPTH_LIMIT;
pub use reader::{JsonReader, StrictError};
pub use structs::{JsonStruct, JsonStructOf};
pub use syntax::syntax_error;
pub use tape::{JsonPlace, JsonTape};
pub use tree::{JsonTree, JsonTreeField};
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

    /// Writes it as a field: its quoted name with the colon (`"\"spec\":"`), the value, a comma.
    fn write_field(&self, quoted_name: &'static str, w: &mut JsonWriter) {
        w.raw(quoted_name.as_bytes());
        self.write_json(w);
        w.comma();
    }

    /// Whether Go's `omitempty` leaves it out: zero numbers, empty strings and collections, `None`; never a struct.
    fn is_empty(&self) -> bool {
        false
    }

    /// The type's name in Go, for error messages: `string`, `[]v1.Container`, `map[string]string`.
    fn go_type() -> Cow<'static, str>;
}

/// The fields of a struct, as the generator writes them. Object-safe, so that one reading loop serves every struct.
pub trait JsonFields {
    /// What the struct's fields are called.
    fn json_struct(&self) -> &'static JsonStruct;

    /// Reads one field's value.
    fn read_field(&mut self, field: usize, r: &mut JsonReader<'_>) -> Result<(), DecodeError>;

    /// Writes the fields, each as `"name":value,` with its trailing comma, in declaration order.
    fn write_fields(&self, w: &mut JsonWriter);
}

/// Whether Go's `omitzero` leaves a value out. Differs from [`Json::is_empty`] for structs.
pub fn is_zero<T: Json + Default + PartialEq>(value: &T) -> bool {
    value.is_empty() || *value == T::default()
}
