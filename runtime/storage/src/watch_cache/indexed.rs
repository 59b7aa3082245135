//! What objects are found by, beside their keys.

use crate::{entry::Entry, storage::Selection};

/// A field or a label by which clients watch and list often: objects and watchers are indexed by its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Indexed {
    /// A selectable field, such as `spec.nodeName` of pods.
    Field(&'static str),
    /// A label, such as `kubernetes.io/service-name` of endpoint slices.
    Label(&'static str),
}

impl Indexed {
    /// What an object has. Without the field or label that is nothing, so a lookup of nothing finds more than is meant.
    pub(super) fn value_of(self, entry: &Entry) -> &str {
        match self {
            Self::Field(field) => entry.field(field),
            Self::Label(label) => entry.labels().get(label),
        }
        .unwrap_or_default()
    }

    /// The one value that all objects of a selection have, if there is one.
    pub(super) fn wanted_by(self, selection: &Selection) -> Option<&str> {
        match self {
            Self::Field(field) => selection.fields.required_value(field),
            Self::Label(label) => selection.labels.required_value(label),
        }
    }
}
