//! Local subject access reviews: may they do it in this namespace.

use kubeforge_derive::ApiSource;
use kubeforge_machinery::meta::v1::ObjectMeta;

use super::{SubjectAccessReviewSpec, SubjectAccessReviewStatus};

/// Asks whether somebody may do something in one namespace; needs rights in that one only.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, no_resource)]
#[api(spoke_of = "v1")]
#[api(introduced = "1.2", deprecated = "1.19", replacement = "authorization.k8s.io/v1.LocalSubjectAccessReview")]
pub struct LocalSubjectAccessReview {
    /// Name, labels and everything else that all objects carry.
    #[api(tag = 1)]
    pub metadata: ObjectMeta,
    /// The question; its namespace is that of the review.
    #[api(tag = 2, required)]
    pub spec: SubjectAccessReviewSpec,
    /// The answer of the server.
    #[api(tag = 3)]
    pub status: SubjectAccessReviewStatus,
}
