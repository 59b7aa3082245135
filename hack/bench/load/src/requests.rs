//! Many requests at once, and what they cost.

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    time::{Duration, Instant},
};

use futures::future::try_join_all;
use kubeforge_client::{Client, ClientError, request::Request};
use serde_json::{Value, json};

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
        let times = self.send_all(count, request).await?;
        self.print(phase, times, start.elapsed(), self.server.cpu_ms()? - cpu);
        Ok(())
    }

    fn print(&self, phase: &str, mut times: Vec<Duration>, took: Duration, cpu_ms: f64) {
        let count = times.len();
        times.sort_unstable();
        println!(
            "{}",
            json!({
                "phase": phase, "count": count, "per_second": count as f64 / took.as_secs_f64(),
                "cpu_ms": cpu_ms / count as f64, "p50_ms": at(&times, 50), "p99_ms": at(&times, 99),
            })
        );
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

    /// Creates a lease for each client, which then renews it again and again; prints what a renewal costs.
    pub(crate) async fn leases(&self, count: usize) -> anyhow::Result<()> {
        let turns = count.div_ceil(self.clients);
        let created = try_join_all((0..self.clients).map(async |i| {
            let answer = self.connection(i).send(&objects::create_lease(i)).await?;
            Ok::<Value, anyhow::Error>(serde_json::from_slice(&answer.bytes)?)
        }));
        let created = created.await?;
        let (cpu, start) = (self.server.cpu_ms()?, Instant::now());
        let renewed = try_join_all(created.into_iter().enumerate().map(async |(i, mut lease)| {
            let mut times = Vec::with_capacity(turns);
            for turn in 1..=turns {
                let request = objects::renew_lease(i, lease, turn);
                let start = Instant::now();
                let answer = self.connection(i).send(&request).await?;
                times.push(start.elapsed());
                lease = serde_json::from_slice(&answer.bytes)?;
            }
            Ok::<_, anyhow::Error>(times)
        }));
        let times = renewed.await?.concat();
        self.print("lease", times, start.elapsed(), self.server.cpu_ms()? - cpu);
        Ok(())
    }

    /// Defines a custom resource and waits until it is served.
    pub(crate) async fn define(&self) -> anyhow::Result<()> {
        self.connection(0).send(&objects::define_gadgets()).await?;
        for _ in 0..500 {
            if self.connection(0).send(&Request::get(objects::GADGETS)).await.is_ok() {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        anyhow::bail!("the custom resource is not served")
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
