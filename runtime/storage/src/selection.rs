//! Which objects a request means.

use crate::{
    entry::Entry,
    storage::{ObjectKey, Selection},
};

impl Selection {
    /// All of one namespace, or of all where that is `None`.
    pub fn of_namespace(namespace: Option<&str>) -> Self {
        Self { namespace: namespace.filter(|name| !name.is_empty()).map(str::to_owned), ..Self::default() }
    }

    /// Whether an object is meant.
    pub fn matches(&self, entry: &Entry) -> bool {
        self.matches_key(entry.key()) && self.matches_content(entry)
    }

    /// Whether an object with this key can be meant.
    pub fn matches_key(&self, key: &ObjectKey) -> bool {
        self.namespace.as_ref().is_none_or(|namespace| *namespace == key.namespace)
            && self.name.as_ref().is_none_or(|name| *name == key.name)
    }

    /// Whether an object's labels and fields are as asked for.
    pub fn matches_content(&self, entry: &Entry) -> bool {
        let labels = entry.labels();
        (self.labels.is_everything() || self.labels.matches_lookup(|key| labels.get(key)))
            && (self.fields.is_everything() || self.fields.matches(|label| entry.field(label)))
    }

    /// Whether every object of the namespace is meant.
    pub(crate) fn takes_all(&self) -> bool {
        self.name.is_none() && self.labels.is_everything() && self.fields.is_everything()
    }

    /// The name that every object meant has, where one is given.
    pub(crate) fn only_name(&self) -> Option<&str> {
        self.name.as_deref().or_else(|| self.fields.required_value("metadata.name"))
    }

    /// The namespace that every object meant is in, where one is given.
    pub(crate) fn only_namespace(&self) -> Option<&str> {
        self.namespace.as_deref().or_else(|| self.fields.required_value("metadata.namespace"))
    }
}
