//! What an informer of 100,000 pods takes: memory for each pod, and time for each event, from the bytes of a watch to a
//! handler.
//!
//! `cargo bench -p kubeforge-client -- [memory] [events]`. The pods are of one shape (`pod.json`, as a real server with a real
//! kubelet has it) but for their names, nodes, addresses and uids. The server is a stream of prepared bytes in this process:
//! there is no socket and nobody encodes, so what is measured is the client's own.

#![expect(clippy::print_stdout, clippy::unwrap_used, clippy::expect_used, reason = "a benchmark prints and may panic")]

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use bytes::{Bytes, BytesMut};
use futures::{Stream, StreamExt as _};
use http_body_util::StreamBody;
use kubeforge_api::core::v1::{Container, Pod, Volume};
use kubeforge_client::{
    CancellationToken, Client, EventHandler, InformerFactory, SharedInformer,
    informer::{FactoryOptions, TransformMeta},
    transport::{BoxError, Fake},
};
use kubeforge_machinery::{
    codec::{MediaType, ProtoWriter, encode},
    meta::v1::ObjectMeta,
};
use tokio::sync::Notify;

/// The binary's allocator.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const PODS: usize = 100_000;
const NODES: usize = 5_000;
const EVENTS: usize = 300_000;

/// How much comes from the network at a time.
const PIECE_BYTES: usize = 64 << 10;

/// Every prepared pod's revision; each event gets one of its own in its place.
const REVISION: &str = "1000000000";

fn main() {
    let parts: Vec<String> = std::env::args().skip(1).filter(|arg| !arg.starts_with('-')).collect();
    let wants = |part: &str| parts.is_empty() || parts.iter().any(|it| it == part);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let size = encode(&pod(0), MediaType::Json).unwrap().len();
    if !parts.iter().any(|part| part.starts_with("memory-")) {
        println!("a pod: {size} bytes of JSON, {} of protobuf", encode(&pod(0), MediaType::Protobuf).unwrap().len());
    }
    if wants("memory") {
        println!(
            "in a pod: {} bytes, in a container {}, in a volume {}",
            size_of::<Pod>(),
            size_of::<Container>(),
            size_of::<Volume>()
        );
        // each in a process of its own: what another left behind would be used again
        for part in ["memory-whole", "memory-trimmed"] {
            let itself = std::env::current_exe().unwrap();
            assert!(std::process::Command::new(itself).arg(part).status().unwrap().success());
        }
    }
    if parts == ["memory-whole"] {
        runtime.block_on(memory("as it comes", None));
    }
    if parts == ["memory-trimmed"] {
        runtime.block_on(memory("without managed fields", Some(TransformMeta::without_managed_fields())));
    }
    if wants("events") {
        for media in [MediaType::Json, MediaType::Protobuf] {
            runtime.block_on(events(media));
        }
    }
}

fn pod(number: usize) -> Pod {
    let mut pod: Pod = serde_json::from_str(include_str!("pod.json")).expect("it is a pod");
    pod.metadata.name = format!("web-7d4b9c6f5d-{number:05}");
    pod.metadata.namespace = format!("shop-{:03}", number % 100);
    pod.metadata.uid = format!("7b0c6a10-5b70-4d8b-8a6e-{number:012}");
    pod.metadata.resource_version = REVISION.to_owned();
    pod.spec.node_name = format!("node-{:04}.zone-b.example.com", number % NODES);
    let (high, low) = (number / 256 % 256, number % 256);
    pod.status.pod_ip = format!("10.244.{high}.{low}");
    pod
}

/// One event's bytes on the wire.
fn frame(media: MediaType, type_: &str, object: &Pod) -> Bytes {
    let object = encode(object, media).unwrap();
    if media == MediaType::Protobuf {
        let mut w = ProtoWriter::new();
        w.message_field(2, |w| w.message_field(1, |w| w.bytes(&object)));
        w.message_field(1, |w| w.bytes(type_.as_bytes()));
        let event = w.into_bytes();
        return [&(event.len() as u32).to_be_bytes()[..], &event].concat().into();
    }
    let object = String::from_utf8(object).unwrap();
    format!("{{\"type\":\"{type_}\",\"object\":{}}}\n", object.trim()).into()
}

