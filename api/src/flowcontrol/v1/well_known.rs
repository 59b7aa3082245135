//! Names that programs agree on.

/// All groups.
pub const API_GROUP_ALL: &str = "*";
/// All resources.
pub const RESOURCE_ALL: &str = "*";
/// All verbs.
pub const VERB_ALL: &str = "*";
/// All paths that are no resources.
pub const NON_RESOURCE_ALL: &str = "*";
/// All names.
pub const NAME_ALL: &str = "*";
/// All namespaces.
pub const NAMESPACE_EVERY: &str = "*";
/// The priority level without limits, which always exists.
pub const PRIORITY_LEVEL_CONFIGURATION_NAME_EXEMPT: &str = "exempt";
/// The priority level for all the rest, which always exists.
pub const PRIORITY_LEVEL_CONFIGURATION_NAME_CATCH_ALL: &str = "catch-all";
/// The flow schema of those who never wait, which always exists.
pub const FLOW_SCHEMA_NAME_EXEMPT: &str = "exempt";
/// The flow schema that takes what no other takes, which always exists.
pub const FLOW_SCHEMA_NAME_CATCH_ALL: &str = "catch-all";
/// The priority level of the schema does not exist.
pub const FLOW_SCHEMA_CONDITION_DANGLING: &str = "Dangling";
/// The seats have been shared out among the servers.
pub const PRIORITY_LEVEL_CONFIGURATION_CONDITION_CONCURRENCY_SHARED: &str = "ConcurrencyShared";
/// The response header with the uid of the priority level.
pub const RESPONSE_HEADER_MATCHED_PRIORITY_LEVEL_CONFIGURATION_UID: &str = "X-Kubernetes-PF-PriorityLevel-UID";
/// The response header with the uid of the flow schema.
pub const RESPONSE_HEADER_MATCHED_FLOW_SCHEMA_UID: &str = "X-Kubernetes-PF-FlowSchema-UID";
/// On objects that the server made: whether it keeps their spec up to date.
pub const AUTO_UPDATE_ANNOTATION_KEY: &str = "apf.kubernetes.io/autoupdate-spec";
