//! The `kubeforge` command, for programs that serve kinds of their own beside the built-in ones.
//!
//! ```no_run
//! # mod shop { pub fn register(_: &mut kubeforge_runtime::machinery::SchemeBuilder) {} }
//! // main.rs of a crate with an API group
//! fn main() -> std::process::ExitCode {
//!     kubeforge_runtime::command::main(&[shop::register])
//! }
//! ```
//!
//! Such a program takes all of `kubeforge`'s commands and flags; discovery, OpenAPI and kubectl see its kinds as they
//! see the built-in ones.

use std::process::ExitCode;

use clap::Parser as _;
use kubeforge_controlplane::Register;

use crate::{
    cli::{Cli, Command},
    components, logging, up,
};

/// Runs the command line of this process, with these kinds beside the built-in ones.
///
/// The exit code is not 0 where something failed; standard error says what.
pub fn main(kinds: &[Register]) -> ExitCode {
    let cli = Cli::parse();
    let (command, verbosity) = cli.into_parts();
    logging::init(verbosity);
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(err) => return fail(&anyhow::Error::new(err).context("cannot start the async runtime")),
    };
    let outcome = runtime.block_on(async {
        match command {
            Command::Up(args) => up::run(*args, kinds).await,
            Command::KubeApiserver(args) => components::api_server(&args, kinds).await,
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
