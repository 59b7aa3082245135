//! From recorders to all who hear of events.

use std::sync::Arc;

use parking_lot::Mutex;
use tokio::sync::mpsc;
use tracing::debug;

use super::occurrence::Occurrence;

/// How many reports wait for each who hears of them; more are dropped (client-go's maxQueuedEvents).
const QUEUE_LENGTH: usize = 1000;

/// Those who hear of events, each with a queue of its own: who is slow delays nobody.
#[derive(Debug, Default)]
pub(super) struct FanOut {
    queues: Mutex<Queues>,
}

#[derive(Debug, Default)]
struct Queues {
    senders: Vec<mpsc::Sender<Arc<Occurrence>>>,
    /// Nobody is told any more.
    is_closed: bool,
}

impl FanOut {
    /// A queue of what is reported from now on; it ends when this is closed or gone.
    pub(super) fn subscribe(&self) -> mpsc::Receiver<Arc<Occurrence>> {
        let (sender, receiver) = mpsc::channel(QUEUE_LENGTH);
        let mut queues = self.queues.lock();
        if !queues.is_closed {
            queues.senders.push(sender);
        }
        receiver
    }

    /// Tells everybody. Where a queue is full, that one misses it.
    pub(super) fn tell(&self, occurrence: Occurrence) {
        let occurrence = Arc::new(occurrence);
        let heard = |sender: &mpsc::Sender<_>| match sender.try_send(Arc::clone(&occurrence)) {
            Ok(()) => true,
            Err(mpsc::error::TrySendError::Full(_)) => {
                debug!(reason = occurrence.report.reason, "an event is not recorded: too many are waiting");
                true
            }
            Err(mpsc::error::TrySendError::Closed(_)) => false,
        };
        self.queues.lock().senders.retain(heard);
    }

    /// Lets the queues end. What is in them is still heard.
    pub(super) fn close(&self) {
        let mut queues = self.queues.lock();
        queues.is_closed = true;
        queues.senders.clear();
    }
}
