//! Network policies: like any other kind, but for when their generation counts on.

use std::sync::Arc;

use kubeforge_api::networking::v1::NetworkPolicy;
use kubeforge_apiserver::{
    request::RequestContext,
    strategy::{Generation, Strategy},
};
use kubeforge_machinery::Object;

use super::Options;

struct NetworkPolicyStrategy;

impl Strategy for NetworkPolicyStrategy {
    fn generation(&self) -> Option<Generation> {
        Some(Generation::Spec)
    }

    /// Upstream compares specs to the letter (`reflect.DeepEqual`, where other kinds have a semantic comparison): a list of
    /// rules that is sent empty differs from the one that the store brought back as nil, each time it is sent.
    fn prepare_for_update(&self, _ctx: &RequestContext, new: &mut dyn Object, old: &dyn Object) {
        if let (Some(new), Some(old)) = (new.downcast_mut::<NetworkPolicy>(), old.downcast_ref::<NetworkPolicy>())
            && (new.spec.ingress.is_given_empty() || new.spec.egress.is_given_empty())
        {
            new.metadata.generation = old.metadata.generation + 1;
        }
    }
}

pub(super) fn register(options: &mut Options) {
    options.of("networking.k8s.io", "networkpolicies").strategy = Some(Arc::new(NetworkPolicyStrategy));
}
