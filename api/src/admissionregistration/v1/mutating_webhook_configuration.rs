//! Mutating webhook configurations: who else may change what is to be stored.

use kubeforge_derive::ApiSource;
use kubeforge_machinery::meta::v1::{LabelSelector, ListMeta, ObjectMeta};

use super::{
    FailurePolicyType, MatchCondition, MatchPolicyType, RuleWithOperations, SideEffectClass, WebhookClientConfig,
};

/// Webhooks that may change objects on their way in, or turn requests down.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, cluster, plural = "mutatingwebhookconfigurations", singular = "mutatingwebhookconfiguration", categories = ["api-extensions"])]
#[api(hub)]
#[api(introduced = "1.16")]
pub struct MutatingWebhookConfiguration {
    /// Name, labels and everything else that all objects carry.
    #[api(tag = 1)]
    pub metadata: ObjectMeta,
    /// The webhooks; they are called one after the other.
    #[api(tag = 2, patch = merge, merge_key = "name", list = map("name"))]
    pub webhooks: Vec<MutatingWebhook>,
}

/// Mutating webhook configurations, listed as of one point in the history of the store.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(list = "MutatingWebhookConfiguration")]
#[api(introduced = "1.16")]
pub struct MutatingWebhookConfigurationList {
    /// Where the list stands in the history of the store, and how to read on.
    #[api(tag = 1)]
    pub metadata: ListMeta,
    /// The objects, in the order in which the server lists them.
    #[api(tag = 2, required)]
    pub items: Vec<MutatingWebhookConfiguration>,
}

/// A webhook that may change objects, and which requests it is asked about.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct MutatingWebhook {
    /// Its name, with at least three parts like a host name; unique in the configuration.
    #[api(tag = 1, required)]
    pub name: String,
    /// How to reach it.
    #[api(tag = 2, required)]
    pub client_config: WebhookClientConfig,
    /// Which operations on which resources it is asked about; one of these must match.
    #[api(tag = 3, list = atomic)]
    pub rules: Vec<RuleWithOperations>,
    /// What becomes of a request when it cannot be reached or makes no sense; `Fail` if unset.
    #[api(tag = 4)]
    pub failure_policy: Option<FailurePolicyType>,
    /// Whether the rules also catch other versions of the same resource; `Equivalent` if unset.
    #[api(tag = 9)]
    pub match_policy: Option<MatchPolicyType>,
    /// Only in namespaces with these labels; unset or empty for all, and objects without one match.
    #[api(tag = 5)]
    pub namespace_selector: Option<Box<LabelSelector>>,
    /// Only if the object, new or old, has these labels; unset or empty for all.
    #[api(tag = 11)]
    pub object_selector: Option<Box<LabelSelector>>,
    /// Whether calling it changes anything elsewhere; dry runs need that it does not.
    #[api(tag = 6, required)]
    pub side_effects: Option<SideEffectClass>,
    /// After how many seconds without an answer the call has failed; 1 to 30, 10 if unset.
    #[api(tag = 7)]
    pub timeout_seconds: Option<i32>,
    /// The versions of `AdmissionReview` it understands; the first the server knows is used.
    #[api(tag = 8, required, list = atomic)]
    pub admission_review_versions: Vec<String>,
    /// Whether it is asked again if a later step changes the object; `Never` if unset.
    #[api(tag = 10)]
    pub reinvocation_policy: Option<ReinvocationPolicyType>,
    /// Further conditions for asking it, all of which must hold; up to 64.
    #[api(tag = 12, patch = merge, merge_key = "name", list = map("name"))]
    pub match_conditions: Vec<MatchCondition>,
}

/// Whether one that changes objects gets to see what later ones made of them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
pub enum ReinvocationPolicyType {
    /// It has its turn once per request.
    Never,
    /// It may have another turn if the object changed after its first; it must bear with that.
    IfNeeded,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}
