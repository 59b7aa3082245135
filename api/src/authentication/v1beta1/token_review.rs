//! Token reviews: whose token this is.

use std::collections::BTreeMap;

use kubeforge_derive::ApiSource;
use kubeforge_machinery::meta::v1::ObjectMeta;

/// Asks the server whose token this is, and whether it is good.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, no_resource)]
#[api(spoke_of = "v1")]
#[api(introduced = "1.4", deprecated = "1.19", replacement = "authentication.k8s.io/v1.TokenReview")]
pub struct TokenReview {
    /// Name, labels and everything else that all objects carry.
    #[api(tag = 1)]
    pub metadata: ObjectMeta,
    /// The question.
    #[api(tag = 2, required)]
    pub spec: TokenReviewSpec,
    /// The answer of the server.
    #[api(tag = 3)]
    pub status: TokenReviewStatus,
}

/// A token to look at, and for whom it should be meant.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct TokenReviewSpec {
    /// The token, as it came with a request.
    #[api(tag = 1, required, omit_empty)]
    pub token: String,
    /// For whom it must be meant, one of these at least; none means the server itself.
    #[api(tag = 2, list = atomic)]
    pub audiences: Vec<String>,
}

/// What a token turned out to be.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct TokenReviewStatus {
    /// Whether the token is good.
    #[api(tag = 1)]
    pub authenticated: bool,
    /// Who it belongs to.
    #[api(tag = 2)]
    pub user: UserInfo,
    /// Which of the audiences asked about the token is meant for.
    #[api(tag = 4, list = atomic)]
    pub audiences: Vec<String>,
    /// Why the token could not be checked.
    #[api(tag = 3)]
    pub error: String,
}

/// A user, as far as authentication tells.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct UserInfo {
    /// The name, unique among the users of the moment.
    #[api(tag = 1)]
    pub username: String,
    /// Tells the user from others who have the same name at other times.
    #[api(tag = 2)]
    pub uid: String,
    /// The groups the user belongs to.
    #[api(tag = 3, list = atomic)]
    pub groups: Vec<String>,
    /// Whatever else the authenticator knows; authorizers may make use of it.
    #[api(tag = 4, wire = "list")]
    pub extra: BTreeMap<String, Vec<String>>,
}
