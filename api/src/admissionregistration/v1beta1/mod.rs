//! Version v1beta1 of the `admissionregistration.k8s.io` group: webhooks and policies that check or change what is to be stored.
//!
//! One file per kind, with the types that only it uses; `generated` holds what the generator makes of them.

pub mod defaults;
mod mutating_admission_policy;
mod mutating_admission_policy_binding;
mod mutating_webhook_configuration;
mod validating_admission_policy;
mod validating_admission_policy_binding;
mod validating_webhook_configuration;

#[rustfmt::skip]
pub mod generated;

pub use mutating_admission_policy::{
    ApplyConfiguration, JSONPatch, MutatingAdmissionPolicy, MutatingAdmissionPolicyList, MutatingAdmissionPolicySpec,
    Mutation, PatchType,
};
pub use mutating_admission_policy_binding::{
    MutatingAdmissionPolicyBinding, MutatingAdmissionPolicyBindingList, MutatingAdmissionPolicyBindingSpec,
};
pub use mutating_webhook_configuration::{
    MutatingWebhook, MutatingWebhookConfiguration, MutatingWebhookConfigurationList,
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
pub use validating_webhook_configuration::{
    ServiceReference, SideEffectClass, ValidatingWebhook, ValidatingWebhookConfiguration,
    ValidatingWebhookConfigurationList, WebhookClientConfig,
};
