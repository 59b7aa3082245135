//! What macro expansions and generated code refer to, beyond the public modules. Not for use by hand.

pub use serde;

use crate::{
    NilVec,
    codec::{JsonWriter, from_json_slice},
    object::{Kind, Object},
    scheme::ConversionError,
};

/// Serializes a kind as a document of its own: with its `kind` and `apiVersion`.
///
/// # Errors
/// Where the serializer refuses it.
pub fn serialize_kind<T: Kind, S: serde::Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
    let mut w = JsonWriter::new();
    Object::write_json(value, &mut w);
    let value: serde_json::Value = serde_json::from_slice(w.as_bytes()).map_err(serde::ser::Error::custom)?;
    serde::Serialize::serialize(&value, serializer)
}

/// A value as serde writes it; null where serde refuses.
pub fn to_value<T: serde::Serialize>(value: &T) -> serde_json::Value {
    serde_json::to_value(value).unwrap_or_default()
}

/// Reads a value as serde does. `null` leaves it as it was.
///
/// # Errors
/// Where the input doesn't fit the type.
pub fn read_with_serde<T: serde::de::DeserializeOwned>(
    target: &mut T,
    r: &mut crate::codec::JsonReader<'_>,
) -> Result<(), crate::codec::DecodeError> {
    let raw = r.raw()?;
    if raw != b"null" {
        *target = serde_json::from_slice(raw).map_err(|err| crate::codec::DecodeError::custom(err.to_string()))?;
    }
    Ok(())
}

/// Reads a default from its JSON text; the generator wrote the text after looking at the type, so it fits.
pub fn json_default<T: crate::codec::Json + Default>(json: &str) -> T {
    from_json_slice(json.as_bytes()).unwrap_or_default()
}

/// The text of the plain value at a path of JSON names below `value`; empty where there is none.
pub fn json_text<T: crate::codec::Json>(value: &T, path: &[&str]) -> String {
    let json: serde_json::Value = serde_json::from_slice(&crate::codec::to_json_vec(value)).unwrap_or_default();
    match path.iter().try_fold(&json, |json, key| json.get(key)) {
        Some(serde_json::Value::String(text)) => text.clone(),
        Some(json @ (serde_json::Value::Number(_) | serde_json::Value::Bool(_))) => json.to_string(),
        _ => String::new(),
    }
}

/// A list that can be taken apart and put together again of other elements; what was nil stays so.
pub trait List {
    /// An element.
    type Element;
    /// The same kind of list, of other elements.
    type Of<B>;

    /// The elements; `None` for nil.
    fn into_elements(self) -> Option<Vec<Self::Element>>;

    /// The list of these elements.
    fn of_elements<B>(elements: Option<Vec<B>>) -> Self::Of<B>;
}

impl<A> List for Vec<A> {
    type Element = A;
    type Of<B> = Vec<B>;

    fn into_elements(self) -> Option<Vec<A>> {
        Some(self)
    }

    fn of_elements<B>(elements: Option<Vec<B>>) -> Vec<B> {
        elements.unwrap_or_default()
    }
}

impl<A> List for NilVec<A> {
    type Element = A;
    type Of<B> = NilVec<B>;

    fn into_elements(self) -> Option<Vec<A>> {
        (!self.is_nil()).then(|| self.into_vec())
    }

    fn of_elements<B>(elements: Option<Vec<B>>) -> NilVec<B> {
        elements.map(NilVec::given).unwrap_or_default()
    }
}

/// Converts the elements of a list.
///
/// # Errors
/// That of the first element that fails.
// a plain loop: collecting into a `Result` is ten times the code, for every pair of types
pub fn convert_list<L: List, B>(
    from: L,
    convert: fn(L::Element) -> Result<B, ConversionError>,
) -> Result<L::Of<B>, ConversionError> {
    let Some(from) = from.into_elements() else { return Ok(L::of_elements(None)) };
    let mut to = Vec::with_capacity(from.len());
    for value in from {
        to.push(convert(value)?);
    }
    Ok(L::of_elements(Some(to)))
}

