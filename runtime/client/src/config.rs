//! Where a server is and how to talk to it.

use std::{
    collections::BTreeMap,
    fmt,
    path::{Path, PathBuf},
};

use http::{HeaderMap, HeaderName, HeaderValue, Uri};

use crate::{
    kubeconfig::{Kubeconfig, KubeconfigError},
    transport::Auth,
};

/// Where a pod finds its service account's files.
const SERVICE_ACCOUNT_DIR: &str = "/var/run/secrets/kubernetes.io/serviceaccount";

/// A server's address and the client's credentials.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// The server's URL; a path in it stands before all others. Without a scheme it is `https` where TLS is set up, else `http`.
    pub server: String,
    /// Certificates and keys.
    pub tls: Tls,
    /// Credentials beyond a certificate.
    pub auth: Auth,
    /// Whom to act as.
    pub impersonate: Option<Impersonation>,
    /// The namespace of a namespaced object that names none.
    pub default_namespace: String,
}

/// Certificates and keys, each as PEM. Its debug form hides the key.
#[derive(Clone, Default)]
pub struct Tls {
    /// Who may have signed the server's certificate; the system's roots if absent.
    pub ca: Option<Vec<u8>>,
    /// The client's certificate, with its chain.
    pub client_certificate: Option<Vec<u8>>,
    /// The client's key.
    pub client_key: Option<Vec<u8>>,
    /// Takes any server for the right one.
    pub insecure_skip_verify: bool,
    /// The name that the server's certificate must carry, where it isn't the URL's host.
    pub server_name: Option<String>,
}

impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tls")
            .field("ca", &self.ca.is_some())
            .field("client_certificate", &self.client_certificate.is_some())
            .field("client_key", &self.client_key.is_some())
            .field("insecure_skip_verify", &self.insecure_skip_verify)
            .field("server_name", &self.server_name)
            .finish()
    }
}

impl Tls {
    fn is_set(&self) -> bool {
        self.ca.is_some()
            || self.client_certificate.is_some()
            || self.insecure_skip_verify
            || self.server_name.is_some()
    }
}

/// Somebody to act as, where the server allows it.
#[derive(Clone, Debug, Default)]
pub struct Impersonation {
    /// The name.
    pub user: String,
    /// The identifier; may be empty.
    pub uid: String,
    /// The groups.
    pub groups: Vec<String>,
    /// What else is said of the user.
    pub extra: BTreeMap<String, Vec<String>>,
}

/// A configuration that can't be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The server's URL is not one.
    #[error("{0:?} is not a server's URL")]
    Server(String),
    /// Certificates or keys.
    #[error("cannot set up TLS: {0}")]
    Tls(String),
    /// A name or value can't be sent as a header.
    #[error("{0:?} cannot be sent as a header")]
    Header(String),
    /// The kubeconfig.
    #[error(transparent)]
    Kubeconfig(#[from] KubeconfigError),
    /// The process does not run in a pod.
    #[error("not in a cluster: {0}")]
    NotInCluster(String),
}

impl Config {
    /// A server without credentials.
    pub fn new(server: impl Into<String>) -> Self {
        Self { server: server.into(), ..Self::default() }
    }

    /// What kubectl would use: the files in `KUBECONFIG`, else `~/.kube/config`, else the pod's service account.
    ///
    /// # Errors
    /// Where a kubeconfig exists but can't be used, or where there is none and this is no pod.
    pub fn infer() -> Result<Self, ConfigError> {
        match Kubeconfig::load_default()? {
            Some(kubeconfig) => Ok(kubeconfig.config(None)?),
            None => Self::in_cluster(),
        }
    }

    /// The current context of a kubeconfig file.
    ///
    /// # Errors
    /// Where the file can't be read or used.
    pub fn from_file(path: impl AsRef<Path>) -> Result<Self, ConfigError> {
        Ok(Kubeconfig::read(path.as_ref())?.config(None)?)
    }

