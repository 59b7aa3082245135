//! The storage interface: objects of one resource, by key, with history and watches.
//!
//! Implemented by the object store ([`crate::store`]) and by the watch cache around it ([`crate::watch_cache`]). Follows
//! apiserver pkg/storage/interfaces.go in meaning: resourceVersion semantics, preconditions, guaranteed update.

use std::{fmt, sync::Arc, time::Duration};

use async_trait::async_trait;
use futures::{future::BoxFuture, stream::BoxStream};
use kubeforge_machinery::{ConversionError, Object, fields, labels, status::ApiError};

use crate::{entry::Entry, kv::KvError, revision::Revision};

/// Where an object is: its namespace, if it has one, and its name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectKey {
    /// The namespace; empty for cluster-scoped objects.
    pub namespace: String,
    /// The name.
    pub name: String,
}

impl fmt::Display for ObjectKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.namespace.is_empty() { f.write_str(&self.name) } else { write!(f, "{}/{}", self.namespace, self.name) }
    }
}

/// How fresh a read must be: what `resourceVersion` and `resourceVersionMatch` say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum ReadAt {
    /// The latest state (`resourceVersion` unset).
    #[default]
    Latest,
    /// Whatever is at hand (`resourceVersion=0`).
    Any,
    /// At least this revision.
    NotOlderThan(Revision),
    /// Exactly this revision.
    Exact(Revision),
}

/// Which objects of a resource are meant.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// Only this namespace.
    pub namespace: Option<String>,
    /// Only this name (`metadata.name=…` as a field selector).
    pub name: Option<String>,
    /// Labels.
    pub labels: labels::Selector,
    /// Fields, with labels as the resource stores them.
    pub fields: fields::Selector,
}

/// A list request.
#[derive(Clone, Debug, Default)]
pub struct ListRequest {
    /// Which objects.
    pub selection: Selection,
    /// How fresh. Ignored where `continue_` is set.
    pub at: ReadAt,
    /// At most so many objects; 0 is all.
    pub limit: usize,
    /// Continue where an earlier list stopped.
    pub continue_: Option<Continue>,
}

/// Where a chunked list goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Continue {
    /// The revision that the first chunk was read at; `None` is the latest (an inconsistent continuation).
    pub revision: Option<Revision>,
    /// The first key of the next chunk, as the part of the store's key after the prefix of all that is listed: the
    /// resource's, with the namespace's where one namespace is listed.
    pub start: String,
}

/// What a list found, in key order.
#[derive(Clone, Debug)]
pub struct ListResult {
    /// The objects.
    pub items: Vec<Arc<Entry>>,
    /// The revision of the list.
    pub revision: Revision,
    /// Where to go on, if the limit cut it.
    pub continue_: Option<Continue>,
    /// How many objects are left, where that is known (not with selectors).
    pub remaining: Option<u64>,
}

/// Conditions of a write (`preconditions` of DeleteOptions, `metadata.uid` and `resourceVersion` of an update).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Preconditions {
    /// The uid that the object must have.
    pub uid: Option<String>,
    /// The resource version that it must have.
    pub resource_version: Option<String>,
}

/// What an update function wants.
#[derive(Debug)]
pub enum Change {
    /// Store this instead. Where it encodes to the same bytes, nothing is written and the current object is the answer.
    Put(Box<dyn Object>),
    /// Store this instead, and let it expire after a time.
    PutWithTtl(Box<dyn Object>, Duration),
    /// Delete the object; what is given is the answer's last state. Watchers see the state that was stored last.
    Delete(Box<dyn Object>),
    /// Leave it as it is.
    Keep,
}

/// Makes the next state of an object from the current one (`None`: there is none), and is asked again when another
/// writer was faster.
pub type UpdateFn<'a> = Box<dyn FnMut(Option<Arc<Entry>>) -> BoxFuture<'a, Result<Change, ApiError>> + Send + 'a>;

/// What a guaranteed update did.
#[derive(Clone, Debug)]
pub enum Updated {
    /// There was none, now there is this.
    Created(Arc<Entry>),
    /// Changed to this (or found equal).
    Changed(Arc<Entry>),
    /// Deleted; this is its last state, at the revision of the deletion.
    Deleted(Arc<Entry>),
}

impl Updated {
    /// The object's state after the update.
    pub fn entry(&self) -> &Arc<Entry> {
        match self {
            Self::Created(entry) | Self::Changed(entry) | Self::Deleted(entry) => entry,
        }
    }
}

/// From where a watch starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WatchFrom {
    /// All objects as they are now (as `ADDED` events), then changes. Consistent with the latest state.
    LatestState,
    /// All objects as the cache has them (`resourceVersion=0`), then changes.
    AnyState,
    /// All objects at a state not older than this, then changes (`sendInitialEvents` with a revision).
    StateNotOlderThan(Revision),
    /// Changes after this revision.
    After(Revision),
    /// Changes after the latest revision, no initial state.
    Now,
}

