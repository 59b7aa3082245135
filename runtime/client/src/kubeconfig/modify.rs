//! Changing the files that a kubeconfig is made of (clientcmd's ModifyConfig).
//!
//! Each part goes back to the file that it came from, a new one to the file named in its `origin`, else to the first file
//! that exists. What a file doesn't share with the changes stays as it is there. While files are changed, a lock file stands
//! beside each, as kubectl's does.

use std::{
    collections::BTreeMap,
    fs::OpenOptions,
    path::{Path, PathBuf},
};

use super::{Kubeconfig, KubeconfigError, KubeconfigFiles, NamedCluster, NamedContext, NamedUser, read_file};

impl KubeconfigFiles {
    /// Changes what the files say together, and writes those whose part of it changed. Nobody who keeps to the lock files
    /// writes in between.
    ///
    /// # Errors
    /// Where a file can't be read or written, or somebody else is writing.
    pub fn modify(&self, change: impl FnOnce(&mut Kubeconfig)) -> Result<(), KubeconfigError> {
        let _locks = Lock::all(self.paths())?;
        let before = match self.load() {
            // one that was named is made where it is missing
            Err(KubeconfigError::Read { source, .. }) if source.kind() == std::io::ErrorKind::NotFound => {
                Kubeconfig::default()
            }
            loaded => loaded?,
        };
        let mut after = before.clone();
        change(&mut after);
        let mut edits = Edits { files: self, opened: BTreeMap::new() };
        edits.current_context(&before, &after)?;
        edits.other_fields(&before, &after)?;
        edits.list(&before.clusters, &after.clusters)?;
        edits.list(&before.contexts, &after.contexts)?;
        edits.list(&before.users, &after.users)?;
        edits.write()
    }
}

/// The files that change, each with its new content. Paths in them are as the files say them.
struct Edits<'a> {
    files: &'a KubeconfigFiles,
    opened: BTreeMap<PathBuf, Kubeconfig>,
}

impl Edits<'_> {
    /// A file's content, to be changed; nothing, where there is no file yet.
    fn open(&mut self, path: &Path) -> Result<&mut Kubeconfig, KubeconfigError> {
        let content = match self.opened.remove(path) {
            Some(known) => known,
            None => read_as_is(path)?,
        };
        Ok(self.opened.entry(path.to_owned()).or_insert(content))
    }

    /// Where goes what came from no file.
    fn default_path(&self) -> Result<PathBuf, KubeconfigError> {
        self.files.default_path().map(Path::to_owned).ok_or_else(|| KubeconfigError::Write {
            path: PathBuf::new(),
            source: std::io::Error::other("no config found to write to"),
        })
    }

    /// A new current context is said by the default file. To be without one, the first file that says one must not.
    fn current_context(&mut self, before: &Kubeconfig, after: &Kubeconfig) -> Result<(), KubeconfigError> {
        if before.current_context == after.current_context {
            return Ok(());
        }
        if !after.current_context.is_empty() || self.files.is_explicit() {
            let path = self.default_path()?;
            self.open(&path)?.current_context.clone_from(&after.current_context);
            return Ok(());
        }
        for path in self.files.paths() {
            let content = self.open(path)?;
            if !content.current_context.is_empty() {
                content.current_context.clear();
                return Ok(());
            }
        }
        Ok(())
    }

    fn other_fields(&mut self, before: &Kubeconfig, after: &Kubeconfig) -> Result<(), KubeconfigError> {
        for (field, value) in after.other.0.iter().filter(|(field, value)| before.other.0.get(*field) != Some(*value)) {
            let path = self.default_path()?;
            self.open(&path)?.other.0.insert(field.clone(), value.clone());
        }
        for field in before.other.0.keys().filter(|field| !after.other.0.contains_key(*field)) {
            for path in self.files.paths() {
                self.open(path)?.other.0.remove(field);
            }
        }
        Ok(())
    }

    fn list<P: Part>(&mut self, before: &[P], after: &[P]) -> Result<(), KubeconfigError> {
        for part in after {
            let known = before.iter().find(|known| known.name() == part.name());
            if known == Some(part) {
                continue;
            }
            let path = match part.origin().or(known.and_then(P::origin)) {
                Some(origin) => origin.to_owned(),
                None => self.default_path()?,
            };
            let mut part = part.clone();
            part.prepare(&path);
            let parts = P::of(self.open(&path)?);
            match parts.iter_mut().find(|known| known.name() == part.name()) {
                Some(known) => *known = part,
                None => parts.push(part),
            }
        }
        for gone in before.iter().filter(|part| !after.iter().any(|kept| kept.name() == part.name())) {
            let path = match gone.origin() {
                Some(origin) => origin.to_owned(),
                None => self.default_path()?,
            };
            P::of(self.open(&path)?).retain(|part| part.name() != gone.name());
        }
        Ok(())
    }

    /// Writes the files whose content is another now.
    fn write(self) -> Result<(), KubeconfigError> {
        for (path, content) in self.opened {
            if read_as_is(&path)? != content {
                content.write(&path)?;
            }
        }
        Ok(())
    }
}

