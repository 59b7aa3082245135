//! What checks have in common.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use futures::{StreamExt, stream::BoxStream};

use crate::{
    kv::{
        Expect, KeyRange, KeyValue, Kv, KvError, KvEvent, LeaseId, RangeRequest, RangeResult, Want, WatchItem, Written,
    },
    revision::Revision,
};

/// Nothing a check waits for takes longer. Leases of etcd last at least two seconds and are swept now and then.
const PATIENCE: Duration = Duration::from_secs(20);

/// A store, and a prefix in it that one check has for itself.
pub struct Room {
    kv: Arc<dyn Kv>,
    prefix: String,
}

impl Room {
    /// The keys of `kv` that start with `prefix` and a slash.
    pub fn new(kv: &Arc<dyn Kv>, prefix: &str) -> Self {
        Self { kv: kv.clone(), prefix: prefix.to_owned() }
    }

    pub(super) fn kv(&self) -> &Arc<dyn Kv> {
        &self.kv
    }

    pub(super) fn key(&self, name: &str) -> Bytes {
        format!("{}/{name}", self.prefix).into()
    }

    /// All keys of the room.
    pub(super) fn all(&self) -> KeyRange {
        KeyRange::Between { start: self.key(""), end: format!("{}0", self.prefix).into() }
    }

    pub(super) async fn write(&self, name: &str, value: &str, expect: Expect) -> Written {
        self.put_leased(name, value, expect, None).await.expect("a put is answered")
    }

    pub(super) async fn put_leased(
        &self,
        name: &str,
        value: &str,
        expect: Expect,
        lease: Option<LeaseId>,
    ) -> Result<Written, KvError> {
        self.kv.put(self.key(name), Bytes::copy_from_slice(value.as_bytes()), expect, lease).await
    }

    /// Puts without a condition.
    pub(super) async fn put(&self, name: &str, value: &str) -> Revision {
        done(self.write(name, value, Expect::Anything).await)
    }

    /// Deletes what is there.
    pub(super) async fn delete(&self, name: &str) -> Revision {
        done(self.kv.delete(self.key(name), Expect::Anything).await.expect("a deletion is answered"))
    }

    pub(super) async fn get(&self, name: &str) -> Option<KeyValue> {
        let range = KeyRange::One(self.key(name));
        let found = self.range(range, None, None, Want::KeyValues).await.expect("a key can be read");
        assert_eq!(found.count, found.kvs.len(), "the count of one key");
        found.kvs.into_iter().next()
    }

    pub(super) async fn range(
        &self,
        range: KeyRange,
        at: Option<Revision>,
        limit: Option<usize>,
        want: Want,
    ) -> Result<RangeResult, KvError> {
        self.kv.range(RangeRequest { range, at, limit, want }).await
    }

    /// All keys of the room at a revision, and their values, as `name=value`.
    pub(super) async fn state(&self, at: Option<Revision>) -> Result<Vec<String>, KvError> {
        let found = self.range(self.all(), at, None, Want::KeyValues).await?;
        Ok(found.kvs.iter().map(|kv| format!("{}={}", self.name(&kv.key), text(&kv.value))).collect())
    }

    pub(super) async fn watch(&self, from: Option<Revision>) -> Watch {
        self.watch_range(self.all(), from).await
    }

    pub(super) async fn watch_range(&self, range: KeyRange, from: Option<Revision>) -> Watch {
        let items = self.kv.watch(range, from).await.expect("a watch opens");
        Watch { items, pending: Vec::new(), prefix: self.prefix.clone() }
    }

    pub(super) fn name(&self, key: &[u8]) -> String {
        name(&self.prefix, key)
    }

    pub(super) async fn current(&self) -> Revision {
        self.kv.current_revision().await.expect("the store knows its revision")
    }
}

fn name(prefix: &str, key: &[u8]) -> String {
    text(key).strip_prefix(prefix).and_then(|rest| rest.strip_prefix('/')).expect("the room's prefix").to_owned()
}

