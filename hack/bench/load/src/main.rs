//! Load for `hack/bench/run`: drives a running API server and prints one JSON line for each phase.
//!
//! `kubeforge-load --kubeconfig FILE --pid PID create get list patch apply lease watch delete custom`. The server's CPU time comes from `/proc`,
//! so it must run on this machine. Answers are read, not parsed: the load costs as little as it can.

#![expect(clippy::print_stdout, reason = "what is measured goes to standard output")]

mod cpu;
mod objects;
mod requests;
mod watchers;

use std::path::PathBuf;

use anyhow::{Context as _, ensure};
use clap::{Parser, ValueEnum};
use kubeforge_client::{
    Client, Config,
    request::{ACCEPT_JSON, ACCEPT_PROTOBUF},
};

use crate::{cpu::Process, requests::Load};

/// Connections that the clients share, as the clients of a busy cluster do.
const CONNECTIONS: usize = 4;

/// Load for an API server.
#[derive(Debug, Parser)]
struct Args {
    /// How to reach the server.
    #[arg(long, value_name = "FILE")]
    kubeconfig: PathBuf,
    /// The server's process.
    #[arg(long)]
    pid: u32,
    /// How many requests are under way at once.
    #[arg(long, default_value_t = 32)]
    clients: usize,
    /// How many pods there are.
    #[arg(long, default_value_t = 10_000)]
    objects: usize,
    /// How many requests the other phases send.
    #[arg(long, default_value_t = 5_000)]
    requests: usize,
    /// How many watchers there are.
    #[arg(long, default_value_t = 200)]
    watchers: usize,
    /// How many changes every watcher sees.
    #[arg(long, default_value_t = 500)]
    events: usize,
    /// What to do, in this order. `create` comes first.
    phases: Vec<Phase>,
}

/// A kind of load.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Phase {
    /// Creates the pods.
    Create,
    /// Gets one pod after the other.
    Get,
    /// Lists all pods, in JSON, in protobuf and as a table.
    List,
    /// Changes an annotation of one pod after the other.
    Patch,
    /// The same by server-side apply.
    Apply,
    /// Renews leases, as kubelets do.
    Lease,
    /// Defines a custom resource, creates objects of it, gets and lists them.
    Custom,
    /// Creates ConfigMaps, for what they take in memory.
    ConfigMaps,
    /// Changes pods while many watch.
    Watch,
    /// Opens watches that see nothing.
    Idle,
    /// Deletes the pods.
    Delete,
}

fn main() -> anyhow::Result<()> {
    let args = Args::parse();
    ensure!(args.clients > 0 && args.objects > 0, "--clients and --objects must be at least 1");
    let config = Config::from_file(&args.kubeconfig).context("the kubeconfig")?;
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(run(&args, &config))
}

async fn run(args: &Args, config: &Config) -> anyhow::Result<()> {
    let connections: Result<Vec<_>, _> = (0..CONNECTIONS).map(|_| Client::from_config(config)).collect();
    let load = Load { connections: connections?, clients: args.clients, server: Process::new(args.pid) };
    for phase in &args.phases {
        match phase {
            Phase::Create => {
                load.prepare().await?;
                load.each("create", args.objects, objects::create).await?;
            }
            Phase::Get => load.each("get", args.requests, |i| objects::get(i % args.objects)).await?,
            Phase::Patch => load.each("patch", args.requests, |i| objects::patch(i % args.objects, "patch", i)).await?,
            Phase::Apply => load.each("apply", args.requests, |i| objects::apply(i % args.objects, i)).await?,
            Phase::List => {
                load.list("list-json", &objects::list(objects::PODS, ACCEPT_JSON)).await?;
                load.list("list-protobuf", &objects::list(objects::PODS, ACCEPT_PROTOBUF)).await?;
                load.list("list-table", &objects::list(objects::PODS, objects::ACCEPT_TABLE)).await?;
            }
            Phase::Lease => load.leases(args.requests).await?,
            Phase::Custom => {
                load.prepare().await?;
                load.define().await?;
                load.each("custom-create", args.requests, objects::create_gadget).await?;
                load.each("custom-get", args.requests, objects::get_gadget).await?;
                load.list("custom-list", &objects::list(objects::GADGETS, ACCEPT_JSON)).await?;
            }
            Phase::ConfigMaps => {
                load.prepare().await?;
                load.each("config-maps", args.objects, objects::create_config_map).await?;
            }
            Phase::Watch => watchers::run(&load, args.watchers, args.events).await?,
            Phase::Idle => {
                let open = |_| Client::from_config(config);
                for (watches, per_connection) in [(args.watchers, 500), (args.watchers.div_ceil(5), 1)] {
                    let connections: Result<Vec<_>, _> = (0..watches.div_ceil(per_connection)).map(open).collect();
                    watchers::idle(&load, &connections?, watches).await?;
                }
            }
            Phase::Delete => load.each("delete", args.objects, objects::delete).await?,
        }
    }
    Ok(())
}
