//! What makes things right, and what comes of it.

use std::{fmt, time::Duration};

use crate::store::ObjectKey;

/// What is to be done for a key after a call that succeeded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Nothing, until something changes.
    Done,
    /// Another call when so much time has passed, or when something changes before.
    Requeue(Duration),
}

/// What is to be done for a key after a call that failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnFailure {
    /// Another call, later each time.
    Retry,
    /// Nothing, until something changes: trying again can't help (controller-runtime's TerminalError).
    GiveUp,
}

/// Makes the world as one object asks for.
///
/// It is called with a name and not with an object: what it finds under that name, in a lister, is newer than what made it
/// be called. Where it finds nothing, the object is gone. A function from a key to a future is one, too.
pub trait Reconciler: Send + Sync + 'static {
    /// Why it can fail.
    type Error: fmt::Display + Send;

    /// Makes things right for one key. Called anew whenever that may be needed, so it does nothing where nothing is to do.
    ///
    /// # Errors
    /// Where things are not right yet.
    fn reconcile(&self, key: &ObjectKey) -> impl Future<Output = Result<Action, Self::Error>> + Send;

    /// Whether it is called again after a failure.
    fn on_failure(&self, key: &ObjectKey, err: &Self::Error) -> OnFailure {
        let _whatever = (key, err);
        OnFailure::Retry
    }
}

impl<F, Fut, E> Reconciler for F
where
    F: Fn(ObjectKey) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<Action, E>> + Send,
    E: fmt::Display + Send,
{
    type Error = E;

    fn reconcile(&self, key: &ObjectKey) -> impl Future<Output = Result<Action, E>> + Send {
        self(key.clone())
    }
}
