//! How to reach etcd.

use std::path::PathBuf;

use crate::{etcd::client, kv::KvError};

/// Which etcd cluster, and how to prove who is there. The names of the paths are those of kube-apiserver's flags.
#[derive(Clone, Debug, Default)]
pub struct EtcdOptions {
    /// The members' client URLs, for example `https://127.0.0.1:2379`.
    pub endpoints: Vec<String>,
    /// The authority that signed the members' certificates (PEM), where they use TLS.
    pub ca_path: Option<PathBuf>,
    /// This client's certificate (PEM), where the members ask for one.
    pub cert_path: Option<PathBuf>,
    /// The certificate's key (PEM).
    pub key_path: Option<PathBuf>,
}

impl EtcdOptions {
    /// Looks at the options without reaching anybody.
    ///
    /// # Errors
    ///
    /// [`KvError::Unavailable`] if a URL is none or a file can't be used.
    pub fn check(&self) -> Result<(), KvError> {
        client::endpoints(self).map(drop)
    }
}
