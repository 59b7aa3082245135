//! Mutating admission policies: changes to what is to be stored, written in CEL.

use kubeforge_derive::ApiSource;
use kubeforge_machinery::meta::v1::{ListMeta, ObjectMeta};

use super::{FailurePolicyType, MatchCondition, MatchResources, ParamKind, Variable};

/// Changes to objects on their way in, written in CEL; takes effect through bindings.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, cluster, plural = "mutatingadmissionpolicies", singular = "mutatingadmissionpolicy", categories = ["api-extensions"])]
#[api(spoke_of = "v1")]
#[api(introduced = "1.34", replacement = "admissionregistration.k8s.io/v1.MutatingAdmissionPolicy")]
pub struct MutatingAdmissionPolicy {
    /// Name, labels and everything else that all objects carry.
    #[api(tag = 1)]
    pub metadata: ObjectMeta,
    /// The changes.
    #[api(tag = 2)]
    pub spec: MutatingAdmissionPolicySpec,
}

/// Mutating admission policies, listed as of one point in the history of the store.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(list = "MutatingAdmissionPolicy")]
#[api(introduced = "1.34", replacement = "admissionregistration.k8s.io/v1.MutatingAdmissionPolicyList")]
pub struct MutatingAdmissionPolicyList {
    /// Where the list stands in the history of the store, and how to read on.
    #[api(tag = 1)]
    pub metadata: ListMeta,
    /// The objects, in the order in which the server lists them.
    #[api(tag = 2, required)]
    pub items: Vec<MutatingAdmissionPolicy>,
}

/// Which requests are changed, and how.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct MutatingAdmissionPolicySpec {
    /// The kind of objects that parametrize it; without one there is no `params` in expressions.
    #[api(tag = 1)]
    pub param_kind: Option<Box<ParamKind>>,
    /// Which requests it looks at; must be given, and must not name deletes.
    #[api(tag = 2)]
    pub match_constraints: Option<Box<MatchResources>>,
    /// Named values for the expressions; each may use those before it.
    #[api(tag = 3, list = atomic)]
    pub variables: Vec<Variable>,
    /// The changes, made in this order; each sees what those before it did.
    #[api(tag = 4, list = atomic)]
    pub mutations: Vec<Mutation>,
    /// What becomes of a request when the policy cannot be evaluated; `Fail` if unset.
    #[api(tag = 5)]
    pub failure_policy: Option<FailurePolicyType>,
    /// Further conditions for looking at a request, all of which must hold; up to 64.
    #[api(tag = 6, patch = merge, merge_key = "name", list = map("name"))]
    pub match_conditions: Vec<MatchCondition>,
    /// Whether it has another turn if a later step changes the object.
    #[api(tag = 7)]
    pub reinvocation_policy: crate::admissionregistration::v1::ReinvocationPolicyType,
}

/// A change, in one of two forms.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct Mutation {
    /// Which form; the field of that form must be set.
    #[api(tag = 2, required)]
    pub patch_type: PatchType,
    /// The change as fields to apply.
    #[api(tag = 3)]
    pub apply_configuration: Option<Box<ApplyConfiguration>>,
    /// The change as a list of edits.
    #[api(tag = 4)]
    pub json_patch: Option<Box<JSONPatch>>,
}

/// The forms a change may have.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
pub enum PatchType {
    /// Fields to merge in, as in server-side apply.
    ApplyConfiguration,
    /// Edits of a JSON Patch.
    JSONPatch,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

/// A change as fields to merge into the object.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ApplyConfiguration {
    /// Computes an `Object` with the fields to set; it must not touch lists and maps that are atomic.
    #[api(tag = 1)]
    pub expression: String,
}

/// A change as a list of edits.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct JSONPatch {
    /// Computes the list of edits, each a `JSONPatch` with `op`, `path` and so on.
    #[api(tag = 1)]
    pub expression: String,
}
