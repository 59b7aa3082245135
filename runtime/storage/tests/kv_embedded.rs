//! The conformance suite on the embedded store, and what only that store promises.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "tests")]

use std::{
    path::Path,
    sync::Arc,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use bytes::Bytes;
use futures::StreamExt;
use kubeforge_storage::{
    conformance::{self, Room},
    embedded::{EmbeddedKv, EmbeddedOptions},
    kv::{Expect, KeyRange, Kv, KvError, KvEvent, RangeRequest, Want, WatchItem, Written},
    revision::Revision,
};

fn in_memory() -> Arc<dyn Kv> {
    Arc::new(EmbeddedKv::in_memory())
}

fn open(dir: &Path, options: EmbeddedOptions) -> Arc<dyn Kv> {
    Arc::new(EmbeddedKv::open(dir, options).unwrap())
}

/// A store that keeps almost nothing in memory, so that reads and watches go to the disk.
fn forgetful() -> EmbeddedOptions {
    EmbeddedOptions {
        recent_events_max: 3,
        watch_progress_interval: Duration::from_millis(200),
        ..EmbeddedOptions::default()
    }
}

fn seed() -> u64 {
    let now = || SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_nanos() as u64;
    let seed = std::env::var("KUBEFORGE_SEED").map_or_else(|_| now(), |seed| seed.parse().unwrap());
    println!("KUBEFORGE_SEED={seed}");
    seed
}

async fn put(kv: &Arc<dyn Kv>, key: &str, value: &str) -> Revision {
    let put = kv.put(key.to_owned().into(), value.to_owned().into(), Expect::Anything, None).await.unwrap();
    let Written::Done { revision, .. } = put else { panic!("{put:?}") };
    revision
}

async fn get(kv: &Arc<dyn Kv>, key: &str) -> Option<String> {
    let range = KeyRange::One(key.to_owned().into());
    let found = kv.range(RangeRequest { range, at: None, limit: None, want: Want::KeyValues }).await.unwrap();
    found.kvs.first().map(|kv| String::from_utf8(kv.value.to_vec()).unwrap())
}

fn everything() -> KeyRange {
    KeyRange::Between { start: Bytes::from_static(b"\0"), end: Bytes::from_static(b"\xff") }
}

#[tokio::test(start_paused = true)]
async fn in_memory_conforms() {
    let kv = in_memory();
    conformance::run(&kv, "first").await;
    conformance::closed(&kv).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn on_disk_conforms() {
    let dir = tempfile::tempdir().unwrap();
    let kv = open(dir.path(), EmbeddedOptions::default());
    conformance::run(&kv, "first").await;
    conformance::closed(&kv).await;
    drop(kv);
    let kv = open(dir.path(), forgetful());
    conformance::run(&kv, "second").await;
    conformance::closed(&kv).await;
}

#[tokio::test(start_paused = true)]
async fn in_memory_agrees_with_the_model() {
    let seed = seed();
    for round in 0..20 {
        conformance::random_history(&Room::new(&in_memory(), "/model"), seed.wrapping_add(round), 300).await;
    }
}

#[tokio::test]
async fn on_disk_agrees_with_the_model_across_restarts() {
    let seed = seed();
    let dir = tempfile::tempdir().unwrap();
    for round in 0..4 {
        let kv = open(dir.path(), forgetful());
        conformance::random_history(&Room::new(&kv, &format!("/model{round}")), seed.wrapping_add(round), 100).await;
        kv.close().await;
    }
}

#[tokio::test]
async fn a_store_opens_as_it_was_closed() {
    let dir = tempfile::tempdir().unwrap();
    let kv = open(dir.path(), EmbeddedOptions::default());
    assert_eq!(kv.current_revision().await.unwrap(), Revision::FIRST, "an empty store");
    let large = "x".repeat(5000);
    let first = put(&kv, "/a", "1").await;
    put(&kv, "/a", &large).await;
    put(&kv, "/gone", "1").await;
    let last = kv.delete("/gone".into(), Expect::Anything).await.unwrap();
    let Written::Done { revision: last, .. } = last else { panic!("{last:?}") };
    kv.compact(last).await.unwrap();
    kv.close().await;
    drop(kv);
    let kv = open(dir.path(), EmbeddedOptions::default());
    assert_eq!(kv.current_revision().await.unwrap(), last, "a deletion that was compacted still counts");
    assert_eq!(get(&kv, "/a").await, Some(large));
    assert_eq!(get(&kv, "/gone").await, None);
    let old = RangeRequest { range: everything(), at: Some(first), limit: None, want: Want::Keys };
    assert!(matches!(kv.range(old).await, Err(KvError::Compacted { .. })), "compaction is remembered");
    assert_eq!(put(&kv, "/a", "2").await, last.next());
}

#[tokio::test]
async fn leases_outlive_a_restart() {
    let dir = tempfile::tempdir().unwrap();
    let kv = open(dir.path(), EmbeddedOptions::default());
    let lease = kv.grant_lease(Duration::from_millis(300)).await.unwrap();
    kv.put("/a".into(), "1".into(), Expect::Anything, Some(lease)).await.unwrap();
    kv.put("/b".into(), "1".into(), Expect::Anything, Some(lease)).await.unwrap();
    put(&kv, "/b", "2").await;
    kv.close().await;
    drop(kv);
    let kv = open(dir.path(), EmbeddedOptions::default());
    let mut watch = kv.watch(everything(), None).await.unwrap();
    assert_eq!(get(&kv, "/a").await.as_deref(), Some("1"), "the lease starts anew");
    let Some(Ok(WatchItem::Events(events))) = watch.next().await else { panic!("the end of the lease") };
    assert!(matches!(&events[..], [KvEvent::Delete { key, .. }] if key == "/a"), "{events:?}");
    assert_eq!(get(&kv, "/b").await.as_deref(), Some("2"));
}

#[tokio::test]
async fn two_stores_cannot_share_a_directory() {
    let dir = tempfile::tempdir().unwrap();
    let _kv = open(dir.path(), EmbeddedOptions::default());
    let second = EmbeddedKv::open(dir.path(), EmbeddedOptions::default()).map(drop);
    let err = second.unwrap_err();
    assert!(matches!(&err, KvError::Unavailable(why) if why.contains("in use by another process")), "{err}");
}

#[tokio::test(start_paused = true)]
async fn a_slow_watch_ends_and_others_go_on() {
    let kv = Arc::new(EmbeddedKv::in_memory()) as Arc<dyn Kv>;
    let mut slow = kv.watch(everything(), None).await.unwrap();
    let mut fast = kv.watch(everything(), None).await.unwrap();
    let events = EmbeddedOptions::default().watch_events_max + 1;
    let mut seen = 0;
    for number in 0..events {
        put(&kv, "/a", &number.to_string()).await;
        let Some(Ok(WatchItem::Events(events))) = fast.next().await else { panic!("an event") };
        seen += events.len();
    }
    assert_eq!(seen, events);
    assert!(matches!(slow.next().await, Some(Err(KvError::WatchOverflow))));
    assert!(slow.next().await.is_none());
}

#[tokio::test]
async fn too_large_values_are_refused() {
    let kv = in_memory();
    let value = Bytes::from(vec![0; EmbeddedOptions::default().value_bytes_max + 1]);
    let put = kv.put("/a".into(), value, Expect::Anything, None).await;
    assert!(matches!(put, Err(KvError::TooLarge(_))), "{put:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn compaction_gives_space_back() {
    let dir = tempfile::tempdir().unwrap();
    let options = EmbeddedOptions { memtable_bytes: 1 << 20, ..forgetful() };
    let kv = open(dir.path(), options);
    let value = "v".repeat(100_000);
    for round in 0..6 {
        for key in 0..40 {
            put(&kv, &format!("/{key}"), &format!("{round}{value}")).await;
        }
        kv.compact(kv.current_revision().await.unwrap()).await.unwrap();
    }
    for key in 0..40 {
        assert_eq!(get(&kv, &format!("/{key}")).await.unwrap().len(), value.len() + 1);
    }
    println!("{} bytes for 4 MB that live, of 24 MB written", kv.size().await.unwrap());
}

#[tokio::test]
async fn opening_is_fast() {
    let dir = tempfile::tempdir().unwrap();
    for round in ["made", "opened"] {
        let start = Instant::now();
        let kv = open(dir.path(), EmbeddedOptions::default());
        println!("{round} in {:?}", start.elapsed());
        put(&kv, "/a", "1").await;
        kv.close().await;
    }
}
