//! Token requests: tokens for service accounts.

use kubeforge_derive::ApiSource;
use kubeforge_machinery::meta::v1::ObjectMeta;
use kubeforge_machinery::{NilVec, Time};

/// Asks for a token of a service account.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, no_resource)]
#[api(introduced = "1.10")]
pub struct TokenRequest {
    /// Name, labels and everything else that all objects carry.
    #[api(tag = 1)]
    pub metadata: ObjectMeta,
    /// What the token should be like.
    #[api(tag = 2, always)]
    pub spec: TokenRequestSpec,
    /// The token.
    #[api(tag = 3)]
    pub status: TokenRequestStatus,
}

/// For whom, for how long and for which object a token is made.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct TokenRequestSpec {
    /// For whom it is meant: a recipient that does not find itself here should turn it down.
    #[api(tag = 1, always, list = atomic)]
    pub audiences: NilVec<String>,
    /// How many seconds it should last, 600 at least; an hour if unset. The server may give less.
    #[api(tag = 4, always)]
    pub expiration_seconds: Option<i64>,
    /// The object it is tied to; once that is gone, the token is no longer good.
    #[api(tag = 3, always)]
    pub bound_object_ref: Option<Box<BoundObjectReference>>,
}

/// An object that a token is tied to.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct BoundObjectReference {
    /// Its kind: `Pod`, `Secret` or `Node`.
    #[api(tag = 1)]
    pub kind: String,
    /// The group and version of its kind.
    #[api(tag = 2)]
    pub api_version: String,
    /// Its name.
    #[api(tag = 3)]
    pub name: String,
    /// Its uid, to tell it from a later object of the same name.
    #[api(tag = 4)]
    pub uid: String,
}

/// A token, as it was handed out.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct TokenRequestStatus {
    /// The token itself; secret.
    #[api(tag = 1, always)]
    pub token: String,
    /// When it stops being good.
    #[api(tag = 2, always)]
    pub expiration_timestamp: Time,
}
