//! The `policy` group: how much disruption a workload bears.

pub mod v1;
