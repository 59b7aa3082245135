//! Version v1alpha1 of the `certificates.k8s.io` group: trust bundles.
//!
//! One file per kind, with the types that only it uses; `generated` holds what the generator makes of them.

mod cluster_trust_bundle;

#[rustfmt::skip]
pub mod generated;

pub use cluster_trust_bundle::{ClusterTrustBundle, ClusterTrustBundleList, ClusterTrustBundleSpec};
