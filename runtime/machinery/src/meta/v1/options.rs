//! What may be asked of a request beyond its path and body. In a URL they are query parameters.

use kubeforge_derive::ApiSource;

/// What a list, a watch or a deletion of many is confined to, and from when on.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, group = "", version = "v1", no_resource)]
pub struct ListOptions {
    /// Only objects whose labels match.
    #[api(tag = 1)]
    pub label_selector: String,
    /// Only objects whose selectable fields match.
    #[api(tag = 2)]
    pub field_selector: String,
    /// Answer with changes as they come rather than with a list.
    #[api(tag = 3)]
    pub watch: bool,
    /// The watch may hear, between changes, how far the server has got.
    #[api(tag = 9)]
    pub allow_watch_bookmarks: bool,
    /// The point in history to list or to start watching from; what it means is up to `resource_version_match`.
    #[api(tag = 4)]
    pub resource_version: String,
    /// Whether `resource_version` is exact or the oldest acceptable.
    #[api(tag = 10)]
    pub resource_version_match: ResourceVersionMatch,
    /// End the request after this time, whatever happens.
    #[api(tag = 5)]
    pub timeout_seconds: Option<i64>,
    /// At most so many objects in one answer; the rest follows by `continue_`.
    #[api(tag = 7)]
    pub limit: i64,
    /// What the last page said under the same name.
    #[api(tag = 8)]
    pub continue_: String,
    /// The watch starts with what exists, closed by a bookmark.
    #[api(tag = 11)]
    pub send_initial_events: Option<bool>,
    /// Only objects whose hash falls into the given ranges.
    #[api(tag = 15, gate = "ShardedListAndWatch")]
    pub shard_selector: String,
}

/// How a list relates to the resource version it names.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
#[api(open)]
pub enum ResourceVersionMatch {
    /// The list is at that point of history or later.
    NotOlderThan,
    /// The list is at exactly that point.
    Exact,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

/// How fresh the answer to a get must be.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, group = "", version = "v1", no_resource)]
pub struct GetOptions {
    /// The oldest point in history that will do; empty means the newest.
    #[api(tag = 1)]
    pub resource_version: String,
}

/// How to create an object.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, group = "", version = "v1", no_resource)]
pub struct CreateOptions {
    /// With `All` nothing is stored, but everything else is done and answered.
    #[api(tag = 1, list = atomic)]
    pub dry_run: Vec<String>,
    /// Who writes, for the record of managed fields.
    #[api(tag = 3)]
    pub field_manager: String,
    /// What to do about unknown or repeated fields: `Ignore`, `Warn` or `Strict`.
    #[api(tag = 4)]
    pub field_validation: String,
}

/// How to replace an object.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, group = "", version = "v1", no_resource)]
pub struct UpdateOptions {
    /// With `All` nothing is stored, but everything else is done and answered.
    #[api(tag = 1, list = atomic)]
    pub dry_run: Vec<String>,
    /// Who writes, for the record of managed fields.
    #[api(tag = 2)]
    pub field_manager: String,
    /// What to do about unknown or repeated fields: `Ignore`, `Warn` or `Strict`.
    #[api(tag = 3)]
    pub field_validation: String,
}

/// How to patch or apply an object.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, group = "", version = "v1", no_resource)]
pub struct PatchOptions {
    /// With `All` nothing is stored, but everything else is done and answered.
    #[api(tag = 1, list = atomic)]
    pub dry_run: Vec<String>,
    /// Take over fields that other managers own; only for apply.
    #[api(tag = 2)]
    pub force: Option<bool>,
    /// Who writes, for the record of managed fields; apply demands it.
    #[api(tag = 3)]
    pub field_manager: String,
    /// What to do about unknown or repeated fields: `Ignore`, `Warn` or `Strict`.
    #[api(tag = 4)]
    pub field_validation: String,
}

/// How a client applies a configuration.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, group = "", version = "v1", no_resource)]
pub struct ApplyOptions {
    /// With `All` nothing is stored, but everything else is done and answered.
    #[api(tag = 1, list = atomic)]
    pub dry_run: Vec<String>,
    /// Take over fields that other managers own.
    #[api(tag = 2, required)]
    pub force: bool,
    /// Who writes, for the record of managed fields.
    #[api(tag = 3, required)]
    pub field_manager: String,
}

/// How to delete, and on which conditions.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, group = "", version = "v1", no_resource)]
pub struct DeleteOptions {
    /// How long the object may take to end; zero means at once.
    #[api(tag = 1)]
    pub grace_period_seconds: Option<i64>,
    /// Delete only the object that is meant.
    #[api(tag = 2)]
    pub preconditions: Option<Box<Preconditions>>,
    /// The old way to say `propagation_policy`.
    #[api(tag = 3, deprecated)]
    pub orphan_dependents: Option<bool>,
    /// What becomes of the objects that this one owns.
    #[api(tag = 4)]
    pub propagation_policy: Option<DeletionPropagation>,
    /// With `All` nothing is deleted, but everything else is done and answered.
    #[api(tag = 5, list = atomic)]
    pub dry_run: Vec<String>,
    /// Delete an object even though it can no longer be read from the store.
    #[api(tag = 6)]
    pub ignore_store_read_error_with_cluster_breaking_potential: Option<bool>,
}

/// What must hold of an object for it to be deleted.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct Preconditions {
    /// It has this UID.
    #[api(tag = 1)]
    pub uid: Option<String>,
    /// It is in this state.
    #[api(tag = 2)]
    pub resource_version: Option<String>,
}

/// What becomes of the objects that a deleted object owns.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
#[api(open)]
pub enum DeletionPropagation {
    /// They stay, without the owner.
    Orphan,
    /// They are deleted after it.
    Background,
    /// They are deleted first, and the owner stays visible until then.
    Foreground,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}