/// A watch request.
#[derive(Clone, Debug)]
pub struct WatchRequest {
    /// Which objects.
    pub selection: Selection,
    /// From where.
    pub from: WatchFrom,
    /// Yield bookmarks from time to time.
    pub bookmarks: bool,
    /// Yield a bookmark marked as the end of the initial events (`sendInitialEvents=true`).
    pub initial_events_end: bool,
}

/// A change as a watcher sees it: through its selectors, an object that begins to match is added.
#[derive(Clone, Debug)]
pub enum WatchEvent {
    /// Now there, or now matching.
    Added(Arc<Entry>),
    /// Changed.
    Modified(Arc<Entry>),
    /// Gone, or no longer matching: the last state that matched, with the revision of the change.
    Deleted(Arc<Entry>),
    /// Everything up to this revision was delivered.
    Bookmark {
        /// The revision.
        revision: Revision,
        /// It ends the initial events.
        initial_events_end: bool,
    },
}

/// Why a storage operation failed.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// No such object.
    #[error("{0} not found")]
    NotFound(ObjectKey),
    /// There is one already.
    #[error("{0} already exists")]
    Exists(ObjectKey),
    /// A precondition does not hold; the text is upstream's.
    #[error("{message}")]
    Precondition {
        /// Which object.
        key: ObjectKey,
        /// What does not hold.
        message: String,
    },
    /// The revision was compacted, or is older than the events that are kept.
    #[error("too old resource version: {asked}{}", .oldest.map(|oldest| format!(" ({oldest})")).unwrap_or_default())]
    Expired {
        /// What was asked for.
        asked: Revision,
        /// The oldest that there is, where that is known.
        oldest: Option<Revision>,
    },
    /// The revision does not exist yet and did not come within the time allowed.
    #[error("Too large resource version: {asked}, current: {current}")]
    TooLarge {
        /// What was asked for.
        asked: Revision,
        /// What there is.
        current: Revision,
    },
    /// The cache is not filled yet; trying again helps.
    #[error("storage is (re)initializing")]
    Initializing,
    /// The caller's update function refused.
    #[error(transparent)]
    Refused(#[from] ApiError),
    /// A stored value can't be decoded, or an object can't be encoded.
    #[error("cannot decode or encode {key}: {message}")]
    Corrupt {
        /// Which object.
        key: String,
        /// What is wrong.
        message: String,
    },
    /// Others were always faster.
    #[error("{0} was changed by others at each of many tries")]
    Contended(ObjectKey),
    /// The backend failed.
    #[error(transparent)]
    Kv(#[from] KvError),
}

impl StorageError {
    /// Whether somebody elsewhere, a webhook, should have converted an object and did not. He may do so later.
    pub fn is_unconverted(&self) -> bool {
        matches!(self, Self::Corrupt { message, .. } if message.starts_with(ConversionError::WEBHOOK))
    }
}

/// What a resource's cache has done so far, for metrics.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CacheStats {
    /// Changes that came from the store and went to watchers.
    pub changes: u64,
    /// How many changes it keeps at most for watches that start in the past.
    pub capacity: usize,
    /// How often it was filled.
    pub fillings: u64,
    /// Watches that were ended because they read too slowly.
    pub overflows: u64,
    /// How far it is.
    pub revision: Option<Revision>,
}

/// Objects of one resource.
#[async_trait]
pub trait Storage: Send + Sync + 'static {
    /// Stores a new object; it must have no resource version. `ttl` lets it expire (events).
    async fn create(
        &self,
        key: &ObjectKey,
        object: Box<dyn Object>,
        ttl: Option<Duration>,
    ) -> Result<Arc<Entry>, StorageError>;

    /// One object.
    async fn get(&self, key: &ObjectKey, at: ReadAt) -> Result<Arc<Entry>, StorageError>;

    /// Objects.
    async fn list(&self, request: ListRequest) -> Result<ListResult, StorageError>;

    /// Changes an object (or creates, or deletes it) by a function of its current state, tried again until no other
    /// writer comes between. With `UpdateFn` given `None` and answering `Keep`, the error is `NotFound`.
    async fn update<'a>(
        &'a self,
        key: &'a ObjectKey,
        preconditions: &'a Preconditions,
        update: UpdateFn<'a>,
    ) -> Result<Updated, StorageError>;

    /// Changes to objects, from a point in history on. The stream ends after an error.
    async fn watch(
        &self,
        request: WatchRequest,
    ) -> Result<BoxStream<'static, Result<WatchEvent, StorageError>>, StorageError>;

    /// How many objects there are.
    async fn count(&self) -> Result<usize, StorageError>;

    /// What its cache has done so far; `None` where there is none.
    fn cache_stats(&self) -> Option<CacheStats> {
        None
    }

    /// The latest revision of the whole store.
    async fn current_revision(&self) -> Result<Revision, StorageError>;

    /// Ends all watches: the resource is withdrawn. Nothing is asked of it any more.
    fn close(&self) {}
}
