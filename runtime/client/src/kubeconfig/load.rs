//! Reading files, and how several become one.

use std::path::{Path, PathBuf};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde_json::Value;

use super::{Kubeconfig, KubeconfigError, KubeconfigFiles, read_file};

impl Kubeconfig {
    /// Reads one file. Its relative paths become absolute ones.
    ///
    /// # Errors
    /// Where the file can't be read or is no kubeconfig.
    pub fn read(path: &Path) -> Result<Self, KubeconfigError> {
        let bytes = read_file(path)?;
        let parse_error = |message: String| KubeconfigError::Parse { path: path.to_owned(), message };
        let text = std::str::from_utf8(&bytes).map_err(|err| parse_error(err.to_string()))?;
        let mut config = Self::parse(text).map_err(parse_error)?;
        config.place(path);
        Ok(config)
    }

    /// Reads a kubeconfig from YAML or JSON text. Paths in it stay as they are.
    ///
    /// # Errors
    /// What is wrong with the text: the field, and why. It never shows a secret's value.
    pub fn parse(text: &str) -> Result<Self, String> {
        if text.trim().is_empty() {
            return Ok(Self::default());
        }
        // through a value, so that `null` lists and maps mean empty ones
        let value: Value = serde_saphyr::from_str(text).map_err(|err| first_line(&err.to_string()))?;
        check_kind(&value)?;
        let mut config: Self = serde_path_to_error::deserialize(without_nulls(value)).map_err(|err| {
            let path = err.path().to_string();
            // what was found instead may be a password that looks like a number, or one that stands in the wrong place
            let holds_secret = path.starts_with("users") || path.contains("proxy-url");
            if holds_secret { format!("{path}: has the wrong type") } else { format!("{path}: {}", err.inner()) }
        })?;
        config.check_names()?;
        config.check_data()?;
        // every file has them, and they say nothing
        for field in ["apiVersion", "kind"] {
            config.other.0.remove(field);
        }
        Ok(config)
    }

    /// The files in `KUBECONFIG`, else `~/.kube/config`, merged; `None` where none of them exists.
    ///
    /// # Errors
    /// Where a file exists but can't be read.
    pub fn load_default() -> Result<Option<Self>, KubeconfigError> {
        Self::load(KubeconfigFiles::from_env().paths())
    }

    /// Some files, merged in their order; `None` where none of them exists.
    ///
    /// # Errors
    /// Where files exist but can't be read; all of them are named.
    pub fn load(paths: &[PathBuf]) -> Result<Option<Self>, KubeconfigError> {
        let (mut merged, mut errors): (Option<Self>, Vec<KubeconfigError>) = (None, Vec::new());
        for path in paths.iter().filter(|path| !path.as_os_str().is_empty()) {
            let next = match Self::read(path) {
                Ok(next) => next,
                Err(KubeconfigError::Read { source, .. }) if source.kind() == std::io::ErrorKind::NotFound => continue,
                Err(err) => {
                    errors.push(err);
                    continue;
                }
            };
            merged = Some(match merged {
                Some(first) => first.merge(next),
                None => next,
            });
        }
        match errors.pop() {
            None => Ok(merged),
            Some(only) if errors.is_empty() => Err(only),
            Some(last) => {
                errors.push(last);
                Err(KubeconfigError::Several(errors))
            }
        }
    }

    /// Adds what `later` names and `self` doesn't.
    #[must_use]
    pub fn merge(mut self, later: Self) -> Self {
        if self.current_context.is_empty() {
            self.current_context = later.current_context;
        }
        add_missing(&mut self.clusters, later.clusters, |cluster| &cluster.name);
        add_missing(&mut self.users, later.users, |user| &user.name);
        add_missing(&mut self.contexts, later.contexts, |context| &context.name);
        for (field, value) in later.other.0 {
            self.other.0.entry(field).or_insert(value);
        }
        self
    }

