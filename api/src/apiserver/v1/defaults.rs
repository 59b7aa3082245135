//! Defaults that the markers cannot say; they follow pkg/apis/apiserver/v1/defaults.go of k8s.io/apiserver.

use kubeforge_machinery::Duration;

use super::{KMSConfiguration, WebhookConfiguration};
use crate::apiserver::defaults::remember;

/// A key service of the first protocol, three seconds to answer, and room for a thousand keys, which only that one needs.
pub fn default_kms_configuration(kms: &mut KMSConfiguration) {
    kms.timeout.get_or_insert(Duration::from_secs(3));
    if kms.api_version.is_empty() {
        kms.api_version = "v1".to_owned();
    }
    if kms.api_version == "v1" {
        kms.cachesize.get_or_insert(1000);
    }
}

/// Its answers are remembered.
pub fn default_webhook_configuration(webhook: &mut WebhookConfiguration) {
    remember(
        (&mut webhook.cache_authorized_requests, &mut webhook.authorized_ttl),
        (&mut webhook.cache_unauthorized_requests, &mut webhook.unauthorized_ttl),
    );
}

#[cfg(test)]
mod tests;
