//! The checks, by what they are about.

pub mod create;
pub mod get;
pub mod list;
pub mod room;
pub mod update;
pub mod watch;

#[allow(unused_imports, reason = "not every test target uses both")]
pub use room::{Kind, Room};
