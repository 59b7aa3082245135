//! What every part of Kubeforge that touches API objects stands on.
//!
//! - [`object`]: [`Object`], any API object by reference; [`Kind`] and [`Resource`], the traits behind typed code.
//! - [`scheme`]: [`Scheme`], which kinds exist and how they convert.
//! - [`codec`]: JSON, YAML and protobuf, strict or lenient.
//! - [`meta`]: the types of `meta.k8s.io/v1` that every kind shares.
//! - [`crd`]: custom resource definitions of derived types. [`serde_type`]: types of serde's as fields.
//! - [`gvk`], [`schema`], [`deepcopy`], [`defaulted`]: names, structure, copies and defaults.
//! - [`unstructured`]: objects whose type isn't known at compile time.
//! - [`quantity`], [`time`], [`int_or_string`], [`byte_string`], [`raw_extension`]: values with a JSON form of their own.
//! - [`labels`], [`fields`]: selectors. [`patch`]: JSON, merge and strategic merge patches. [`yaml`]: YAML as JSON.
//! - [`kube`]: kinds as kube-rs' resources.
//! - [`status`], [`field`], [`validation`], [`quote`]: failures as clients see them, down to the field.
//!
//! Three parts are behind cargo features, all of them off by default: `arbitrary`, objects for property tests; `schemars`,
//! schemas of types with schemars' `JsonSchema` in custom resource definitions; `kube`, the traits of k8s-openapi and
//! kube-rs on every resource.
//!
//! Invariants: this crate knows no API group but meta/v1, no network and no clock of its own beyond reading the time;
//! it is synchronous. Generated code refers to it as `::kubeforge_machinery`, also from within.

extern crate self as kubeforge_machinery;

mod any_json;
#[cfg(feature = "arbitrary")]
pub mod arbitrary;
pub mod byte_string;
pub mod cbor;
pub mod codec;
pub mod crd;
pub mod deepcopy;
pub mod defaulted;
#[doc(hidden)]
pub mod expansion;
pub mod feature_gates;
pub mod field;
pub mod fields;
pub mod gvk;
pub mod int_or_string;
pub mod kube;
pub mod labels;
mod leaf;
pub mod managed_fields;
pub mod meta;
pub mod nil_vec;
pub mod object;
pub mod openapi;
pub mod patch;
pub mod quantity;
pub mod quote;
pub mod raw_extension;
pub mod scale;
pub mod schema;
pub mod scheme;
mod serde_type;
pub mod status;
pub mod string_enum;
pub mod time;
pub mod unstructured;
pub mod user;
pub mod validation;
pub mod version_order;
pub mod yaml;

pub use byte_string::ByteString;
pub use deepcopy::DeepCopy;
pub use defaulted::Defaulted;
pub use gvk::{GroupKind, GroupResource, GroupVersion, GroupVersionKind, GroupVersionResource};
pub use int_or_string::IntOrString;
pub use nil_vec::NilVec;
pub use object::{Kind, ListKind, Meta, Object, Resource};
pub use quantity::Quantity;
pub use raw_extension::{FieldsV1, RawExtension};
pub use scheme::{ConversionError, KindInfo, Scheme, SchemeBuilder, SchemeError};
pub use status::ApiError;
pub use time::{Duration, MicroTime, Time};
pub use unstructured::{Unstructured, UnstructuredList};
