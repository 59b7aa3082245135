//! Version v1alpha1 of the `admissionregistration.k8s.io` group: policies that check or change what is to be stored.
//!
//! One file per kind, with the types that only it uses; `generated` holds what the generator makes of them.

pub mod defaults;
mod mutating_admission_policy;
mod mutating_admission_policy_binding;
mod validating_admission_policy;
mod validating_admission_policy_binding;

#[rustfmt::skip]
pub mod generated;

pub use mutating_admission_policy::{
    ApplyConfiguration, JSONPatch, MutatingAdmissionPolicy, MutatingAdmissionPolicyList, MutatingAdmissionPolicySpec,
    Mutation, PatchType,
};
pub use mutating_admission_policy_binding::{
    MutatingAdmissionPolicyBinding, MutatingAdmissionPolicyBindingList, MutatingAdmissionPolicyBindingSpec,
};
pub use validating_admission_policy::{
    AuditAnnotation, ExpressionWarning, FailurePolicyType, MatchCondition, MatchPolicyType, MatchResources,
    NamedRuleWithOperations, ParamKind, TypeChecking, ValidatingAdmissionPolicy, ValidatingAdmissionPolicyList,
    ValidatingAdmissionPolicySpec, ValidatingAdmissionPolicyStatus, Validation, Variable,
};
pub use validating_admission_policy_binding::{
    ParamRef, ParameterNotFoundActionType, ValidatingAdmissionPolicyBinding, ValidatingAdmissionPolicyBindingList,
    ValidatingAdmissionPolicyBindingSpec, ValidationAction,
};
