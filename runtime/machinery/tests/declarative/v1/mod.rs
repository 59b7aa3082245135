//! A package with every rule that makes a check.

mod machine;
mod values;

#[rustfmt::skip]
pub mod generated;

pub use machine::*;
pub use values::*;
