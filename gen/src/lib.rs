//! The generator: API type definitions in, everything derived from them out.
//!
//! A run loads source files into the [`model`], and each of [`emit`]'s emitters makes Rust code of it.

pub mod emit;
pub mod model;
