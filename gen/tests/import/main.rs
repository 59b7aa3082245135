//! Documents in, type files out; documents merged into type files; and the way there and back.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(clippy::print_stdout, reason = "a test says what it skips")]

mod bad_input;
mod cli;
mod crd;
mod merge;
mod openapi;
mod projects;
mod round_trip;
mod support;
mod upstream;
