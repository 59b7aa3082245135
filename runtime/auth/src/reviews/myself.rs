//! `selfsubjectreviews`: who am I.

use async_trait::async_trait;
use kubeforge_api::authentication::v1::{SelfSubjectReview, SelfSubjectReviewStatus, UserInfo};
use kubeforge_apiserver::subresource::{SubresourceAnswer, SubresourceCall, SubresourceHandler};
use kubeforge_machinery::{meta::v1::ObjectMeta, status::ApiError, user};

use super::{created, sent};

pub(super) struct SelfSubjectReviews;

/// A user as the API shows it.
pub(super) fn shown(user: &user::UserInfo) -> UserInfo {
    UserInfo {
        username: user.name.clone(),
        uid: user.uid.clone(),
        groups: user.groups.clone(),
        extra: user.extra.clone(),
    }
}

#[async_trait]
impl SubresourceHandler for SelfSubjectReviews {
    async fn handle(&self, mut call: SubresourceCall<'_>) -> Result<SubresourceAnswer, ApiError> {
        sent::<SelfSubjectReview>(&mut call)?;
        Ok(created(Box::new(SelfSubjectReview {
            metadata: ObjectMeta { creation_timestamp: call.ctx.now, ..ObjectMeta::default() },
            status: SelfSubjectReviewStatus { user_info: shown(&call.ctx.user) },
        })))
    }
}
