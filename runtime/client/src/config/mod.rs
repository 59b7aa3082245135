//! Where a server is and how to talk to it.
//!
//! A [`Config`] comes from a kubeconfig ([`Config::infer`], [`Config::from_file`], [`crate::kubeconfig`] with overrides), from
//! the pod that the process runs in ([`Config::in_cluster`]), or is written by hand.

mod impersonation;
mod in_cluster;
mod tls;

use std::{fmt, path::Path, time::Duration};

use http::{HeaderMap, Uri};

use crate::{
    kubeconfig::{Kubeconfig, KubeconfigError, Overrides},
    rate::RateLimit,
    transport::{Auth, without_credentials},
};

pub use impersonation::Impersonation;
pub use tls::{Tls, TlsFiles};

/// A server's address, the client's credentials, and how much may be asked of the server.
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
    /// What stands between the client and the server.
    pub proxy: ProxySetting,
    /// Doesn't ask for compressed answers: they cost CPU on both sides, which a fast network makes not worth it.
    pub disable_compression: bool,
    /// How many requests the client sends; as many as it likes if absent. [`RateLimit::default`] is client-go's.
    pub rate_limit: Option<RateLimit>,
    /// How long a request may take with its answer's body; watches too. No limit if absent.
    pub timeout: Option<Duration>,
    /// Logs what goes over the network: from 6 on each answer, 7 each request with its headers, 8 the answers' headers, 9
    /// requests as command lines of curl. Credentials are masked, bodies left out.
    pub verbosity: u8,
}

/// What stands between the client and the server.
///
/// Its debug form hides the name and password.
#[derive(Clone, Default, PartialEq, Eq)]
pub enum ProxySetting {
    /// What `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` say.
    #[default]
    Environment,
    /// This one: an `http`, `https` or `socks5` URL, which may carry a name and password.
    Url(String),
    /// Nothing.
    Direct,
}

impl fmt::Debug for ProxySetting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Environment => f.write_str("Environment"),
            Self::Url(url) => f.debug_tuple("Url").field(&without_credentials(url)).finish(),
            Self::Direct => f.write_str("Direct"),
        }
    }
}

