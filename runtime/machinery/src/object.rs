//! Objects: what everything above the types works with.

use std::{any::Any, fmt::Debug};

use crate::{
    codec::{DecodeError, Json, JsonFields, JsonReader, JsonWriter, Proto, ProtoReader, ProtoWriter},
    deepcopy::DeepCopy,
    defaulted::Defaulted,
    gvk::GroupVersionKind,
    meta::v1::{ListMeta, ObjectMeta},
    schema::StructSchema,
};

/// The metadata that a kind carries.
#[derive(Debug)]
pub enum Meta<O, L> {
    /// An object's.
    Object(O),
    /// A list's.
    List(L),
    /// None: the kind is a request or an answer, such as `DeleteOptions`.
    None,
}

/// A root type: one with `kind` and `apiVersion`. Generated; most code uses [`Object`], which every `Kind` is.
pub trait Kind:
    Json + JsonFields + Proto + DeepCopy + Defaulted + Default + Debug + PartialEq + Send + Sync + 'static
{
    /// The group; empty for the core group.
    const GROUP: &'static str;
    /// The version.
    const VERSION: &'static str;
    /// The kind's name.
    const KIND: &'static str;
    /// Whether it has a protobuf form.
    const HAS_PROTO: bool = true;

    /// The metadata.
    fn kind_meta(&self) -> Meta<&ObjectMeta, &ListMeta>;

    /// The metadata, to be changed.
    fn kind_meta_mut(&mut self) -> Meta<&mut ObjectMeta, &mut ListMeta>;

    /// The type's structure.
    fn kind_schema() -> &'static StructSchema;

    /// Calls `visit` with each item of a list kind.
    fn visit_kind_items(&self, visit: &mut dyn FnMut(&dyn Object)) {
        let _no_items = visit;
    }

    /// Calls `visit` with each selectable field's label and value, for field selectors.
    fn visit_kind_selectable(&self, visit: &mut dyn FnMut(&'static str, &str)) {
        let _none_selectable = visit;
    }
}

/// A kind that is served as a resource and listed. Generated; typed clients are generic over it.
pub trait Resource: Kind {
    /// The list kind.
    type List: ListKind<Item = Self>;
    /// The plural, as paths spell it.
    const PLURAL: &'static str;
    /// Whether its objects live in namespaces.
    const NAMESPACED: bool;

    /// The metadata.
    fn object_meta(&self) -> &ObjectMeta;

    /// The metadata, to be changed.
    fn object_meta_mut(&mut self) -> &mut ObjectMeta;
}

/// A list of objects of one kind.
pub trait ListKind: Kind {
    /// What it lists.
    type Item: Kind;

    /// The list's metadata.
    fn list_metadata(&self) -> &ListMeta;

    /// The items, taken out.
    fn into_items(self) -> Vec<Self::Item>;
}

/// Any API object, by reference. What handlers, stores and caches work with: they are not generic over kinds.
pub trait Object: Any + Debug + Send + Sync {
    /// What it is.
    fn gvk(&self) -> GroupVersionKind;

    /// An object's metadata; `None` for lists and for kinds without metadata.
    fn meta(&self) -> Option<&ObjectMeta>;

    /// An object's metadata, to be changed.
    fn meta_mut(&mut self) -> Option<&mut ObjectMeta>;

    /// A list's metadata.
    fn list_meta(&self) -> Option<&ListMeta>;

    /// A list's metadata, to be changed.
    fn list_meta_mut(&mut self) -> Option<&mut ListMeta>;

    /// Calls `visit` with each item of a list.
    fn visit_items(&self, visit: &mut dyn FnMut(&dyn Object));

    /// Calls `visit` with each selectable field's label and value.
    fn visit_selectable(&self, visit: &mut dyn FnMut(&'static str, &str));

    /// Writes the object with its `kind` and `apiVersion`.
    fn write_json(&self, w: &mut JsonWriter);

    /// Writes the object as an item of a list: built-in kinds leave `kind` and `apiVersion` out there.
    fn write_json_item(&self, w: &mut JsonWriter);

    /// Reads the object's fields.
    ///
    /// # Errors
    /// Where the text is not JSON or does not fit the type.
    fn read_json(&mut self, r: &mut JsonReader<'_>) -> Result<(), DecodeError>;

    /// Writes the bare protobuf message; `false`, and nothing written, where the kind has no protobuf form.
    fn write_proto(&self, w: &mut ProtoWriter) -> bool;

    /// Reads the object's fields from a bare protobuf message.
    ///
    /// # Errors
    /// Where the bytes are malformed or the kind has no protobuf form.
    fn read_proto(&mut self, r: &mut ProtoReader<'_>) -> Result<(), DecodeError>;

    /// Sets the defaults of unset fields.
    fn set_defaults(&mut self);

    /// A copy that shares nothing with it.
    fn deep_copy_object(&self) -> Box<dyn Object>;

    /// The type's structure, where it is known at compile time.
    fn schema(&self) -> Option<&'static StructSchema>;

    /// Whether the two are of one type and equal.
    fn equals(&self, other: &dyn Object) -> bool;

    /// For downcasts; see the methods on `dyn Object`.
    fn as_any(&self) -> &dyn Any;

    /// For downcasts.
    fn as_any_mut(&mut self) -> &mut dyn Any;

    /// For downcasts.
    fn into_any(self: Box<Self>) -> Box<dyn Any>;
}

impl dyn Object {
    /// The object as a `T`, if it is one.
    pub fn downcast_ref<T: 'static>(&self) -> Option<&T> {
        self.as_any().downcast_ref()
    }

    /// The object as a `T`, if it is one.
    pub fn downcast_mut<T: 'static>(&mut self) -> Option<&mut T> {
        self.as_any_mut().downcast_mut()
    }

    /// The object as a `T`; itself again if it is none.
    ///
    /// # Errors
    /// The object, where it is not a `T`.
    pub fn downcast<T: 'static>(self: Box<Self>) -> Result<Box<T>, Box<dyn Object>> {
        if self.as_any().is::<T>() {
            // the check above makes this succeed; mapping the error keeps the function total
            self.into_any().downcast().map_err(|_| unreachable_object())
        } else {
            Err(self)
        }
    }

    /// The name; empty where the kind has none.
    pub fn name(&self) -> &str {
        self.meta().map_or("", |meta| &meta.name)
    }

    /// The namespace; empty where the object has none.
    pub fn namespace(&self) -> &str {
        self.meta().map_or("", |meta| &meta.namespace)
    }
}

fn unreachable_object() -> Box<dyn Object> {
    Box::new(crate::meta::v1::Status::default())
}

impl<T: Kind> Object for T {
    fn gvk(&self) -> GroupVersionKind {
        GroupVersionKind::new(T::GROUP, T::VERSION, T::KIND)
    }

    fn meta(&self) -> Option<&ObjectMeta> {
        match self.kind_meta() {
            Meta::Object(meta) => Some(meta),
            Meta::List(_) | Meta::None => None,
        }
    }

    fn meta_mut(&mut self) -> Option<&mut ObjectMeta> {
        match self.kind_meta_mut() {
            Meta::Object(meta) => Some(meta),
            Meta::List(_) | Meta::None => None,
        }
    }

    fn list_meta(&self) -> Option<&ListMeta> {
        match self.kind_meta() {
            Meta::List(meta) => Some(meta),
            Meta::Object(_) | Meta::None => None,
        }
    }

    fn list_meta_mut(&mut self) -> Option<&mut ListMeta> {
        match self.kind_meta_mut() {
            Meta::List(meta) => Some(meta),
            Meta::Object(_) | Meta::None => None,
        }
    }

    fn visit_items(&self, visit: &mut dyn FnMut(&dyn Object)) {
        self.visit_kind_items(visit);
    }

    fn visit_selectable(&self, visit: &mut dyn FnMut(&'static str, &str)) {
        self.visit_kind_selectable(visit);
    }

    fn write_json(&self, w: &mut JsonWriter) {
        w.begin_object();
        w.raw(b"\"kind\":\"");
        w.raw(T::KIND.as_bytes());
        w.raw(b"\",\"apiVersion\":\"");
        if !T::GROUP.is_empty() {
            w.raw(T::GROUP.as_bytes());
            w.raw(b"/");
        }
        w.raw(T::VERSION.as_bytes());
        w.raw(b"\",");
        self.write_fields(w);
        w.end_object();
    }

    fn write_json_item(&self, w: &mut JsonWriter) {
        Json::write_json(self, w);
    }

    fn read_json(&mut self, r: &mut JsonReader<'_>) -> Result<(), DecodeError> {
        Json::read_json(self, r)
    }

    fn write_proto(&self, w: &mut ProtoWriter) -> bool {
        if T::HAS_PROTO {
            self.write_payload(w);
        }
        T::HAS_PROTO
    }

    fn read_proto(&mut self, r: &mut ProtoReader<'_>) -> Result<(), DecodeError> {
        self.read_payload(r)
    }

    fn set_defaults(&mut self) {
        Defaulted::set_defaults(self);
    }

    fn deep_copy_object(&self) -> Box<dyn Object> {
        Box::new(self.clone())
    }

    fn schema(&self) -> Option<&'static StructSchema> {
        Some(T::kind_schema())
    }

    fn equals(&self, other: &dyn Object) -> bool {
        other.downcast_ref::<T>() == Some(self)
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any> {
        self
    }
}
