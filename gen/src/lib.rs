//! The generator: API type definitions in, everything derived from them out.
//!
//! A run reads `gen.toml` files, loads the packages that they list into the [`model`], lets each of [`emit`]'s emitters
//! make Rust code of it, and writes what changed:
//!
//! | module | from | to |
//! |---|---|---|
//! | `config` | `gen.toml` | packages to load |
//! | [`load`] | Rust source with `#[api(…)]` attributes | model, and where everything stands |
//! | [`model`] | | plain data: packages, types, fields, markers |
//! | [`emit`] | model | tokens, one emitter per file |
//! | `document` | model | reference pages and protobuf definitions |
//! | `output` | tokens and text | formatted files with a header; differences; stale files |
//! | `run` | | the above, in order |
//! | `generate`, `cache`, `watch` | | a run that writes; that it has nothing to do; that something was saved |
//! | `scaffold` | names | new crates, versions and kinds to start with |
//! | [`diagnostic`] | | what is wrong with the input, and where |
//!
//! [`language`] walks through the attribute language. It is a table, [`load::grammar`]; `kubeforge-gen markers` prints
//! it, and MARKERS.md beside this crate's manifest is that list. The derive macros use the library without its default
//! feature `cli`.
//!
//! Invariants: decisions are made on the model, never on text; output depends on the input files alone (no clock,
//! host, absolute path or hash order); this crate depends on no other room, so that it can be built before their
//! generated code is.

#[cfg(feature = "cli")]
pub mod cache;
#[cfg(feature = "cli")]
pub mod config;
pub mod diagnostic;
#[cfg(feature = "cli")]
pub mod document;
pub mod emit;
#[cfg(feature = "cli")]
pub mod generate;
#[doc = include_str!("../LANGUAGE.md")]
pub mod language {}
pub mod load;
#[cfg(feature = "cli")]
pub mod markers;
pub mod model;
#[cfg(feature = "cli")]
pub mod output;
#[cfg(feature = "cli")]
pub mod run;
#[cfg(feature = "cli")]
pub mod scaffold;
#[cfg(feature = "cli")]
pub mod watch;
