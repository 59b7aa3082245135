//! Many requests at once, and what they cost.

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    time::{Duration, Instant},
};

use futures::future::try_join_all;
use kubeforge_client::{Client, ClientError, request::Request};
use serde_json::json;

use crate::{cpu::Process, objects};

/// How often a list is asked for; the median counts.
const LISTS: usize = 5;

/// Clients of one server.
#[derive(Debug)]
pub(crate) struct Load {
    pub(crate) connections: Vec<Client>,
    /// How many requests are under way at once.
    pub(crate) clients: usize,
    pub(crate) server: Process,
}

impl Load {
    /// Creates what the pods need, unless it is there.
    pub(crate) async fn prepare(&self) -> anyhow::Result<()> {
        for request in objects::surroundings() {
            match self.connection(0).send(&request).await {
                Ok(_) => {}
                Err(err) if err.is_already_exists() => {}
                Err(err) => return Err(err.into()),
            }
        }
        Ok(())
    }

    /// Sends `count` requests from all clients and prints what one of them costs.
    pub(crate) async fn each(
        &self,
        phase: &str,
        count: usize,
        request: impl Fn(usize) -> Request,
    ) -> anyhow::Result<()> {
        let (cpu, start) = (self.server.cpu_ms()?, Instant::now());
        let mut times = self.send_all(count, request).await?;
        let (seconds, cpu) = (start.elapsed().as_secs_f64(), self.server.cpu_ms()? - cpu);
        times.sort_unstable();
        println!(
            "{}",
            json!({
                "phase": phase, "count": count, "per_second": count as f64 / seconds, "cpu_ms": cpu / count as f64,
                "p50_ms": at(&times, 50), "p99_ms": at(&times, 99),
            })
        );
        Ok(())
    }

    /// Sends `count` requests, the clients taking turns, and tells how long each took.
    pub(crate) async fn send_all(
        &self,
        count: usize,
        request: impl Fn(usize) -> Request,
    ) -> Result<Vec<Duration>, ClientError> {
        let next = AtomicUsize::new(0);
        let worker = async |client: &Client| {
            let mut times = Vec::new();
            loop {
                let i = next.fetch_add(1, Ordering::Relaxed);
                if i >= count {
                    return Ok::<_, ClientError>(times);
                }
                let request = request(i);
                let start = Instant::now();
                client.send(&request).await?;
                times.push(start.elapsed());
            }
        };
        let times = try_join_all((0..self.clients).map(|i| worker(self.connection(i)))).await?;
        Ok(times.concat())
    }

    /// Sends a request again and again, one at a time, and prints the median of what it costs.
    pub(crate) async fn list(&self, phase: &str, request: &Request) -> anyhow::Result<()> {
        let mut times = Vec::with_capacity(LISTS);
        let mut bytes = 0;
        let cpu = self.server.cpu_ms()?;
        for _ in 0..LISTS {
            let start = Instant::now();
            bytes = self.connection(0).send(request).await?.bytes.len();
            times.push(start.elapsed());
        }
        let cpu = (self.server.cpu_ms()? - cpu) / LISTS as f64;
        times.sort_unstable();
        println!("{}", json!({"phase": phase, "bytes": bytes, "cpu_ms": cpu, "p50_ms": at(&times, 50)}));
        Ok(())
    }

    pub(crate) fn connection(&self, i: usize) -> &Client {
        &self.connections[i % self.connections.len()]
    }
}

/// A percentile of sorted times, in milliseconds.
fn at(sorted: &[Duration], percent: usize) -> f64 {
    sorted.get(sorted.len() * percent / 100).map_or(0.0, |time| time.as_secs_f64() * 1000.0)
}
