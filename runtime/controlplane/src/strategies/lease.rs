//! Leases: what coordinated leader election adds to them is dropped, as long as the server does not know it.

use std::sync::Arc;

use kubeforge_api::coordination::v1::Lease;
use kubeforge_apiserver::{request::RequestContext, strategy::Strategy};
use kubeforge_machinery::Object;

use super::Options;

struct LeaseStrategy;

impl Strategy for LeaseStrategy {
    fn prepare_for_create(&self, _ctx: &RequestContext, object: &mut dyn Object) {
        if let Some(lease) = object.downcast_mut::<Lease>() {
            lease.spec.strategy = None;
            lease.spec.preferred_holder = None;
        }
    }

    fn prepare_for_update(&self, _ctx: &RequestContext, new: &mut dyn Object, old: &dyn Object) {
        if let (Some(new), Some(old)) = (new.downcast_mut::<Lease>(), old.downcast_ref::<Lease>()) {
            // what an object has it keeps, whatever the server knows
            if old.spec.strategy.as_ref().is_none_or(String::is_empty) {
                new.spec.strategy = None;
            }
            if old.spec.preferred_holder.as_ref().is_none_or(String::is_empty) {
                new.spec.preferred_holder = None;
            }
        }
    }

    fn allow_create_on_update(&self) -> bool {
        true
    }

    fn allow_unconditional_update(&self) -> bool {
        false
    }
}

pub(super) fn register(options: &mut Options) {
    options.of("coordination.k8s.io", "leases").strategy = Some(Arc::new(LeaseStrategy));
}
