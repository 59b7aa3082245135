//! kubeconfig files: clusters, users and the contexts that pair them.
//!
//! Follows client-go's loading rules: of several files the first that names something wins, paths are relative to the file
//! that holds them, inline data wins over files. Exec plugins, auth providers and proxies are refused, not ignored.

mod file;
mod resolve;

use std::path::{Path, PathBuf};

pub use file::{Cluster, Context, Kubeconfig, NamedCluster, NamedContext, NamedUser, User};

/// A kubeconfig that can't be used.
#[derive(Debug, thiserror::Error)]
pub enum KubeconfigError {
    /// A file can't be read.
    #[error("cannot read {}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A file is no kubeconfig.
    #[error("{} is no kubeconfig: {message}", path.display())]
    Parse {
        /// The file.
        path: PathBuf,
        /// Why.
        message: String,
    },
    /// A context, cluster or user is missing.
    #[error("the kubeconfig has no {what} {name:?}")]
    Missing {
        /// What was looked for.
        what: &'static str,
        /// Its name.
        name: String,
    },
    /// Inline data is not base64.
    #[error("{field} is not base64: {message}")]
    Data {
        /// The field.
        field: &'static str,
        /// Why.
        message: String,
    },
    /// Something that this client can't do.
    #[error("the kubeconfig asks for {0}, which this client does not support")]
    Unsupported(&'static str),
}

/// Reads bytes from a file that a kubeconfig names.
fn read_file(path: &Path) -> Result<Vec<u8>, KubeconfigError> {
    std::fs::read(path).map_err(|source| KubeconfigError::Read { path: path.to_owned(), source })
}