    /// Says where everything is from, and resolves paths against that.
    fn place(&mut self, file: &Path) {
        let dir = file.parent().unwrap_or(Path::new(""));
        let dir = std::path::absolute(dir).unwrap_or_else(|_| dir.to_owned());
        self.clusters.iter_mut().for_each(|cluster| cluster.origin = Some(file.to_owned()));
        self.users.iter_mut().for_each(|user| user.origin = Some(file.to_owned()));
        self.contexts.iter_mut().for_each(|context| context.origin = Some(file.to_owned()));
        let clusters = self.clusters.iter_mut().flat_map(|named| named.cluster.certificate_authority.iter_mut());
        let users = self.users.iter_mut().flat_map(|named| {
            let user = &mut named.user;
            let files = [&mut user.client_certificate, &mut user.client_key, &mut user.token_file];
            files.into_iter().flatten()
        });
        // an empty path means none
        for path in clusters.chain(users).filter(|path| !path.as_os_str().is_empty()) {
            *path = dir.join(&*path);
        }
        for exec in self.users.iter_mut().filter_map(|named| named.user.exec.as_mut()) {
            // a name without a slash is looked up in PATH
            if exec.command.contains(std::path::MAIN_SEPARATOR) {
                exec.command = dir.join(&exec.command).to_string_lossy().into_owned();
            }
        }
    }

    fn check_names(&self) -> Result<(), String> {
        unique("clusters", self.clusters.iter().map(|named| &named.name))?;
        unique("users", self.users.iter().map(|named| &named.name))?;
        unique("contexts", self.contexts.iter().map(|named| &named.name))
    }

    fn check_data(&self) -> Result<(), String> {
        let check = |place: String, data: &Option<String>| match data.as_deref().map(decode).transpose() {
            Ok(_) => Ok(()),
            Err(err) => Err(format!("{place}: is not base64: {err}")),
        };
        for (i, named) in self.clusters.iter().enumerate() {
            let place = format!("clusters[{i}].cluster.certificate-authority-data");
            check(place, &named.cluster.certificate_authority_data)?;
        }
        for (i, named) in self.users.iter().enumerate() {
            check(format!("users[{i}].user.client-certificate-data"), &named.user.client_certificate_data)?;
            check(format!("users[{i}].user.client-key-data"), &named.user.client_key_data)?;
        }
        Ok(())
    }
}

/// Inline data; line breaks in it don't count.
pub(super) fn decode(data: &str) -> Result<Vec<u8>, base64::DecodeError> {
    BASE64_STANDARD.decode(data.split_whitespace().collect::<String>())
}

/// A parser's message without the excerpt of the text that follows it: that may hold secrets.
fn first_line(message: &str) -> String {
    message.lines().next().unwrap_or_default().to_owned()
}

fn check_kind(value: &Value) -> Result<(), String> {
    let text = |field: &str| value.get(field).and_then(Value::as_str).unwrap_or_default();
    let (kind, version) = (text("kind"), text("apiVersion"));
    if !value.is_object() && !value.is_null() {
        return Err("is not a map of fields".to_owned());
    }
    if matches!(kind, "" | "Config") && matches!(version, "" | "v1") {
        return Ok(());
    }
    let kind = if kind.is_empty() { "Config" } else { kind };
    let version = if version.is_empty() { "v1" } else { version };
    Err(format!("no kind {kind:?} is registered for version {version:?}"))
}

fn unique<'a>(list: &str, names: impl Iterator<Item = &'a String>) -> Result<(), String> {
    let mut seen = std::collections::HashSet::new();
    for (i, name) in names.enumerate() {
        if !seen.insert(name) {
            return Err(format!("{list}[{i}].name: duplicate name {name:?} in list"));
        }
    }
    Ok(())
}

fn add_missing<T>(into: &mut Vec<T>, from: Vec<T>, name: impl Fn(&T) -> &String) {
    for item in from {
        if !into.iter().any(|known| name(known) == name(&item)) {
            into.push(item);
        }
    }
}

