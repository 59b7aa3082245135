//! Events as objects.

use kubeforge_machinery::{Time, gvk::GroupVersionKind, unstructured::Unstructured};
use serde::Serialize;
use serde_json::{Value, json};

use super::{
    correlate::Written,
    occurrence::{ObjectReference, Occurrence},
    series::SeriesEvent,
};
use crate::patch::Patch;

const CORE_EVENT: GroupVersionKind = GroupVersionKind::new("", "v1", "Event");
const EVENT: GroupVersionKind = GroupVersionKind::new("events.k8s.io", "v1", "Event");

/// The longest note that the server takes, in bytes.
const NOTE_BYTES_LIMIT: usize = 1024;

/// A new `v1` event.
pub(super) fn core_event(occurrence: &Occurrence, written: &Written) -> Unstructured {
    let mut event = named(CORE_EVENT, occurrence, occurrence.namespace(), &written.name);
    let report = &occurrence.report;
    let mut source = json!({ "component": occurrence.component });
    if !occurrence.host.is_empty() {
        set(&mut source, "host", occurrence.host.as_str().into());
    }
    let fields = [
        ("involvedObject", value(&report.regarding)),
        ("reason", report.reason.as_str().into()),
        ("message", written.message.as_str().into()),
        ("source", source),
        ("firstTimestamp", Time::from(written.first).to_string().into()),
        ("lastTimestamp", Time::from(occurrence.at).to_string().into()),
        ("count", written.count.into()),
        ("type", report.type_.as_str().into()),
        ("eventTime", Value::Null),
        ("reportingComponent", occurrence.component.as_str().into()),
        ("reportingInstance", occurrence.host.as_str().into()),
    ];
    event.content.extend(fields.map(|(name, value)| (name.to_owned(), value)));
    event
}

/// What changes in a `v1` event that happens again.
pub(super) fn core_patch(occurrence: &Occurrence, written: &Written) -> Patch {
    Patch::strategic(&json!({
        "count": written.count,
        "lastTimestamp": Time::from(occurrence.at).to_string(),
        "message": written.message,
    }))
}

/// A new `events.k8s.io/v1` event.
pub(super) fn event(occurrence: &Occurrence, written: &SeriesEvent) -> Unstructured {
    let mut event = named(EVENT, occurrence, &written.namespace, &written.name);
    let report = &occurrence.report;
    let fields = [
        ("eventTime", occurrence.at.to_string().into()),
        ("reportingController", occurrence.component.as_str().into()),
        ("reportingInstance", occurrence.host.as_str().into()),
        ("action", report.action.as_str().into()),
        ("reason", report.reason.as_str().into()),
        ("regarding", value(&report.regarding)),
        ("note", shortened(&report.message).into()),
        ("type", report.type_.as_str().into()),
    ];
    event.content.extend(fields.map(|(name, value)| (name.to_owned(), value)));
    if let Some(related) = &report.related {
        event.content.insert("related".to_owned(), value(related));
    }
    event
}

/// How far a series has come.
pub(super) fn series_patch(written: &SeriesEvent) -> Patch {
    Patch::strategic(&json!({
        "series": { "count": written.count, "lastObservedTime": written.last.to_string() },
    }))
}

fn named(gvk: GroupVersionKind, occurrence: &Occurrence, namespace: &str, name: &str) -> Unstructured {
    let mut event = Unstructured::new(gvk);
    event.metadata.annotations.clone_from(&occurrence.annotations);
    event.metadata.namespace = namespace.to_owned();
    event.metadata.name = name.to_owned();
    event
}

fn value(reference: &ObjectReference) -> Value {
    // a struct of strings is always a JSON object
    reference.serialize(serde_json::value::Serializer).unwrap_or_default()
}

fn set(object: &mut Value, name: &str, value: Value) {
    if let Some(fields) = object.as_object_mut() {
        fields.insert(name.to_owned(), value);
    }
}

fn shortened(note: &str) -> &str {
    let end = (0..=NOTE_BYTES_LIMIT.min(note.len())).rev().find(|end| note.is_char_boundary(*end));
    end.and_then(|end| note.get(..end)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_are_cut_between_characters() {
        assert_eq!(shortened("short"), "short");
        let long = "ä".repeat(600);
        assert_eq!(shortened(&long).len(), 1024);
        assert_eq!(shortened(&format!("a{long}")).len(), 1023);
    }
}