pub(super) fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("checks write text")
}

#[track_caller]
pub(super) fn done(written: Written) -> Revision {
    match written {
        Written::Done { revision, .. } => revision,
        Written::Unexpected { current, .. } => panic!("the write was refused: the key is {current:?}"),
    }
}

/// An open watch, read event by event.
pub(super) struct Watch {
    items: BoxStream<'static, Result<WatchItem, KvError>>,
    pending: Vec<KvEvent>,
    prefix: String,
}

impl Watch {
    /// The next item, as it comes.
    pub(super) async fn item(&mut self) -> Result<WatchItem, KvError> {
        assert!(self.pending.is_empty(), "events wait to be read");
        let item = tokio::time::timeout(PATIENCE, self.items.next()).await.expect("the watch yields something");
        item.expect("a watch ends with an error")
    }

    /// The next event, whatever progress comes before it.
    pub(super) async fn event(&mut self) -> KvEvent {
        while self.pending.is_empty() {
            if let WatchItem::Events(events) = self.item().await.expect("the watch goes on") {
                assert!(!events.is_empty(), "a batch of events has events");
                self.pending = events;
            }
        }
        self.pending.remove(0)
    }

    /// The next event, as `name=value was value`, `name gone was value` or without `was`.
    pub(super) async fn line(&mut self) -> String {
        let event = self.event().await;
        self.describe(&event)
    }

    /// The next `count` events, as lines.
    pub(super) async fn lines(&mut self, count: usize) -> Vec<String> {
        let mut lines = Vec::new();
        for _ in 0..count {
            lines.push(self.line().await);
        }
        lines
    }

    pub(super) fn describe(&self, event: &KvEvent) -> String {
        let was = |previous: &Option<KeyValue>| {
            previous.as_ref().map_or_else(String::new, |kv| format!(" was {}", text(&kv.value)))
        };
        match event {
            KvEvent::Put { kv, previous } => {
                format!("{}={}{}", name(&self.prefix, &kv.key), text(&kv.value), was(previous))
            }
            KvEvent::Delete { key, previous, .. } => format!("{} gone{}", name(&self.prefix, key), was(previous)),
        }
    }

    /// Reads on until the progress reaches `revision`; there must be no event.
    pub(super) async fn progress_to(&mut self, revision: Revision) {
        loop {
            match self.item().await.expect("the watch goes on") {
                WatchItem::Progress(at) if at >= revision => return,
                WatchItem::Progress(_) => {}
                WatchItem::Events(events) => panic!("unexpected {events:?}"),
            }
        }
    }

    /// Reads on until the watch ends, and says why.
    pub(super) async fn end(&mut self) -> KvError {
        loop {
            match self.item().await {
                Ok(WatchItem::Progress(_)) => {}
                Ok(WatchItem::Events(events)) => panic!("unexpected {events:?}"),
                Err(err) => return err,
            }
        }
    }
}

/// The revision that an event reports.
pub(super) fn revision_of(event: &KvEvent) -> Revision {
    match event {
        KvEvent::Put { kv, .. } => kv.mod_revision,
        KvEvent::Delete { revision, .. } => *revision,
    }
}

pub(super) async fn check_closed(kv: &Arc<dyn Kv>) {
    let room = Room::new(kv, "/closed");
    let mut watch = room.watch(None).await;
    kv.close().await;
    assert!(matches!(watch.end().await, KvError::Closed), "an open watch ends");
    let put = room.put_leased("a", "1", Expect::Anything, None).await;
    assert!(matches!(put, Err(KvError::Closed)), "a put: {put:?}");
    let read = room.state(None).await;
    assert!(matches!(read, Err(KvError::Closed)), "a read: {read:?}");
    assert!(matches!(kv.current_revision().await, Err(KvError::Closed)), "the revision");
    assert!(matches!(kv.watch(room.all(), None).await.map(drop), Err(KvError::Closed)), "a watch");
    kv.close().await;
}
