//! Validating admission policy bindings: which policies are at work, and on what.

use kubeforge_derive::ApiSource;
use kubeforge_machinery::meta::v1::{LabelSelector, ListMeta, ObjectMeta};

use super::MatchResources;

/// Puts a policy to work, with these parameters, on these requests.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, no_resource)]
#[api(spoke_of = "v1")]
#[api(introduced = "1.26")]
pub struct ValidatingAdmissionPolicyBinding {
    /// Name, labels and everything else that all objects carry.
    #[api(tag = 1)]
    pub metadata: ObjectMeta,
    /// What is bound, and to what.
    #[api(tag = 2, required, omit_empty)]
    pub spec: ValidatingAdmissionPolicyBindingSpec,
}

/// Validating admission policy bindings, listed as of one point in the history of the store.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(list = "ValidatingAdmissionPolicyBinding")]
#[api(introduced = "1.26")]
pub struct ValidatingAdmissionPolicyBindingList {
    /// Where the list stands in the history of the store, and how to read on.
    #[api(tag = 1)]
    pub metadata: ListMeta,
    /// The objects, in the order in which the server lists them.
    #[api(tag = 2, required)]
    pub items: Vec<ValidatingAdmissionPolicyBinding>,
}

/// A policy, its parameters, and what its failing leads to.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ValidatingAdmissionPolicyBindingSpec {
    /// The policy; if it does not exist the binding does nothing.
    #[api(tag = 1, required, omit_empty)]
    pub policy_name: String,
    /// Which objects parametrize the policy, if it takes parameters.
    #[api(tag = 2)]
    pub param_ref: Option<Box<ParamRef>>,
    /// Narrows down the requests further; unset leaves them as the policy has them.
    #[api(tag = 3)]
    pub match_resources: Option<Box<MatchResources>>,
    /// What follows when a check fails; `Deny` and `Warn` exclude each other.
    #[api(tag = 4, required, omit_empty, list = set)]
    pub validation_actions: Vec<ValidationAction>,
}

/// Which objects parametrize a policy, by name or by labels.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(atomic)]
pub struct ParamRef {
    /// The one of this name; excludes `selector`.
    #[api(tag = 1)]
    pub name: String,
    /// Where to look for them; empty for the namespace of the request.
    #[api(tag = 2)]
    pub namespace: String,
    /// All that have these labels, and the policy is applied with each; excludes `name`.
    #[api(tag = 3)]
    pub selector: Option<Box<LabelSelector>>,
    /// What becomes of a request when there are none; `Deny` if unset.
    #[api(tag = 4)]
    pub parameter_not_found_action: Option<ParameterNotFoundActionType>,
}

/// What becomes of a request when a policy finds no parameters.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
pub enum ParameterNotFoundActionType {
    /// The binding lets it pass.
    Allow,
    /// The failure policy of the policy decides.
    Deny,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

/// What follows when a check fails.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
pub enum ValidationAction {
    /// The request is turned down.
    Deny,
    /// The caller is warned in a header of the answer.
    Warn,
    /// The failure is noted in the audit event.
    Audit,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}
