//! The `storage.k8s.io` group: kinds of storage, and the drivers behind them.

pub mod v1;
