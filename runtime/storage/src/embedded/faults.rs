//! What becomes of writes while the engine takes none.

use std::{
    convert::Infallible,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

use bytes::Bytes;
use futures::StreamExt;

use super::{
    EmbeddedKv, EmbeddedOptions,
    engine::{Change, Engine, Memory, Visitor},
    recover::{Recovered, recover},
    writer::Queue,
};
use crate::{
    kv::{Expect, KeyRange, Kv, KvError, KvEvent, RangeRequest, Want, WatchItem, Written},
    revision::Revision,
};

/// An engine whose disk can be full.
#[derive(Default)]
struct Faulty {
    inner: Memory,
    is_full: AtomicBool,
    /// What fails is on disk all the same: only the sync failed.
    writes_all_the_same: AtomicBool,
    /// It failed, and was not opened again.
    is_poisoned: AtomicBool,
}

impl Engine for Faulty {
    fn get(&self, record: &[u8]) -> Result<Option<Bytes>, KvError> {
        self.inner.get(record)
    }

    fn scan(&self, from: &[u8], to: &[u8], visitor: &mut dyn Visitor) -> Result<(), KvError> {
        self.inner.scan(from, to, visitor)
    }

    fn commit(&self, changes: Vec<Change>) -> Result<(), KvError> {
        if self.is_poisoned.load(Ordering::SeqCst) {
            return Err(KvError::Engine("poisoned".to_owned()));
        }
        if !self.is_full.load(Ordering::SeqCst) {
            return self.inner.commit(changes);
        }
        self.is_poisoned.store(true, Ordering::SeqCst);
        if self.writes_all_the_same.load(Ordering::SeqCst) {
            self.inner.commit(changes)?;
        }
        Err(KvError::Engine("no space left on device".to_owned()))
    }

    fn reopen(&self) -> Result<(), KvError> {
        if self.is_full.load(Ordering::SeqCst) {
            return Err(KvError::Engine("still no space".to_owned()));
        }
        self.is_poisoned.store(false, Ordering::SeqCst);
        Ok(())
    }

    fn size(&self) -> Result<u64, KvError> {
        self.inner.size()
    }

    fn is_on_disk(&self) -> bool {
        false
    }
}

fn open(engine: &Arc<Faulty>) -> EmbeddedKv {
    let start = EmbeddedKv::start(engine.clone(), &EmbeddedOptions::default(), Recovered::default(), |committer| {
        Ok::<_, Infallible>(Queue::inline(committer))
    });
    start.unwrap()
}

async fn put(kv: &EmbeddedKv, key: &'static str, lease: Option<crate::kv::LeaseId>) -> Result<Revision, KvError> {
    match kv.put(key.into(), key.into(), Expect::Absent, lease).await? {
        Written::Done { revision, .. } => Ok(revision),
        Written::Unexpected { .. } => panic!("{key} is there"),
    }
}

async fn keys(kv: &EmbeddedKv) -> Vec<String> {
    let range = KeyRange::Between { start: "/".into(), end: "0".into() };
    let found = kv.range(RangeRequest { range, at: None, limit: None, want: Want::Keys }).await.unwrap();
    found.kvs.into_iter().map(|kv| String::from_utf8_lossy(&kv.key).into_owned()).collect()
}

#[tokio::test]
async fn a_full_disk_refuses_writes_and_loses_nothing() {
    for writes_all_the_same in [false, true] {
        let engine = Arc::new(Faulty::default());
        engine.writes_all_the_same.store(writes_all_the_same, Ordering::SeqCst);
        let kv = open(&engine);
        let range = KeyRange::Between { start: "/".into(), end: "0".into() };
        let mut watch = kv.watch(range, None).await.unwrap();
        let lease = kv.grant_lease(Duration::from_secs(3600)).await.unwrap();
        let first = put(&kv, "/a", Some(lease)).await.unwrap();

        engine.is_full.store(true, Ordering::SeqCst);
        for key in ["/b", "/c"] {
            let err = put(&kv, key, Some(lease)).await.unwrap_err();
            assert!(matches!(&err, KvError::Engine(why) if why.contains("no space")), "{err}");
        }
        assert_eq!(keys(&kv).await, ["/a"], "reads go on");
        thread::sleep(super::commit::RETRY_AFTER);
        let err = put(&kv, "/c", None).await.unwrap_err();
        assert!(err.to_string().contains("still no space"), "{err}");

        engine.is_full.store(false, Ordering::SeqCst);
        thread::sleep(super::commit::RETRY_AFTER);
        let next = put(&kv, "/d", Some(lease)).await.unwrap();
        assert_eq!(next, first.next(), "what failed has no revision");
        assert_eq!(keys(&kv).await, ["/a", "/d"]);
        let mut seen = Vec::new();
        while seen.len() < 2 {
            if let WatchItem::Events(events) = watch.next().await.unwrap().unwrap() {
                seen.extend(events.into_iter().map(|event| match event {
                    KvEvent::Put { kv, .. } => kv.key,
                    KvEvent::Delete { key, .. } => key,
                }));
            }
        }
        assert_eq!(seen, ["/a", "/d"]);

        // what a new process finds is what this one knew
        let Recovered { index, ttls, .. } = recover(&*engine).unwrap();
        assert_eq!(index.latest(), next);
        assert_eq!(ttls.len(), 1);
        for (key, is_there) in [("/a", true), ("/b", false), ("/c", false), ("/d", true)] {
            assert_eq!(index.get(key.as_bytes()).is_some(), is_there, "{key}");
        }
    }
}
