//! Audit policies: which requests are noted.

use kubeforge_derive::ApiSource;
use kubeforge_machinery::meta::v1::{ListMeta, ObjectMeta};

use super::{Level, Stage};

/// Which requests are noted, and how fully; read from a file.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, no_resource)]
pub struct Policy {
    /// Name, labels and everything else that all objects carry.
    #[api(tag = 1)]
    pub metadata: ObjectMeta,
    /// The rules; the first that matches a request counts, and one that matches none is not noted.
    #[api(tag = 2, required, list = atomic)]
    pub rules: Vec<PolicyRule>,
    /// The stages at which nothing is noted, whatever the rule.
    #[api(tag = 3, list = atomic)]
    pub omit_stages: Vec<Stage>,
    /// Whether bodies are noted without managed fields, unless the rule says else.
    #[api(tag = 4)]
    pub omit_managed_fields: bool,
}

/// Policies, listed as of one point in the history of the store.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(list = "Policy")]
pub struct PolicyList {
    /// Where the list stands in the history of the store, and how to read on.
    #[api(tag = 1)]
    pub metadata: ListMeta,
    /// The objects, in the order in which the server lists them.
    #[api(tag = 2, required)]
    pub items: Vec<Policy>,
}

/// Which requests it is about, and how fully they are noted; all that is set must match.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct PolicyRule {
    /// How fully.
    #[api(tag = 1, required)]
    pub level: Level,
    /// Only by these users; none means all.
    #[api(tag = 2, list = atomic)]
    pub users: Vec<String>,
    /// Only by members of one of these groups; none means all.
    #[api(tag = 3, list = atomic)]
    pub user_groups: Vec<String>,
    /// Only these verbs; none means all.
    #[api(tag = 4, list = atomic)]
    pub verbs: Vec<String>,
    /// Only these resources; excludes `nonResourceURLs`.
    #[api(tag = 5, list = atomic)]
    pub resources: Vec<GroupResources>,
    /// Only in these namespaces, an empty one for outside of any; none means all.
    #[api(tag = 6, list = atomic)]
    pub namespaces: Vec<String>,
    /// Only these paths; a `*` at the end of one stands for any rest.
    #[api(tag = 7, json = "nonResourceURLs", list = atomic)]
    pub non_resource_urls: Vec<String>,
    /// The stages at which nothing is noted, on top of those of the policy.
    #[api(tag = 8, list = atomic)]
    pub omit_stages: Vec<Stage>,
    /// Whether bodies are noted without managed fields; as the policy says if unset.
    #[api(tag = 9)]
    pub omit_managed_fields: Option<bool>,
}

/// Some resources of a group, perhaps only some objects.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct GroupResources {
    /// The group; empty for the core group.
    #[api(tag = 1)]
    pub group: String,
    /// The resources; `pods/log` for a part, `pods/*` for all parts, none for everything in the group.
    #[api(tag = 2, list = atomic)]
    pub resources: Vec<String>,
    /// Only objects of these names; none means all. Needs `resources`.
    #[api(tag = 3, list = atomic)]
    pub resource_names: Vec<String>,
}
