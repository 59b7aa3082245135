//! The file format.

use std::{collections::BTreeMap, fmt, path::PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::ExecConfig;

/// A kubeconfig: one file, or several merged.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(default, rename_all = "kebab-case")]
pub struct Kubeconfig {
    /// The context to use where none is asked for.
    pub current_context: String,
    /// Servers by name.
    pub clusters: Vec<NamedCluster>,
    /// Credentials by name.
    pub users: Vec<NamedUser>,
    /// Pairs of them by name.
    pub contexts: Vec<NamedContext>,
    /// Whatever else the file says: preferences, extensions.
    #[serde(flatten)]
    pub other: OtherFields,
}

/// Fields that mean nothing here, kept so that a file that is written again still has them. The debug form shows names only:
/// nobody knows what is secret.
#[derive(Clone, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(transparent)]
pub struct OtherFields(pub Map<String, Value>);

impl fmt::Debug for OtherFields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

/// A named server.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(default)]
pub struct NamedCluster {
    /// The name.
    pub name: String,
    /// The server.
    pub cluster: Cluster,
    /// The file that holds it.
    #[serde(skip)]
    pub origin: Option<PathBuf>,
}

/// A server. Its debug form hides a proxy's password, and what other programs keep.
#[derive(Clone, Default, PartialEq, Deserialize, Serialize)]
#[serde(default, rename_all = "kebab-case")]
pub struct Cluster {
    /// Its URL.
    pub server: String,
    /// A file with the certificates of those who may have signed the server's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub certificate_authority: Option<PathBuf>,
    /// The same inline, base64.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub certificate_authority_data: Option<String>,
    /// Takes any server for the right one.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub insecure_skip_tls_verify: bool,
    /// The name in the server's certificate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls_server_name: Option<String>,
    /// A proxy: an `http`, `https` or `socks5` URL.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub proxy_url: Option<String>,
    /// Doesn't ask for compressed answers.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub disable_compression: bool,
    /// What other programs keep here.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub extensions: Vec<NamedExtension>,
    /// Whatever else the file says.
    #[serde(flatten)]
    pub other: OtherFields,
}

impl fmt::Debug for Cluster {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cluster").field("server", &self.server).finish_non_exhaustive()
    }
}

/// Something that another program keeps in a kubeconfig.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(default)]
pub struct NamedExtension {
    /// Whose it is.
    pub name: String,
    /// What it is.
    pub extension: serde_json::Value,
}

/// Named credentials.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(default)]
pub struct NamedUser {
    /// The name.
    pub name: String,
    /// The credentials.
    pub user: User,
    /// The file that holds them.
    #[serde(skip)]
    pub origin: Option<PathBuf>,
}

/// Credentials. Their debug form hides what is secret.
#[derive(Clone, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default, rename_all = "kebab-case")]
pub struct User {
    /// A file with the client's certificate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_certificate: Option<PathBuf>,
    /// The same inline, base64.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_certificate_data: Option<String>,
    /// A file with the client's key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_key: Option<PathBuf>,
    /// The same inline, base64.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_key_data: Option<String>,
    /// A bearer token.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
    /// A file with a bearer token; wins over `token`.
    #[serde(rename = "tokenFile", skip_serializing_if = "Option::is_none")]
    pub token_file: Option<PathBuf>,
    /// A name for basic authentication.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// Its password.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub password: Option<String>,
    /// Whom to act as.
    #[serde(rename = "as", skip_serializing_if = "Option::is_none")]
    pub impersonate: Option<String>,
    /// The identifier of whom to act as.
    #[serde(rename = "as-uid", skip_serializing_if = "Option::is_none")]
    pub impersonate_uid: Option<String>,
    /// The groups of whom to act as.
    #[serde(rename = "as-groups", skip_serializing_if = "Vec::is_empty")]
    pub impersonate_groups: Vec<String>,
    /// What else is said of whom to act as.
    #[serde(rename = "as-user-extra", skip_serializing_if = "BTreeMap::is_empty")]
    pub impersonate_extra: BTreeMap<String, Vec<String>>,
    /// A program that provides credentials.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exec: Option<ExecConfig>,
    /// A provider of credentials within the client: there are none any more, so it is refused by its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auth_provider: Option<AuthProvider>,
    /// Whatever else the file says.
    #[serde(flatten)]
    pub other: OtherFields,
}

/// A provider of credentials.
#[derive(Clone, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
pub struct AuthProvider {
    /// Its name: `gcp`, `oidc`…
    pub name: String,
    /// Its settings.
    #[serde(flatten)]
    pub other: OtherFields,
}

impl fmt::Debug for User {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("User").field("client_certificate", &self.client_certificate).finish_non_exhaustive()
    }
}

/// A named pair of server and credentials.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(default)]
pub struct NamedContext {
    /// The name.
    pub name: String,
    /// The pair.
    pub context: Context,
    /// The file that holds it.
    #[serde(skip)]
    pub origin: Option<PathBuf>,
}

/// A pair of server and credentials.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(default)]
pub struct Context {
    /// The server's name.
    pub cluster: String,
    /// The credentials' name; may be empty.
    pub user: String,
    /// The namespace to use where none is given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// Whatever else the file says.
    #[serde(flatten)]
    pub other: OtherFields,
}
