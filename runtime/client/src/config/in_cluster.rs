//! The service account of the pod that the process runs in (client-go's rest.InClusterConfig).

use std::path::Path;

use tracing::error;

use super::{Config, ConfigError, Tls, TlsFiles};
use crate::{
    os_error,
    transport::{Auth, tls_config},
};

/// Where a pod finds its service account's files.
const SERVICE_ACCOUNT_DIR: &str = "/var/run/secrets/kubernetes.io/serviceaccount";

/// What client-go says where the variables aren't set.
const NO_VARIABLES: &str =
    "unable to load in-cluster configuration, KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT must be defined";

impl Config {
    /// The service account of the pod that the process runs in.
    ///
    /// # Errors
    /// Where this is no pod.
    pub fn in_cluster() -> Result<Self, ConfigError> {
        let var = |name: &str| std::env::var(name).unwrap_or_default();
        let config = from_files(
            &var("KUBERNETES_SERVICE_HOST"),
            &var("KUBERNETES_SERVICE_PORT"),
            Path::new(SERVICE_ACCOUNT_DIR),
        )?;
        // a pod may say its namespace through the downward API, as clientcmd has it
        let namespace = var("POD_NAMESPACE");
        Ok(if namespace.is_empty() { config } else { Self { default_namespace: namespace, ..config } })
    }
}

fn from_files(host: &str, port: &str, dir: &Path) -> Result<Config, ConfigError> {
    if host.is_empty() || port.is_empty() {
        return Err(ConfigError::NotInCluster(NO_VARIABLES.to_owned()));
    }
    let host = if host.contains(':') { format!("[{host}]") } else { host.to_owned() };
    let read = |name: &str| {
        let path = dir.join(name);
        std::fs::read(&path).map_err(|err| os_error::told("open", &path, &err))
    };
    // the token is read when it is used; that it is there now is what makes this a pod
    read("token").map_err(ConfigError::NotInCluster)?;
    let namespace = String::from_utf8_lossy(&read("namespace").unwrap_or_default()).trim().to_owned();
    // without it the server may still be one that the system trusts
    let ca = read("ca.crt").and_then(|pem| {
        let tls = Tls { ca: Some(pem), ..Tls::default() };
        tls_config(&tls).map(|_usable| tls.ca).map_err(|err| err.to_string())
    });
    let ca = ca.unwrap_or_else(|err| {
        error!("Expected to load root CA config from {}, but got err: {err}", dir.join("ca.crt").display());
        None
    });
    let files = TlsFiles { ca: ca.is_some().then(|| dir.join("ca.crt")), ..TlsFiles::default() };
    Ok(Config {
        server: format!("https://{host}:{port}"),
        tls: Tls { ca, files, ..Tls::default() },
        auth: Auth::TokenFile(dir.join("token")),
        default_namespace: namespace,
        ..Config::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pods_files_make_a_configuration() {
        let dir = tempfile::tempdir().unwrap();
        let err = from_files("10.0.0.1", "443", dir.path()).unwrap_err().to_string();
        assert!(err.contains("token"), "{err}");
        let authority = rcgen::generate_simple_self_signed(Vec::new()).unwrap().cert.pem();
        for (name, text) in [("token", "t"), ("ca.crt", &authority), ("namespace", "team\n")] {
            std::fs::write(dir.path().join(name), text).unwrap();
        }
        let config = from_files("fd00::1", "443", dir.path()).unwrap();
        assert_eq!((config.server.as_str(), config.default_namespace.as_str()), ("https://[fd00::1]:443", "team"));
        assert_eq!(config.tls.files.ca, Some(dir.path().join("ca.crt")));
        std::fs::write(dir.path().join("ca.crt"), "no certificate").unwrap();
        let config = from_files("10.0.0.1", "443", dir.path()).unwrap();
        assert_eq!((config.tls.ca, config.tls.files.ca), (None, None), "the system's are left");
        assert_eq!(from_files("", "443", dir.path()).unwrap_err().to_string(), NO_VARIABLES);
    }
}
