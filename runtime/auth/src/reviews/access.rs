//! `subjectaccessreviews` and its two variants: may somebody do something.

use std::sync::Arc;

use async_trait::async_trait;
use kubeforge_api::authorization::v1::{
    LocalSubjectAccessReview, SelfSubjectAccessReview, SubjectAccessReview, SubjectAccessReviewSpec,
    SubjectAccessReviewStatus,
};
use kubeforge_apiserver::{
    auth::{Authorizer, Decision},
    subresource::{SubresourceAnswer, SubresourceCall, SubresourceHandler},
};
use kubeforge_machinery::{GroupKind, field::ErrorList, status::ApiError, user::UserInfo};

use super::{attributes::Question, created, sent, validation};

/// Upstream's objects have lost their kind when they are found invalid, so errors name the group alone.
fn refuse_if_any(errors: &ErrorList) -> Result<(), ApiError> {
    let kind = GroupKind { group: "authorization.k8s.io".into(), kind: "".into() };
    if errors.is_empty() { Ok(()) } else { Err(ApiError::invalid(&kind, "", errors)) }
}

async fn answer(
    authorizer: &Arc<dyn Authorizer>,
    user: &UserInfo,
    question: &Question<'_>,
) -> SubjectAccessReviewStatus {
    let verdict = authorizer.explain(user, &question.attributes()).await;
    SubjectAccessReviewStatus {
        allowed: verdict.decision == Decision::Allow,
        denied: matches!(verdict.decision, Decision::Deny(_)),
        reason: verdict.reason,
        evaluation_error: question.errors.join("; "),
    }
}

async fn about(authorizer: &Arc<dyn Authorizer>, spec: &SubjectAccessReviewSpec) -> SubjectAccessReviewStatus {
    let user = UserInfo {
        name: spec.user.clone(),
        uid: spec.uid.clone(),
        groups: spec.groups.clone(),
        extra: spec.extra.clone(),
    };
    let question = Question::new(spec.resource_attributes.as_deref(), spec.non_resource_attributes.as_deref());
    answer(authorizer, &user, &question).await
}

/// About anybody.
pub(super) struct SubjectAccess(pub(super) Arc<dyn Authorizer>);

#[async_trait]
impl SubresourceHandler for SubjectAccess {
    async fn handle(&self, mut call: SubresourceCall<'_>) -> Result<SubresourceAnswer, ApiError> {
        let mut review = sent::<SubjectAccessReview>(&mut call)?;
        refuse_if_any(&validation::subject_access_review(&review))?;
        review.status = about(&self.0, &review.spec).await;
        Ok(created(review))
    }
}

/// About anybody in one namespace.
pub(super) struct LocalSubjectAccess(pub(super) Arc<dyn Authorizer>);

#[async_trait]
impl SubresourceHandler for LocalSubjectAccess {
    async fn handle(&self, mut call: SubresourceCall<'_>) -> Result<SubresourceAnswer, ApiError> {
        let mut review = sent::<LocalSubjectAccessReview>(&mut call)?;
        refuse_if_any(&validation::local_subject_access_review(&review))?;
        review.status = about(&self.0, &review.spec).await;
        Ok(created(review))
    }
}

/// About the one who asks.
pub(super) struct SelfSubjectAccess(pub(super) Arc<dyn Authorizer>);

#[async_trait]
impl SubresourceHandler for SelfSubjectAccess {
    async fn handle(&self, mut call: SubresourceCall<'_>) -> Result<SubresourceAnswer, ApiError> {
        let mut review = sent::<SelfSubjectAccessReview>(&mut call)?;
        refuse_if_any(&validation::self_subject_access_review(&review))?;
        let spec = &review.spec;
        let question = Question::new(spec.resource_attributes.as_deref(), spec.non_resource_attributes.as_deref());
        let status = answer(&self.0, &call.ctx.user, &question).await;
        review.status = status;
        Ok(created(review))
    }
}
