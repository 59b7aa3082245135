//! The file format.

use std::{collections::BTreeMap, fmt, path::PathBuf};

use serde::Deserialize;

use super::ExecConfig;

/// A kubeconfig: one file, or several merged.
#[derive(Clone, Debug, Default, Deserialize)]
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
}

/// A named server.
#[derive(Clone, Debug, Default, Deserialize)]
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
#[derive(Clone, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
pub struct Cluster {
    /// Its URL.
    pub server: String,
    /// A file with the certificates of those who may have signed the server's.
    pub certificate_authority: Option<PathBuf>,
    /// The same inline, base64.
    pub certificate_authority_data: Option<String>,
    /// Takes any server for the right one.
    pub insecure_skip_tls_verify: bool,
    /// The name in the server's certificate.
    pub tls_server_name: Option<String>,
    /// A proxy: an `http`, `https` or `socks5` URL.
    pub proxy_url: Option<String>,
    /// Doesn't ask for compressed answers.
    pub disable_compression: bool,
    /// What other programs keep here.
    pub extensions: Vec<NamedExtension>,
}

impl fmt::Debug for Cluster {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cluster").field("server", &self.server).finish_non_exhaustive()
    }
}

/// Something that another program keeps in a kubeconfig.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct NamedExtension {
    /// Whose it is.
    pub name: String,
    /// What it is.
    pub extension: serde_json::Value,
}

/// Named credentials.
#[derive(Clone, Debug, Default, Deserialize)]
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
#[derive(Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
pub struct User {
    /// A file with the client's certificate.
    pub client_certificate: Option<PathBuf>,
    /// The same inline, base64.
    pub client_certificate_data: Option<String>,
    /// A file with the client's key.
    pub client_key: Option<PathBuf>,
    /// The same inline, base64.
    pub client_key_data: Option<String>,
    /// A bearer token.
    pub token: Option<String>,
    /// A file with a bearer token; wins over `token`.
    #[serde(rename = "tokenFile")]
    pub token_file: Option<PathBuf>,
    /// A name for basic authentication.
    pub username: Option<String>,
    /// Its password.
    pub password: Option<String>,
    /// Whom to act as.
    #[serde(rename = "as")]
    pub impersonate: Option<String>,
    /// The identifier of whom to act as.
    #[serde(rename = "as-uid")]
    pub impersonate_uid: Option<String>,
    /// The groups of whom to act as.
    #[serde(rename = "as-groups")]
    pub impersonate_groups: Vec<String>,
    /// What else is said of whom to act as.
    #[serde(rename = "as-user-extra")]
    pub impersonate_extra: BTreeMap<String, Vec<String>>,
    /// A program that provides credentials.
    pub exec: Option<ExecConfig>,
    /// A provider of credentials within the client: there are none any more, so it is refused by its name.
    pub auth_provider: Option<AuthProvider>,
}

/// A provider of credentials.
#[derive(Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct AuthProvider {
    /// Its name: `gcp`, `oidc`…
    pub name: String,
}

impl fmt::Debug for User {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("User").field("client_certificate", &self.client_certificate).finish_non_exhaustive()
    }
}

/// A named pair of server and credentials.
#[derive(Clone, Debug, Default, Deserialize)]
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
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Context {
    /// The server's name.
    pub cluster: String,
    /// The credentials' name; may be empty.
    pub user: String,
    /// The namespace to use where none is given.
    pub namespace: Option<String>,
}
