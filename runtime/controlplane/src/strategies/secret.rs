//! Secrets: who stores a certificate and a key that do not fit together is told.

mod key_pair;

use std::sync::Arc;

use kubeforge_api::core::v1::{SECRET_TYPE_TLS, Secret};
use kubeforge_apiserver::{request::RequestContext, strategy::Strategy};
use kubeforge_machinery::Object;

use super::Options;

struct SecretStrategy;

fn warnings(object: &dyn Object) -> Vec<String> {
    let Some(secret) = object.downcast_ref::<Secret>().filter(|secret| secret.type_ == SECRET_TYPE_TLS) else {
        return Vec::new();
    };
    let part = |key: &str| secret.data.get(key).map(|value| &**value).unwrap_or_default();
    key_pair::check(part("tls.crt"), part("tls.key")).err().into_iter().collect()
}

impl Strategy for SecretStrategy {
    fn warnings_on_create(&self, _ctx: &RequestContext, object: &dyn Object) -> Vec<String> {
        warnings(object)
    }

    fn warnings_on_update(&self, _ctx: &RequestContext, new: &dyn Object, _old: &dyn Object) -> Vec<String> {
        warnings(new)
    }
}

pub(super) fn register(options: &mut Options) {
    options.of("", "secrets").strategy = Some(Arc::new(SecretStrategy));
}
