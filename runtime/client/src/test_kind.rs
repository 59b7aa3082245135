//! A kind for this crate's tests, written out as the generator would.

use std::borrow::Cow;

use kubeforge_machinery::{
    DeepCopy, Defaulted, Kind, ListKind, Meta, Resource,
    codec::{
        DecodeError, Json, JsonFields, JsonReader, JsonStruct, JsonWriter, Proto, ProtoFields, ProtoReader,
        ProtoWriter, WireType,
    },
    meta::v1::{ListMeta, ObjectMeta},
    schema::StructSchema,
};

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Gadget {
    pub(crate) metadata: ObjectMeta,
    pub(crate) size: i32,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct GadgetList {
    pub(crate) metadata: ListMeta,
    pub(crate) items: Vec<Gadget>,
}

impl Gadget {
    pub(crate) fn named(namespace: &str, name: &str) -> Self {
        let metadata = ObjectMeta { name: name.to_owned(), namespace: namespace.to_owned(), ..ObjectMeta::default() };
        Self { metadata, size: 0 }
    }

    pub(crate) fn at(mut self, revision: u32) -> Self {
        self.metadata.resource_version = revision.to_string();
        self
    }

    pub(crate) fn sized(mut self, size: i32) -> Self {
        self.size = size;
        self
    }
}

macro_rules! message {
    ($type:ident, $($number:literal $tag:literal $name:literal $field:ident $write:ident),*) => {
        impl JsonFields for $type {
            fn json_struct(&self) -> &'static JsonStruct {
                const { &JsonStruct::new(stringify!($type), "v1", &[$($name),*]).of_kind() }
            }

            fn read_field(&mut self, field: usize, r: &mut JsonReader<'_>) -> Result<(), DecodeError> {
                match field {
                    $($number => self.$field.read_json(r),)*
                    _ => r.skip(),
                }
            }

            fn write_fields(&self, w: &mut JsonWriter) {
                $(w.$write(concat!("\"", $name, "\":"), &self.$field);)*
            }
        }

        impl Json for $type {
            fn write_json(&self, w: &mut JsonWriter) {
                w.begin_object();
                JsonFields::write_fields(self, w);
                w.end_object();
            }

            fn read_json(&mut self, r: &mut JsonReader<'_>) -> Result<(), DecodeError> {
                r.object(self)
            }

            fn go_type() -> Cow<'static, str> {
                concat!("v1.", stringify!($type)).into()
            }
        }

        impl ProtoFields for $type {
            fn read_field(&mut self, tag: u32, wire: WireType, r: &mut ProtoReader<'_>) -> Result<bool, DecodeError> {
                match tag {
                    $($tag => self.$field.read_tagged(wire, r)?,)*
                    _ => return Ok(false),
                }
                Ok(true)
            }

            fn write_fields(&self, w: &mut ProtoWriter) {
                w.field(2, &self.second());
                w.field(1, &self.metadata);
            }
        }

        kubeforge_machinery::proto_message!($type);

        impl DeepCopy for $type {
            fn deep_copy_into(&self, target: &mut Self) {
                target.clone_from(self);
            }
        }

        impl Defaulted for $type {
            fn set_defaults(&mut self) {}
        }
    };
}

message!(Gadget, 0 1 "metadata" metadata field, 1 2 "size" size field_unless_empty);
message!(GadgetList, 0 1 "metadata" metadata field, 1 2 "items" items items_field);

impl Gadget {
    fn second(&self) -> i32 {
        self.size
    }
}

impl GadgetList {
    fn second(&self) -> Vec<Gadget> {
        self.items.clone()
    }
}

impl Kind for Gadget {
    const GROUP: &'static str = "test.example.com";
    const VERSION: &'static str = "v1";
    const KIND: &'static str = "Gadget";

    fn kind_meta(&self) -> Meta<&ObjectMeta, &ListMeta> {
        Meta::Object(&self.metadata)
    }

    fn kind_meta_mut(&mut self) -> Meta<&mut ObjectMeta, &mut ListMeta> {
        Meta::Object(&mut self.metadata)
    }

    fn kind_schema() -> &'static StructSchema {
        &StructSchema { name: "Gadget", definition: "com.example.test.v1.Gadget", atomic: false, fields: &[] }
    }
}

impl Kind for GadgetList {
    const GROUP: &'static str = "test.example.com";
    const VERSION: &'static str = "v1";
    const KIND: &'static str = "GadgetList";

    fn kind_meta(&self) -> Meta<&ObjectMeta, &ListMeta> {
        Meta::List(&self.metadata)
    }

    fn kind_meta_mut(&mut self) -> Meta<&mut ObjectMeta, &mut ListMeta> {
        Meta::List(&mut self.metadata)
    }

    fn kind_schema() -> &'static StructSchema {
        &StructSchema { name: "GadgetList", definition: "com.example.test.v1.GadgetList", atomic: false, fields: &[] }
    }
}

impl Resource for Gadget {
    type List = GadgetList;
    const PLURAL: &'static str = "gadgets";
    const NAMESPACED: bool = true;

    fn object_meta(&self) -> &ObjectMeta {
        &self.metadata
    }

    fn object_meta_mut(&mut self) -> &mut ObjectMeta {
        &mut self.metadata
    }
}

impl ListKind for GadgetList {
    type Item = Gadget;

    fn list_metadata(&self) -> &ListMeta {
        &self.metadata
    }

    fn into_items(self) -> Vec<Gadget> {
        self.items
    }
}
