//! What the watch cache promises beyond what every storage does.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, unreachable_pub, dead_code, reason = "tests")]

mod store;

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use bytes::Bytes;
use futures::{StreamExt, stream::BoxStream};
use kubeforge_machinery::{Scheme, SchemeBuilder};
use kubeforge_storage::{
    embedded::EmbeddedKv,
    key::Scope,
    kv::{Expect, KeyRange, Kv, KvError, LeaseId, RangeRequest, RangeResult, WatchItem, Written},
    revision::Revision,
    storage::{ListRequest, ReadAt, Selection, Storage, StorageError, WatchEvent, WatchFrom, WatchRequest},
    store::{ObjectStore, StoreConfig},
    watch_cache::{CacheOptions, WatchCache, WatchCacheHub},
};
use store::room::{POD, Watch, key, key_of, labelled, names, pod, with_labels};
use tokio::sync::Notify;

fn scheme() -> Arc<Scheme> {
    let mut scheme = SchemeBuilder::new("test");
    kubeforge_api::register_all(&mut scheme);
    Arc::new(scheme.build())
}

fn pods_in(kv: &Arc<dyn Kv>) -> ObjectStore {
    ObjectStore::new(kv.clone(), StoreConfig::new(scheme(), POD, "/registry/pods", Scope::Namespaced))
}

async fn cache(kv: &Arc<dyn Kv>, options: CacheOptions) -> WatchCache {
    let cache = WatchCacheHub::start(kv.clone(), "/registry/").cache(pods_in(kv), options);
    cache.ready().await;
    cache
}

async fn create(pods: &impl Storage, name: &str) -> Revision {
    let pod = pod(name);
    pods.create(&key_of(&pod), Box::new(pod), None).await.unwrap().revision()
}

fn request(from: WatchFrom) -> WatchRequest {
    WatchRequest { selection: Selection::default(), from, bookmarks: false, initial_events_end: false }
}

#[tokio::test(start_paused = true)]
async fn bookmarks_tell_of_changes_elsewhere() {
    let kv: Arc<dyn Kv> = Arc::new(EmbeddedKv::in_memory());
    let pods = cache(&kv, CacheOptions::default()).await;
    let mut watch = Watch(pods.watch(WatchRequest { bookmarks: true, ..request(WatchFrom::Now) }).await.unwrap());
    let elsewhere = "/registry/leases/default/x";
    for _ in 0..3 {
        kv.put(elsewhere.into(), Bytes::from_static(b"k8s\0"), Expect::Anything, None).await.unwrap();
        let started = tokio::time::Instant::now();
        match watch.0.next().await.unwrap().unwrap() {
            WatchEvent::Bookmark { revision, initial_events_end: false } => {
                assert_eq!(revision, kv.current_revision().await.unwrap());
            }
            other => panic!("not a bookmark: {other:?}"),
        }
        assert!(started.elapsed() > Duration::from_secs(50));
    }
}

