//! The feature gates that strategies ask for. What belongs to a gate that is off is dropped from new objects, and kept
//! where an object has it already.

use std::sync::Arc;

use kubeforge_apiserver::request::RequestContext;
use kubeforge_machinery::validation::FeatureGates;

/// The server's feature gates; all resources have the same.
pub(super) fn of(ctx: &RequestContext) -> Arc<FeatureGates> {
    ctx.registry.scopes().next().map(|scope| scope.feature_gates.clone()).unwrap_or_default()
}
