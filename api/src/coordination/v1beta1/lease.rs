//! Leases: somebody holds something for a while.

use kubeforge_derive::ApiSource;
use kubeforge_machinery::MicroTime;
use kubeforge_machinery::meta::v1::{ListMeta, ObjectMeta};

/// Says who holds something, and until when: the lead among equals, or the right to be thought alive.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, no_resource)]
#[api(spoke_of = "v1")]
#[api(introduced = "1.12", deprecated = "1.19", replacement = "coordination.k8s.io/v1.Lease")]
pub struct Lease {
    /// Name, labels and everything else that all objects carry.
    #[api(tag = 1)]
    pub metadata: ObjectMeta,
    /// What is wanted.
    #[api(tag = 2)]
    pub spec: LeaseSpec,
}

/// Leases, listed as of one point in the history of the store.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(list = "Lease")]
#[api(introduced = "1.12", deprecated = "1.19", replacement = "coordination.k8s.io/v1.LeaseList")]
pub struct LeaseList {
    /// Where the list stands in the history of the store, and how to read on.
    #[api(tag = 1)]
    pub metadata: ListMeta,
    /// The objects, in the order in which the server lists them.
    #[api(tag = 2, required)]
    pub items: Vec<Lease>,
}

/// Who holds a lease, since when, and for how long.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct LeaseSpec {
    /// Who holds it; empty for nobody.
    #[api(tag = 1)]
    pub holder_identity: Option<String>,
    /// How long after the last renewal it may be taken by another.
    #[api(tag = 2)]
    pub lease_duration_seconds: Option<i32>,
    /// Since when it is held.
    #[api(tag = 3)]
    pub acquire_time: Option<MicroTime>,
    /// When it was last renewed.
    #[api(tag = 4)]
    pub renew_time: Option<MicroTime>,
    /// How often it changed hands.
    #[api(tag = 5)]
    pub lease_transitions: Option<i32>,
    /// How the holder is chosen, where candidates stand for it.
    #[api(tag = 6, gate = "CoordinatedLeaderElection")]
    pub strategy: Option<String>,
    /// Who should hold it instead; the holder gives it up then.
    #[api(tag = 7, gate = "CoordinatedLeaderElection")]
    pub preferred_holder: Option<String>,
}
