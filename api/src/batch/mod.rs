//! The `batch` group: work that comes to an end.

pub mod v1;
