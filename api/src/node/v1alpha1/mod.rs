//! Version v1alpha1 of the `node.k8s.io` group: runtime classes, with their fields in a spec.
//!
//! One file per kind, with the types that only it uses; `generated` holds what the generator makes of them.

mod conversion;
mod runtime_class;

#[rustfmt::skip]
pub mod generated;

pub use runtime_class::{Overhead, RuntimeClass, RuntimeClassList, RuntimeClassSpec, Scheduling};
