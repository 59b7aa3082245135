//! Writing a file.

use std::{
    io::Write as _,
    path::{Component, Path, PathBuf},
};

use kubeforge_machinery::yaml;
use serde_json::{Map, Value};

use super::{Cluster, Kubeconfig, KubeconfigError, User};

impl Kubeconfig {
    /// The file's text: YAML, sorted by names as client-go writes it. Paths stay as they are.
    ///
    /// # Errors
    /// Where a path in it is no text.
    pub fn to_yaml(&self) -> Result<String, serde_json::Error> {
        let mut sorted = self.clone();
        sorted.clusters.sort_by(|a, b| a.name.cmp(&b.name));
        sorted.users.sort_by(|a, b| a.name.cmp(&b.name));
        sorted.contexts.sort_by(|a, b| a.name.cmp(&b.name));
        let mut fields: Map<String, Value> = serde_json::from_value(serde_json::to_value(&sorted)?)?;
        fields.insert("apiVersion".to_owned(), "v1".into());
        fields.insert("kind".to_owned(), "Config".into());
        Ok(yaml::from_value(&Value::Object(fields)))
    }

    /// Writes the file, readable by its owner alone, who stays the same. Folders on the way are made. The file is there whole
    /// or as it was: it is written beside its place and moved there. A symbolic link to a file stays one.
    ///
    /// # Errors
    /// Where a path in it is no text, or the file can't be written.
    pub fn write(&self, path: &Path) -> Result<(), KubeconfigError> {
        let failed = |source: std::io::Error| KubeconfigError::Write { path: path.to_owned(), source };
        let text = self.to_yaml().map_err(|err| failed(err.into()))?;
        let place = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        let dir = place.parent().filter(|dir| !dir.as_os_str().is_empty()).unwrap_or(Path::new("."));
        std::fs::create_dir_all(dir).map_err(failed)?;
        // readable by its owner alone, which tempfile sees to
        let mut file = tempfile::Builder::new().prefix(".kubeconfig.").tempfile_in(dir).map_err(failed)?;
        file.write_all(text.as_bytes()).map_err(failed)?;
        #[cfg(unix)]
        if let Ok(before) = place.metadata() {
            use std::os::unix::fs::{MetadataExt as _, fchown};
            // as where root changes the file of a user
            fchown(file.as_file(), Some(before.uid()), Some(before.gid())).map_err(failed)?;
        }
        file.as_file().sync_all().map_err(failed)?;
        file.persist(&place).map_err(|err| failed(err.error))?;
        Ok(())
    }
}

impl Cluster {
    /// Paths below a file's folder as the file says them.
    pub(super) fn relative_to(&mut self, file: &Path) {
        shorten(self.certificate_authority.as_mut(), &folder(file));
    }
}

impl User {
    /// Paths below a file's folder as the file says them.
    pub(super) fn relative_to(&mut self, file: &Path) {
        let folder = folder(file);
        for path in [&mut self.client_certificate, &mut self.client_key, &mut self.token_file] {
            shorten(path.as_mut(), &folder);
        }
        if let Some(exec) = &mut self.exec
            && let Some(short) = below(Path::new(&exec.command), &folder)
        {
            // without a slash it would be looked up in PATH
            exec.command = if short.components().count() > 1 { short } else { Path::new(".").join(short) }
                .to_string_lossy()
                .into_owned();
        }
    }
}

fn folder(file: &Path) -> PathBuf {
    let folder = file.parent().unwrap_or(Path::new(""));
    std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned())
}

fn shorten(path: Option<&mut PathBuf>, folder: &Path) {
    if let Some(path) = path
        && let Some(short) = below(path, folder)
    {
        *path = short;
    }
}

/// A path relative to a folder that it lies in; none for what lies elsewhere, which stays absolute.
fn below(path: &Path, folder: &Path) -> Option<PathBuf> {
    let short = path.strip_prefix(folder).ok()?;
    let stays_below = short.components().all(|part| matches!(part, Component::Normal(_)));
    (stays_below && !short.as_os_str().is_empty()).then(|| short.to_owned())
}
