//! The `storage.k8s.io` group: kinds of storage, and the drivers behind them.

mod defaults;
pub mod v1;
pub mod v1alpha1;
pub mod v1beta1;
