//! Self subject reviews: who am I.

use kubeforge_derive::ApiSource;
use kubeforge_machinery::meta::v1::ObjectMeta;

use crate::authentication::v1::UserInfo;

/// Asks the server who it takes the caller for.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, no_resource)]
#[api(spoke_of = "v1")]
#[api(introduced = "1.26")]
pub struct SelfSubjectReview {
    /// Name, labels and everything else that all objects carry.
    #[api(tag = 1)]
    pub metadata: ObjectMeta,
    /// The answer of the server.
    #[api(tag = 2)]
    pub status: SelfSubjectReviewStatus,
}

/// Who the caller is to the server.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct SelfSubjectReviewStatus {
    /// The user that makes this request, after any impersonation.
    #[api(tag = 1)]
    pub user_info: UserInfo,
}
