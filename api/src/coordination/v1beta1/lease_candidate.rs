//! Lease candidates: who stands for a lease.

use kubeforge_derive::ApiSource;
use kubeforge_machinery::MicroTime;
use kubeforge_machinery::meta::v1::{ListMeta, ObjectMeta};

/// Says that somebody stands for a lease, and with which version.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, namespaced, plural = "leasecandidates", singular = "leasecandidate")]
#[api(hub)]
#[api(introduced = "1.33")]
pub struct LeaseCandidate {
    /// Name, labels and everything else that all objects carry.
    #[api(tag = 1)]
    pub metadata: ObjectMeta,
    /// Which lease, and who stands for it.
    #[api(tag = 2, required, omit_empty)]
    pub spec: LeaseCandidateSpec,
}

/// Lease candidates, listed as of one point in the history of the store.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(list = "LeaseCandidate")]
#[api(introduced = "1.33")]
pub struct LeaseCandidateList {
    /// Where the list stands in the history of the store, and how to read on.
    #[api(tag = 1)]
    pub metadata: ListMeta,
    /// The objects, in the order in which the server lists them.
    #[api(tag = 2, required)]
    pub items: Vec<LeaseCandidate>,
}

/// For which lease a candidate stands, and what decides whether it gets it.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct LeaseCandidateSpec {
    /// The lease, of the same namespace; fixed.
    #[api(tag = 1, required)]
    pub lease_name: String,
    /// When the server last asked for a sign of life.
    #[api(tag = 2)]
    pub ping_time: Option<MicroTime>,
    /// When the candidate last gave one; hours without one and it is deleted.
    #[api(tag = 3)]
    pub renew_time: Option<MicroTime>,
    /// The version of the program, as in `1.36.0`.
    #[api(tag = 4, required)]
    pub binary_version: String,
    /// The version that the program behaves as; no newer than its own.
    #[api(tag = 5)]
    pub emulation_version: String,
    /// How the holder is to be chosen; the word of the newest program counts.
    #[api(tag = 6, required, omit_empty)]
    pub strategy: String,
}
