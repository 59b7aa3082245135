//! Version v1alpha2 of the `coordination.k8s.io` group: candidates for leases.
//!
//! One file per kind, with the types that only it uses; `generated` holds what the generator makes of them.

mod lease_candidate;

#[rustfmt::skip]
pub mod generated;

pub use lease_candidate::{LeaseCandidate, LeaseCandidateList, LeaseCandidateSpec};
