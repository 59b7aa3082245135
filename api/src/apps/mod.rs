//! The `apps` group: controllers that keep sets of pods as wanted.

pub(crate) mod defaults;
pub mod v1;
pub mod v1beta1;
pub mod v1beta2;

pub(crate) mod rollback;
pub(crate) mod scale_selector;
