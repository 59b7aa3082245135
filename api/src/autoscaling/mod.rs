//! The `autoscaling` group: how many pods a load needs.

pub mod v1;
pub mod v2;
