//! A handler's own queue and task.

use std::{
    future,
    panic::{AssertUnwindSafe, catch_unwind},
    time::Duration,
};

use tokio::{
    sync::{mpsc, watch},
    time::{Instant, Interval, interval_at},
};

use super::{handler::EventHandler, notification::Notification, panics::Panics};

/// A handler with its queue.
pub(super) struct Delivery<K> {
    pub(super) handler: Box<dyn EventHandler<K>>,
    /// Without limit, as client-go's: what is queued is shared with the store, so a long queue is pointers.
    pub(super) queue: mpsc::UnboundedReceiver<Notification<K>>,
    pub(super) synced: watch::Sender<bool>,
    pub(super) panics: Panics,
    /// How often everything in the store is told again; `None` for never.
    pub(super) resync: Option<Duration>,
}

impl<K: Send + Sync + 'static> Delivery<K> {
    /// Tells the handler what comes through the queue, to its end. `resync` puts the store's objects into the queue.
    pub(super) async fn run(mut self, resync: impl Fn() + Send) {
        let mut ticks = self.resync.map(|period| interval_at(Instant::now() + period, period));
        loop {
            tokio::select! {
                next = self.queue.recv() => match next {
                    Some(notification) => self.tell(notification),
                    None => return,
                },
                () = tick(&mut ticks) => resync(),
            }
        }
    }

    /// What a handler that panics leaves half done is its own; it hears of what comes next.
    fn tell(&mut self, notification: Notification<K>) {
        let Self { handler, synced, .. } = self;
        let told = catch_unwind(AssertUnwindSafe(|| match notification {
            Notification::Added(object, when) => handler.on_add(&object, when),
            Notification::Updated { old, new } => handler.on_update(&old, &new),
            Notification::Deleted(object, state) => handler.on_delete(&object, state),
            Notification::Synced => {
                synced.send_replace(true);
            }
        }));
        if let Err(panic) = told {
            self.panics.note(&*panic);
        }
    }
}

async fn tick(ticks: &mut Option<Interval>) {
    match ticks {
        Some(ticks) => {
            ticks.tick().await;
        }
        None => future::pending().await,
    }
}
