//! Storage version migrations: old objects are stored anew.

use kubeforge_derive::ApiSource;
use kubeforge_machinery::meta::v1::{Condition, GroupResource, ListMeta, ObjectMeta};

/// Has all objects of a resource stored again, in the version that is stored now.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, cluster, plural = "storageversionmigrations", singular = "storageversionmigration")]
#[api(subresource(status))]
#[api(introduced = "1.35")]
pub struct StorageVersionMigration {
    /// Name, labels and everything else that all objects carry.
    #[api(tag = 1)]
    pub metadata: ObjectMeta,
    /// Which resource.
    #[api(tag = 2)]
    pub spec: StorageVersionMigrationSpec,
    /// How far it is.
    #[api(tag = 3)]
    pub status: StorageVersionMigrationStatus,
}

/// Storage version migrations, listed as of one point in the history of the store.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(list = "StorageVersionMigration")]
#[api(introduced = "1.35")]
pub struct StorageVersionMigrationList {
    /// Where the list stands in the history of the store, and how to read on.
    #[api(tag = 1)]
    pub metadata: ListMeta,
    /// The objects, in the order in which the server lists them.
    #[api(tag = 2, required)]
    pub items: Vec<StorageVersionMigration>,
}

/// The resource whose objects are stored again.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct StorageVersionMigrationSpec {
    /// The resource; fixed.
    #[api(tag = 1, required)]
    pub resource: GroupResource,
}

/// How far a migration is.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct StorageVersionMigrationStatus {
    /// What has been reached, and since when.
    #[api(tag = 1, patch = merge, merge_key = "type", list = map("type"))]
    pub conditions: Vec<Condition>,
    /// The resource version that the resource had when the controller first saw the migration; it waits until its
    /// own knowledge of the objects is as new.
    #[api(tag = 2)]
    pub resource_version: String,
}