/// A file's content with its paths as they are.
fn read_as_is(path: &Path) -> Result<Kubeconfig, KubeconfigError> {
    let parse_error = |message: String| KubeconfigError::Parse { path: path.to_owned(), message };
    match read_file(path) {
        Ok(bytes) => {
            let text = std::str::from_utf8(&bytes).map_err(|err| parse_error(err.to_string()))?;
            Kubeconfig::parse(text).map_err(parse_error)
        }
        Err(KubeconfigError::Read { source, .. }) if source.kind() == std::io::ErrorKind::NotFound => {
            Ok(Kubeconfig::default())
        }
        Err(err) => Err(err),
    }
}

/// A named part of a kubeconfig.
trait Part: Clone + PartialEq {
    fn of(config: &mut Kubeconfig) -> &mut Vec<Self>;
    fn name(&self) -> &str;
    fn origin(&self) -> Option<&Path>;
    /// Makes it what the file holds.
    fn prepare(&mut self, file: &Path);
}

impl Part for NamedCluster {
    fn of(config: &mut Kubeconfig) -> &mut Vec<Self> {
        &mut config.clusters
    }

    fn name(&self) -> &str {
        &self.name
    }

    fn origin(&self) -> Option<&Path> {
        self.origin.as_deref()
    }

    fn prepare(&mut self, file: &Path) {
        self.cluster.relative_to(file);
        self.origin = None;
    }
}

impl Part for NamedUser {
    fn of(config: &mut Kubeconfig) -> &mut Vec<Self> {
        &mut config.users
    }

    fn name(&self) -> &str {
        &self.name
    }

    fn origin(&self) -> Option<&Path> {
        self.origin.as_deref()
    }

    fn prepare(&mut self, file: &Path) {
        self.user.relative_to(file);
        self.origin = None;
    }
}

impl Part for NamedContext {
    fn of(config: &mut Kubeconfig) -> &mut Vec<Self> {
        &mut config.contexts
    }

    fn name(&self) -> &str {
        &self.name
    }

    fn origin(&self) -> Option<&Path> {
        self.origin.as_deref()
    }

    fn prepare(&mut self, _file: &Path) {
        self.origin = None;
    }
}

/// A lock file, which is removed when this is dropped.
struct Lock(PathBuf);

impl Lock {
    /// Locks files in the order of their names, so that two who want the same ones don't wait for one another.
    fn all(paths: &[PathBuf]) -> Result<Vec<Self>, KubeconfigError> {
        let mut paths = paths.to_vec();
        paths.sort();
        paths.dedup();
        paths.iter().map(|path| Self::take(path)).collect()
    }

