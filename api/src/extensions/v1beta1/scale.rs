//! Scale: how many pods a workload has, whatever kind it is.

use std::collections::BTreeMap;

use kubeforge_derive::ApiSource;
use kubeforge_machinery::meta::v1::ObjectMeta;

/// How many pods a workload has and should have, whatever kind it is.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, no_resource)]
#[api(spoke_of = "autoscaling/v1.Scale", lossy = "the labels are read out of the query")]
#[api(introduced = "1.1", deprecated = "1.2", removed = "1.16")]
pub struct Scale {
    /// Name, labels and everything else that all objects carry.
    #[api(tag = 1)]
    pub metadata: ObjectMeta,
    /// What is wanted.
    #[api(tag = 2)]
    pub spec: ScaleSpec,
    /// What has come of it.
    #[api(tag = 3)]
    pub status: ScaleStatus,
}

/// How many are wanted.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ScaleSpec {
    /// The number.
    #[api(tag = 1, default = 0)]
    pub replicas: i32,
}

/// How many there are, and how to find them.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ScaleStatus {
    /// The number.
    #[api(tag = 1, required)]
    pub replicas: i32,
    /// The labels of the pods, where plain labels are enough to find them.
    #[api(tag = 2, map = atomic)]
    pub selector: BTreeMap<String, String>,
    /// The label selector of the pods, as a query.
    #[api(tag = 3)]
    pub target_selector: String,
}
