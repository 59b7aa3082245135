//! The `kubeforge` binary: a control plane, or a part of one.

mod cli;
mod components;
mod logging;
mod signals;
mod up;

use std::process::ExitCode;

use clap::Parser as _;

use crate::cli::{Cli, Command};

fn main() -> ExitCode {
    let cli = Cli::parse();
    let (command, verbosity) = cli.into_parts();
    logging::init(verbosity);
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(err) => return fail(&anyhow::Error::new(err).context("cannot start the async runtime")),
    };
    let outcome = runtime.block_on(async {
        match command {
            Command::Up(args) => up::run(*args).await,
            Command::KubeApiserver(args) => components::api_server(&args).await,
            Command::KubeScheduler(args) => components::scheduler(*args).await,
        }
    });
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(err) => fail(&err),
    }
}

/// Tells what went wrong, with its causes, on one line.
fn fail(err: &anyhow::Error) -> ExitCode {
    eprintln!("kubeforge: {err:#}");
    ExitCode::FAILURE
}
