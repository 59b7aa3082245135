//! What is reported.

use kubeforge_machinery::{MicroTime, Resource};
use serde::Serialize;

/// Which object is meant.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ObjectReference {
    /// Its kind.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub kind: String,
    /// Its namespace.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub namespace: String,
    /// Its name.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// Its uid.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub uid: String,
    /// Its group and version.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub api_version: String,
    /// Its revision.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub resource_version: String,
    /// A part of it, such as `spec.containers{app}`.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub field_path: String,
}

impl ObjectReference {
    /// A reference to an object in its present state.
    pub fn of<K: Resource>(object: &K) -> Self {
        let meta = object.object_meta();
        let api_version =
            if K::GROUP.is_empty() { K::VERSION.to_owned() } else { format!("{}/{}", K::GROUP, K::VERSION) };
        Self {
            kind: K::KIND.to_owned(),
            namespace: meta.namespace.clone(),
            name: meta.name.clone(),
            uid: meta.uid.clone(),
            api_version,
            resource_version: meta.resource_version.clone(),
            field_path: String::new(),
        }
    }
}

/// Whether something went as it should.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EventType {
    /// It did.
    Normal,
    /// Somebody may have to do something.
    Warning,
}

impl EventType {
    /// The word in the event.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Normal => "Normal",
            Self::Warning => "Warning",
        }
    }
}

/// What a component reports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Which object it is about.
    pub regarding: ObjectReference,
    /// Another object that has to do with it. `events.k8s.io` only.
    pub related: Option<ObjectReference>,
    /// Whether it went as it should.
    pub type_: EventType,
    /// Why, in one word: `Scheduled`, `FailedMount`.
    pub reason: String,
    /// What was done, in one word: `Binding`. `events.k8s.io` only.
    pub action: String,
    /// What happened, in a sentence.
    pub message: String,
}

/// A report with who made it and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Occurrence {
    pub(super) report: Report,
    pub(super) component: String,
    pub(super) host: String,
    pub(super) at: MicroTime,
}

impl Occurrence {
    /// Where the event goes.
    pub(super) fn namespace(&self) -> &str {
        match self.report.regarding.namespace.as_str() {
            "" => "default",
            namespace => namespace,
        }
    }

    /// A new event's name: the object's, and when it happened.
    pub(super) fn event_name(&self) -> String {
        let suffix = format!(".{:x}", self.at.unix_micros().saturating_mul(1000));
        let mut name = self.report.regarding.name.clone();
        // names are at most 253 characters long; object names are ASCII, so this cuts between characters
        name.truncate(253 - suffix.len());
        name + &suffix
    }
}
