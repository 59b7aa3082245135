//! Mutating admission policy bindings: which policies are at work, and on what.

use kubeforge_derive::ApiSource;
use kubeforge_machinery::meta::v1::{ListMeta, ObjectMeta};

use super::{MatchResources, ParamRef};

/// Puts a policy to work, with these parameters, on these requests.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, cluster, plural = "mutatingadmissionpolicybindings", singular = "mutatingadmissionpolicybinding", categories = ["api-extensions"])]
#[api(spoke_of = "v1")]
#[api(introduced = "1.32")]
pub struct MutatingAdmissionPolicyBinding {
    /// Name, labels and everything else that all objects carry.
    #[api(tag = 1)]
    pub metadata: ObjectMeta,
    /// What is bound, and to what.
    #[api(tag = 2)]
    pub spec: MutatingAdmissionPolicyBindingSpec,
}

/// Mutating admission policy bindings, listed as of one point in the history of the store.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(list = "MutatingAdmissionPolicyBinding")]
#[api(introduced = "1.32")]
pub struct MutatingAdmissionPolicyBindingList {
    /// Where the list stands in the history of the store, and how to read on.
    #[api(tag = 1)]
    pub metadata: ListMeta,
    /// The objects, in the order in which the server lists them.
    #[api(tag = 2, required)]
    pub items: Vec<MutatingAdmissionPolicyBinding>,
}

/// A policy, its parameters, and the requests it is for.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct MutatingAdmissionPolicyBindingSpec {
    /// The policy; if it does not exist the binding does nothing.
    #[api(tag = 1)]
    pub policy_name: String,
    /// Which objects parametrize the policy, if it takes parameters.
    #[api(tag = 2)]
    pub param_ref: Option<Box<ParamRef>>,
    /// Narrows down the requests further; unset leaves them as the policy has them.
    #[api(tag = 3)]
    pub match_resources: Option<Box<MatchResources>>,
}
