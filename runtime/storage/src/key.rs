//! Where objects are in the key-value store: `<prefix>/<namespace>/<name>`, or `<prefix>/<name>` without namespaces.

use bytes::Bytes;

use crate::{kv::KeyRange, storage::ObjectKey};

/// The keys of one resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyLayout {
    /// Ends with a slash.
    prefix: String,
    namespaced: bool,
}

/// Whether a resource's objects live in namespaces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// In namespaces.
    Namespaced,
    /// Not.
    Cluster,
}

impl KeyLayout {
    /// The keys under `prefix`, for example `/registry/pods`.
    pub fn new(prefix: &str, scope: Scope) -> Self {
        Self { prefix: format!("{}/", prefix.trim_end_matches('/')), namespaced: scope == Scope::Namespaced }
    }

    /// What all the resource's keys begin with; it ends with a slash.
    pub fn prefix(&self) -> &str {
        &self.prefix
    }

    /// The key of an object, as text.
    pub fn path(&self, key: &ObjectKey) -> String {
        let mut path = String::with_capacity(self.prefix.len() + key.namespace.len() + key.name.len() + 1);
        path.push_str(&self.prefix);
        if self.namespaced {
            path.push_str(&key.namespace);
            path.push('/');
        }
        path.push_str(&key.name);
        path
    }

    /// The key of an object.
    pub fn key(&self, key: &ObjectKey) -> Bytes {
        self.path(key).into()
    }

    /// The object of a key; `None` for keys that are not of this resource.
    pub fn object(&self, key: &[u8]) -> Option<ObjectKey> {
        let rest = std::str::from_utf8(key).ok()?.strip_prefix(self.prefix.as_str())?;
        let (namespace, name) = match self.namespaced {
            true => rest.split_once('/')?,
            false => ("", rest),
        };
        let is_object = !name.is_empty() && !name.contains('/') && (!self.namespaced || !namespace.is_empty());
        is_object.then(|| ObjectKey { namespace: namespace.to_owned(), name: name.to_owned() })
    }

    /// What the keys of a namespace begin with, or of all; it ends with a slash.
    pub fn list_prefix(&self, namespace: Option<&str>) -> String {
        match namespace {
            Some(namespace) if self.namespaced => format!("{}{namespace}/", self.prefix),
            _ => self.prefix.clone(),
        }
    }

    /// All the resource's keys.
    pub fn range(&self) -> KeyRange {
        prefix_range(self.prefix.as_bytes())
    }
}

/// All keys that begin with `prefix`.
pub fn prefix_range(prefix: &[u8]) -> KeyRange {
    KeyRange::Between { start: Bytes::copy_from_slice(prefix), end: prefix_end(prefix) }
}

/// The first key after all that begin with `prefix`.
pub fn prefix_end(prefix: &[u8]) -> Bytes {
    let mut end = prefix.to_vec();
    while let Some(last) = end.pop() {
        if let Some(next) = last.checked_add(1) {
            end.push(next);
            break;
        }
    }
    end.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(namespace: &str, name: &str) -> ObjectKey {
        ObjectKey { namespace: namespace.to_owned(), name: name.to_owned() }
    }

    #[test]
    fn keys_and_objects_name_one_another() {
        let pods = KeyLayout::new("/registry/pods", Scope::Namespaced);
        assert_eq!(pods.path(&key("default", "web-0")), "/registry/pods/default/web-0");
        assert_eq!(pods.object(b"/registry/pods/default/web-0"), Some(key("default", "web-0")));
        assert_eq!(pods.object(b"/registry/podsx/default/web-0"), None);
        assert_eq!(pods.object(b"/registry/pods/default"), None);
        assert_eq!(pods.object(b"/registry/pods//web-0"), None);
        let nodes = KeyLayout::new("/registry/minions/", Scope::Cluster);
        assert_eq!(nodes.path(&key("", "n1")), "/registry/minions/n1");
        assert_eq!(nodes.object(b"/registry/minions/n1"), Some(key("", "n1")));
        assert_eq!(nodes.object(b"/registry/minions/a/b"), None);
    }

    #[test]
    fn a_prefix_ends_before_the_next_sibling() {
        assert_eq!(prefix_end(b"/registry/pods/"), "/registry/pods0");
        assert_eq!(prefix_end(b"a\xff"), "b");
        let range = prefix_range(b"/registry/pods/");
        assert!(range.contains(b"/registry/pods/a/b"));
        assert!(!range.contains(b"/registry/podsx/a/b"));
    }
}
