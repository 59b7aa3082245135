//! Controller revisions: what a controller was told before.

use kubeforge_derive::ApiSource;
use kubeforge_machinery::RawExtension;
use kubeforge_machinery::meta::v1::{ListMeta, ObjectMeta};

/// What a stateful set or daemon set looked like at some time, to be rolled back to.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, namespaced, plural = "controllerrevisions", singular = "controllerrevision")]
#[api(hub)]
#[api(introduced = "1.9")]
pub struct ControllerRevision {
    /// Name, labels and everything else that all objects carry.
    #[api(tag = 1)]
    pub metadata: ObjectMeta,
    /// The state, in the form of a patch.
    #[api(tag = 2)]
    pub data: RawExtension,
    /// Its number; higher is newer.
    #[api(tag = 3, required)]
    pub revision: i64,
}

/// Controller revisions, listed as of one point in the history of the store.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(list = "ControllerRevision")]
#[api(introduced = "1.9")]
pub struct ControllerRevisionList {
    /// Where the list stands in the history of the store, and how to read on.
    #[api(tag = 1)]
    pub metadata: ListMeta,
    /// The objects, in the order in which the server lists them.
    #[api(tag = 2, required)]
    pub items: Vec<ControllerRevision>,
}
