//! The `policy` group: how much disruption a workload bears.

pub mod v1;
pub mod v1beta1;
