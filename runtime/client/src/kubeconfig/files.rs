//! Which files a kubeconfig is made of.

use std::path::{Path, PathBuf};

use super::{Kubeconfig, KubeconfigError};

/// The files that a kubeconfig is read from and written to (clientcmd's PathOptions): one that was named, those in
/// `KUBECONFIG`, or `~/.kube/config`.
///
/// ```no_run
/// use kubeforge_client::kubeconfig::KubeconfigFiles;
///
/// // what `kubectl config set-context --current --namespace=team` does
/// # fn main() -> Result<(), kubeforge_client::kubeconfig::KubeconfigError> {
/// KubeconfigFiles::from_env().modify(|config| {
///     let current = config.current_context.clone();
///     if let Some(named) = config.contexts.iter_mut().find(|named| named.name == current) {
///         named.context.namespace = Some("team".to_owned());
///     }
/// })
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KubeconfigFiles {
    paths: Vec<PathBuf>,
    is_explicit: bool,
}

impl KubeconfigFiles {
    /// Those in `KUBECONFIG`, else `~/.kube/config`.
    pub fn from_env() -> Self {
        Self::new(match std::env::var_os("KUBECONFIG") {
            Some(list) if !list.is_empty() => std::env::split_paths(&list).collect::<Vec<_>>(),
            _ => std::env::home_dir().map(|home| home.join(".kube").join("config")).into_iter().collect(),
        })
    }

    /// These, the first of which counts where several say something of the same name. Empty paths and repetitions don't
    /// count.
    pub fn new(paths: impl IntoIterator<Item = PathBuf>) -> Self {
        let mut known: Vec<PathBuf> = Vec::new();
        for path in paths {
            if !path.as_os_str().is_empty() && !known.contains(&path) {
                known.push(path);
            }
        }
        Self { paths: known, is_explicit: false }
    }

    /// This one alone (`--kubeconfig`), which must be there to be read.
    pub fn explicit(path: impl Into<PathBuf>) -> Self {
        Self { paths: vec![path.into()], is_explicit: true }
    }

    /// The paths, in their order.
    pub fn paths(&self) -> &[PathBuf] {
        &self.paths
    }

    /// What the files say together; nothing, where none of them exists.
    ///
    /// # Errors
    /// Where a file can't be read, or one that was named is missing.
    pub fn load(&self) -> Result<Kubeconfig, KubeconfigError> {
        match self.paths.as_slice() {
            [only] if self.is_explicit => Kubeconfig::read(only),
            paths => Ok(Kubeconfig::load(paths)?.unwrap_or_default()),
        }
    }

    /// Where goes what came from no file: to the first that exists, else to the last.
    pub(super) fn default_path(&self) -> Option<&Path> {
        self.paths.iter().find(|path| path.exists()).or(self.paths.last()).map(PathBuf::as_path)
    }

    pub(super) fn is_explicit(&self) -> bool {
        self.is_explicit
    }
}
