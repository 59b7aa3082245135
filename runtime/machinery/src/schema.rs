//! What is known of a type's structure at run time: fields, lists' topology, patch strategies.
//!
//! Generated as static tables. Strategic merge patch, server-side apply and strict checks of patches walk them.

/// A struct's structure.
#[derive(Debug)]
pub struct StructSchema {
    /// The type's name, for example `PodSpec`.
    pub name: &'static str,
    /// Its OpenAPI definition, for example `io.k8s.api.core.v1.PodSpec`.
    pub definition: &'static str,
    /// The struct is one value for server-side apply (`structType=atomic`).
    pub atomic: bool,
    /// Fields in declaration order; an inlined struct's fields stand in its place. A kind's `apiVersion` and `kind` come first.
    pub fields: &'static [FieldSchema],
}

impl StructSchema {
    /// The field with this JSON name.
    pub fn field(&self, name: &str) -> Option<&FieldSchema> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// As [`StructSchema::field`], beginning at `at`, which is set after the field that is found: texts mostly have their
    /// fields in the declared order, and are gone through at one go then.
    pub fn field_from(&self, name: &str, at: &mut usize) -> Option<&FieldSchema> {
        let (before, after) = self.fields.split_at_checked(*at)?;
        let passed = after.iter().chain(before).position(|field| field.name == name)?;
        *at = (*at + passed) % self.fields.len() + 1;
        self.fields.get(*at - 1)
    }

    /// What fields hold that are not named: only structures made at run time have such fields
    /// ([`FieldSchema::others`]); others know all their fields.
    pub fn others(&self) -> Option<&Shape> {
        self.field(FieldSchema::OTHERS).map(|field| &field.shape)
    }
}

/// A field's structure.
#[derive(Debug)]
pub struct FieldSchema {
    /// The JSON name.
    pub name: &'static str,
    /// What it holds.
    pub shape: Shape,
    /// How a strategic merge patch treats it.
    pub patch: PatchStrategy,
    /// The field that identifies elements of a list of structs in a strategic merge patch.
    pub merge_key: Option<&'static str>,
    /// Whether a value must be given.
    pub required: bool,
    /// What the field holds where the wire has nothing.
    pub zero: Zero,
}

/// What a field holds that was not given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Zero {
    /// Nothing: the field is a pointer, a list, a map or a time.
    #[default]
    Null,
    /// The empty text.
    Text,
    /// The number zero.
    Number,
    /// False.
    False,
    /// The amount zero.
    Quantity,
    /// A struct whose fields were not given.
    Struct,
}

/// How a strategic merge patch combines a field with what is there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PatchStrategy {
    /// Lists: merge elements instead of replacing the list. Structs and maps merge unless `replace` is set.
    pub merge: bool,
    /// Structs and maps: replace instead of merging.
    pub replace: bool,
    /// Keys that the patch's `$retainKeys` doesn't name are removed.
    pub retain_keys: bool,
}