fn without_nulls(value: Value) -> Value {
    match value {
        Value::Object(map) => Value::Object(
            map.into_iter()
                .filter(|(_, value)| !value.is_null())
                .map(|(key, value)| (key, without_nulls(value)))
                .collect(),
        ),
        Value::Array(values) => Value::Array(values.into_iter().map(without_nulls).collect()),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "
apiVersion: v1
kind: Config
current-context: a
preferences: {}
clusters:
- name: one
  cluster: {server: 'https://127.0.0.1:6443', certificate-authority: pki/ca.crt}
users:
- name: me
  user: {token: abc, as-groups: null, exec: {command: bin/login}}
contexts:
- name: a
  context: {cluster: one, user: me, namespace: team}
";

    #[test]
    fn several_files_become_one() {
        let dir = tempfile::tempdir().unwrap();
        let place = |name: &str, text: &str| {
            let path = dir.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(&path, text).unwrap();
            path
        };
        let first = place("1/config", "contexts: [{name: b, context: {cluster: one, user: me}}]");
        let second = place("2/config", TEXT);
        let third = place("3/config", &TEXT.replace("6443", "1").replace("context: a", "context: b"));
        let paths = [first, PathBuf::new(), dir.path().join("missing"), second.clone(), third];
        let config = Kubeconfig::load(&paths).unwrap().unwrap();
        assert_eq!((config.current_context.as_str(), config.clusters.len(), config.contexts.len()), ("a", 1, 2));
        let one = &config.clusters[0];
        assert_eq!(one.cluster.server, "https://127.0.0.1:6443");
        assert_eq!(one.cluster.certificate_authority, Some(dir.path().join("2/pki/ca.crt")));
        assert_eq!(one.origin.as_ref(), Some(&second));
        let command = &config.users[0].user.exec.as_ref().unwrap().command;
        assert_eq!(Path::new(command), dir.path().join("2/bin/login"));
        assert!(Kubeconfig::load(&[dir.path().join("missing")]).unwrap().is_none());
    }

    #[track_caller]
    fn check_refused(text: &str, want: &str) {
        assert_eq!(Kubeconfig::parse(text).unwrap_err(), want);
    }

    #[test]
    fn wrong_fields_are_named_and_secrets_are_not_shown() {
        check_refused("users: [{name: a, user: {password: 12345}}]", "users[0].user.password: has the wrong type");
        check_refused("users: [{name: a, user: s3cret}]", "users[0].user: has the wrong type");
        check_refused("users: [s3cret]", "users[0]: has the wrong type");
        check_refused(
            "clusters: [{name: a, cluster: {server: [1]}}]",
            "clusters[0].cluster.server: invalid type: sequence, expected a string",
        );
        check_refused("users: [{name: a}, {name: a}]", "users[1].name: duplicate name \"a\" in list");
        check_refused("kind: Pod", "no kind \"Pod\" is registered for version \"v1\"");
        check_refused("[1]", "is not a map of fields");
        let err = Kubeconfig::parse("users: [{name: a, user: {client-key-data: '%%'}}]").unwrap_err();
        assert!(err.starts_with("users[0].user.client-key-data: is not base64: "), "{err}");
        let err = Kubeconfig::parse("users: [{name: a, user: {token: hidden}]").unwrap_err();
        assert!(!err.contains("hidden"), "{err}");
    }

    #[test]
    fn debug_output_shows_no_secret() {
        let text =
            TEXT.replace("abc", "hidden").replace("bin/login}", "a, args: [hidden], env: [{name: a, value: hidden}]}");
        let config = Kubeconfig::parse(&text).unwrap();
        assert!(config.users[0].user.exec.is_some());
        assert!(!format!("{config:?} {:?}", config.users[0].user.exec).contains("hidden"));
    }
}
