//! Service accounts: who pods are towards the API.

use kubeforge_derive::ApiSource;
use kubeforge_machinery::meta::v1::{ListMeta, ObjectMeta};

use super::{LocalObjectReference, ObjectReference};

/// An identity for programs in pods.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, namespaced, plural = "serviceaccounts", singular = "serviceaccount", short = ["sa"])]
#[api(subresource(token, create = "authentication.k8s.io/v1.TokenRequest"))]
#[api(introduced = "1.0")]
pub struct ServiceAccount {
    /// Name, labels and everything else that all objects carry.
    #[api(tag = 1)]
    pub metadata: ObjectMeta,
    /// Secrets that its pods may use, where that is enforced.
    #[api(tag = 2, patch = merge, merge_key = "name", list = map("name"))]
    pub secrets: Vec<ObjectReference>,
    /// Credentials that its pods pull images with.
    #[api(tag = 3, list = atomic)]
    pub image_pull_secrets: Vec<LocalObjectReference>,
    /// Whether its pods find a token of it mounted.
    #[api(tag = 4)]
    pub automount_service_account_token: Option<bool>,
}

/// Service accounts, listed as of one point in the history of the store.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(list = "ServiceAccount")]
#[api(introduced = "1.0")]
pub struct ServiceAccountList {
    /// Where the list stands in the history of the store, and how to read on.
    #[api(tag = 1)]
    pub metadata: ListMeta,
    /// The objects, in the order in which the server lists them.
    #[api(tag = 2, required)]
    pub items: Vec<ServiceAccount>,
}
