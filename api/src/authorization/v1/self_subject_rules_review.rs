//! Self subject rules reviews: what may I do here.

use kubeforge_derive::ApiSource;
use kubeforge_machinery::{NilVec, meta::v1::ObjectMeta};

/// Asks for everything the caller may do in a namespace; made for showing, not for deciding.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, cluster, plural = "selfsubjectrulesreviews", singular = "selfsubjectrulesreview", verbs = ["create"])]
#[api(hub)]
#[api(introduced = "1.19")]
pub struct SelfSubjectRulesReview {
    /// Name, labels and everything else that all objects carry.
    #[api(tag = 1)]
    pub metadata: ObjectMeta,
    /// The question.
    #[api(tag = 2, required)]
    pub spec: SelfSubjectRulesReviewSpec,
    /// The answer of the server.
    #[api(tag = 3)]
    pub status: SubjectRulesReviewStatus,
}

/// Where the rights are to be looked up.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct SelfSubjectRulesReviewSpec {
    /// In which namespace; must be given.
    #[api(tag = 1)]
    pub namespace: String,
}

/// The rights that were found, in no order that matters.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct SubjectRulesReviewStatus {
    /// What may be done to objects; may hold the same thing twice.
    #[api(tag = 1, required, list = atomic)]
    pub resource_rules: NilVec<ResourceRule>,
    /// What may be done to other paths; may hold the same thing twice.
    #[api(tag = 2, required, list = atomic)]
    pub non_resource_rules: NilVec<NonResourceRule>,
    /// Whether there may be more: not every authorizer can list its rules.
    #[api(tag = 3, required)]
    pub incomplete: bool,
    /// What went wrong on the way; what is listed holds nevertheless.
    #[api(tag = 4)]
    pub evaluation_error: String,
}

/// Verbs, and the objects they may be used on.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ResourceRule {
    /// The verbs; `*` for all.
    #[api(tag = 1, required, list = atomic)]
    pub verbs: Vec<String>,
    /// The groups of the resources; `*` for all.
    #[api(tag = 2, list = atomic)]
    pub api_groups: Vec<String>,
    /// The resources; `*` for all, `*/scale` for that subresource of all.
    #[api(tag = 3, list = atomic)]
    pub resources: Vec<String>,
    /// Only these objects; none means all.
    #[api(tag = 4, list = atomic)]
    pub resource_names: Vec<String>,
}

/// Verbs, and the paths they may be used on.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct NonResourceRule {
    /// The verbs of HTTP, in lower case; `*` for all.
    #[api(tag = 1, required, list = atomic)]
    pub verbs: Vec<String>,
    /// The paths; a `*` as the whole last step stands for any rest.
    #[api(tag = 2, json = "nonResourceURLs", list = atomic)]
    pub non_resource_urls: Vec<String>,
}
