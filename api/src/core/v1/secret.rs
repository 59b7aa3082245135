//! Secrets: settings that not everybody may read.

use std::collections::BTreeMap;

use kubeforge_derive::ApiSource;
use kubeforge_machinery::ByteString;
use kubeforge_machinery::meta::v1::{ListMeta, ObjectMeta};

/// Settings that not everybody may read, such as passwords and keys.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, namespaced, plural = "secrets", singular = "secret")]
#[api(selectable("metadata.name", "metadata.namespace", "type"))]
#[api(introduced = "1.0")]
pub struct Secret {
    /// Name, labels and everything else that all objects carry.
    #[api(tag = 1)]
    pub metadata: ObjectMeta,
    /// The data is fixed.
    #[api(tag = 5)]
    pub immutable: Option<bool>,
    /// Bytes by key.
    #[api(tag = 2)]
    pub data: BTreeMap<String, ByteString>,
    /// Texts by key, to be added to the data when written; never read back.
    #[api(tag = 4)]
    pub string_data: BTreeMap<String, String>,
    /// Which keys to expect.
    #[api(tag = 3)]
    pub type_: String,
}

/// Secrets, listed as of one point in the history of the store.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(list = "Secret")]
#[api(introduced = "1.0")]
pub struct SecretList {
    /// Where the list stands in the history of the store, and how to read on.
    #[api(tag = 1)]
    pub metadata: ListMeta,
    /// The objects, in the order in which the server lists them.
    #[api(tag = 2, required)]
    pub items: Vec<Secret>,
}

// Values of SecretType, which is a plain text because others may add their own.
/// Anything.
pub const SECRET_TYPE_OPAQUE: &str = "Opaque";
/// A token of a service account.
pub const SECRET_TYPE_SERVICE_ACCOUNT_TOKEN: &str = "kubernetes.io/service-account-token";
/// Image registry credentials in the old `.dockercfg` form.
pub const SECRET_TYPE_DOCKERCFG: &str = "kubernetes.io/dockercfg";
/// Image registry credentials.
pub const SECRET_TYPE_DOCKER_CONFIG_JSON: &str = "kubernetes.io/dockerconfigjson";
/// A user name and password.
pub const SECRET_TYPE_BASIC_AUTH: &str = "kubernetes.io/basic-auth";
/// A private key for SSH.
pub const SECRET_TYPE_SSH_AUTH: &str = "kubernetes.io/ssh-auth";
/// A certificate and its private key.
pub const SECRET_TYPE_TLS: &str = "kubernetes.io/tls";
/// A token that new nodes join with.
pub const SECRET_TYPE_BOOTSTRAP_TOKEN: &str = "bootstrap.kubernetes.io/token";
