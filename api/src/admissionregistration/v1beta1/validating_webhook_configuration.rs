//! Validating webhook configurations: who else is asked before something is stored.

use kubeforge_derive::ApiSource;
use kubeforge_machinery::ByteString;
use kubeforge_machinery::meta::v1::{LabelSelector, ListMeta, ObjectMeta};

use super::{FailurePolicyType, MatchCondition, MatchPolicyType};

/// Webhooks that may turn requests down.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, no_resource)]
#[api(
    introduced = "1.9",
    deprecated = "1.16",
    removed = "1.22",
    replacement = "admissionregistration.k8s.io/v1.ValidatingWebhookConfiguration"
)]
#[api(spoke_of = "v1")]
pub struct ValidatingWebhookConfiguration {
    /// Name, labels and everything else that all objects carry.
    #[api(tag = 1)]
    pub metadata: ObjectMeta,
    /// The webhooks; they are called side by side.
    #[api(tag = 2, patch = merge, merge_key = "name", list = map("name"))]
    pub webhooks: Vec<ValidatingWebhook>,
}

/// Validating webhook configurations, listed as of one point in the history of the store.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(list = "ValidatingWebhookConfiguration")]
#[api(
    introduced = "1.9",
    deprecated = "1.16",
    removed = "1.22",
    replacement = "admissionregistration.k8s.io/v1.ValidatingWebhookConfigurationList"
)]
pub struct ValidatingWebhookConfigurationList {
    /// Where the list stands in the history of the store, and how to read on.
    #[api(tag = 1)]
    pub metadata: ListMeta,
    /// The objects, in the order in which the server lists them.
    #[api(tag = 2, required)]
    pub items: Vec<ValidatingWebhookConfiguration>,
}

/// A webhook that may turn requests down, and which requests it is asked about.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ValidatingWebhook {
    /// Its name, with at least three parts like a host name; unique in the configuration.
    #[api(tag = 1, required)]
    pub name: String,
    /// How to reach it.
    #[api(tag = 2, required)]
    pub client_config: WebhookClientConfig,
    /// Which operations on which resources it is asked about; one of these must match.
    #[api(tag = 3, list = atomic)]
    pub rules: Vec<crate::admissionregistration::v1::RuleWithOperations>,
    /// What becomes of a request when it cannot be reached or makes no sense; `Ignore` if unset.
    #[api(tag = 4)]
    pub failure_policy: Option<FailurePolicyType>,
    /// Whether the rules also catch other versions of the same resource; `Exact` if unset.
    #[api(tag = 9)]
    pub match_policy: Option<MatchPolicyType>,
    /// Only in namespaces with these labels; unset or empty for all, and objects without one match.
    #[api(tag = 5)]
    pub namespace_selector: Option<Box<LabelSelector>>,
    /// Only if the object, new or old, has these labels; unset or empty for all.
    #[api(tag = 10)]
    pub object_selector: Option<Box<LabelSelector>>,
    /// Whether calling it changes anything elsewhere; dry runs need that it does not. `Unknown` if unset.
    #[api(tag = 6)]
    pub side_effects: Option<SideEffectClass>,
    /// After how many seconds without an answer the call has failed; 1 to 30, 30 if unset.
    #[api(tag = 7)]
    pub timeout_seconds: Option<i32>,
    /// The versions of `AdmissionReview` it understands; the first the server knows is used. `v1beta1` if empty.
    #[api(tag = 8, list = atomic)]
    pub admission_review_versions: Vec<String>,
    /// Further conditions for asking it, all of which must hold; up to 64.
    #[api(tag = 11, patch = merge, merge_key = "name", list = map("name"))]
    pub match_conditions: Vec<MatchCondition>,
}

/// How to reach a webhook: by address or by service, exactly one of them.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct WebhookClientConfig {
    /// Its address, by `https`; without user, query or fragment.
    #[api(tag = 3)]
    pub url: Option<String>,
    /// The service in the cluster that it is behind.
    #[api(tag = 1)]
    pub service: Option<Box<ServiceReference>>,
    /// PEM certificates to check its certificate by; those of the system if unset.
    #[api(tag = 2)]
    pub ca_bundle: ByteString,
}

/// A service in the cluster, and where to call there.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ServiceReference {
    /// Its namespace.
    #[api(tag = 1, required)]
    pub namespace: String,
    /// Its name.
    #[api(tag = 2, required)]
    pub name: String,
    /// The path to call.
    #[api(tag = 3)]
    pub path: Option<String>,
    /// The port to call; 443 if unset.
    #[api(tag = 4)]
    pub port: Option<i32>,
}

/// Whether calling a webhook changes anything besides its answer.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
#[api(open)]
pub enum SideEffectClass {
    /// Nobody knows; a dry run that would call it fails.
    Unknown,
    /// It changes nothing.
    None,
    /// It may change something; a dry run that would call it fails.
    Some,
    /// It may change something, but heeds the mark of a dry run.
    NoneOnDryRun,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}