    /// The service account of the pod that the process runs in.
    ///
    /// # Errors
    /// Where this is no pod.
    pub fn in_cluster() -> Result<Self, ConfigError> {
        let var = |name: &str| std::env::var(name).map_err(|_| ConfigError::NotInCluster(format!("{name} is not set")));
        let (host, port) = (var("KUBERNETES_SERVICE_HOST")?, var("KUBERNETES_SERVICE_PORT")?);
        let host = if host.contains(':') { format!("[{host}]") } else { host };
        let dir = PathBuf::from(SERVICE_ACCOUNT_DIR);
        let read = |name: &str| {
            let path = dir.join(name);
            std::fs::read(&path).map_err(|err| ConfigError::NotInCluster(format!("{}: {err}", path.display())))
        };
        // the token is read when it is used; that it is there now is what makes this a pod
        read("token")?;
        let namespace = String::from_utf8_lossy(&read("namespace").unwrap_or_default()).trim().to_owned();
        Ok(Self {
            server: format!("https://{host}:{port}"),
            tls: Tls { ca: Some(read("ca.crt")?), ..Tls::default() },
            auth: Auth::TokenFile(dir.join("token")),
            impersonate: None,
            default_namespace: namespace,
        })
    }

    /// The server's URL with a scheme.
    pub(crate) fn server_uri(&self) -> Result<Uri, ConfigError> {
        let bad = || ConfigError::Server(self.server.clone());
        let text = if self.server.contains("://") {
            self.server.clone()
        } else {
            format!("{}://{}", if self.tls.is_set() { "https" } else { "http" }, self.server)
        };
        let uri: Uri = text.parse().map_err(|_| bad())?;
        match uri.scheme_str() {
            Some("http" | "https") if uri.authority().is_some() && uri.query().is_none() => Ok(uri),
            _ => Err(bad()),
        }
    }

    pub(crate) fn impersonation_headers(&self) -> Result<HeaderMap, ConfigError> {
        let mut headers = HeaderMap::new();
        let Some(who) = &self.impersonate else { return Ok(headers) };
        let value = |text: &str| HeaderValue::from_str(text).map_err(|_| ConfigError::Header(text.to_owned()));
        headers.insert("impersonate-user", value(&who.user)?);
        if !who.uid.is_empty() {
            headers.insert("impersonate-uid", value(&who.uid)?);
        }
        for group in &who.groups {
            headers.append("impersonate-group", value(group)?);
        }
        for (key, values) in &who.extra {
            let name = HeaderName::try_from(format!("impersonate-extra-{}", key.to_ascii_lowercase()))
                .map_err(|_| ConfigError::Header(key.clone()))?;
            for text in values {
                headers.append(&name, value(text)?);
            }
        }
        Ok(headers)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_without_a_scheme_follows_the_tls_settings() {
        let mut config = Config::new("localhost:8080");
        assert_eq!(config.server_uri().unwrap(), "http://localhost:8080/");
        config.tls.insecure_skip_verify = true;
        assert_eq!(config.server_uri().unwrap(), "https://localhost:8080/");
    }

    #[test]
    fn other_schemes_and_queries_are_refused() {
        for server in ["ftp://x", "", "https://x/?a=b", "https://"] {
            assert!(Config::new(server).server_uri().is_err(), "{server}");
        }
    }

    #[test]
    fn impersonation_travels_in_headers() {
        let who = Impersonation {
            user: "jane".to_owned(),
            groups: vec!["a".to_owned(), "b".to_owned()],
            extra: BTreeMap::from([("scopes".to_owned(), vec!["view".to_owned()])]),
            ..Impersonation::default()
        };
        let config = Config { impersonate: Some(who), ..Config::new("https://x") };
        let headers = config.impersonation_headers().unwrap();
        assert_eq!(headers.get_all("impersonate-group").iter().count(), 2);
        assert_eq!(headers["impersonate-extra-scopes"], "view");
    }
}
