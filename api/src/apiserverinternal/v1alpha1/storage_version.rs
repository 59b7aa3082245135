//! Storage versions: what the API servers write to the store.

use kubeforge_derive::ApiSource;
use kubeforge_machinery::Time;
use kubeforge_machinery::meta::v1::{ListMeta, ObjectMeta};

/// Says in which version each API server stores a resource; named after group and resource.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, cluster, plural = "storageversions", singular = "storageversion")]
#[api(subresource(status))]
pub struct StorageVersion {
    /// Name, labels and everything else that all objects carry.
    #[api(tag = 1, required, omit_empty)]
    pub metadata: ObjectMeta,
    /// Nothing; there is nothing to want.
    #[api(tag = 2, always)]
    pub spec: StorageVersionSpec,
    /// What the servers say.
    #[api(tag = 3, always)]
    pub status: StorageVersionStatus,
}

/// Storage versions, listed as of one point in the history of the store.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(list = "StorageVersion")]
pub struct StorageVersionList {
    /// Where the list stands in the history of the store, and how to read on.
    #[api(tag = 1)]
    pub metadata: ListMeta,
    /// The objects, in the order in which the server lists them.
    #[api(tag = 2, required)]
    pub items: Vec<StorageVersion>,
}

/// Empty, since nobody wishes for anything here.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct StorageVersionSpec {}

/// What each API server says of a resource, and whether they agree.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct StorageVersionStatus {
    /// What each of them says.
    #[api(tag = 1, list = map("apiServerID"))]
    pub storage_versions: Vec<ServerStorageVersion>,
    /// The version that they all store; unset where they differ.
    #[api(tag = 2)]
    pub common_encoding_version: Option<String>,
    /// What has been found, and since when.
    #[api(tag = 3, list = map("type"))]
    pub conditions: Vec<StorageVersionCondition>,
}

/// In which versions one API server stores, reads and serves a resource.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ServerStorageVersion {
    /// The server.
    #[api(tag = 1, json = "apiServerID", required, omit_empty)]
    pub api_server_id: String,
    /// The version that it stores.
    #[api(tag = 2, required, omit_empty)]
    pub encoding_version: String,
    /// The versions that it can read from the store.
    #[api(tag = 3, required, omit_empty, list = set)]
    pub decodable_versions: Vec<String>,
    /// The versions that it serves, all of which it can read.
    #[api(tag = 4, list = set)]
    pub served_versions: Vec<String>,
}

/// Something that is so with a storage version, or not.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct StorageVersionCondition {
    /// What it is about.
    #[api(tag = 1, required)]
    pub type_: String,
    /// Whether it holds.
    #[api(tag = 2, required)]
    pub status: ConditionStatus,
    /// The generation that it is about.
    #[api(tag = 3)]
    pub observed_generation: i64,
    /// Since when.
    #[api(tag = 4)]
    pub last_transition_time: Time,
    /// Why, as one word.
    #[api(tag = 5, required)]
    pub reason: String,
    /// Why, for people.
    #[api(tag = 6, required, omit_empty)]
    pub message: String,
}

/// Whether a condition holds.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
#[api(open)]
pub enum ConditionStatus {
    /// It holds.
    True,
    /// It does not.
    False,
    /// Nobody can tell.
    Unknown,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

// Values of StorageVersionConditionType, which is a plain text because others may add their own.
/// All servers store the same version.
pub const ALL_ENCODING_VERSIONS_EQUAL: &str = "AllEncodingVersionsEqual";
