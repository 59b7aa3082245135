//! A change to an object, and how it looks through a selection.

use std::sync::{Arc, OnceLock};

use tokio::time::Instant;

use crate::{
    entry::Entry,
    revision::Revision,
    storage::{ObjectKey, Selection, StorageError, WatchEvent},
};

/// A change to an object.
#[derive(Debug)]
pub(crate) struct Change {
    /// The object after the change; after a deletion, its last state with the revision of the deletion.
    pub(crate) entry: Arc<Entry>,
    pub(crate) previous: Option<Arc<Entry>>,
    pub(crate) is_deletion: bool,
    /// When it arrived here.
    pub(crate) at: Instant,
    /// The previous state with the revision of the change, for watchers that it leaves; made once for all of them.
    left: OnceLock<Arc<Entry>>,
}

impl Change {
    /// The object was created or changed.
    pub(crate) fn put(entry: Arc<Entry>, previous: Option<Arc<Entry>>) -> Self {
        Self { entry, previous, is_deletion: false, at: Instant::now(), left: OnceLock::new() }
    }

    /// The object was deleted at `revision`.
    pub(crate) fn deletion(previous: Arc<Entry>, revision: Revision) -> Result<Self, StorageError> {
        let entry = Arc::new(previous.at_revision(revision)?);
        let left = OnceLock::from(entry.clone());
        Ok(Self { entry, previous: Some(previous), is_deletion: true, at: Instant::now(), left })
    }

    pub(crate) fn revision(&self) -> Revision {
        self.entry.revision()
    }

    pub(crate) fn key(&self) -> &ObjectKey {
        self.entry.key()
    }

    /// What a watcher of `selection` sees of it, if anything.
    pub(crate) fn through(&self, selection: &Selection) -> Result<Option<WatchEvent>, StorageError> {
        if !selection.matches_key(self.key()) {
            return Ok(None);
        }
        let matches = !self.is_deletion && selection.matches_content(&self.entry);
        let matched = self.previous.as_ref().is_some_and(|previous| selection.matches_content(previous));
        Ok(match (matched, matches) {
            (false, false) => None,
            (false, true) => Some(WatchEvent::Added(self.entry.clone())),
            (true, true) => Some(WatchEvent::Modified(self.entry.clone())),
            (true, false) => Some(WatchEvent::Deleted(self.left()?)),
        })
    }

    fn left(&self) -> Result<Arc<Entry>, StorageError> {
        if let Some(left) = self.left.get() {
            return Ok(left.clone());
        }
        let left = match &self.previous {
            Some(previous) => Arc::new(previous.at_revision(self.revision())?),
            None => self.entry.clone(),
        };
        Ok(self.left.get_or_init(|| left).clone())
    }
}
