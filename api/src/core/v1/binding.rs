//! The binding of a pod to a node.

use kubeforge_derive::ApiSource;
use kubeforge_machinery::meta::v1::ObjectMeta;

use super::ObjectReference;

/// Puts a pod on a node; the scheduler writes it.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, namespaced, plural = "bindings", singular = "binding", verbs = ["create"])]
#[api(introduced = "1.0")]
pub struct Binding {
    /// Name, labels and everything else that all objects carry.
    #[api(tag = 1)]
    pub metadata: ObjectMeta,
    /// The node.
    #[api(tag = 2, required)]
    pub target: ObjectReference,
}
