//! Version v1 of the `coordination.k8s.io` group: leases.
//!
//! One file per kind, with the types that only it uses; `generated` holds what the generator makes of them.

#[allow(missing_docs)] // field docs come with the toolchain issue
mod lease;

pub mod generated;

pub use lease::{OLDEST_EMULATION_VERSION, Lease, LeaseList, LeaseSpec};