/// Implements `Json` for a struct over its `JsonFields`. `$go_type` is its name in Go, for error messages.
#[macro_export]
macro_rules! json_struct {
    ($name:ident, $go_type:literal) => {
        impl $crate::codec::Json for $name {
            fn write_json(&self, w: &mut $crate::codec::JsonWriter) {
                w.begin_object();
                $crate::codec::JsonFields::write_fields(self, w);
                w.end_object();
            }

            fn read_json(&mut self, r: &mut $crate::codec::JsonReader<'_>) -> Result<(), $crate::codec::DecodeError> {
                r.object(self)
            }

            fn go_type() -> std::borrow::Cow<'static, str> {
                $go_type.into()
            }
        }
    };
}

/// Implements `Proto` for a message over its `ProtoFields`.
#[macro_export]
macro_rules! proto_message {
    ($name:ident) => {
        impl $crate::codec::Proto for $name {
            fn write_payload(&self, w: &mut $crate::codec::ProtoWriter) {
                $crate::codec::ProtoFields::write_fields(self, w);
            }

            fn read_payload(
                &mut self,
                r: &mut $crate::codec::ProtoReader<'_>,
            ) -> Result<(), $crate::codec::DecodeError> {
                r.message(self)
            }

            fn write_tagged(&self, tag: u32, w: &mut $crate::codec::ProtoWriter) {
                w.message(tag, self);
            }

            fn read_tagged(
                &mut self,
                wire: $crate::codec::WireType,
                r: &mut $crate::codec::ProtoReader<'_>,
            ) -> Result<(), $crate::codec::DecodeError> {
                r.message_field(wire, self)
            }
        }
    };
}

/// Implements serde's traits over the JSON codec; a `kind` also carries its `kind` and `apiVersion`.
#[macro_export]
macro_rules! serde_over_json {
    ($name:ident) => {
        $crate::serde_over_json!($name, $crate::codec::serde_bridge::serialize);
    };
    (kind $name:ident) => {
        $crate::serde_over_json!($name, $crate::expansion::serialize_kind);
    };
    ($name:ident, $serialize:path) => {
        impl $crate::expansion::serde::Serialize for $name {
            fn serialize<S: $crate::expansion::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                $serialize(self, serializer)
            }
        }

        impl<'de> $crate::expansion::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::expansion::serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::codec::serde_bridge::deserialize(deserializer)
            }
        }
    };
}

/// Makes a resource one of kube-rs': without the cargo feature `kube`, nothing.
#[cfg(not(feature = "kube"))]
#[macro_export]
macro_rules! kube_resource {
    ($($resource:tt)*) => {};
}

/// Makes a resource one of kube-rs': `kube_resource!(namespaced Gadget, "shop.example.com/v1")`, or with the plural where
/// it can't be listed. kube-rs' own trait follows from k8s-openapi's.
#[cfg(feature = "kube")]
#[macro_export]
macro_rules! kube_resource {
    (@ $name:ident, $api_version:literal, $plural:expr, $scope:ident) => {
        impl $crate::kube::k8s_openapi::Resource for $name {
            const API_VERSION: &'static str = $api_version;
            const GROUP: &'static str = <$name as $crate::object::Kind>::GROUP;
            const KIND: &'static str = <$name as $crate::object::Kind>::KIND;
            const VERSION: &'static str = <$name as $crate::object::Kind>::VERSION;
            const URL_PATH_SEGMENT: &'static str = $plural;
            type Scope = $crate::kube::k8s_openapi::$scope;
        }

        impl $crate::kube::k8s_openapi::Metadata for $name {
            type Ty = $crate::kube::k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;

            fn metadata(&self) -> &Self::Ty {
                self.metadata.as_kube()
            }

            fn metadata_mut(&mut self) -> &mut Self::Ty {
                self.metadata.as_kube_mut()
            }
        }
    };
    (namespaced $name:ident, $api_version:literal, $plural:expr) => {
        $crate::kube_resource!(@ $name, $api_version, $plural, NamespaceResourceScope);
    };
    (cluster $name:ident, $api_version:literal, $plural:expr) => {
        $crate::kube_resource!(@ $name, $api_version, $plural, ClusterResourceScope);
    };
    ($scope:ident $name:ident, $api_version:literal) => {
        $crate::kube_resource!($scope $name, $api_version, <$name as $crate::object::Resource>::PLURAL);

        impl $crate::kube::k8s_openapi::ListableResource for $name {
            const LIST_KIND: &'static str = <<$name as $crate::object::Resource>::List as $crate::object::Kind>::KIND;
        }
    };
}

/// Compiles for types that a field of an API type may have.
pub fn is_api_type<T: crate::codec::Json>() {}
