//! Which objects a list, a watch or a deletion of many is about.

use std::{collections::BTreeMap, sync::Arc};

use kubeforge_machinery::{ApiError, GroupVersionResource, codec::JsonReader, fields, labels, scheme::TypeEntry};
use serde_json::Value;

use super::{
    Action, Tracker,
    tracker::{Key, metadata},
};

/// What is selected.
#[derive(Clone, Debug)]
pub(super) struct Selection {
    pub(super) resource: GroupVersionResource,
    namespace: String,
    labels: labels::Selector,
    fields: fields::Selector,
    entry: Option<Arc<TypeEntry>>,
}

impl Selection {
    /// Reads the selectors of a request.
    ///
    /// # Errors
    /// 400, where one is malformed or names a field that can't be selected by.
    pub(super) fn of(tracker: &Tracker, action: &Action) -> Result<Self, ApiError> {
        let bad = |err: &dyn std::fmt::Display| ApiError::bad_request(err.to_string());
        let labels = labels::Selector::parse(action.parameter("labelSelector"))
            .map_err(|err| bad(&format_args!("unable to parse requirement: {err}")))?;
        let fields = fields::Selector::parse(action.parameter("fieldSelector")).map_err(|err| bad(&err))?;
        let known = tracker.info(&action.resource).map(|info| info.selectable.as_ref()).unwrap_or_default();
        for requirement in fields.requirements() {
            let field = requirement.field.as_str();
            if !["metadata.name", "metadata.namespace"].contains(&field) && !known.contains(&field) {
                return Err(bad(&format_args!("field label not supported: {field}")));
            }
        }
        Ok(Self {
            resource: action.resource.clone(),
            namespace: action.namespace.clone(),
            labels,
            fields,
            entry: tracker.entry(&action.resource).cloned(),
        })
    }

    /// Whether an object's namespace is the wanted one.
    pub(super) fn covers(&self, (namespace, _): &Key) -> bool {
        self.namespace.is_empty() || self.namespace == *namespace
    }

    /// Whether an object is selected.
    pub(super) fn matches(&self, object: &Value) -> bool {
        (self.namespace.is_empty() || self.namespace == metadata(object, "namespace"))
            && self.labels.matches_lookup(|key| object.get("metadata")?.get("labels")?.get(key)?.as_str())
            && self.fields_match(object)
    }

    fn fields_match(&self, object: &Value) -> bool {
        if self.fields.is_everything() {
            return true;
        }
        let mut found = BTreeMap::new();
        if let Some(entry) = &self.entry {
            let mut typed = entry.new_object();
            let json = object.to_string();
            // what is kept was read before
            if typed.read_json(&mut JsonReader::new(json.as_bytes())).is_ok() {
                typed.visit_selectable(&mut |field, value| {
                    found.insert(field, value.to_owned());
                });
            }
        }
        self.fields.matches(|field| match field {
            "metadata.name" => Some(metadata(object, "name")),
            "metadata.namespace" => Some(metadata(object, "namespace")),
            field => found.get(field).map(String::as_str),
        })
    }
}
