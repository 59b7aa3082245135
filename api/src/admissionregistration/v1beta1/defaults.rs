//! Defaults that the markers cannot say; they follow pkg/apis/admissionregistration/v1beta1/defaults.go.
//!
//! Webhooks were easier on requests then: what cannot be asked about passes, and rules catch only what they name. Rules are
//! those of v1, with its defaults.

use super::{
    FailurePolicyType, MatchPolicyType, MatchResources, MutatingAdmissionPolicySpec, MutatingWebhook, ServiceReference,
    SideEffectClass, ValidatingAdmissionPolicySpec, ValidatingWebhook,
};
use crate::admissionregistration::{defaults::select_everything, v1::ReinvocationPolicyType};

/// How many seconds a webhook has to answer.
const TIMEOUT_SECONDS: i32 = 30;

/// Asked about every object that the rules name, in a form of this version, with half a minute to answer.
pub fn default_validating_webhook(webhook: &mut ValidatingWebhook) {
    webhook.failure_policy.get_or_insert(FailurePolicyType::Ignore);
    webhook.match_policy.get_or_insert(MatchPolicyType::Exact);
    select_everything(&mut webhook.namespace_selector, &mut webhook.object_selector);
    webhook.side_effects.get_or_insert(SideEffectClass::Unknown);
    webhook.timeout_seconds.get_or_insert(TIMEOUT_SECONDS);
    speak_this_version(&mut webhook.admission_review_versions);
}

/// As for a validating one; it has its turn once.
pub fn default_mutating_webhook(webhook: &mut MutatingWebhook) {
    webhook.failure_policy.get_or_insert(FailurePolicyType::Ignore);
    webhook.match_policy.get_or_insert(MatchPolicyType::Exact);
    select_everything(&mut webhook.namespace_selector, &mut webhook.object_selector);
    webhook.side_effects.get_or_insert(SideEffectClass::Unknown);
    webhook.timeout_seconds.get_or_insert(TIMEOUT_SECONDS);
    webhook.reinvocation_policy.get_or_insert(ReinvocationPolicyType::Never);
    speak_this_version(&mut webhook.admission_review_versions);
}

fn speak_this_version(versions: &mut Vec<String>) {
    if versions.is_empty() {
        versions.push("v1beta1".to_owned());
    }
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

#[cfg(test)]
mod tests;
