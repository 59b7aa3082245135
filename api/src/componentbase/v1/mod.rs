//! Version v1 of settings that all components have, which belong to no group: tracing.
//!
//! One file per kind, with the types that only it uses; `generated` holds what the generator makes of them.

mod shared;

#[rustfmt::skip]
pub mod generated;

pub use shared::TracingConfiguration;