    fn take(path: &Path) -> Result<Self, KubeconfigError> {
        let mut name = path.as_os_str().to_owned();
        name.push(".lock");
        let lock = PathBuf::from(name);
        let failed = |source| KubeconfigError::Lock { path: lock.clone(), source };
        if let Some(dir) = path.parent().filter(|dir| !dir.as_os_str().is_empty()) {
            std::fs::create_dir_all(dir).map_err(failed)?;
        }
        OpenOptions::new().write(true).create_new(true).open(&lock).map_err(failed)?;
        Ok(Self(lock))
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        if let Err(err) = std::fs::remove_file(&self.0) {
            tracing::warn!(lock = %self.0.display(), %err, "a lock file could not be removed");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kubeconfig::{Cluster, Context};

    /// Two files: the first has the context, the second the rest and something that is nobody's.
    fn files(dir: &Path) -> (KubeconfigFiles, PathBuf, PathBuf) {
        let (first, second) = (dir.join("1/config"), dir.join("2/config"));
        for path in [&first, &second] {
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        }
        std::fs::write(&first, "contexts: [{name: a, context: {cluster: one, user: me, extensions: [{name: x}]}}]")
            .unwrap();
        let text = "
current-context: a
preferences: {colors: true}
clusters: [{name: one, cluster: {server: 'https://x', certificate-authority: pki/ca.crt, strange: true}}]
users: [{name: me, user: {token: '0123', exec: {command: ./login, args: [a]}}}, {name: you, user: {}}]
";
        std::fs::write(&second, text).unwrap();
        (KubeconfigFiles::new([first.clone(), second.clone(), dir.join("missing")]), first, second)
    }

    #[test]
    fn parts_go_back_to_where_they_came_from() {
        let dir = tempfile::tempdir().unwrap();
        let (files, first, second) = files(dir.path());
        let whole = std::fs::read_to_string(&first).unwrap();
        let change = |config: &mut Kubeconfig| {
            config.clusters[0].cluster.server = "https://y".to_owned();
            config.users.retain(|user| user.name != "you");
        };
        files.modify(change).unwrap();
        assert_eq!(std::fs::read_to_string(&first).unwrap(), whole, "nothing of it changed");
        let text = std::fs::read_to_string(&second).unwrap();
        let want = "apiVersion: v1
clusters:
- cluster:
    certificate-authority: pki/ca.crt
    server: https://y
    strange: true
  name: one
contexts: []
current-context: a
kind: Config
preferences:
  colors: true
users:
- name: me
  user:
    exec:
      args:
      - a
      command: ./login
      provideClusterInfo: false
    token: \"0123\"
";
        assert_eq!(text, want);
        assert!(!dir.path().join("missing").exists() && !dir.path().join("2/config.lock").exists());
    }

    #[test]
    fn new_parts_go_to_the_first_file_that_exists() {
        let dir = tempfile::tempdir().unwrap();
        let (files, first, second) = files(dir.path());
        let ca = dir.path().join("1/own.crt");
        let change = |config: &mut Kubeconfig| {
            let cluster = Cluster { certificate_authority: Some(ca.clone()), ..Cluster::default() };
            config.clusters.push(NamedCluster { name: "two".to_owned(), cluster, origin: None });
            let context = Context { cluster: "two".to_owned(), ..Context::default() };
            let named = NamedContext { name: "b".to_owned(), context, origin: Some(second.clone()) };
            config.contexts.push(named);
            config.current_context = "b".to_owned();
        };
        files.modify(change).unwrap();
        let config = read_as_is(&first).unwrap();
        assert_eq!(config.current_context, "b");
        assert_eq!(config.clusters[0].cluster.certificate_authority.as_deref(), Some(Path::new("own.crt")));
        assert!(config.contexts[0].context.other.0.contains_key("extensions"), "what nobody knows stays");
        assert_eq!(read_as_is(&second).unwrap().contexts[0].name, "b", "a part may say its file");
        assert_eq!(files.load().unwrap().clusters[0].cluster.certificate_authority, Some(ca));

        // the first that says one
        files.modify(|config| config.current_context.clear()).unwrap();
        assert_eq!(files.load().unwrap().current_context, "a");
    }

    #[cfg(unix)]
    #[test]
    fn files_are_their_owners_and_links_stay_links() {
        use std::os::unix::fs::PermissionsExt as _;
        let dir = tempfile::tempdir().unwrap();
        let (link, path) = (dir.path().join("link"), dir.path().join("new/config"));
        let files = KubeconfigFiles::explicit(&path);
        files.modify(|config| config.current_context = "a".to_owned()).unwrap();
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        std::os::unix::fs::symlink(&path, &link).unwrap();
        KubeconfigFiles::explicit(&link).modify(|config| config.current_context = "b".to_owned()).unwrap();
        assert!(link.is_symlink());
        assert_eq!(files.load().unwrap().current_context, "b");
    }

    #[test]
    fn nobody_writes_at_the_same_time() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("config");
        std::fs::write(dir.path().join("config.lock"), "").unwrap();
        let err =
            KubeconfigFiles::explicit(&path).modify(|config| config.current_context = "a".to_owned()).unwrap_err();
        assert!(matches!(err, KubeconfigError::Lock { .. }), "{err}");
        assert!(!path.exists());
    }
}
