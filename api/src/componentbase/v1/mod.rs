//! Version v1 of the `` group: settings that all components have.
//!
//! One file per kind, with the types that only it uses; `generated` holds what the generator makes of them.

mod shared;

#[rustfmt::skip]
pub mod generated;

pub use shared::TracingConfiguration;
