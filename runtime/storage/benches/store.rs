//! What objects cost above the key-value store: processor time of writes, reads, lists and watches through the watch
//! cache, and memory for each object.
//!
//! `cargo bench -p kubeforge-storage --bench store`

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a benchmark, not a part of the server")]

use std::{
    collections::BTreeMap,
    sync::Arc,
    time::{Duration, Instant},
};

use futures::{FutureExt, StreamExt, future::join_all};
use kubeforge_api::core::v1::{ConfigMap, Container, EnvVar, Pod};
use kubeforge_machinery::{GroupVersionKind, Object, Scheme, SchemeBuilder, codec::MediaType, meta::v1::ObjectMeta};
use kubeforge_storage::{
    embedded::{EmbeddedKv, EmbeddedOptions},
    key::Scope,
    kv::Kv,
    storage::{
        Change, ListRequest, ObjectKey, Preconditions, ReadAt, Selection, Storage, WatchEvent, WatchFrom, WatchRequest,
    },
    store::{ObjectStore, StoreConfig},
    watch_cache::{CacheOptions, WatchCache, WatchCacheHub},
};

const POD: GroupVersionKind = GroupVersionKind::new("", "v1", "Pod");
const CONFIG_MAP: GroupVersionKind = GroupVersionKind::new("", "v1", "ConfigMap");

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        start().await;
        // before the allocator holds what others freed
        memory().await;
        pods().await;
        fan_out().await;
    });
}

fn scheme() -> Arc<Scheme> {
    let mut scheme = SchemeBuilder::new("bench");
    kubeforge_api::register_all(&mut scheme);
    Arc::new(scheme.build())
}

fn cache(
    hub: &Arc<WatchCacheHub>,
    kv: &Arc<dyn Kv>,
    scheme: &Arc<Scheme>,
    kind: GroupVersionKind,
    prefix: &str,
) -> WatchCache {
    let config = StoreConfig::new(scheme.clone(), kind, prefix, Scope::Namespaced);
    hub.cache(ObjectStore::new(kv.clone(), config), CacheOptions::default())
}

async fn start() {
    let (kv, scheme): (Arc<dyn Kv>, _) = (Arc::new(EmbeddedKv::in_memory()), scheme());
    let begun = Instant::now();
    let hub = WatchCacheHub::start(kv.clone(), "/registry/");
    let caches: Vec<_> =
        (0..60).map(|index| cache(&hub, &kv, &scheme, CONFIG_MAP, &format!("/registry/kind{index}"))).collect();
    hub.ready().await;
    println!("60 empty caches are ready after {:?}", begun.elapsed());
    let before = cpu();
    tokio::time::sleep(Duration::from_secs(5)).await;
    println!("they idle at {:?} CPU per second", (cpu() - before) / 5);
    drop(caches);
}

/// A pod of about 2.4 KB.
fn pod(name: &str) -> Pod {
    let env = |index: usize| EnvVar { name: format!("SETTING_{index}"), value: "x".repeat(40), ..EnvVar::default() };
    let mut pod = Pod { metadata: meta(name), ..Pod::default() };
    pod.spec.containers = vec![Container {
        name: "main".to_owned(),
        image: "registry.example/team/application:v1.2.3".to_owned(),
        env: (0..30).map(env).collect(),
        ..Container::default()
    }];
    pod
}

fn meta(name: &str) -> ObjectMeta {
    ObjectMeta {
        name: name.to_owned(),
        namespace: "default".to_owned(),
        uid: "01234567-89ab-cdef-0123-456789abcdef".to_owned(),
        labels: BTreeMap::from([("app".to_owned(), "bench".to_owned())]),
        ..ObjectMeta::default()
    }
}

fn key(name: &str) -> ObjectKey {
    ObjectKey { namespace: "default".to_owned(), name: name.to_owned() }
}

async fn pods() {
    const COUNT: usize = 10_000;
    let (kv, scheme): (Arc<dyn Kv>, _) = (Arc::new(EmbeddedKv::in_memory()), scheme());
    let hub = WatchCacheHub::start(kv.clone(), "/registry/");
    let pods = Arc::new(cache(&hub, &kv, &scheme, POD, "/registry/pods"));
    hub.ready().await;
    let names: Vec<String> = (0..COUNT).map(|index| format!("pod-{index:05}")).collect();
    let made: Vec<Pod> = names.iter().map(|name| pod(name)).collect();

    let measured = Measured::start("create and answer in JSON");
    for pod in made {
        let entry = pods.create(&key(&pod.metadata.name), Box::new(pod), None).await.unwrap();
        entry.document(&POD, MediaType::Json).unwrap();
    }
    measured.report(COUNT);

    let measured = Measured::start("get in JSON");
    for name in &names {
        let entry = pods.get(&key(name), ReadAt::Latest).await.unwrap();
        entry.document(&POD, MediaType::Json).unwrap();
    }
    measured.report(COUNT);

    for title in ["list 10,000 in JSON, the first time", "list 10,000 in JSON"] {
        let measured = Measured::start(title);
        let mut bytes = 0;
        for entry in pods.list(ListRequest::default()).await.unwrap().items {
            bytes += entry.item(&POD, MediaType::Json).unwrap().unwrap().len();
        }
        measured.report(1);
        println!("{:>50} MB", bytes / 1_000_000);
    }
    let measured = Measured::start("list 10,000 in protobuf");
    for entry in pods.list(ListRequest::default()).await.unwrap().items {
        assert!(entry.item(&POD, MediaType::Protobuf).unwrap().is_some());
    }
    measured.report(1);

    let measured = Measured::start("update");
    for name in &names {
        let update = Box::new(|entry: Option<Arc<kubeforge_storage::entry::Entry>>| {
            let mut object = entry.unwrap().object().unwrap();
            object.downcast_mut::<Pod>().unwrap().spec.node_name = "node".to_owned();
            async move { Ok(Change::Put(object)) }.boxed()
        });
        pods.update(&key(name), &Preconditions::default(), update).await.unwrap();
    }
    measured.report(COUNT);
}

