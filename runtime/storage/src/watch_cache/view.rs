//! The objects of a resource as they are now, and by what they are indexed by.

use std::{collections::HashMap, sync::Arc};

use super::{
    Indexed,
    objects::{Objects, Range},
};
use crate::{change::Change, entry::Entry, revision::Revision, storage::Selection};

/// The objects now, with their indexes.
#[derive(Default)]
pub(super) struct View {
    pub(super) objects: Objects,
    /// For each indexed field or label, the objects by its value.
    values: Vec<HashMap<Box<str>, Objects>>,
    /// The last change, or what the filling was read at.
    pub(super) applied: Option<Revision>,
}

impl View {
    pub(super) fn of(entries: Vec<Arc<Entry>>, revision: Revision, indexed: &[Indexed]) -> Self {
        let values = indexed.iter().map(|by| {
            let mut values: HashMap<Box<str>, Vec<Arc<Entry>>> = HashMap::new();
            for entry in &entries {
                values.entry(by.value_of(entry).into()).or_default().push(entry.clone());
            }
            values.into_iter().map(|(value, entries)| (value, Objects::of(entries))).collect()
        });
        Self { values: values.collect(), objects: Objects::of(entries), applied: Some(revision) }
    }

    pub(super) fn apply(&mut self, change: &Change, indexed: &[Indexed]) {
        for (by, values) in indexed.iter().zip(&mut self.values) {
            let value = |entry: &Arc<Entry>| by.value_of(entry).to_owned();
            let now = (!change.is_deletion).then(|| value(&change.entry));
            if let Some(before) = change.previous.as_ref().map(value).filter(|before| Some(before) != now.as_ref())
                && let Some(objects) = values.get_mut(before.as_str())
            {
                objects.remove(change.key());
                if objects.is_empty() {
                    values.remove(before.as_str());
                }
            }
            if let Some(now) = now {
                values.entry(now.into()).or_default().insert(change.entry.clone());
            }
        }
        match change.is_deletion {
            true => self.objects.remove(change.key()),
            false => self.objects.insert(change.entry.clone()),
        };
        self.applied = Some(change.revision());
    }

    /// The objects that a selection may mean, from `start` on.
    pub(super) fn candidates(&self, selection: &Selection, start: &str, indexed: &[Indexed]) -> Range {
        let namespace = selection.only_namespace();
        for (by, values) in indexed.iter().zip(&self.values) {
            if let Some(value) = by.wanted_by(selection) {
                return values.get(value).cloned().unwrap_or_default().range(namespace, start);
            }
        }
        self.objects.range(namespace, start)
    }
}
