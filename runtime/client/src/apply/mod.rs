//! Apply configurations: what a field manager wants of an object, as server-side apply takes it.
//!
//! A configuration says only the fields that its manager cares for; typed objects can't, because a plain number or struct is
//! always there. So each type has a builder beside it, `PodSpecApply` beside `PodSpec`, with a `with_…` method per field.
//! The generator writes them for every type that a patched kind reaches; those of meta/v1 are in [`meta`].
//!
//! **Why builders are JSON inside.** A struct of `Option`s per type, as client-go has it, needs a codec per type: of the
//! order of the API types' own, which take tens of seconds to build. A builder here is one JSON object, [`Fields`], and its
//! methods are one line each that name the field and check its type; they are inlined or generic, so that a program pays
//! for the methods it calls. Reading fields back costs a look-up, which only happens on the rare way of
//! [`extract`](extract()), change, apply.
//!
//! A method takes a nested struct as any [`Configuration`] of its type, not as a certain builder. So builders of other
//! crates fit, and for a type without one there is [`Raw`].

mod configuration;
mod extract;
mod fields;
pub mod meta;

pub use configuration::{Configuration, Raw};
pub use extract::{ExtractError, extract, extract_unstructured};
pub use fields::Fields;
pub use meta::{
    ConditionApply, LabelSelectorApply, LabelSelectorRequirementApply, ObjectMetaApply, OwnerReferenceApply,
};
pub use serde_json::Value;

/// What [`configuration!`](crate::configuration) expands to refers to these.
#[doc(hidden)]
pub mod private {
    pub use kubeforge_machinery::{Kind, meta::v1::OwnerReference};
    pub use serde::{Serialize, Serializer};
}
