//! A handler's own queue and task.

use std::{future, time::Duration};

use tokio::{
    sync::{mpsc, watch},
    time::{Instant, Interval, interval_at},
};

use super::{handler::EventHandler, notification::Notification};

/// A handler with its queue.
pub(super) struct Delivery<K> {
    pub(super) handler: Box<dyn EventHandler<K>>,
    /// Without limit, as client-go's: what is queued is shared with the store, so a long queue is pointers.
    pub(super) queue: mpsc::UnboundedReceiver<Notification<K>>,
    pub(super) synced: watch::Sender<bool>,
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

    fn tell(&mut self, notification: Notification<K>) {
        match notification {
            Notification::Added(object, when) => self.handler.on_add(&object, when),
            Notification::Updated { old, new } => self.handler.on_update(&old, &new),
            Notification::Deleted(object, state) => self.handler.on_delete(&object, state),
            Notification::Synced => {
                self.synced.send_replace(true);
            }
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