/// What a field holds.
#[derive(Clone, Copy, Debug)]
pub enum Shape {
    /// A string, number, boolean, or a type with a JSON form of its own (`Quantity`, `Time`, `IntOrString`).
    Scalar,
    /// Bytes (`ByteString`): base64 in JSON, but not in every form.
    Bytes,
    /// A struct with known fields. A function, because types may contain themselves.
    Struct(fn() -> &'static StructSchema),
    /// A list.
    List {
        /// What elements hold.
        element: &'static Shape,
        /// Its topology for server-side apply.
        topology: ListTopology,
    },
    /// A map with free keys.
    Map {
        /// What values hold.
        value: &'static Shape,
        /// The map is one value for server-side apply (`mapType=atomic`).
        atomic: bool,
    },
    /// Any JSON (`RawExtension`, `FieldsV1`).
    Any,
    /// A struct that is one value because the field says so (`structType=atomic` on the field).
    AtomicStruct(fn() -> &'static StructSchema),
    /// A struct whose fields became known at run time: a custom resource's.
    Dynamic(&'static StructSchema),
    /// Anything: maps are owned entry by entry, lists and scalars whole.
    Deduced,
}

/// How server-side apply sees a list (KEP-555).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListTopology {
    /// One value, owned whole.
    Atomic,
    /// A set of scalars, owned one by one.
    Set,
    /// Structs identified by these fields, owned one by one.
    Map(&'static [&'static str]),
}

/// A type whose shape is known at compile time. Implemented by generated code; structs get it from [`HasStructSchema`].
pub trait HasSchema {
    /// The shape.
    const SHAPE: Shape;
}

/// A struct whose fields are known at compile time. Generated.
pub trait HasStructSchema {
    /// The fields.
    fn struct_schema() -> &'static StructSchema;
}

impl<T: HasStructSchema> HasSchema for T {
    const SHAPE: Shape = Shape::Struct(T::struct_schema);
}

/// The types that every package may use, for code that knows them by their traits only: the derive macro's.
macro_rules! shapes {
    ($($shape:ident: $($type:ty),*;)*) => {
        $($(impl HasSchema for $type {
            const SHAPE: Shape = Shape::$shape;
        })*)*
    };
}

shapes! {
    Bytes: crate::ByteString;
    Scalar: crate::Quantity, crate::IntOrString, crate::Time, crate::MicroTime, crate::Duration;
    Any: crate::RawExtension, crate::FieldsV1;
}

impl Shape {
    /// A list that server-side apply takes as one value.
    pub const fn list(element: &'static Shape) -> Shape {
        Shape::List { element, topology: ListTopology::Atomic }
    }

    /// A list of scalars that server-side apply takes as a set.
    pub const fn set(element: &'static Shape) -> Shape {
        Shape::List { element, topology: ListTopology::Set }
    }

    /// A list of structs with keys.
    pub const fn list_map(element: &'static Shape, keys: &'static [&'static str]) -> Shape {
        Shape::List { element, topology: ListTopology::Map(keys) }
    }

    /// A map whose entries are owned one by one.
    pub const fn map(value: &'static Shape) -> Shape {
        Shape::Map { value, atomic: false }
    }

    /// A map that is one value.
    pub const fn atomic_map(value: &'static Shape) -> Shape {
        Shape::Map { value, atomic: true }
    }

    /// The fields of a struct, whether or not it is one value for server-side apply.
    pub fn struct_schema(&self) -> Option<&'static StructSchema> {
        match self {
            Self::Struct(schema) | Self::AtomicStruct(schema) => Some(schema()),
            Self::Dynamic(schema) => Some(schema),
            _ => None,
        }
    }

    /// A struct that is one value because its holder says so; other shapes stay as they are.
    pub const fn atomic(self) -> Shape {
        match self {
            Shape::Struct(schema) => Shape::AtomicStruct(schema),
            other => other,
        }
    }
}

impl FieldSchema {
    /// The name of no field: what stands under it is true of all fields that a struct does not name.
    const OTHERS: &'static str = "";

    /// What all fields hold that the struct does not name.
    pub const fn others(shape: Shape) -> Self {
        Self::new(Self::OTHERS, shape)
    }

    /// A field without strategies.
    pub const fn new(name: &'static str, shape: Shape) -> Self {
        let patch = PatchStrategy { merge: false, replace: false, retain_keys: false };
        Self { name, shape, patch, merge_key: None, required: false, zero: Zero::Null }
    }

    /// A value must be given.
    pub const fn required(self) -> Self {
        Self { required: true, ..self }
    }

    /// It holds this where it was not given.
    pub const fn zero(self, zero: Zero) -> Self {
        Self { zero, ..self }
    }

    /// A strategic merge patch merges it.
    pub const fn merge(self) -> Self {
        Self { patch: PatchStrategy { merge: true, ..self.patch }, ..self }
    }

    /// A strategic merge patch replaces it.
    pub const fn replace(self) -> Self {
        Self { patch: PatchStrategy { replace: true, ..self.patch }, ..self }
    }

    /// A strategic merge patch may say which keys are kept.
    pub const fn retain_keys(self) -> Self {
        Self { patch: PatchStrategy { retain_keys: true, ..self.patch }, ..self }
    }

    /// The field that identifies elements.
    pub const fn merge_key(self, key: &'static str) -> Self {
        Self { merge_key: Some(key), ..self }
    }
}
