//! What happened to an object.

use std::sync::Arc;

use kubeforge_machinery::Resource;

use crate::{
    informer::{Added, FinalState},
    store::is_same_revision,
    workqueue::LOW_PRIORITY,
};

/// Something that happened to an object.
#[derive(Debug)]
pub enum Change<'a, K> {
    /// It is there.
    Created {
        /// It.
        object: &'a Arc<K>,
        /// Whether that is new.
        when: Added,
    },
    /// It has changed; on a resync, from a state to itself.
    Updated {
        /// It, before.
        old: &'a Arc<K>,
        /// It, now.
        new: &'a Arc<K>,
    },
    /// It is gone.
    Deleted {
        /// It, as it was.
        object: &'a Arc<K>,
        /// Whether that was the end.
        state: FinalState,
    },
}

impl<'a, K> Change<'a, K> {
    /// The object in its newest state.
    pub fn object(&self) -> &'a Arc<K> {
        match self {
            Self::Created { object, .. } | Self::Deleted { object, .. } => object,
            Self::Updated { new, .. } => new,
        }
    }

    /// The object before, where it was another.
    pub fn old(&self) -> Option<&'a Arc<K>> {
        match self {
            Self::Updated { old, .. } => Some(old),
            Self::Created { .. } | Self::Deleted { .. } => None,
        }
    }
}

/// How urgent changes are unless a controller says otherwise: what was there at the beginning and what is only told again
/// can wait ([`LOW_PRIORITY`]), everything else is 0.
pub fn low_priority<K: Resource>(change: &Change<'_, K>) -> i32 {
    match change {
        Change::Created { when: Added::InInitialList, .. } => LOW_PRIORITY,
        Change::Updated { old, new } if is_same_revision(&***old, &***new) => LOW_PRIORITY,
        Change::Created { .. } | Change::Updated { .. } | Change::Deleted { .. } => 0,
    }
}
