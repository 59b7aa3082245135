//! Watches: what happens to a resource's objects, as it happens.
//!
//! A [`WatchStream`] is one watch, as [`Api::watch`](crate::Api::watch) begins it. [`Api::watch_on`](crate::Api::watch_on)
//! begins another whenever one ends, and [`until`] waits for what they tell.

mod decode;
mod frames;
mod retry;
mod stream;
mod until;

pub use stream::WatchStream;
pub use until::{Condition, until};

/// Something that happened to an object.
#[derive(Clone, Debug, PartialEq)]
pub enum WatchEvent<K> {
    /// It came to be, or began to match the selectors; at a watch's beginning, it is there.
    Added(K),
    /// It changed.
    Modified(K),
    /// It is gone, or no longer matches the selectors; this is its last state.
    Deleted(K),
    /// Nothing; but all that happened up to a revision was told.
    Bookmark(Bookmark),
}

/// How far a watch has come.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bookmark {
    /// The revision.
    pub resource_version: String,
    /// All objects that existed when the watch began were told; asked for with `sendInitialEvents`.
    pub initial_events_end: bool,
}
