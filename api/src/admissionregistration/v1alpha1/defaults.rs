//! Defaults that the markers cannot say; they follow pkg/apis/admissionregistration/v1alpha1/defaults.go.

use super::{
    FailurePolicyType, MatchPolicyType, MatchResources, MutatingAdmissionPolicySpec, ParamRef,
    ParameterNotFoundActionType, ValidatingAdmissionPolicySpec,
};
use crate::admissionregistration::defaults::select_everything;

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

/// Without parameters the failure policy decides. Later versions want this to be said.
pub fn default_param_ref(parameters: &mut ParamRef) {
    parameters.parameter_not_found_action.get_or_insert(ParameterNotFoundActionType::Deny);
}
