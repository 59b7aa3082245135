//! Why a control plane does not start.

use std::{net::SocketAddr, path::PathBuf};

use kubeforge_apiserver::{authentication::TokenFileError, tls::TlsError};
use kubeforge_client::{ClientError, config::ConfigError};
use kubeforge_storage::kv::KvError;

use crate::pki::PkiError;

/// Why a control plane did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Flags have no usable values.
    #[error("{}", aggregate(.0))]
    Flags(Vec<String>),
    /// A flag has no usable value.
    #[error("{flag}: {problem}")]
    Flag {
        /// Which flag.
        flag: &'static str,
        /// What is wrong with it.
        problem: String,
    },
    /// A file can't be read or written.
    #[error("cannot access {path}")]
    File {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The token file is malformed.
    #[error("--token-auth-file: {path}")]
    Tokens {
        /// Which file.
        path: PathBuf,
        /// What is wrong.
        source: TokenFileError,
    },
    /// Certificates or kubeconfigs can't be made.
    #[error("cannot set up certificates")]
    Pki(#[from] PkiError),
    /// The server's certificate can't be used.
    #[error("cannot set up TLS")]
    Tls(#[from] TlsError),
    /// Kubelets can't be spoken to with these certificates.
    #[error("cannot use the certificates for kubelets")]
    Kubelets(#[from] ConfigError),
    /// The store can't be opened.
    #[error("cannot open the store")]
    Store(#[from] KvError),
    /// The port can't be listened on.
    #[error("cannot listen on {address}")]
    Listen {
        /// Where.
        address: SocketAddr,
        /// Why.
        source: std::io::Error,
    },
    /// The objects that must exist could not be made.
    #[error("cannot make the objects that must exist")]
    Bootstrap(#[source] ClientError),
}

/// Several messages as one, as upstream puts them together.
fn aggregate(problems: &[String]) -> String {
    match problems {
        [problem] => problem.clone(),
        problems => format!("[{}]", problems.join(", ")),
    }
}
