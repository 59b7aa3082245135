//! The `batch` group: work that comes to an end.

pub mod v1;
pub mod v1beta1;