/// All pods, and that these are all.
fn state(media: MediaType) -> impl Iterator<Item = Bytes> + Send {
    let annotations = [("k8s.io/initial-events-end".to_owned(), "true".to_owned())].into();
    let metadata = ObjectMeta { resource_version: REVISION.to_owned(), annotations, ..ObjectMeta::default() };
    let end = Pod { metadata, ..Pod::default() };
    (0..PODS).map(move |number| frame(media, "ADDED", &pod(number))).chain([frame(media, "BOOKMARK", &end)])
}

/// An informer of the pods that a watch tells of.
fn informer(
    media: MediaType,
    watch: impl Stream<Item = Bytes> + Send + 'static,
    transform: Option<TransformMeta>,
) -> SharedInformer<Pod> {
    let content = if media == MediaType::Protobuf { "application/vnd.kubernetes.protobuf" } else { "application/json" };
    let pieces = watch.map(|piece| Ok::<_, BoxError>(http_body::Frame::data(piece)));
    let client = Client::new(Fake::script([Fake::answer(200, content, StreamBody::new(pieces))]));
    let options = FactoryOptions { transform, ..FactoryOptions::default() };
    let informer = InformerFactory::with_options(client, options).informer::<Pod>();
    informer.add_index("node", |pod: &Pod| vec![pod.spec.node_name.clone()]);
    informer
}

async fn memory(title: &str, transform: Option<TransformMeta>) {
    let before = resident();
    let watch = futures::stream::iter(state(MediaType::Protobuf)).chain(futures::stream::pending());
    let informer = informer(MediaType::Protobuf, watch, transform);
    let cancel = CancellationToken::new();
    let running = tokio::spawn(informer.run(cancel.clone()));
    informer.wait_for_sync().await;
    assert_eq!(informer.store().len(), PODS);
    let bytes = resident().saturating_sub(before);
    println!("{title:<40} {:>8} bytes resident for each of {PODS} pods, {} MiB in all", bytes / PODS, bytes >> 20);
    cancel.cancel();
    running.await.unwrap();
}

/// Counts what it hears.
struct Count {
    heard: Arc<AtomicUsize>,
    all: Arc<Notify>,
}

impl EventHandler<Pod> for Count {
    fn on_update(&mut self, _old: &Arc<Pod>, _new: &Arc<Pod>) {
        if self.heard.fetch_add(1, Ordering::Relaxed) + 1 == EVENTS {
            self.all.notify_one();
        }
    }
}

async fn events(media: MediaType) {
    // prepared: a thousand pods' events, told in turn
    let frames: Vec<Bytes> = (0..1000).map(|number| frame(media, "MODIFIED", &pod(number * 97))).collect();
    let (begin, began) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (may_begin, told_begin) = (begin.clone(), began.clone());
    let mut told = 0;
    let changes = std::iter::from_fn(move || {
        let mut piece = BytesMut::with_capacity(PIECE_BYTES + 8192);
        while told < EVENTS && piece.len() < PIECE_BYTES {
            let frame = &frames[told % frames.len()];
            let place = memchr::memmem::find(frame, REVISION.as_bytes()).expect("each has a revision");
            let start = piece.len() + place;
            piece.extend_from_slice(frame);
            told += 1;
            piece[start..start + REVISION.len()].copy_from_slice(format!("{:010}", 1_000_000_000 + told).as_bytes());
        }
        (!piece.is_empty()).then(|| piece.freeze())
    });
    let pause = futures::stream::once(async move {
        told_begin.notify_one();
        may_begin.notified().await;
        Bytes::new()
    });
    let watch = futures::stream::iter(state(media)).chain(pause).chain(futures::stream::iter(changes));
    let informer = informer(media, watch.chain(futures::stream::pending()), None);
    let (heard, all) = (Arc::new(AtomicUsize::new(0)), Arc::new(Notify::new()));
    informer.add_handler(Count { heard, all: all.clone() });
    let cancel = CancellationToken::new();
    let running = tokio::spawn(informer.run(cancel.clone()));
    informer.wait_for_sync().await;
    began.notified().await;
    let (start, cpu_before) = (Instant::now(), cpu());
    begin.notify_one();
    all.notified().await;
    let (took, cpu) = (start.elapsed(), cpu() - cpu_before);
    let each = |time: Duration| time.as_secs_f64() * 1e6 / EVENTS as f64;
    println!(
        "{:<40} {:>8.0} events/s; {:.1} us, {:.1} us CPU each",
        format!("{media:?} into a store of {PODS} pods"),
        EVENTS as f64 / took.as_secs_f64(),
        each(took),
        each(cpu)
    );
    cancel.cancel();
    running.await.unwrap();
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
