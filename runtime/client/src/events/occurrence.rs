//! What is reported.

use std::collections::BTreeMap;

use kubeforge_machinery::{MicroTime, Resource, validation::is_dns1123_subdomain};
use serde::Serialize;
use uuid::Uuid;

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

impl ObjectReference {
    /// The field selector of the `v1` events about the object, for lists and watches; what is empty doesn't count (client-go's
    /// GetFieldSelector).
    pub fn selector(&self) -> String {
        let terms = [("kind", &self.kind), ("name", &self.name), ("namespace", &self.namespace), ("uid", &self.uid)];
        let given = terms.iter().filter(|(_, value)| !value.is_empty());
        let escaped = |value: &str| value.replace('\\', "\\\\").replace(',', "\\,").replace('=', "\\=");
        given.map(|(field, value)| format!("involvedObject.{field}={}", escaped(value))).collect::<Vec<_>>().join(",")
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
    /// What the event has besides.
    pub(super) annotations: BTreeMap<String, String>,
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

    /// A new event's name: the object's, and when it happened; where that is no name of an object, any.
    pub(super) fn event_name(&self) -> String {
        let name = format!("{}.{:x}", self.report.regarding.name, self.at.unix_micros().saturating_mul(1000));
        if is_dns1123_subdomain(&name).is_empty() { name } else { Uuid::new_v4().to_string() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_selector_finds_the_events_about_an_object() {
        let reference =
            ObjectReference { kind: "Pod".to_owned(), name: "a=b,c".to_owned(), ..ObjectReference::default() };
        assert_eq!(reference.selector(), "involvedObject.kind=Pod,involvedObject.name=a\\=b\\,c");
        assert_eq!(ObjectReference::default().selector(), "");
    }

    #[test]
    fn events_are_named_after_objects_where_that_is_a_name() {
        let name = |object: &str| {
            let regarding = ObjectReference { name: object.to_owned(), ..ObjectReference::default() };
            let (reason, action, message) = (String::new(), String::new(), String::new());
            let report = Report { regarding, related: None, type_: EventType::Normal, reason, action, message };
            let at = MicroTime::from_unix_micros(1_000_000);
            let (component, host) = (String::new(), String::new());
            Occurrence { report, annotations: BTreeMap::new(), component, host, at }.event_name()
        };
        assert_eq!(name("web-0"), "web-0.3b9aca00");
        for object in ["system:node", &"a".repeat(250), ""] {
            assert!(Uuid::parse_str(&name(object)).is_ok(), "{object}");
        }
    }
}
