//! Version v1beta1 of the `storagemigration.k8s.io` group: migrations of what is stored.
//!
//! One file per kind, with the types that only it uses; `generated` holds what the generator makes of them.

mod storage_version_migration;

#[rustfmt::skip]
pub mod generated;

pub use storage_version_migration::{
    StorageVersionMigration, StorageVersionMigrationList, StorageVersionMigrationSpec, StorageVersionMigrationStatus,
};
