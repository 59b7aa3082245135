//! What a handler is told.

use std::sync::Arc;

use super::handler::{Added, FinalState};

/// Something to tell a handler. Objects are shared with the store, so a long queue of these is pointers.
#[derive(Debug)]
pub(super) enum Notification<K> {
    Added(Arc<K>, Added),
    Updated {
        old: Arc<K>,
        new: Arc<K>,
    },
    Deleted(Arc<K>, FinalState),
    /// The handler has now heard of everything that was there when it was added.
    Synced,
}

impl<K> Clone for Notification<K> {
    fn clone(&self) -> Self {
        match self {
            Self::Added(object, when) => Self::Added(object.clone(), *when),
            Self::Updated { old, new } => Self::Updated { old: old.clone(), new: new.clone() },
            Self::Deleted(object, state) => Self::Deleted(object.clone(), *state),
            Self::Synced => Self::Synced,
        }
    }
}
