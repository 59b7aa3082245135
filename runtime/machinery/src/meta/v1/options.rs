use kubeforge_derive::ApiSource;

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, group = "", version = "v1", no_resource)]
pub struct ListOptions {
    #[api(tag = 1)]
    pub label_selector: String,
    #[api(tag = 2)]
    pub field_selector: String,
    #[api(tag = 3)]
    pub watch: bool,
    #[api(tag = 9)]
    pub allow_watch_bookmarks: bool,
    #[api(tag = 4)]
    pub resource_version: String,
    #[api(tag = 10)]
    pub resource_version_match: ResourceVersionMatch,
    #[api(tag = 5)]
    pub timeout_seconds: Option<i64>,
    #[api(tag = 7)]
    pub limit: i64,
    #[api(tag = 8)]
    pub continue_: String,
    #[api(tag = 11)]
    pub send_initial_events: Option<bool>,
    #[api(tag = 15, gate = "ShardedListAndWatch")]
    pub shard_selector: String,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
#[api(open)]
pub enum ResourceVersionMatch {
    NotOlderThan,
    Exact,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, group = "", version = "v1", no_resource)]
pub struct GetOptions {
    #[api(tag = 1)]
    pub resource_version: String,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, group = "", version = "v1", no_resource)]
pub struct CreateOptions {
    #[api(tag = 1, list = atomic)]
    pub dry_run: Vec<String>,
    #[api(tag = 3)]
    pub field_manager: String,
    #[api(tag = 4)]
    pub field_validation: String,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, group = "", version = "v1", no_resource)]
pub struct UpdateOptions {
    #[api(tag = 1, list = atomic)]
    pub dry_run: Vec<String>,
    #[api(tag = 2)]
    pub field_manager: String,
    #[api(tag = 3)]
    pub field_validation: String,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, group = "", version = "v1", no_resource)]
pub struct PatchOptions {
    #[api(tag = 1, list = atomic)]
    pub dry_run: Vec<String>,
    #[api(tag = 2)]
    pub force: Option<bool>,
    #[api(tag = 3)]
    pub field_manager: String,
    #[api(tag = 4)]
    pub field_validation: String,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, group = "", version = "v1", no_resource)]
pub struct ApplyOptions {
    #[api(tag = 1, list = atomic)]
    pub dry_run: Vec<String>,
    #[api(tag = 2, required)]
    pub force: bool,
    #[api(tag = 3, required)]
    pub field_manager: String,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, group = "", version = "v1", no_resource)]
pub struct DeleteOptions {
    #[api(tag = 1)]
    pub grace_period_seconds: Option<i64>,
    #[api(tag = 2)]
    pub preconditions: Option<Box<Preconditions>>,
    #[api(tag = 3, deprecated)]
    pub orphan_dependents: Option<bool>,
    #[api(tag = 4)]
    pub propagation_policy: Option<DeletionPropagation>,
    #[api(tag = 5, list = atomic)]
    pub dry_run: Vec<String>,
    #[api(tag = 6)]
    pub ignore_store_read_error_with_cluster_breaking_potential: Option<bool>,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct Preconditions {
    #[api(tag = 1)]
    pub uid: Option<String>,
    #[api(tag = 2)]
    pub resource_version: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
#[api(open)]
pub enum DeletionPropagation {
    Orphan,
    Background,
    Foreground,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}
