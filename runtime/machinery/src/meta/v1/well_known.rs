//! Names that all groups share.

/// The kind of a watch event.
pub const WATCH_EVENT_KIND: &str = "WatchEvent";
/// The selectable field that every resource has.
pub const OBJECT_NAME_FIELD: &str = "metadata.name";
/// The garbage collector must first take this owner out of the objects it owns.
pub const FINALIZER_ORPHAN_DEPENDENTS: &str = "orphan";
/// The garbage collector must first delete what this owner owns.
pub const FINALIZER_DELETE_DEPENDENTS: &str = "foregroundDeletion";
/// The namespace for those who name none.
pub const NAMESPACE_DEFAULT: &str = "default";
/// Stands for all namespaces.
pub const NAMESPACE_ALL: &str = "";
/// The namespace of objects that are in none.
pub const NAMESPACE_NONE: &str = "";
/// The namespace of the cluster's own parts.
pub const NAMESPACE_SYSTEM: &str = "kube-system";
/// The namespace that everyone may read.
pub const NAMESPACE_PUBLIC: &str = "kube-public";
/// Marks the bookmark after which a watch has shown all that exists.
pub const INITIAL_EVENTS_ANNOTATION_KEY: &str = "k8s.io/initial-events-end";
/// Do everything but store.
pub const DRY_RUN_ALL: &str = "All";
/// Drop fields that the kind does not have.
pub const FIELD_VALIDATION_IGNORE: &str = "Ignore";
/// Drop them and warn.
pub const FIELD_VALIDATION_WARN: &str = "Warn";
/// Refuse them.
pub const FIELD_VALIDATION_STRICT: &str = "Strict";
/// The request was done.
pub const STATUS_SUCCESS: &str = "Success";
/// The request was not done.
pub const STATUS_FAILURE: &str = "Failure";
