//! The autoscaling group.

#[allow(missing_docs)] // field docs come with the toolchain issue
pub mod v1;
#[allow(missing_docs)] // field docs come with the toolchain issue
pub mod v2;
