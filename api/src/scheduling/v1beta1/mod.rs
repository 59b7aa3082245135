//! Version v1beta1 of the `scheduling.k8s.io` group: priority classes.
//!
//! One file per kind, with the types that only it uses; `generated` holds what the generator makes of them.

pub mod defaults;
mod priority_class;

#[rustfmt::skip]
pub mod generated;

pub use priority_class::{PriorityClass, PriorityClassList};
