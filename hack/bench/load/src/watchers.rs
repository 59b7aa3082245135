//! Many watchers of a few changing pods.

use std::time::{Duration, Instant};

use anyhow::Context as _;
use futures::{StreamExt as _, TryStreamExt as _, future::try_join_all};
use http_body_util::BodyExt as _;
use kubeforge_client::{Client, request::Request, transport::Body};
use serde_json::{Value, json};

use crate::{
    objects::{self, PODS},
    requests::Load,
};

/// How many pods change in turn.
const PODS_CHANGED: usize = 100;

/// Opens `watchers` watches, changes pods `events` times, and prints what delivering one event to one watcher costs. The
/// patches' own cost is in it.
pub(crate) async fn run(load: &Load, watchers: usize, events: usize) -> anyhow::Result<()> {
    let watch = watch_from_now(load).await?;
    let opened = try_join_all((0..watchers).map(|i| load.connection(i).open(&watch))).await?;
    let (cpu, start) = (load.server.cpu_ms()?, Instant::now());
    let reading: Vec<_> =
        opened.into_iter().map(|answer| tokio::spawn(read_events(answer.into_body(), events))).collect();
    load.send_all(events, |i| objects::patch(i % PODS_CHANGED, "watch", i)).await?;
    for outcome in try_join_all(reading).await? {
        outcome?;
    }
    let (seconds, cpu) = (start.elapsed().as_secs_f64(), load.server.cpu_ms()? - cpu);
    let delivered = (watchers * events) as f64;
    println!(
        "{}",
        json!({
            "phase": "watch", "watchers": watchers, "events": events,
            "per_second": delivered / seconds, "cpu_ms": cpu / delivered,
        })
    );
    Ok(())
}

/// How long the server is left alone with open watches.
const IDLE: Duration = Duration::from_secs(5);

/// Opens `watches` watches over these connections and prints what they cost the server while nothing happens.
pub(crate) async fn idle(load: &Load, connections: &[Client], watches: usize) -> anyhow::Result<()> {
    let watch = watch_from_now(load).await?;
    let (memory, cpu, start) = (load.server.memory_kib()?, load.server.cpu_ms()?, Instant::now());
    let via = |i: usize| connections.get(i % connections.len()).context("no connection");
    let open = async |i: usize| anyhow::Ok(via(i)?.open(&watch).await?);
    // so many at once that TLS handshakes stay within their time
    let opened: Vec<_> = futures::stream::iter(0..watches).map(open).buffered(32).try_collect().await?;
    let (seconds, opening) = (start.elapsed().as_secs_f64(), load.server.cpu_ms()? - cpu);
    let before = load.server.cpu_ms()?;
    tokio::time::sleep(IDLE).await;
    println!(
        "{}",
        json!({
            "phase": "idle", "watches": opened.len(), "connections": connections.len(), "open_seconds": seconds,
            "open_cpu_ms": opening / watches as f64,
            "kib_each": (load.server.memory_kib()? - memory) / watches as f64,
            "idle_cpu_percent": (load.server.cpu_ms()? - before) / IDLE.as_millis() as f64 * 100.0,
        })
    );
    Ok(())
}

/// A watch of all that happens to the pods from now on.
async fn watch_from_now(load: &Load) -> anyhow::Result<Request> {
    let mut newest = Request::get(PODS);
    newest.query.push("limit", "1");
    let list: Value = serde_json::from_slice(&load.connection(0).send(&newest).await?.bytes)?;
    let version = list.pointer("/metadata/resourceVersion").and_then(Value::as_str);
    let mut watch = Request::get(PODS);
    watch.query.push("watch", "true");
    watch.query.push("resourceVersion", version.context("the list has no resourceVersion")?);
    Ok(watch)
}

/// Reads until so many events have come. Each is a line.
async fn read_events(mut body: Body, events: usize) -> anyhow::Result<()> {
    let mut left = events;
    while left > 0 {
        let frame = body.frame().await.with_context(|| format!("a watch ended {left} events early"))?;
        let piece = frame.map_err(anyhow::Error::from_boxed)?.into_data().unwrap_or_default();
        left = left.saturating_sub(piece.iter().filter(|byte| **byte == b'\n').count());
    }
    Ok(())
}
