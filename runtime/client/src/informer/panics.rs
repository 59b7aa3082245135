//! Handlers that panic.

use std::{
    any::Any,
    fmt,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use tracing::error;

use crate::panic;

/// Is told the kind of the objects, and the panic's text.
type Hear = dyn Fn(&str, &str) + Send + Sync;

/// Hears of handlers that panicked: the kind of the objects, and the panic's text.
#[derive(Clone)]
pub struct OnHandlerPanic(Arc<Hear>);

impl OnHandlerPanic {
    /// Calls `hear`, which must not panic itself.
    pub fn new(hear: impl Fn(&str, &str) + Send + Sync + 'static) -> Self {
        Self(Arc::new(hear))
    }
}

impl fmt::Debug for OnHandlerPanic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OnHandlerPanic")
    }
}

/// The panics of a handler.
#[derive(Clone, Debug)]
pub(super) struct Panics {
    kind: &'static str,
    count: Arc<AtomicU64>,
    hear: Option<OnHandlerPanic>,
}

impl Panics {
    pub(super) fn new(kind: &'static str, hear: Option<OnHandlerPanic>) -> Self {
        Self { kind, count: Arc::default(), hear }
    }

    pub(super) fn count(&self) -> u64 {
        self.count.load(Ordering::Relaxed)
    }

    pub(super) fn note(&self, panic: &(dyn Any + Send)) {
        let text = panic::text(panic);
        error!(kind = self.kind, panic = text, "a handler of an informer panicked");
        self.count.fetch_add(1, Ordering::Relaxed);
        if let Some(OnHandlerPanic(hear)) = &self.hear {
            hear(self.kind, text);
        }
    }
}