/// A configuration that can't be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The server's URL is not one.
    #[error("host must be a URL or a host:port pair: {0:?}")]
    Server(String),
    /// The server's URL, shown without them here, holds a name or a password.
    #[error("the URL of the server {0:?} may not hold a user's name or password")]
    ServerLogin(String),
    /// Certificates or keys.
    #[error("cannot set up TLS: {0}")]
    Tls(String),
    /// A name or value can't be sent as a header.
    #[error("{0:?} cannot be sent as a header")]
    Header(String),
    /// A group, UID or something else to impersonate, but no user.
    #[error("requesting uid, groups or user-extra without impersonating a user")]
    ImpersonatesNobody,
    /// The proxy's URL is not one.
    #[error("the proxy: {0}")]
    Proxy(String),
    /// The kubeconfig.
    #[error(transparent)]
    Kubeconfig(#[from] KubeconfigError),
    /// The process does not run in a pod.
    #[error("{0}")]
    NotInCluster(String),
    /// A flag that has no meaning beside a pod's service account.
    #[error("{0} cannot be used with a pod's service account: there is no kubeconfig that names a server")]
    NotForPods(&'static str),
}

impl Config {
    /// A server without credentials.
    pub fn new(server: impl Into<String>) -> Self {
        Self { server: server.into(), ..Self::default() }
    }

    /// What kubectl would use: the files in `KUBECONFIG`, else `~/.kube/config`; where they say nothing, the pod's service
    /// account.
    ///
    /// # Errors
    /// Where a kubeconfig exists but can't be used, or where there is none and this is no pod.
    pub fn infer() -> Result<Self, ConfigError> {
        Self::with_overrides(&Overrides::default())
    }

    /// The current context of a kubeconfig file.
    ///
    /// # Errors
    /// Where the file can't be read or used.
    pub fn from_file(path: impl AsRef<Path>) -> Result<Self, ConfigError> {
        Ok(Kubeconfig::read(path.as_ref())?.config(None)?)
    }

    /// What kubectl would use with flags such as `--context` and `--server`. In a pod whose kubeconfig names no server, a
    /// token, whom to act as, the namespace and the timeout count on top of its service account. A context's namespace counts
    /// there, too; its user doesn't, as in client-go: those credentials are for another server.
    ///
    /// # Errors
    /// As [`Config::infer`], where the overrides name what isn't there, and where they ask for other credentials in a pod.
    pub fn with_overrides(overrides: &Overrides) -> Result<Self, ConfigError> {
        let kubeconfig = Kubeconfig::load_default()?.unwrap_or_default();
        match kubeconfig.config_with(overrides) {
            Err(err) if err.is_empty_config() => overrides.in_pod(Self::in_cluster()?, &kubeconfig),
            config => Ok(config?),
        }
    }

    /// The same server, asked as nobody: without credentials, certificate and impersonation (client-go's
    /// AnonymousClientConfig).
    #[must_use]
    pub fn anonymous(&self) -> Self {
        let Tls { ca, insecure_skip_verify, server_name, files, .. } = self.tls.clone();
        let files = TlsFiles { ca: files.ca, ..TlsFiles::default() };
        let tls = Tls { ca, insecure_skip_verify, server_name, files, ..Tls::default() };
        Self { tls, auth: Auth::None, impersonate: None, ..self.clone() }
    }

    /// The server's URL with a scheme.
    pub(crate) fn server_uri(&self) -> Result<Uri, ConfigError> {
        let bad = || ConfigError::Server(without_credentials(&self.server));
        let text = if self.server.contains("://") {
            self.server.clone()
        } else {
            format!("{}://{}", if self.tls.is_set() { "https" } else { "http" }, self.server)
        };
        let uri: Uri = text.parse().map_err(|_| bad())?;
        // without a scheme a path is more likely a mistake
        if !self.server.contains("://") && uri.path() != "/" {
            return Err(bad());
        }
        if uri.authority().is_some_and(|authority| authority.as_str().contains('@')) {
            return Err(ConfigError::ServerLogin(without_credentials(&self.server)));
        }
        match uri.scheme_str() {
            Some("http" | "https") if uri.authority().is_some() && uri.query().is_none() => Ok(uri),
            _ => Err(bad()),
        }
    }

    pub(crate) fn impersonation_headers(&self) -> Result<HeaderMap, ConfigError> {
        self.impersonate.as_ref().map_or_else(|| Ok(HeaderMap::new()), Impersonation::headers)
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
        for server in ["ftp://x", "", "https://x/?a=b", "https://", "x/y", "x:1/y"] {
            let err = Config::new(server).server_uri().unwrap_err().to_string();
            assert_eq!(err, format!("host must be a URL or a host:port pair: {server:?}"));
        }
        assert_eq!(Config::new("x/").server_uri().unwrap(), "http://x/");
        assert_eq!(Config::new("http://x/y").server_uri().unwrap(), "http://x/y");
    }

    /// A configuration with everything that there is to hide.
    fn secretive() -> Config {
        let file = |name: &str| Some(name.into());
        let bytes = || Some(b"hidden".to_vec());
        Config {
            tls: Tls {
                ca: bytes(),
                client_certificate: bytes(),
                client_key: bytes(),
                files: TlsFiles { ca: file("ca"), client_certificate: file("cert"), client_key: file("key") },
                server_name: Some("name".to_owned()),
                ..Tls::default()
            },
            auth: Auth::Basic { username: "me".to_owned(), password: "hidden".to_owned() },
            impersonate: Some(Impersonation { user: "jane".to_owned(), ..Impersonation::default() }),
            proxy: ProxySetting::Url("http://u:hidden@proxy".to_owned()),
            default_namespace: "team".to_owned(),
            ..Config::new("https://x")
        }
    }

    #[test]
    fn the_debug_form_shows_all_but_secrets() {
        let mut config = secretive();
        let shown = format!("{config:?}");
        assert!(!shown.contains("hidden") && !shown.contains("104, 105, 100"), "{shown}");
        for text in ["https://x", "\"me\"", "jane", "http://proxy", "team", "name", "ca", "cert", "key"] {
            assert!(shown.contains(text), "{text}: {shown}");
        }
        for auth in [Auth::Token("hidden".to_owned()), Auth::TokenFile("token-file".into())] {
            config.auth = auth;
            assert!(!format!("{config:?}").contains("hidden"));
        }
        assert!(format!("{config:?}").contains("token-file"));
    }

    #[test]
    fn nobody_keeps_the_server_and_loses_the_rest() {
        let config = secretive().anonymous();
        assert!(matches!(config.auth, Auth::None) && config.impersonate.is_none());
        assert_eq!((config.tls.client_certificate, config.tls.client_key), (None, None));
        assert_eq!(config.tls.files, TlsFiles { ca: Some("ca".into()), ..TlsFiles::default() });
        assert_eq!((config.tls.ca.is_some(), config.tls.server_name.as_deref()), (true, Some("name")));
        assert_eq!((config.server.as_str(), config.default_namespace.as_str()), ("https://x", "team"));
    }

    #[test]
    fn names_and_passwords_in_urls_are_refused_and_not_shown() {
        for server in ["https://me:hidden@x", "https://hidden@x:6443/k8s", "me:hidden@x", "https://me:hidden@x y"] {
            let err = Config::new(server).server_uri().unwrap_err();
            assert!(!format!("{err} {err:?}").contains("hidden"), "{err:?}");
        }
        let err = Config::new("https://me:hidden@x").server_uri().unwrap_err();
        assert!(matches!(err, ConfigError::ServerLogin(server) if server == "https://x"));
    }
}
