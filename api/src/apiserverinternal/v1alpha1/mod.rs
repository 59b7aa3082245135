//! Version v1alpha1 of the `internal.apiserver.k8s.io` group: what API servers tell each other.
//!
//! One file per kind, with the types that only it uses; `generated` holds what the generator makes of them.

mod storage_version;

#[rustfmt::skip]
pub mod generated;

pub use storage_version::{
    ALL_ENCODING_VERSIONS_EQUAL, ConditionStatus, ServerStorageVersion, StorageVersion, StorageVersionCondition,
    StorageVersionList, StorageVersionSpec, StorageVersionStatus,
};
