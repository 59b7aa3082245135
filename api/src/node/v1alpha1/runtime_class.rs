//! Runtime classes: the ways to run containers.

use std::collections::BTreeMap;

use kubeforge_derive::ApiSource;
use kubeforge_machinery::meta::v1::{ListMeta, ObjectMeta};

use crate::core::v1::{ResourceList, Toleration};

/// Names a way to run containers, which pods can choose.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, no_resource)]
#[api(spoke_of = "v1")]
pub struct RuntimeClass {
    /// Name, labels and everything else that all objects carry.
    #[api(tag = 1)]
    pub metadata: ObjectMeta,
    /// What the class means.
    #[api(tag = 2, required)]
    pub spec: RuntimeClassSpec,
}

/// Runtime classes, listed as of one point in the history of the store.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(list = "RuntimeClass")]
pub struct RuntimeClassList {
    /// Where the list stands in the history of the store, and how to read on.
    #[api(tag = 1)]
    pub metadata: ListMeta,
    /// The objects, in the order in which the server lists them.
    #[api(tag = 2, required)]
    pub items: Vec<RuntimeClass>,
}

/// What the runtime calls a class, what it costs, and which nodes know it.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct RuntimeClassSpec {
    /// What the container runtime of the nodes calls it; fixed.
    #[api(tag = 1, required)]
    pub runtime_handler: String,
    /// What each pod takes in addition to its containers.
    #[api(tag = 2)]
    pub overhead: Option<Box<Overhead>>,
    /// The nodes that know this way; unset for all.
    #[api(tag = 3)]
    pub scheduling: Option<Box<Scheduling>>,
}

/// What running a pod takes in addition to its containers.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(converts_to = "Overhead")]
pub struct Overhead {
    /// The amounts for each pod.
    #[api(tag = 1)]
    pub pod_fixed: ResourceList,
}

/// Which nodes can run the pods of a class.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(converts_to = "Scheduling")]
pub struct Scheduling {
    /// Labels of these nodes; pods get them as well.
    #[api(tag = 1, map = atomic)]
    pub node_selector: BTreeMap<String, String>,
    /// Tolerations that pods get in addition to their own.
    #[api(tag = 2, list = atomic)]
    pub tolerations: Vec<Toleration>,
}
