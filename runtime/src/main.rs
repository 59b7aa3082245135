//! The `kubeforge` binary: a control plane, or a part of one.

mod cli;
mod codec;
mod components;
mod logging;
mod signals;
mod up;

use std::process::ExitCode;

use anyhow::Context as _;
use clap::Parser as _;

use crate::cli::{Cli, Command};

fn main() -> ExitCode {
    let cli = Cli::parse();
    let (command, verbosity) = cli.into_parts();
    logging::init(verbosity);
    let outcome = match command {
        // it waits for nothing, and tells by itself what went wrong with which file
        Command::Codec(args) => return codec::run(&args).unwrap_or_else(|err| fail(&err)),
        Command::Up(args) => block_on(up::run(*args)),
        Command::KubeApiserver(args) => block_on(components::api_server(&args)),
        Command::KubeScheduler(args) => block_on(components::scheduler(*args)),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(err) => fail(&err),
    }
}

fn block_on(work: impl Future<Output = anyhow::Result<()>>) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    runtime.context("cannot start the async runtime")?.block_on(work)
}

/// Tells what went wrong, with its causes, on one line.
fn fail(err: &anyhow::Error) -> ExitCode {
    eprintln!("kubeforge: {err:#}");
    ExitCode::FAILURE
}
