//! Changes to a resource whose objects somebody elsewhere converts: custom resources with a conversion webhook.
//!
//! The hub hands changes to all caches one after the other, and a cache takes them under its lock; a webhook may take half a
//! minute. So the changes of such a resource wait here for a task of its own, which converts them without a lock. The
//! resource then has its own [`Progress`]: it is as far as its last change was converted, and reads wait for that.
//!
//! A change that can't be converted is tried again until it can, and those after it wait: watchers miss nothing and see no
//! state that there never was. (Upstream ends all watches and reads everything anew until that succeeds.)

use std::{collections::VecDeque, sync::Arc};

use parking_lot::Mutex;
use tokio::{
    sync::Notify,
    task::{AbortHandle, yield_now},
};

use super::{hub::Backoff, hub::Recent, progress::Progress, resource::Resource};
use crate::kv::KvEvent;

/// So many bytes of values are announced to who converts them at once, and then converted one by one.
pub(crate) const BATCH_BYTES: usize = 1 << 20;

/// Changes that wait.
#[derive(Default)]
pub(super) struct Relay {
    waiting: Mutex<VecDeque<KvEvent>>,
    came: Notify,
}

impl Relay {
    pub(super) fn extend(&self, events: impl IntoIterator<Item = KvEvent>) {
        self.waiting.lock().extend(events);
        self.came.notify_one();
    }

    pub(super) fn clear(&self) {
        self.waiting.lock().clear();
    }

    pub(super) fn is_empty(&self) -> bool {
        self.waiting.lock().is_empty()
    }

    fn batch(&self) -> Vec<KvEvent> {
        let mut waiting = self.waiting.lock();
        let mut bytes = 0;
        let fitting = waiting.iter().take_while(|event| {
            bytes += value_bytes(event);
            bytes <= BATCH_BYTES
        });
        let count = fitting.count().max(1).min(waiting.len());
        waiting.drain(..count).collect()
    }
}

fn value_bytes(event: &KvEvent) -> usize {
    match event {
        KvEvent::Put { kv, .. } => kv.value.len(),
        KvEvent::Delete { .. } => 0,
    }
}

/// The task; it ends when this is dropped.
pub(super) struct RelayTask(AbortHandle);

impl RelayTask {
    /// Starts to convert the changes of a resource. `delivered` is how far the hub is.
    pub(super) fn start(resource: Arc<Resource>, delivered: Arc<Progress>) -> Self {
        Self(tokio::spawn(run(resource, delivered)).abort_handle())
    }
}

impl Drop for RelayTask {
    fn drop(&mut self) {
        self.0.abort();
    }
}

async fn run(resource: Arc<Resource>, delivered: Arc<Progress>) {
    let Some(relay) = &resource.relay else { return };
    let mut deliveries = delivered.subscribe();
    let mut recent = Recent::default();
    loop {
        resource.ready().await;
        // changes are handed over before the hub says that it is so far: all up to here are among those that wait
        let reached = *deliveries.borrow_and_update();
        let filling = resource.filling();
        loop {
            let batch = relay.batch();
            if batch.is_empty() {
                break;
            }
            resource.store.foresee(batch.iter().filter_map(|event| match event {
                KvEvent::Put { kv, .. } => Some(kv),
                KvEvent::Delete { .. } => None,
            }));
            for event in &batch {
                let mut backoff = Backoff::new();
                while let Err(err) = resource.pass(event, filling, &mut recent) {
                    tracing::warn!(%err, "a change can't be converted for watchers; it is tried again");
                    backoff.wait().await;
                }
            }
            yield_now().await;
        }
        if let Some(reached) = reached {
            resource.advance(reached, filling);
        }
        tokio::select! {
            changed = deliveries.changed() => if changed.is_err() { return },
            () = relay.came.notified() => {}
        }
    }
}
