//! Defaults that the markers cannot say.

use super::WebhookConfiguration;
use crate::apiserver::defaults::remember;

/// Its answers are remembered.
pub fn default_webhook_configuration(webhook: &mut WebhookConfiguration) {
    remember(
        (&mut webhook.cache_authorized_requests, &mut webhook.authorized_ttl),
        (&mut webhook.cache_unauthorized_requests, &mut webhook.unauthorized_ttl),
    );
}
