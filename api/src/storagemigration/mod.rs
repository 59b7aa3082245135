//! The `storagemigration.k8s.io` group: migrations of what is stored.

pub mod v1beta1;
