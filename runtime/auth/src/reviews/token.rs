//! `tokenreviews`: whose token is this.

use std::sync::Arc;

use async_trait::async_trait;
use kubeforge_api::authentication::v1::{TokenReview, TokenReviewStatus};
use kubeforge_apiserver::{
    auth::Authenticator,
    filters::authentication::authenticated,
    subresource::{SubresourceAnswer, SubresourceCall, SubresourceHandler},
};
use kubeforge_machinery::status::ApiError;

use super::{created, myself::shown, sent};

pub(super) struct TokenReviews {
    pub(super) authenticators: Arc<[Arc<dyn Authenticator>]>,
    /// What the API server calls itself.
    pub(super) audiences: Vec<String>,
}

const INVALID: &str = "invalid bearer token";

#[async_trait]
impl SubresourceHandler for TokenReviews {
    async fn handle(&self, mut call: SubresourceCall<'_>) -> Result<SubresourceAnswer, ApiError> {
        let mut review = sent::<TokenReview>(&mut call)?;
        if review.spec.token.is_empty() {
            return Err(ApiError::bad_request("token is required for TokenReview in authentication"));
        }
        review.status = self.status(&review.spec.token, &review.spec.audiences).await;
        Ok(created(review))
    }
}

impl TokenReviews {
    async fn status(&self, token: &str, audiences: &[String]) -> TokenReviewStatus {
        let audiences = if audiences.is_empty() { &self.audiences } else { audiences };
        let mut errors = vec![INVALID.to_owned()];
        for authenticator in self.authenticators.iter() {
            match authenticator.review(token, audiences, &self.audiences).await {
                Ok(Some(found)) => {
                    return TokenReviewStatus {
                        authenticated: true,
                        user: shown(&authenticated((*found.user).clone())),
                        audiences: found.audiences,
                        error: String::new(),
                    };
                }
                Ok(None) => {}
                Err(error) => errors.push(error.to_string()),
            }
        }
        let error = match errors.as_slice() {
            [only] => only.clone(),
            several => format!("[{}]", several.join(", ")),
        };
        TokenReviewStatus { error, ..TokenReviewStatus::default() }
    }
}