async fn fan_out() {
    const WATCHERS: usize = 500;
    const EVENTS: usize = 200;
    let (kv, scheme): (Arc<dyn Kv>, _) = (Arc::new(EmbeddedKv::in_memory()), scheme());
    let hub = WatchCacheHub::start(kv.clone(), "/registry/");
    let pods = Arc::new(cache(&hub, &kv, &scheme, POD, "/registry/pods"));
    hub.ready().await;
    let made: Vec<Pod> = (0..EVENTS).map(|index| pod(&format!("pod-{index:05}"))).collect();
    let request =
        |selection| WatchRequest { selection, from: WatchFrom::Now, bookmarks: true, initial_events_end: false };
    // many more that none of this concerns
    let mut idle = Vec::new();
    for index in 0..10_000 {
        let selection = Selection { name: Some(format!("other-{index}")), ..Selection::of_namespace(Some("default")) };
        idle.push(pods.watch(request(selection)).await.unwrap());
    }
    let mut watchers = Vec::new();
    for _ in 0..WATCHERS {
        let mut watch = pods.watch(request(Selection::default())).await.unwrap();
        watchers.push(tokio::spawn(async move {
            let mut out = Vec::new();
            for _ in 0..EVENTS {
                let Some(Ok(WatchEvent::Added(entry))) = watch.next().await else { panic!("the watch ended") };
                out.clear();
                entry.write_json(&POD, &mut out).unwrap();
            }
        }));
    }
    let measured = Measured::start("deliver one event, 500 watchers");
    for pod in made {
        pods.create(&key(&pod.metadata.name), Box::new(pod), None).await.unwrap();
        tokio::task::yield_now().await;
    }
    join_all(watchers).await.into_iter().for_each(Result::unwrap);
    measured.report(WATCHERS * EVENTS);
}

async fn memory() {
    const COUNT: usize = 50_000;
    let dir = tempfile::tempdir().unwrap();
    let kv: Arc<dyn Kv> = Arc::new(EmbeddedKv::open(dir.path(), EmbeddedOptions::default()).unwrap());
    let (hub, scheme) = (WatchCacheHub::start(kv.clone(), "/registry/"), scheme());
    let maps = Arc::new(cache(&hub, &kv, &scheme, CONFIG_MAP, "/registry/configmaps"));
    hub.ready().await;
    let make = |index: usize| ConfigMap {
        metadata: meta(&format!("map-{index:06}")),
        data: BTreeMap::from([("data".to_owned(), "x".repeat(1050))]),
        ..ConfigMap::default()
    };
    let size = maps_bytes(&scheme, make(0));
    let mut begun = 0;
    for round in 1..=3 {
        let before = resident();
        while begun < round * COUNT {
            let writes = (begun..begun + 200).map(|index| {
                let (maps, map) = (maps.clone(), make(index));
                async move {
                    let entry = maps.create(&key(&map.metadata.name), Box::new(map), None).await?;
                    entry.document(&CONFIG_MAP, MediaType::Json).map(drop)
                }
            });
            join_all(writes).await.into_iter().for_each(Result::unwrap);
            begun += 200;
        }
        let entries = maps.list(ListRequest::default()).await.unwrap().items;
        let held: usize = entries.iter().map(|entry| entry.memory()).sum();
        println!(
            "a ConfigMap of {size} bytes: {} in its entry; {} resident with all around it, of {COUNT} more",
            held / begun,
            resident().saturating_sub(before) / COUNT
        );
    }
}

fn maps_bytes(scheme: &Arc<Scheme>, map: ConfigMap) -> usize {
    let object: Box<dyn Object> = Box::new(map);
    let entry = kubeforge_storage::entry::Entry::from_object(scheme, key("x"), None, object).unwrap();
    entry.document(&CONFIG_MAP, MediaType::Protobuf).unwrap().unwrap().len()
}

struct Measured {
    title: &'static str,
    begun: Instant,
    cpu: Duration,
}

impl Measured {
    fn start(title: &'static str) -> Self {
        Self { title, begun: Instant::now(), cpu: cpu() }
    }

    fn report(self, count: usize) {
        let each = |time: Duration| time.as_secs_f64() * 1e6 / count as f64;
        let (wall, cpu) = (each(self.begun.elapsed()), each(cpu() - self.cpu));
        println!("{:<40} {wall:>10.1} us {cpu:>10.1} us CPU", self.title);
    }
}

/// This process's time in user and system mode, which Linux counts in hundredths of a second; zero without `/proc`.
fn cpu() -> Duration {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    let ticks: u64 = after_name.split_whitespace().skip(11).take(2).filter_map(|field| field.parse::<u64>().ok()).sum();
    Duration::from_millis(ticks * 10)
}

/// Bytes of this process in memory; zero without `/proc`.
fn resident() -> usize {
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    statm.split_whitespace().nth(1).and_then(|pages| pages.parse::<usize>().ok()).unwrap_or(0) * 4096
}
