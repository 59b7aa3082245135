//! The checks, by what they are about.

pub mod create;
pub mod get;
pub mod list;
mod room;
pub mod update;
pub mod watch;

pub use room::{Kind, Room};
