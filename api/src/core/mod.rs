//! The core group, whose name is empty: pods, nodes, services, volumes and configuration.

pub mod v1;
