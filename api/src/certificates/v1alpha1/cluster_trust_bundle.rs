//! Trust bundles: the roots that certificates are checked against.

use kubeforge_derive::ApiSource;
use kubeforge_machinery::meta::v1::{ListMeta, ObjectMeta};

/// Certificates to trust, for everybody in the cluster.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, cluster, plural = "clustertrustbundles", singular = "clustertrustbundle")]
#[api(spoke_of = "v1beta1")]
#[api(selectable("spec.signerName"))]
#[api(introduced = "1.26", deprecated = "1.34")]
pub struct ClusterTrustBundle {
    /// Name, labels and everything else that all objects carry.
    #[api(tag = 1)]
    pub metadata: ObjectMeta,
    /// The certificates, and whose they are.
    #[api(tag = 2, required)]
    pub spec: ClusterTrustBundleSpec,
}

/// Cluster trust bundles, listed as of one point in the history of the store.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(list = "ClusterTrustBundle")]
#[api(introduced = "1.26", deprecated = "1.34")]
pub struct ClusterTrustBundleList {
    /// Where the list stands in the history of the store, and how to read on.
    #[api(tag = 1)]
    pub metadata: ListMeta,
    /// The objects, in the order in which the server lists them.
    #[api(tag = 2, required)]
    pub items: Vec<ClusterTrustBundle>,
}

/// Certificates to trust, and the signer that they belong to.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ClusterTrustBundleSpec {
    /// The signer; empty for none. With one, the name starts with it and a colon.
    #[api(tag = 1)]
    pub signer_name: String,
    /// The root certificates, in PEM, at most 1 MiB; the order says nothing.
    #[api(tag = 2, required)]
    pub trust_bundle: String,
}
