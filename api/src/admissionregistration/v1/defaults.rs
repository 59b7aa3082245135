//! Defaults that the markers cannot say; they follow pkg/apis/admissionregistration/v1/defaults.go.

use super::{
    FailurePolicyType, MatchPolicyType, MatchResources, MutatingAdmissionPolicySpec, MutatingWebhook,
    ReinvocationPolicyType, Rule, ScopeType, ServiceReference, ValidatingAdmissionPolicySpec, ValidatingWebhook,
};
use crate::admissionregistration::defaults::select_everything;

/// How many seconds a webhook has to answer.
const TIMEOUT_SECONDS: i32 = 10;

/// Asked about every object that the rules match by any version, with ten seconds to answer; without an answer, no.
pub fn default_validating_webhook(webhook: &mut ValidatingWebhook) {
    webhook.failure_policy.get_or_insert(FailurePolicyType::Fail);
    webhook.match_policy.get_or_insert(MatchPolicyType::Equivalent);
    select_everything(&mut webhook.namespace_selector, &mut webhook.object_selector);
    webhook.timeout_seconds.get_or_insert(TIMEOUT_SECONDS);
}

/// As for a validating one; it has its turn once.
pub fn default_mutating_webhook(webhook: &mut MutatingWebhook) {
    webhook.failure_policy.get_or_insert(FailurePolicyType::Fail);
    webhook.match_policy.get_or_insert(MatchPolicyType::Equivalent);
    select_everything(&mut webhook.namespace_selector, &mut webhook.object_selector);
    webhook.timeout_seconds.get_or_insert(TIMEOUT_SECONDS);
    webhook.reinvocation_policy.get_or_insert(ReinvocationPolicyType::Never);
}

/// Resources in namespaces and outside of them.
pub fn default_rule(rule: &mut Rule) {
    rule.scope.get_or_insert(ScopeType::All);
}

/// The port of HTTPS.
pub fn default_service_reference(service: &mut ServiceReference) {
    service.port.get_or_insert(443);
}

/// What cannot be checked is turned down.
pub fn default_validating_admission_policy_spec(spec: &mut ValidatingAdmissionPolicySpec) {
    spec.failure_policy.get_or_insert(FailurePolicyType::Fail);
}

/// What cannot be changed is turned down.
pub fn default_mutating_admission_policy_spec(spec: &mut MutatingAdmissionPolicySpec) {
    spec.failure_policy.get_or_insert(FailurePolicyType::Fail);
}

/// Every object that the rules match by any version.
pub fn default_match_resources(resources: &mut MatchResources) {
    resources.match_policy.get_or_insert(MatchPolicyType::Equivalent);
    select_everything(&mut resources.namespace_selector, &mut resources.object_selector);
}
