//! Namespaces: where the names of objects are unique.

use kubeforge_derive::ApiSource;
use kubeforge_machinery::Time;
use kubeforge_machinery::meta::v1::{ListMeta, ObjectMeta};

use super::ConditionStatus;

/// A room for names, and for rights and quotas over what is in it.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, cluster, plural = "namespaces", singular = "namespace", short = ["ns"], verbs = ["create", "delete", "get", "list", "patch", "update", "watch"])]
#[api(subresource(status))]
#[api(subresource(finalize, verbs = ["update"]))]
#[api(selectable("metadata.name", "status.phase"))]
#[api(introduced = "1.0")]
pub struct Namespace {
    /// Name, labels and everything else that all objects carry.
    #[api(tag = 1)]
    pub metadata: ObjectMeta,
    /// What is wanted.
    #[api(tag = 2)]
    pub spec: NamespaceSpec,
    /// What has come of it.
    #[api(tag = 3)]
    pub status: NamespaceStatus,
}

/// Namespaces, listed as of one point in the history of the store.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(list = "Namespace")]
#[api(introduced = "1.0")]
pub struct NamespaceList {
    /// Where the list stands in the history of the store, and how to read on.
    #[api(tag = 1)]
    pub metadata: ListMeta,
    /// The objects, in the order in which the server lists them.
    #[api(tag = 2, required)]
    pub items: Vec<Namespace>,
}

/// Who has to clean up before a namespace may vanish.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct NamespaceSpec {
    /// Who.
    #[api(tag = 1, list = atomic)]
    pub finalizers: Vec<String>,
}

/// How a namespace is.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct NamespaceStatus {
    /// Whether it takes new objects.
    #[api(tag = 1)]
    pub phase: NamespacePhase,
    /// What has been reached, and since when.
    #[api(tag = 2, patch = merge, merge_key = "type", list = map("type"))]
    pub conditions: Vec<NamespaceCondition>,
}

/// Whether a namespace takes new objects.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
pub enum NamespacePhase {
    /// It does.
    Active,
    /// It does not: it and all in it are being deleted.
    Terminating,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

/// What keeps a namespace from going, or does not.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct NamespaceCondition {
    /// What it is about.
    #[api(tag = 1, required)]
    pub type_: String,
    /// Whether it holds.
    #[api(tag = 2, required)]
    pub status: ConditionStatus,
    /// Since when it is so.
    #[api(tag = 4)]
    pub last_transition_time: Time,
    /// Why, for programs.
    #[api(tag = 5)]
    pub reason: String,
    /// Why, for people.
    #[api(tag = 6)]
    pub message: String,
}

// Values of FinalizerName, which is a plain text because others may add their own.
/// The namespace controller has yet to delete what is inside.
pub const FINALIZER_KUBERNETES: &str = "kubernetes";

// Values of NamespaceConditionType, which is a plain text because others may add their own.
/// What can be in it could not be found out.
pub const NAMESPACE_DELETION_DISCOVERY_FAILURE: &str = "NamespaceDeletionDiscoveryFailure";
/// Something in it could not be deleted.
pub const NAMESPACE_DELETION_CONTENT_FAILURE: &str = "NamespaceDeletionContentFailure";
/// A kind in it has a name that makes no sense.
pub const NAMESPACE_DELETION_GV_PARSING_FAILURE: &str = "NamespaceDeletionGroupVersionParsingFailure";
/// Something is still in it.
pub const NAMESPACE_CONTENT_REMAINING: &str = "NamespaceContentRemaining";
/// Something in it still waits for its finalizers.
pub const NAMESPACE_FINALIZERS_REMAINING: &str = "NamespaceFinalizersRemaining";
