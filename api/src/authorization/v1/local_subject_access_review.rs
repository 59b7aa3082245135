//! Local subject access reviews: may they do it in this namespace.

use kubeforge_derive::ApiSource;
use kubeforge_machinery::meta::v1::ObjectMeta;

use super::{SubjectAccessReviewSpec, SubjectAccessReviewStatus};

/// Asks whether somebody may do something in one namespace; needs rights in that one only.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, namespaced, plural = "localsubjectaccessreviews", singular = "localsubjectaccessreview", verbs = ["create"])]
#[api(hub)]
#[api(introduced = "1.19")]
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
