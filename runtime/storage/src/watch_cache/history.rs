//! Recent changes to a resource, for watches that start in the past.

use std::{collections::VecDeque, sync::Arc, time::Duration};

use tokio::time::Instant;

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
    changes_max: usize,
}

impl History {
    /// No changes yet, after `base`.
    pub(super) fn new(base: Revision, changes_max: usize) -> Self {
        Self { changes: VecDeque::new(), base, changes_max }
    }

    /// The revision after which every change is known.
    pub(super) fn base(&self) -> Revision {
        self.base
    }

    pub(super) fn push(&mut self, change: Arc<Change>) {
        self.changes.push_back(change);
        self.trim();
    }

    /// Drops what is too old.
    pub(super) fn trim(&mut self) {
        let now = Instant::now();
        while let Some(first) = self.changes.front() {
            let len = self.changes.len();
            let is_old = len > KEPT_ALWAYS && now.duration_since(first.at) > KEPT_FOR;
            if len <= self.changes_max && !is_old {
                break;
            }
            self.base = first.revision();
            self.changes.pop_front();
        }
    }

    /// The changes after `revision`; `None` if they are no longer all known.
    pub(super) fn after(&self, revision: Revision) -> Option<impl Iterator<Item = &Arc<Change>>> {
        let first = self.changes.partition_point(|change| change.revision() <= revision);
        (revision >= self.base).then(|| self.changes.range(first..))
    }
}
