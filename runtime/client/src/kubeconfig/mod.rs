//! kubeconfig files: clusters, users and the contexts that pair them.
//!
//! Follows client-go's tools/clientcmd: of several files the first that names something wins, paths are relative to the
//! file that holds them, files that are missing are skipped, [`Overrides`] (a command's flags) win over all files, and
//! credentials go to servers with TLS only. Errors have client-go's texts, and name the file where it is known.
//! Auth providers, which client-go lost too, are refused by name. [`KubeconfigFiles`] writes changes back to where each part
//! came from.
//!
//! ```
//! use kubeforge_client::kubeconfig::{Kubeconfig, Overrides};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let kubeconfig = Kubeconfig::parse("
//! current-context: home
//! contexts: [{name: home, context: {cluster: lab, user: me, namespace: team}}]
//! clusters: [{name: lab, cluster: {server: 'https://lab.example.com'}}]
//! users: [{name: me, user: {token: t0p}}]
//! ")?;
//! let flags = Overrides { namespace: "other".to_owned(), ..Overrides::default() };
//! let config = kubeconfig.config_with(&flags)?;
//! assert_eq!((config.server.as_str(), config.default_namespace.as_str()), ("https://lab.example.com", "other"));
//! # Ok(())
//! # }
//! ```

mod exec_config;
mod file;
mod files;
mod load;
mod modify;
mod overrides;
mod portable;
mod resolve;
mod validate;
mod write;

use std::path::{Path, PathBuf};

use crate::os_error;

pub use exec_config::{ExecConfig, ExecEnvVar, InteractiveMode};
pub use file::{
    AuthProvider, Cluster, Context, Kubeconfig, NamedCluster, NamedContext, NamedExtension, NamedUser, OtherFields,
    User,
};
pub use files::KubeconfigFiles;
pub use overrides::Overrides;
pub use validate::Problem;

/// A kubeconfig that can't be used.
#[derive(Debug, thiserror::Error)]
pub enum KubeconfigError {
    /// A file can't be read.
    #[error("error loading config file {path:?}: {}", os_error::told("open", path, source))]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A file is no kubeconfig.
    #[error("error loading config file {path:?}: {message}")]
    Parse {
        /// The file.
        path: PathBuf,
        /// Which field is wrong, and why.
        message: String,
    },
    /// Several files can't be read, or are none.
    #[error("[{}]", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "))]
    Several(Vec<KubeconfigError>),
    /// A file can't be written.
    #[error("error writing config file: {}", os_error::told("open", path, source))]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Somebody else is writing a file, or broke off while doing so.
    #[error("error locking config file: {}", os_error::told("open", path, source))]
    Lock {
        /// The lock file; where nobody writes, it is a leftover that can be removed.
        path: PathBuf,
        /// Why it could not be made.
        source: std::io::Error,
    },
    /// A context, cluster or user that was asked for by name is missing.
    #[error("{what} {name:?} does not exist")]
    Missing {
        /// What was looked for.
        what: &'static str,
        /// Its name.
        name: String,
    },
    /// What the files say together makes no sense.
    #[error("invalid configuration: {}", validate::aggregate(.0))]
    Invalid(Vec<Problem>),
}

impl KubeconfigError {
    /// Whether nothing at all is configured.
    pub fn is_empty_config(&self) -> bool {
        matches!(self, Self::Invalid(problems) if validate::is_empty_config(problems))
    }
}

/// Reads bytes from a file.
fn read_file(path: &Path) -> Result<Vec<u8>, KubeconfigError> {
    std::fs::read(path).map_err(|source| KubeconfigError::Read { path: path.to_owned(), source })
}
