//! Brings writes to the committer: through a thread that waits for the disk, or at once.

use std::thread;

use parking_lot::Mutex;
use tokio::sync::mpsc;

use crate::{
    embedded::commit::{Committer, Op},
    kv::KvError,
};

/// So many writes may wait; further writers wait for a place. That is far more than a sync takes along.
const QUEUE_OPS_MAX: usize = 4096;

/// The way to the committer.
pub(super) enum Queue {
    /// A thread takes everything that is queued, again and again: while one batch syncs, the next gathers.
    Thread {
        /// `None` once the store is closing.
        sender: Mutex<Option<mpsc::Sender<Op>>>,
        /// `None` once it was joined.
        thread: Mutex<Option<thread::JoinHandle<()>>>,
    },
    /// Writes happen in the caller, as nothing waits for a disk. It also keeps tests with paused time exact.
    Inline(Mutex<Option<Committer>>),
}

impl Queue {
    pub(super) fn inline(committer: Committer) -> Self {
        Self::Inline(Mutex::new(Some(committer)))
    }

    pub(super) fn thread(committer: Committer) -> Result<Self, KvError> {
        let (sender, receiver) = mpsc::channel(QUEUE_OPS_MAX);
        let thread = thread::Builder::new()
            .name("kv-writer".to_owned())
            .spawn(move || write_all(committer, receiver))
            .map_err(|err| KvError::Engine(format!("cannot start the writer: {err}")))?;
        Ok(Self::Thread { sender: Mutex::new(Some(sender)), thread: Mutex::new(Some(thread)) })
    }

    /// Hands over a write. The answer comes through what is in it.
    pub(super) async fn submit(&self, op: Op) -> Result<(), KvError> {
        match self {
            Self::Thread { sender, .. } => {
                let sender = sender.lock().clone().ok_or(KvError::Closed)?;
                sender.send(op).await.map_err(|_| KvError::Closed)
            }
            Self::Inline(committer) => {
                let mut committer = committer.lock();
                committer.as_mut().ok_or(KvError::Closed)?.run(std::iter::once(op));
                Ok(())
            }
        }
    }

    /// Takes no more writes, and waits until those before are done.
    pub(super) fn finish(&self) {
        match self {
            Self::Thread { sender, thread } => {
                drop(sender.lock().take());
                let thread = thread.lock().take();
                if let Some(Err(_)) = thread.map(thread::JoinHandle::join) {
                    tracing::error!("the writer panicked");
                }
            }
            Self::Inline(committer) => drop(committer.lock().take()),
        }
    }
}

fn write_all(mut committer: Committer, mut receiver: mpsc::Receiver<Op>) {
    let mut ops = Vec::new();
    while receiver.blocking_recv_many(&mut ops, QUEUE_OPS_MAX) > 0 {
        committer.run(ops.drain(..));
    }
}
