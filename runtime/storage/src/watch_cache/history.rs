//! Recent changes to a resource, for watches that start in the past: as many as came within the time that a client may be
//! away, so that a quiet resource keeps few and a busy one many.

use std::{collections::VecDeque, sync::Arc, time::Duration};

use tokio::time::Instant;

use super::CacheOptions;
use crate::{change::Change, revision::Revision};

/// Changes are kept at least this long, unless there are too many: a client that lost its connection comes back within it
/// (upstream keeps 75 s as well).
const KEPT_FOR: Duration = Duration::from_secs(75);

/// So many changes are kept however old they are.
const KEPT_ALWAYS: usize = 100;

/// Changes to one resource, oldest first.
#[derive(Debug)]
pub(super) struct History {
    changes: VecDeque<Arc<Change>>,
    /// Every change after this revision is here.
    base: Revision,
    bytes: usize,
    changes_max: usize,
    bytes_max: usize,
}

impl History {
    /// No changes yet, after `base`.
    pub(super) fn new(base: Revision, options: &CacheOptions) -> Self {
        let (changes_max, bytes_max) = (options.history_max, options.history_bytes_max);
        Self { changes: VecDeque::new(), base, bytes: 0, changes_max, bytes_max }
    }

    /// The revision after which every change is known.
    pub(super) fn base(&self) -> Revision {
        self.base
    }

    pub(super) fn push(&mut self, change: Arc<Change>) {
        self.bytes += change.entry.size();
        self.changes.push_back(change);
        self.trim();
    }

    /// Drops what is too old.
    pub(super) fn trim(&mut self) {
        let now = Instant::now();
        while let Some(first) = self.changes.front() {
            let len = self.changes.len();
            let is_old = len > KEPT_ALWAYS && now.duration_since(first.at) > KEPT_FOR;
            if len <= self.changes_max && self.bytes <= self.bytes_max && !is_old {
                break;
            }
            self.base = first.revision();
            self.bytes = self.bytes.saturating_sub(first.entry.size());
            self.changes.pop_front();
        }
        // a burst that is over holds no memory
        if self.changes.len() < self.changes.capacity() / 4 {
            self.changes.shrink_to(self.changes.len() * 2);
        }
    }

    /// The changes after `revision`; `None` if they are no longer all known.
    pub(super) fn after(&self, revision: Revision) -> Option<impl Iterator<Item = &Arc<Change>>> {
        let first = self.changes.partition_point(|change| change.revision() <= revision);
        (revision >= self.base).then(|| self.changes.range(first..))
    }
}

#[cfg(test)]
mod tests {
    use kubeforge_machinery::{SchemeBuilder, meta::v1::PartialObjectMetadata};

    use super::*;
    use crate::{entry::Entry, storage::ObjectKey};

    fn change(revision: u64, bytes: usize) -> Arc<Change> {
        let mut scheme = SchemeBuilder::new("test");
        scheme.kind::<PartialObjectMetadata>(Default::default());
        let mut object = PartialObjectMetadata::default();
        object.metadata.annotations.insert("filler".to_owned(), "x".repeat(bytes));
        let key = ObjectKey { namespace: String::new(), name: "a".to_owned() };
        let revision = Revision::new(revision).unwrap();
        let entry = Entry::from_object(&Arc::new(scheme.build()), key, revision, Box::new(object)).unwrap();
        Arc::new(Change::put(Arc::new(entry), None))
    }

    #[tokio::test(start_paused = true)]
    async fn it_keeps_what_came_lately_and_little_else() {
        let options = CacheOptions { history_max: 1000, history_bytes_max: 1 << 20, ..CacheOptions::default() };
        let mut history = History::new(Revision::FIRST, &options);
        let base = |history: &History| history.base().get();
        (2..=500).for_each(|revision| history.push(change(revision, 10)));
        assert_eq!(base(&history), 1, "all are new");
        tokio::time::advance(KEPT_FOR + Duration::from_secs(1)).await;
        history.trim();
        assert_eq!((history.changes.len(), base(&history)), (KEPT_ALWAYS, 400), "old ones go, but not all");
        assert!(history.changes.capacity() <= 4 * KEPT_ALWAYS);
        (501..=1700).for_each(|revision| history.push(change(revision, 10)));
        assert_eq!((history.changes.len(), base(&history)), (1000, 700), "in a burst there are too many");
        (1701..=1710).for_each(|revision| history.push(change(revision, 200_000)));
        assert!(history.changes.len() <= 6 && history.bytes <= 1 << 20, "or too many bytes");
        assert!(history.after(Revision::new(base(&history)).unwrap()).is_some());
        assert!(history.after(Revision::new(base(&history) - 1).unwrap()).is_none());
    }
}
