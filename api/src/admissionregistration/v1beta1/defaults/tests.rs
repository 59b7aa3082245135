use super::*;
use crate::{
    admissionregistration::v1::{self, RuleWithOperations, ScopeType},
    testing::defaulted,
};

#[test]
fn a_webhook_of_this_version_is_lenient() {
    let webhook = defaulted(MutatingWebhook { rules: vec![RuleWithOperations::default()], ..Default::default() });
    assert_eq!(webhook.failure_policy, Some(FailurePolicyType::Ignore));
    assert_eq!(webhook.match_policy, Some(MatchPolicyType::Exact));
    assert_eq!(webhook.side_effects, Some(SideEffectClass::Unknown));
    assert_eq!((webhook.timeout_seconds, webhook.admission_review_versions), (Some(30), vec!["v1beta1".to_owned()]));
    assert_eq!(webhook.rules[0].rule.scope, Some(ScopeType::All), "rules are those of v1");
}

#[test]
fn a_webhook_of_v1_is_strict() {
    let webhook = defaulted(v1::ValidatingWebhook::default());
    assert_eq!(webhook.failure_policy, Some(v1::FailurePolicyType::Fail));
    assert_eq!(webhook.match_policy, Some(v1::MatchPolicyType::Equivalent));
    assert_eq!((webhook.side_effects, webhook.timeout_seconds), (None, Some(10)), "side effects must be said");
    assert!(webhook.admission_review_versions.is_empty());
}

#[test]
fn what_was_said_stays() {
    let said = ValidatingWebhook {
        failure_policy: Some(FailurePolicyType::Fail),
        timeout_seconds: Some(1),
        admission_review_versions: vec!["v1".to_owned()],
        ..Default::default()
    };
    let webhook = defaulted(said.clone());
    assert_eq!(webhook.failure_policy, said.failure_policy);
    assert_eq!(webhook.timeout_seconds, said.timeout_seconds);
    assert_eq!(webhook.admission_review_versions, said.admission_review_versions);
}
