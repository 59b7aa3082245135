//! The `batch` group: work that comes to an end.

mod defaults;
pub mod v1;
pub mod v1beta1;
