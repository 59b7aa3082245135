//! Service accounts: of secrets they know the name only.

use std::sync::Arc;

use kubeforge_api::core::v1::{ObjectReference, ServiceAccount};
use kubeforge_apiserver::{request::RequestContext, strategy::Strategy};
use kubeforge_machinery::Object;

use super::Options;

struct ServiceAccountStrategy;

fn clean_references(object: &mut dyn Object) {
    let Some(account) = object.downcast_mut::<ServiceAccount>() else { return };
    for secret in &mut account.secrets {
        *secret = ObjectReference { name: std::mem::take(&mut secret.name), ..ObjectReference::default() };
    }
}

impl Strategy for ServiceAccountStrategy {
    fn prepare_for_create(&self, _ctx: &RequestContext, object: &mut dyn Object) {
        clean_references(object);
    }

    fn prepare_for_update(&self, _ctx: &RequestContext, new: &mut dyn Object, _old: &dyn Object) {
        clean_references(new);
    }

    fn returns_deleted_object(&self) -> bool {
        true
    }
}

pub(super) fn register(options: &mut Options) {
    options.of("", "serviceaccounts").strategy = Some(Arc::new(ServiceAccountStrategy));
}
