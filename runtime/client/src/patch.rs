//! Changes to send instead of whole objects.

use bytes::Bytes;
use serde_json::Value;

use crate::request::Content;

/// A change, in one of the forms that the server understands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Patch {
    /// A list of operations (RFC 6902), as JSON.
    Json(Bytes),
    /// The changed parts of the object, with `null` for what goes (RFC 7386), as JSON.
    Merge(Bytes),
    /// Like a merge patch, but lists merge by their elements' keys. Custom resources don't take it.
    Strategic(Bytes),
    /// What the field manager wants the object to say (server-side apply), as JSON. The options must name the manager.
    Apply {
        /// The wanted fields.
        configuration: Bytes,
        /// Takes fields from managers that want otherwise.
        force: bool,
    },
}

impl Patch {
    /// A merge patch.
    pub fn merge(value: &Value) -> Self {
        Self::Merge(value.to_string().into())
    }

    /// A strategic merge patch.
    pub fn strategic(value: &Value) -> Self {
        Self::Strategic(value.to_string().into())
    }

    /// A JSON patch: an array of operations.
    pub fn json(operations: &Value) -> Self {
        Self::Json(operations.to_string().into())
    }

    /// An apply configuration.
    pub fn apply(configuration: &Value) -> Self {
        Self::Apply { configuration: configuration.to_string().into(), force: false }
    }

    /// An apply configuration that wins over other managers.
    pub fn force_apply(configuration: &Value) -> Self {
        Self::Apply { configuration: configuration.to_string().into(), force: true }
    }

    pub(crate) fn content(&self) -> Content {
        let (type_, bytes) = match self {
            Self::Json(bytes) => ("application/json-patch+json", bytes),
            Self::Merge(bytes) => ("application/merge-patch+json", bytes),
            Self::Strategic(bytes) => ("application/strategic-merge-patch+json", bytes),
            // JSON is YAML
            Self::Apply { configuration, .. } => ("application/apply-patch+yaml", configuration),
        };
        Content::new(type_, bytes.clone())
    }

    /// Whether the request must say `force=true`.
    pub(crate) fn is_forced(&self) -> bool {
        matches!(self, Self::Apply { force: true, .. })
    }
}
