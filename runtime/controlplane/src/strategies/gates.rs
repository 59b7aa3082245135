//! The feature gates that strategies ask for. What belongs to a gate that is off is dropped from new objects, and kept
//! where an object has it already.

use std::sync::Arc;

use kubeforge_apiserver::request::RequestContext;
use kubeforge_machinery::validation::FeatureGates;

/// Gates that Kubernetes 1.36 leaves off; all others of which strategies know are on.
const OFF_BY_DEFAULT: [&str; 9] = [
    "ClusterTrustBundleProjection",
    "ContainerStopSignals",
    "DRAListTypeAttributes",
    "DRANodeAllocatableResources",
    "GenericWorkload",
    "ImageVolumeWithDigest",
    "MaxUnavailableStatefulSet",
    "PodCertificateRequest",
    "VolumeLimitScaling",
];

/// The server's feature gates; all resources have the same.
pub(super) fn of(ctx: &RequestContext) -> Arc<FeatureGates> {
    ctx.registry.scopes().next().map(|scope| scope.feature_gates.clone()).unwrap_or_default()
}

/// Whether a gate is on.
pub(super) fn is_on(gate: &str, gates: &FeatureGates) -> bool {
    gates.get(gate).unwrap_or(!OFF_BY_DEFAULT.contains(&gate))
}
