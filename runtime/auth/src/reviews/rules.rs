//! `selfsubjectrulesreviews`: what may I do in a namespace.

use std::sync::Arc;

use async_trait::async_trait;
use kubeforge_api::authorization::v1::{
    NonResourceRule, ResourceRule, SelfSubjectRulesReview, SubjectRulesReviewStatus,
};
use kubeforge_apiserver::{
    auth::Authorizer,
    subresource::{SubresourceAnswer, SubresourceCall, SubresourceHandler},
};
use kubeforge_machinery::{NilVec, status::ApiError};

use super::{created, sent};

pub(super) struct SelfSubjectRules(pub(super) Arc<dyn Authorizer>);

#[async_trait]
impl SubresourceHandler for SelfSubjectRules {
    async fn handle(&self, mut call: SubresourceCall<'_>) -> Result<SubresourceAnswer, ApiError> {
        let review = sent::<SelfSubjectRulesReview>(&mut call)?;
        if review.spec.namespace.is_empty() {
            return Err(ApiError::bad_request("no namespace on request"));
        }
        let rules = self.0.rules_for(&call.ctx.user, &review.spec.namespace).await;
        let resource_rules = rules.resources.into_iter().map(|rule| ResourceRule {
            verbs: rule.verbs,
            api_groups: rule.groups,
            resources: rule.resources,
            resource_names: rule.names,
        });
        let non_resource_rules =
            rules.paths.into_iter().map(|rule| NonResourceRule { verbs: rule.verbs, non_resource_urls: rule.paths });
        let evaluation_error = match rules.errors.as_slice() {
            [] => String::new(),
            [one] => one.clone(),
            several => format!("[{}]", several.join(", ")),
        };
        // the answer is an object of its own: nothing of what was sent is in it
        Ok(created(Box::new(SelfSubjectRulesReview {
            status: SubjectRulesReviewStatus {
                resource_rules: NilVec::given(resource_rules.collect()),
                non_resource_rules: NilVec::given(non_resource_rules.collect()),
                incomplete: rules.incomplete,
                evaluation_error,
            },
            ..SelfSubjectRulesReview::default()
        })))
    }
}