#[tokio::test(start_paused = true)]
async fn who_reads_too_slowly_is_ended_and_nobody_else() {
    let kv: Arc<dyn Kv> = Arc::new(EmbeddedKv::in_memory());
    let pods = cache(&kv, CacheOptions::default()).await;
    let mut slow = pods.watch(request(WatchFrom::Now)).await.unwrap();
    let mut fast = pods.watch(request(WatchFrom::Now)).await.unwrap();
    // both have read what there was to read at the start
    create(&pods, "first").await;
    assert!(slow.next().await.unwrap().is_ok());
    assert!(fast.next().await.unwrap().is_ok());
    for index in 0..3000 {
        create(&pods, &format!("p{index}")).await;
        assert!(fast.next().await.unwrap().is_ok());
    }
    let err = slow.next().await.unwrap().unwrap_err();
    assert!(matches!(err, StorageError::Kv(KvError::WatchOverflow)), "{err:?}");
    assert!(slow.next().await.is_none());
    assert_eq!(pods.watches(), 2);
    drop((slow, fast));
    assert_eq!(pods.watches(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_start_before_the_history_has_expired() {
    let kv: Arc<dyn Kv> = Arc::new(EmbeddedKv::in_memory());
    let pods = cache(&kv, CacheOptions { history_max: 5, ..CacheOptions::default() }).await;
    let mut revisions = Vec::new();
    for index in 0..20 {
        revisions.push(create(&pods, &format!("p{index}")).await);
    }
    pods.list(ListRequest::default()).await.unwrap();
    let err = pods.watch(request(WatchFrom::After(revisions[3]))).await.err().unwrap();
    assert_eq!(err.to_string(), format!("too old resource version: {} ({})", revisions[3], revisions[14]));
    let mut watch = Watch(pods.watch(request(WatchFrom::After(revisions[14]))).await.unwrap());
    assert_eq!(watch.next().await, format!("ADDED default/p15 {}", revisions[15]));
}

#[tokio::test(start_paused = true)]
async fn a_watch_goes_on_over_the_end_of_a_server() {
    let kv: Arc<dyn Kv> = Arc::new(EmbeddedKv::in_memory());
    let first = cache(&kv, CacheOptions::default()).await;
    let mut revisions = Vec::new();
    for name in ["a", "b", "c", "d"] {
        revisions.push(create(&first, name).await);
    }
    drop(first);
    let second = cache(&kv, CacheOptions::default()).await;
    revisions.push(create(&second, "e").await);
    let mut watch = Watch(second.watch(request(WatchFrom::After(revisions[1]))).await.unwrap());
    for (name, revision) in [("c", revisions[2]), ("d", revisions[3]), ("e", revisions[4])] {
        assert_eq!(watch.next().await, format!("ADDED default/{name} {revision}"));
    }
    drop(second);
    kv.compact(revisions[2]).await.unwrap();
    let third = cache(&kv, CacheOptions::default()).await;
    let expired = third.watch(request(WatchFrom::After(revisions[1]))).await.err().unwrap();
    assert_eq!(expired.to_string(), format!("too old resource version: {} ({})", revisions[1], revisions[2]));
    let mut watch = Watch(third.watch(request(WatchFrom::After(revisions[2]))).await.unwrap());
    assert_eq!(watch.next().await, format!("ADDED default/d {}", revisions[3]));
}

#[tokio::test(start_paused = true)]
async fn a_chunked_list_outlives_a_compaction() {
    let kv: Arc<dyn Kv> = Arc::new(EmbeddedKv::in_memory());
    let pods = cache(&kv, CacheOptions::default()).await;
    for name in ["a", "b", "c"] {
        create(&pods, name).await;
    }
    let first = pods.list(ListRequest { limit: 1, ..ListRequest::default() }).await.unwrap();
    create(&pods, "bb").await;
    kv.compact(create(&pods, "d").await).await.unwrap();
    let rest = ListRequest { continue_: first.continue_, ..ListRequest::default() };
    assert_eq!(names(&pods.list(rest).await.unwrap()), ["default/b", "default/c"]);
}

#[tokio::test(start_paused = true)]
async fn other_writers_are_seen() {
    let kv: Arc<dyn Kv> = Arc::new(EmbeddedKv::in_memory());
    let other = pods_in(&kv);
    create(&other, "before").await;
    let pods = cache(&kv, CacheOptions::default()).await;
    let after = labelled("after", "app=web");
    other.create(&key("after"), Box::new(after), None).await.unwrap();
    let web = ListRequest { selection: with_labels("app=web"), ..ListRequest::default() };
    assert_eq!(names(&pods.list(web).await.unwrap()), ["default/after"]);
    assert_eq!(pods.list(ListRequest::default()).await.unwrap().items.len(), 2);
}

/// A store that can fail.
struct Flaky {
    inner: EmbeddedKv,
    is_down: AtomicBool,
    cut: Arc<Notify>,
}

impl Flaky {
    fn new() -> Arc<Self> {
        Arc::new(Self { inner: EmbeddedKv::in_memory(), is_down: AtomicBool::new(false), cut: Arc::default() })
    }

    /// Fails from now on, and ends open watches.
    fn go_down(&self) {
        self.is_down.store(true, Ordering::Relaxed);
        self.cut.notify_waiters();
    }

    fn come_up(&self) {
        self.is_down.store(false, Ordering::Relaxed);
    }

    fn check(&self) -> Result<(), KvError> {
        match self.is_down.load(Ordering::Relaxed) {
            true => Err(KvError::Unavailable("down".to_owned())),
            false => Ok(()),
        }
    }
}

#[async_trait]
impl Kv for Flaky {
    async fn range(&self, request: RangeRequest) -> Result<RangeResult, KvError> {
        self.check()?;
        self.inner.range(request).await
    }

    async fn put(&self, key: Bytes, value: Bytes, expect: Expect, lease: Option<LeaseId>) -> Result<Written, KvError> {
        self.check()?;
        self.inner.put(key, value, expect, lease).await
    }

    async fn delete(&self, key: Bytes, expect: Expect) -> Result<Written, KvError> {
        self.check()?;
        self.inner.delete(key, expect).await
    }

    async fn watch(
        &self,
        range: KeyRange,
        from: Option<Revision>,
    ) -> Result<BoxStream<'static, Result<WatchItem, KvError>>, KvError> {
        self.check()?;
        let cut = self.cut.clone();
        let items = self.inner.watch(range, from).await?;
        Ok(items.take_until(async move { cut.notified().await }).boxed())
    }

    async fn request_progress(&self) -> Result<(), KvError> {
        self.inner.request_progress().await
    }

    async fn current_revision(&self) -> Result<Revision, KvError> {
        self.check()?;
        self.inner.current_revision().await
    }

    async fn compact(&self, revision: Revision) -> Result<(), KvError> {
        self.inner.compact(revision).await
    }

    async fn grant_lease(&self, ttl: Duration) -> Result<LeaseId, KvError> {
        self.inner.grant_lease(ttl).await
    }

    async fn size(&self) -> Result<u64, KvError> {
        self.inner.size().await
    }

    async fn close(&self) {
        self.inner.close().await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_short_failure_loses_nothing() {
    let flaky = Flaky::new();
    let kv: Arc<dyn Kv> = flaky.clone();
    let pods = cache(&kv, CacheOptions::default()).await;
    let a = create(&pods, "a").await;
    let mut watch = Watch(pods.watch(request(WatchFrom::LatestState)).await.unwrap());
    assert_eq!(watch.next().await, format!("ADDED default/a {a}"));
    flaky.go_down();
    // written past the failure, as by another server
    let direct: Arc<dyn Kv> = Arc::new(Direct(flaky.clone()));
    let b = create(&pods_in(&direct), "b").await;
    assert!(pods.list(ListRequest::default()).await.is_err(), "the latest is unknown");
    let any = pods.list(ListRequest { at: ReadAt::Any, ..ListRequest::default() }).await.unwrap();
    assert_eq!(names(&any), ["default/a"]);
    flaky.come_up();
    assert_eq!(watch.next().await, format!("ADDED default/b {b}"));
    assert_eq!(names(&pods.list(ListRequest::default()).await.unwrap()), ["default/a", "default/b"]);
}

#[tokio::test(start_paused = true)]
async fn after_missed_history_everything_is_read_again() {
    let flaky = Flaky::new();
    let kv: Arc<dyn Kv> = flaky.clone();
    let pods = cache(&kv, CacheOptions::default()).await;
    create(&pods, "a").await;
    let mut watch = pods.watch(request(WatchFrom::Now)).await.unwrap();
    pods.list(ListRequest::default()).await.unwrap();
    flaky.go_down();
    let direct: Arc<dyn Kv> = Arc::new(Direct(flaky.clone()));
    create(&pods_in(&direct), "b").await;
    let c = create(&pods_in(&direct), "c").await;
    direct.compact(c).await.unwrap();
    flaky.come_up();
    assert!(watch.next().await.is_none(), "changes were missed, so the watch ends");
    pods.ready().await;
    let list = pods.list(ListRequest::default()).await.unwrap();
    assert_eq!(names(&list), ["default/a", "default/b", "default/c"]);
    let mut watch = Watch(pods.watch(request(WatchFrom::After(c))).await.unwrap());
    let d = create(&pods, "d").await;
    assert_eq!(watch.next().await, format!("ADDED default/d {d}"));
}

#[tokio::test(start_paused = true)]
async fn before_the_store_answers_nothing_is_known() {
    let flaky = Flaky::new();
    flaky.go_down();
    let kv: Arc<dyn Kv> = flaky.clone();
    let pods = WatchCacheHub::start(kv.clone(), "/registry/").cache(pods_in(&kv), CacheOptions::default());
    let err = pods.watch(request(WatchFrom::AnyState)).await.err().unwrap();
    assert!(matches!(err, StorageError::Initializing), "{err:?}");
    let err = pods.get(&key("a"), ReadAt::Any).await.unwrap_err();
    assert!(matches!(err, StorageError::Kv(KvError::Unavailable(_))), "{err:?}");
    flaky.come_up();
    pods.ready().await;
    create(&pods, "a").await;
    pods.get(&key("a"), ReadAt::Latest).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_cache_taken_off_ends_its_watches() {
    let kv: Arc<dyn Kv> = Arc::new(EmbeddedKv::in_memory());
    let pods = cache(&kv, CacheOptions::default()).await;
    let mut watch = pods.watch(request(WatchFrom::Now)).await.unwrap();
    pods.close();
    assert!(watch.next().await.is_none());
    let mut late = pods.watch(request(WatchFrom::AnyState)).await.unwrap();
    assert!(late.next().await.is_none());
}

/// The store below a [`Flaky`].
struct Direct(Arc<Flaky>);

#[async_trait]
impl Kv for Direct {
    async fn range(&self, request: RangeRequest) -> Result<RangeResult, KvError> {
        self.0.inner.range(request).await
    }

    async fn put(&self, key: Bytes, value: Bytes, expect: Expect, lease: Option<LeaseId>) -> Result<Written, KvError> {
        self.0.inner.put(key, value, expect, lease).await
    }

    async fn delete(&self, key: Bytes, expect: Expect) -> Result<Written, KvError> {
        self.0.inner.delete(key, expect).await
    }

    async fn watch(
        &self,
        range: KeyRange,
        from: Option<Revision>,
    ) -> Result<BoxStream<'static, Result<WatchItem, KvError>>, KvError> {
        self.0.inner.watch(range, from).await
    }

    async fn request_progress(&self) -> Result<(), KvError> {
        self.0.inner.request_progress().await
    }

    async fn current_revision(&self) -> Result<Revision, KvError> {
        self.0.inner.current_revision().await
    }

    async fn compact(&self, revision: Revision) -> Result<(), KvError> {
        self.0.inner.compact(revision).await
    }

    async fn grant_lease(&self, ttl: Duration) -> Result<LeaseId, KvError> {
        self.0.inner.grant_lease(ttl).await
    }

    async fn size(&self) -> Result<u64, KvError> {
        self.0.inner.size().await
    }

    async fn close(&self) {
        self.0.inner.close().await;
    }
}
