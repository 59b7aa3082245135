//! Version v1beta1 of the `coordination.k8s.io` group: leases, and candidates for them.
//!
//! One file per kind, with the types that only it uses; `generated` holds what the generator makes of them.

mod lease;
mod lease_candidate;

#[rustfmt::skip]
pub mod generated;

pub use lease::{Lease, LeaseList, LeaseSpec};
pub use lease_candidate::{LeaseCandidate, LeaseCandidateList, LeaseCandidateSpec};
