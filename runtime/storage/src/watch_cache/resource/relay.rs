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

use super::{Phase, Resource};
use crate::{
    kv::KvEvent,
    revision::Revision,
    storage::StorageError,
    watch_cache::{
        hub::{Backoff, Recent},
        progress::Progress,
    },
};

/// So many bytes of values are announced to who converts them at once, and then converted one by one.
pub(crate) const BATCH_BYTES: usize = 1 << 20;

/// Changes that wait.
#[derive(Default)]
pub(in crate::watch_cache) struct Relay {
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

    /// Takes the first ones, as many as are converted at once.
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

impl Resource {
    /// The changes that wait in the relay, and the number of the filling that they follow: a change to the one or the other
    /// needs the lock.
    fn next_batch(&self) -> (u64, Vec<KvEvent>) {
        let state = self.state.read();
        (state.fillings, self.relay.as_ref().map(Relay::batch).unwrap_or_default())
    }

    /// Every change up to `revision` came to the relay, and none is on its way from there to here.
    fn advance(&self, revision: Revision) {
        let state = self.state.read();
        let is_done = self.relay.as_ref().is_none_or(Relay::is_empty);
        if matches!(state.phase, Phase::Ready) && is_done {
            self.progress.advance(revision);
        }
    }

    /// Takes a change that came through the relay, converting it without a lock. Dropped if the cache was reset since it was
    /// filled that time.
    ///
    /// # Errors
    /// That it could not be converted.
    fn pass(&self, event: &KvEvent, filling: u64, recent: &mut Recent) -> Result<(), StorageError> {
        let known = {
            let state = self.state.read();
            if state.fillings != filling {
                return Ok(());
            }
            state.view.objects.clone()
        };
        let change = match self.change(&known, event) {
            Err(err) if err.is_unconverted() => return Err(err),
            change => change,
        };
        let mut state = self.state.write();
        if state.fillings == filling && matches!(state.phase, Phase::Ready) {
            self.accept(&mut state, change).into_iter().for_each(|entry| recent.push(entry));
        }
        Ok(())
    }
}

/// The task; it ends when this is dropped.
pub(in crate::watch_cache) struct RelayTask(AbortHandle);

impl RelayTask {
    /// Starts to convert the changes of a resource. `delivered` is how far the hub is.
    pub(in crate::watch_cache) fn start(resource: Arc<Resource>, delivered: Arc<Progress>) -> Self {
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
        loop {
            let (filling, batch) = resource.next_batch();
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
            resource.advance(reached);
        }
        tokio::select! {
            changed = deliveries.changed() => if changed.is_err() { return },
            () = relay.came.notified() => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{
        sync::atomic::{AtomicBool, Ordering::SeqCst},
        time::Duration,
    };

    use futures::StreamExt as _;
    use kubeforge_machinery::{
        ConversionError, GroupVersionKind, KindInfo, Object, Scheme, SchemeBuilder, Unstructured, meta::v1::ObjectMeta,
    };

    use super::*;
    use crate::{
        embedded::EmbeddedKv,
        entry::StoredForm,
        key::Scope,
        kv::Kv,
        storage::{ListRequest, ObjectKey, ReadAt, Selection, Storage as _, WatchEvent, WatchFrom, WatchRequest},
        store::{ObjectStore, StoreConfig},
        watch_cache::{CacheOptions, WatchCacheHub},
    };

    /// Somebody who converts, and what he was told of.
    #[derive(Default)]
    struct Elsewhere {
        is_away: AtomicBool,
        told: Mutex<Vec<usize>>,
    }

    fn kind(version: &'static str) -> GroupVersionKind {
        GroupVersionKind::new("example.com", version, "Thing")
    }

    fn turned(object: Box<dyn Object>, to: &'static str) -> Box<dyn Object> {
        let mut thing = object.downcast::<Unstructured>().unwrap();
        thing.gvk = kind(to);
        thing
    }

    /// In version `hub`; the store has `v1`.
    fn store(kv: &Arc<dyn Kv>, hub: &'static str, elsewhere: &Arc<Elsewhere>) -> ObjectStore {
        let mut scheme = SchemeBuilder::new("test");
        for version in ["v1", "v2"] {
            let new = move || Box::new(Unstructured::new(kind(version))) as Box<dyn Object>;
            scheme.entry(kind(version), KindInfo::default(), false, Arc::new(new));
        }
        if hub == "v2" {
            let (asked, told) = (elsewhere.clone(), elsewhere.clone());
            let convert = move |object| match asked.is_away.load(SeqCst) {
                true => Err(ConversionError(format!("{}it: away", ConversionError::WEBHOOK))),
                false => Ok(turned(object, "v2")),
            };
            scheme.conversion(&kind("v1"), &kind("v2"), convert, |object| Ok(turned(object, "v1")));
            scheme.asks_elsewhere(&kind("v2"), move |objects, _| told.told.lock().push(objects.len()));
        }
        let scheme: Arc<Scheme> = Arc::new(scheme.build());
        let mut config = StoreConfig::new(scheme, kind(hub), "/registry/things".to_owned(), Scope::Namespaced);
        config.storage = kind("v1");
        config.form = StoredForm::Json;
        ObjectStore::new(kv.clone(), config)
    }

    async fn create(store: &ObjectStore, name: &str) {
        let mut thing = Unstructured::new(kind("v1"));
        thing.metadata = ObjectMeta { name: name.to_owned(), namespace: "a".to_owned(), ..ObjectMeta::default() };
        let key = ObjectKey { namespace: "a".to_owned(), name: name.to_owned() };
        store.create(&key, Box::new(thing), None).await.unwrap();
    }

    #[tokio::test]
    async fn who_converts_is_told_of_many_at_once_and_waited_for_by_nobody_else() {
        let kv: Arc<dyn Kv> = Arc::new(EmbeddedKv::in_memory());
        let elsewhere = Arc::<Elsewhere>::default();
        let stored = store(&kv, "v1", &elsewhere);
        for name in ["one", "two", "three"] {
            create(&stored, name).await;
        }
        let hub = WatchCacheHub::start(kv.clone(), "/registry/");
        let plain = hub.cache(stored.clone(), CacheOptions::default());
        let converted = hub.cache(store(&kv, "v2", &elsewhere), CacheOptions::default());
        plain.ready().await;
        converted.ready().await;
        assert_eq!(*elsewhere.told.lock(), [3]);
        let found = converted.list(ListRequest::default()).await.unwrap();
        assert!(found.items.iter().all(|entry| entry.object().unwrap().gvk() == kind("v2")));

        let request = WatchRequest {
            selection: Selection::default(),
            from: WatchFrom::Now,
            bookmarks: false,
            initial_events_end: false,
        };
        let mut events = converted.watch(request).await.unwrap();
        elsewhere.is_away.store(true, SeqCst);
        create(&stored, "four").await;
        let key = ObjectKey { namespace: "a".to_owned(), name: "four".to_owned() };
        plain.get(&key, ReadAt::Latest).await.unwrap();
        let early = tokio::time::timeout(Duration::from_millis(100), events.next()).await;
        assert!(early.is_err(), "{early:?}");
        elsewhere.is_away.store(false, SeqCst);
        let Some(Ok(WatchEvent::Added(entry))) = events.next().await else { panic!("it was not tried again") };
        assert_eq!((entry.key(), entry.object().unwrap().gvk()), (&key, kind("v2")));
        assert_eq!(converted.get(&key, ReadAt::Latest).await.unwrap().revision(), entry.revision());
    }
}
