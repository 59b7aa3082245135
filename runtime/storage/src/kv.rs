//! The small part of etcd that Kubernetes needs, as a trait.
//!
//! Everything above it is written once. Two backends implement it, [`crate::embedded`] and [`crate::etcd`], and both
//! pass the suite in [`crate::conformance`].

use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use futures::stream::BoxStream;

use crate::revision::Revision;

/// One key with its value, and where in history they stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyValue {
    /// The whole key, for example `/registry/pods/default/web-0`.
    pub key: Bytes,
    /// The value as it was put.
    pub value: Bytes,
    /// The revision that created the key (since its last deletion).
    pub create_revision: Revision,
    /// The revision that last wrote it.
    pub mod_revision: Revision,
    /// How often it was written since it was created, starting at 1.
    pub version: u64,
}

/// Which keys: one, or all from `start` up to but not including `end`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyRange {
    /// Exactly this key.
    One(Bytes),
    /// `start <= key < end`, in byte order.
    Between {
        /// First key of the range.
        start: Bytes,
        /// First key after the range.
        end: Bytes,
    },
}

impl KeyRange {
    /// Whether `key` lies in the range.
    pub fn contains(&self, key: &[u8]) -> bool {
        match self {
            Self::One(one) => one == key,
            Self::Between { start, end } => start <= key && key < end,
        }
    }
}

/// What a range read returns of each key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Want {
    /// Keys and values.
    #[default]
    KeyValues,
    /// Keys only: values are empty.
    Keys,
    /// Only [`RangeResult::count`].
    Count,
}

/// A range read.
#[derive(Clone, Debug)]
pub struct RangeRequest {
    /// Which keys.
    pub range: KeyRange,
    /// The state to read; `None` is the latest, read after every write that was acknowledged before the call.
    pub at: Option<Revision>,
    /// At most so many keys; `None` is all.
    pub limit: Option<usize>,
    /// How much of each.
    pub want: Want,
}

/// The answer to a range read, in key order.
#[derive(Clone, Debug, Default)]
pub struct RangeResult {
    /// The keys asked for, at most `limit`.
    pub kvs: Vec<KeyValue>,
    /// All keys in the range at that revision, also those beyond `limit`.
    pub count: usize,
    /// True when `limit` cut the answer.
    pub more: bool,
    /// The store's latest revision when the read was made (not the revision read, where one was asked for).
    pub revision: Option<Revision>,
}

/// What a conditional write expects of its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expect {
    /// No condition.
    Anything,
    /// The key does not exist.
    Absent,
    /// The key exists and was last written at this revision.
    At(Revision),
}

impl Expect {
    /// Whether a key that is now `current` is as expected.
    pub fn holds(self, current: Option<&KeyValue>) -> bool {
        match self {
            Self::Anything => true,
            Self::Absent => current.is_none(),
            Self::At(revision) => current.is_some_and(|kv| kv.mod_revision == revision),
        }
    }
}

/// Names a lease. etcd's are positive 64-bit integers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct LeaseId(pub i64);

/// What became of a conditional write.
#[derive(Clone, Debug)]
pub enum Written {
    /// Done and durable, at this revision; `previous` is what it replaced or deleted, where the backend had it at hand.
    Done {
        /// The revision of the write.
        revision: Revision,
        /// The key as it was before.
        previous: Option<KeyValue>,
    },
    /// The expectation did not hold; nothing changed. `current` is the key as it is now.
    Unexpected {
        /// The key as it is.
        current: Option<KeyValue>,
        /// The store's latest revision at that moment.
        revision: Revision,
    },
}

/// One change, as a watch reports it.
#[derive(Clone, Debug)]
pub enum KvEvent {
    /// A key was created or overwritten.
    Put {
        /// The key as it now is.
        kv: KeyValue,
        /// As it was before, unless it was created by this write (or its past was compacted).
        previous: Option<KeyValue>,
    },
    /// A key was deleted, by a client or by the end of its lease.
    Delete {
        /// The key.
        key: Bytes,
        /// The revision of the deletion.
        revision: Revision,
        /// As it was before (absent only where its past was compacted).
        previous: Option<KeyValue>,
    },
}

/// What a watch yields. Events come in revision order, and all events of one revision in one batch.
#[derive(Clone, Debug)]
pub enum WatchItem {
    /// Changes, oldest first.
    Events(Vec<KvEvent>),
    /// No change up to and including this revision: everything before has been delivered.
    Progress(Revision),
}

/// Why a key-value operation failed.
#[derive(Debug, thiserror::Error)]
pub enum KvError {
    /// The revision asked for has been compacted away.
    #[error("revision {asked} was compacted; history starts at {oldest:?}")]
    Compacted {
        /// What was asked for.
        asked: Revision,
        /// The oldest revision that can still be read, where the backend says it.
        oldest: Option<Revision>,
    },
    /// The revision asked for does not exist yet.
    #[error("revision {asked} is in the future; the store is at {latest:?}")]
    Future {
        /// What was asked for.
        asked: Revision,
        /// The latest revision.
        latest: Option<Revision>,
    },
    /// No such lease.
    #[error("lease {0:?} not found")]
    LeaseNotFound(LeaseId),
    /// A watcher did not keep up, so its buffer overflowed and it was ended.
    #[error("the watch fell behind and was ended")]
    WatchOverflow,
    /// A value is too large, or the store is full.
    #[error("{0}")]
    TooLarge(String),
    /// The backend is closing.
    #[error("the store is closed")]
    Closed,
    /// The backend can't be reached or answered with an error; trying again may help.
    #[error("the store is unavailable: {0}")]
    Unavailable(String),
    /// The disk or the engine failed.
    #[error("the storage engine failed: {0}")]
    Engine(String),
}

/// An ordered key-value store with history.
///
/// Acknowledged means durable: when a write returns [`Written::Done`], no crash loses it.
#[async_trait]
pub trait Kv: Send + Sync + 'static {
    /// Reads keys at one revision.
    async fn range(&self, request: RangeRequest) -> Result<RangeResult, KvError>;

    /// Writes `value` under `key` if `expect` holds.
    async fn put(&self, key: Bytes, value: Bytes, expect: Expect, lease: Option<LeaseId>) -> Result<Written, KvError>;

    /// Deletes `key` if `expect` holds. Deleting an absent key with [`Expect::Anything`] is `Unexpected` with no current.
    async fn delete(&self, key: Bytes, expect: Expect) -> Result<Written, KvError>;

    /// Changes to a range from revision `from` on (inclusive; `None` starts after the latest), with previous values.
    ///
    /// The stream ends with an error when it falls behind or `from` is compacted. Progress items come at least
    /// every few seconds while nothing happens, and soon after [`Kv::request_progress`].
    async fn watch(
        &self,
        range: KeyRange,
        from: Option<Revision>,
    ) -> Result<BoxStream<'static, Result<WatchItem, KvError>>, KvError>;

    /// Asks that every open watch yield [`WatchItem::Progress`] soon.
    async fn request_progress(&self) -> Result<(), KvError>;

    /// The latest revision.
    async fn current_revision(&self) -> Result<Revision, KvError>;

    /// Forgets history before `revision`; the state at `revision` itself stays readable.
    async fn compact(&self, revision: Revision) -> Result<(), KvError>;

    /// Creates a lease: keys put with it are deleted when `ttl` has passed.
    async fn grant_lease(&self, ttl: Duration) -> Result<LeaseId, KvError>;

    /// Bytes that the store takes on disk.
    async fn size(&self) -> Result<u64, KvError>;

    /// Stops background work and closes files. Operations after it fail with [`KvError::Closed`].
    async fn close(&self);
}
