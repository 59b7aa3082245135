//! What a write is told, and what it answers.

use std::sync::Arc;

use kubeforge_machinery::{ApiError, Object};
use kubeforge_storage::entry::Entry;

use crate::{managed_fields::Current, registry::ResourceScope, strategy::Strategy};

/// Through which door a write comes.
#[derive(Clone, Copy)]
pub enum View<'a> {
    /// The resource itself.
    Main,
    /// Its `status` subresource.
    Status,
    /// Another subresource that changes the object, with rules of its own.
    Other {
        /// Its name.
        name: &'a str,
        /// Its rules.
        strategy: &'a dyn Strategy,
    },
}

impl<'a> View<'a> {
    pub(super) fn strategy(self, scope: &'a ResourceScope) -> &'a dyn Strategy {
        match self {
            Self::Main | Self::Status => scope.strategy.as_ref(),
            Self::Other { strategy, .. } => strategy,
        }
    }

    pub(in crate::handlers) fn name(self) -> &'a str {
        match self {
            Self::Main => "",
            Self::Status => "status",
            Self::Other { name, .. } => name,
        }
    }
}

/// Makes the next state of an object. Asked again when another writer was faster.
pub trait Source: Sync {
    /// The next state in the hub version; `current` is `None` where there is no object yet.
    ///
    /// # Errors
    /// Whatever is wrong with the request.
    fn next(&self, current: Option<&Current>) -> Result<Box<dyn Object>, ApiError>;

    /// Who is recorded as the manager of what changed, or that the source did so itself.
    fn tracking(&self) -> Tracking {
        Tracking::Update
    }

    /// The uid that the object must have, where the request says.
    fn uid(&self) -> Option<&str> {
        None
    }
}

/// How field managers are recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tracking {
    /// By comparing the new state with the old one.
    Update,
    /// The source recorded them.
    Done,
}

/// Whether a write may create the object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Creation {
    /// No.
    Refused,
    /// If the strategy allows it.
    IfAllowed,
    /// Yes: apply does.
    Allowed,
}

/// What a write did.
#[derive(Debug)]
pub enum Outcome {
    /// It stored this.
    Stored {
        /// The state.
        entry: Arc<Entry>,
        /// There was none before.
        created: bool,
    },
    /// It stored nothing that could be shown: a dry run, or the object was removed at last.
    Shown {
        /// The state.
        object: Box<dyn Object>,
        /// There was none before.
        created: bool,
    },
}
