//! Self subject access reviews: may I do it.

use kubeforge_derive::ApiSource;
use kubeforge_machinery::meta::v1::ObjectMeta;

use super::{NonResourceAttributes, ResourceAttributes, SubjectAccessReviewStatus};

/// Asks the server whether the caller may do something.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, no_resource)]
#[api(spoke_of = "v1")]
#[api(introduced = "1.2", deprecated = "1.19", replacement = "authorization.k8s.io/v1.SelfSubjectAccessReview")]
pub struct SelfSubjectAccessReview {
    /// Name, labels and everything else that all objects carry.
    #[api(tag = 1)]
    pub metadata: ObjectMeta,
    /// The question.
    #[api(tag = 2, required)]
    pub spec: SelfSubjectAccessReviewSpec,
    /// The answer of the server.
    #[api(tag = 3)]
    pub status: SubjectAccessReviewStatus,
}

/// What the caller wants to do; exactly one of the two is set.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct SelfSubjectAccessReviewSpec {
    /// What is to be done, if it is to objects.
    #[api(tag = 1)]
    pub resource_attributes: Option<Box<ResourceAttributes>>,
    /// What is to be done, if it is to a path that is no resource.
    #[api(tag = 2)]
    pub non_resource_attributes: Option<Box<NonResourceAttributes>>,
}
