//! The generator: API type definitions in, everything derived from them out.
//!
//! A run loads source files into the [`model`], and each of [`emit`]'s emitters makes Rust code of it.

#[cfg(feature = "cli")]
pub mod config;
pub mod diagnostic;
pub mod emit;
pub mod load;
#[cfg(feature = "cli")]
pub mod markers;
pub mod model;
#[cfg(feature = "cli")]
pub mod output;
#[cfg(feature = "cli")]
pub mod run;
