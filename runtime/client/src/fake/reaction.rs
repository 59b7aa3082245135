//! What reactors do about a request.

use std::{fmt, sync::Arc, time::Duration};

use kubeforge_machinery::{ApiError, Object, codec::JsonWriter};
use serde_json::Value;

use super::{Action, Tracker};

/// What a reactor does about a request.
#[derive(Clone, Debug, PartialEq)]
pub enum Reaction {
    /// Nothing: the next reactor is asked, and in the end the tracker.
    Pass,
    /// The answer is this object, and nobody else is asked. The tracker is left as it is.
    Answer(Value),
    /// The answer is this text, as that of `log`.
    Text(String),
    /// The request is refused.
    Fail(ApiError),
    /// The answer comes so much later, by tokio's clock; then as [`Reaction::Pass`].
    Delay(Duration),
    /// The connection breaks before there is an answer.
    Disconnect,
}

impl Reaction {
    /// The answer is this object.
    pub fn object(object: &dyn Object) -> Self {
        let mut w = JsonWriter::new();
        object.write_json(&mut w);
        // what the writer writes is JSON
        Self::Answer(serde_json::from_slice(w.as_bytes()).unwrap_or_default())
    }
}

type React = dyn Fn(&Action, &Tracker) -> Reaction + Send + Sync;

/// A reactor, and what it is asked about.
#[derive(Clone)]
pub(super) struct Reactor {
    pub(super) verb: String,
    pub(super) resource: String,
    pub(super) react: Arc<React>,
}

impl fmt::Debug for Reactor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.verb, self.resource)
    }
}
