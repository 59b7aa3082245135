use super::*;
use crate::testing::defaulted;

#[test]
fn only_the_first_key_service_protocol_has_a_cache() {
    let first = defaulted(KMSConfiguration::default());
    assert_eq!((first.api_version.as_str(), first.cachesize), ("v1", Some(1000)));
    let second = defaulted(KMSConfiguration { api_version: "v2".into(), ..Default::default() });
    assert_eq!((second.cachesize, second.timeout), (None, Some(Duration::from_secs(3))));
}

#[test]
fn a_yes_is_remembered_for_longer_than_a_no() {
    let webhook = defaulted(WebhookConfiguration { cache_unauthorized_requests: Some(false), ..Default::default() });
    assert_eq!((webhook.authorized_ttl, webhook.unauthorized_ttl), (Duration::from_secs(300), Duration::from_secs(30)));
    assert_eq!((webhook.cache_authorized_requests, webhook.cache_unauthorized_requests), (Some(true), Some(false)));
}
