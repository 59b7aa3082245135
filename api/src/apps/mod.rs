//! The `apps` group: controllers that keep sets of pods as wanted.

pub mod v1;
