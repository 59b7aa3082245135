//! Where one state of a key stands in history.

use bytes::Bytes;

use crate::{kv::KeyValue, revision::Revision};

/// One state of a key without its value: when it was written, in which life of the key, and as which write of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stamp {
    /// The revision that wrote this state.
    pub modified: Revision,
    /// The revision that created the key; for a deletion, the deletion itself.
    pub created: Revision,
    /// The number of writes since creation; 0 is a deletion, as in etcd.
    pub version: u64,
}

impl Stamp {
    pub(super) fn is_deletion(self) -> bool {
        self.version == 0
    }

    /// The state that a put at `revision` makes of `previous`.
    pub(super) fn put(revision: Revision, previous: Option<Stamp>) -> Self {
        match previous {
            Some(stamp) if !stamp.is_deletion() => {
                Self { modified: revision, created: stamp.created, version: stamp.version.saturating_add(1) }
            }
            _ => Self { modified: revision, created: revision, version: 1 },
        }
    }

    /// The state that a deletion at `revision` leaves.
    pub(super) fn deletion(revision: Revision) -> Self {
        Self { modified: revision, created: revision, version: 0 }
    }

    /// The state that `kv` shows.
    pub(super) fn of(kv: &KeyValue) -> Self {
        Self { modified: kv.mod_revision, created: kv.create_revision, version: kv.version }
    }

    pub(super) fn with(self, key: Bytes, value: Bytes) -> KeyValue {
        KeyValue { key, value, create_revision: self.created, mod_revision: self.modified, version: self.version }
    }
}
