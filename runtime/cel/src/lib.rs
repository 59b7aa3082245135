//! The Common Expression Language as Kubernetes 1.36 has it.
//!
//! An [`Env`] says what an expression can refer to. [`compile`] makes a [`Program`] of one: it is read ([`lexer`],
//! [`parser`], [`macros`]), its types are checked ([`check`], [`types`]) against the functions that there are
//! ([`functions`]), and made ready to run ([`plan`]). A program tells what it can cost at most ([`estimate`]), and runs
//! ([`eval`]) on [`Value`]s until it has cost what it may ([`cost`]).
//!
//! Names, error texts and costs are those of cel-go and of apiserver pkg/cel. Why not the `cel` crate: it checks no types,
//! counts no costs, and lacks Kubernetes' value types; its parser tells errors in words of its own.
//!
//! Invariants: no I/O, no clock; the depth of an expression is bounded, so that nothing here exhausts a stack; what a run
//! costs is bounded by its limit.

mod ast;
mod check;
mod cost;
pub mod device;
mod env;
mod estimate;
mod eval;
mod functions;
mod lexer;
mod literal;
mod macros;
mod nodes;
mod parser;
mod plan;
mod program;
mod source;
mod types;
mod validate;
mod value;

pub use env::{Env, Libraries};
pub use estimate::Sizes;
pub use eval::Failure;
pub use functions::convert::{parse_duration, parse_timestamp};
pub use program::{Program, Ran, compile, compile_estimated};
pub use types::{ObjectType, Type};
pub use value::{Key, List, ListKind, Map, Value};

/// The type of the variable `authorizer`.
pub const AUTHORIZER: Type = functions::AUTHORIZER;
