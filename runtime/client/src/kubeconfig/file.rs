//! The file format, and how several files become one.

use std::{
    collections::BTreeMap,
    fmt,
    path::{Path, PathBuf},
};

use serde::Deserialize;

use super::{KubeconfigError, read_file};

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
}

/// A server.
#[derive(Clone, Debug, Default, Deserialize)]
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
    /// A proxy; not supported.
    pub proxy_url: Option<String>,
}

/// Named credentials.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct NamedUser {
    /// The name.
    pub name: String,
    /// The credentials.
    pub user: User,
}

/// Credentials. Their debug form hides what is secret.
#[derive(Clone, Default, Deserialize)]
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
    /// A program that provides credentials; not supported.
    pub exec: Option<serde::de::IgnoredAny>,
    /// A provider of credentials; not supported.
    pub auth_provider: Option<serde::de::IgnoredAny>,
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

impl Kubeconfig {
    /// Reads one file. Its relative paths become absolute ones.
    ///
    /// # Errors
    /// Where the file can't be read or is no kubeconfig.
    pub fn read(path: &Path) -> Result<Self, KubeconfigError> {
        let bytes = read_file(path)?;
        let parse_error = |message: String| KubeconfigError::Parse { path: path.to_owned(), message };
        let text = std::str::from_utf8(&bytes).map_err(|err| parse_error(err.to_string()))?;
        let mut config = Self::parse(text).map_err(parse_error)?;
        let dir = path.parent().unwrap_or(Path::new(""));
        for file in config.paths() {
            *file = dir.join(&*file);
        }
        Ok(config)
    }

    /// Reads a kubeconfig from YAML or JSON text. Paths in it stay as they are.
    ///
    /// # Errors
    /// What is wrong with the text.
    pub fn parse(text: &str) -> Result<Self, String> {
        if text.trim().is_empty() {
            return Ok(Self::default());
        }
        // through a value, so that `null` lists and maps mean empty ones
        let value: serde_json::Value = serde_saphyr::from_str(text).map_err(|err| err.to_string())?;
        serde_json::from_value(without_nulls(value)).map_err(|err| err.to_string())
    }

    /// The files in `KUBECONFIG`, else `~/.kube/config`, merged; `None` where none of them exists.
    ///
    /// # Errors
    /// Where a file exists but can't be read.
    pub fn load_default() -> Result<Option<Self>, KubeconfigError> {
        let paths: Vec<PathBuf> = match std::env::var_os("KUBECONFIG") {
            Some(list) if !list.is_empty() => {
                std::env::split_paths(&list).filter(|p| !p.as_os_str().is_empty()).collect()
            }
            _ => std::env::home_dir().map(|home| home.join(".kube").join("config")).into_iter().collect(),
        };
        let mut merged: Option<Self> = None;
        for path in paths.iter().filter(|path| path.exists()) {
            let next = Self::read(path)?;
            merged = Some(match merged {
                Some(first) => first.merge(next),
                None => next,
            });
        }
        Ok(merged)
    }

    /// Adds what `later` names and `self` doesn't.
    pub fn merge(mut self, later: Self) -> Self {
        if self.current_context.is_empty() {
            self.current_context = later.current_context;
        }
        add_missing(&mut self.clusters, later.clusters, |cluster| &cluster.name);
        add_missing(&mut self.users, later.users, |user| &user.name);
        add_missing(&mut self.contexts, later.contexts, |context| &context.name);
        self
    }

    fn paths(&mut self) -> impl Iterator<Item = &mut PathBuf> {
        let clusters = self.clusters.iter_mut().flat_map(|named| named.cluster.certificate_authority.iter_mut());
        let users = self.users.iter_mut().flat_map(|named| {
            let user = &mut named.user;
            let files = [&mut user.client_certificate, &mut user.client_key, &mut user.token_file];
            files.into_iter().flatten()
        });
        // an empty path means none
        clusters.chain(users).filter(|path| !path.as_os_str().is_empty())
    }
}

fn add_missing<T>(into: &mut Vec<T>, from: Vec<T>, name: impl Fn(&T) -> &String) {
    for item in from {
        if !into.iter().any(|known| name(known) == name(&item)) {
            into.push(item);
        }
    }
}

fn without_nulls(value: serde_json::Value) -> serde_json::Value {
    use serde_json::Value;
    match value {
        Value::Object(map) => Value::Object(
            map.into_iter()
                .filter(|(_, value)| !value.is_null())
                .map(|(key, value)| (key, without_nulls(value)))
                .collect(),
        ),
        Value::Array(values) => Value::Array(values.into_iter().map(without_nulls).collect()),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "
apiVersion: v1
kind: Config
current-context: a
preferences: {}
clusters:
- name: one
  cluster: {server: 'https://127.0.0.1:6443', certificate-authority: pki/ca.crt}
users:
- name: me
  user: {token: abc, as-groups: null}
contexts:
- name: a
  context: {cluster: one, user: me, namespace: team}
";

    #[test]
    fn a_file_is_read_and_its_paths_are_its_directorys() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("config");
        std::fs::write(&path, TEXT).unwrap();
        let config = Kubeconfig::read(&path).unwrap();
        assert_eq!(config.current_context, "a");
        assert_eq!(config.clusters[0].cluster.certificate_authority, Some(dir.path().join("pki/ca.crt")));
        assert_eq!(config.contexts[0].context.namespace.as_deref(), Some("team"));
    }

    #[test]
    fn of_two_files_the_first_wins() {
        let first = Kubeconfig::parse(TEXT).unwrap();
        let later = Kubeconfig::parse(&TEXT.replace("6443", "1").replace("context: a", "context: b")).unwrap();
        let merged = first.merge(later);
        assert_eq!(merged.current_context, "a");
        assert_eq!(merged.clusters.len(), 1);
        assert_eq!(merged.clusters[0].cluster.server, "https://127.0.0.1:6443");
    }

    #[test]
    fn debug_output_shows_no_secret() {
        let config = Kubeconfig::parse(&TEXT.replace("abc", "hidden")).unwrap();
        assert!(!format!("{config:?}").contains("hidden"));
    }
}
