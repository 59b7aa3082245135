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

use anyhow::Context as _;
use clap::Parser as _;
use kubeforge_controlplane::Register;
use kubeforge_scheduler::{KubeSchedulerArgs, framework::Registry, plugins};

use crate::{
    cli::{Cli, Command},
    codec, components,
    logging::LoggingArgs,
    store, up,
};

/// Runs the command line of this process, with these kinds beside the built-in ones.
///
/// The exit code is not 0 where something failed; standard error says what.
pub fn main(kinds: &[Register]) -> ExitCode {
    let cli = Cli::parse();
    let (command, logging) = cli.into_parts();
    if let Err(problem) = logging.init() {
        return fail(&anyhow::Error::msg(problem));
    }
    let outcome = match command {
        // it waits for nothing, and tells by itself what went wrong with which file
        Command::Codec(args) => return codec::run(&args).unwrap_or_else(|err| fail(&err)),
        Command::Store(args) => store::run(&args, kinds),
        Command::Up(args) => block_on(up::run(*args, kinds)),
        Command::KubeApiserver(args) => block_on(components::api_server(&args, kinds)),
        Command::KubeScheduler(args) => block_on_one_thread(components::scheduler(*args, plugins::in_tree())),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(err) => fail(&err),
    }
}

/// Runs kube-scheduler's command line of this process, with plugins that `register` adds to those that are there anyway.
///
/// Such a program takes the flags and the configuration file of `kubeforge kube-scheduler`, in which profiles may name the
/// plugins and give them arguments; `explain` and `simulate` ask them, too. It is the counterpart of kube-scheduler's
/// `app.NewSchedulerCommand(app.WithPlugin(…))`.
///
/// ```no_run
/// # mod racks { pub fn register(_: &mut kubeforge_runtime::scheduler::framework::Registry) {} }
/// fn main() -> std::process::ExitCode {
///     kubeforge_runtime::command::scheduler(racks::register)
/// }
/// ```
///
/// The exit code is not 0 where something failed; standard error says what.
pub fn scheduler(register: impl FnOnce(&mut Registry)) -> ExitCode {
    let SchedulerCli { args, logging } = SchedulerCli::parse();
    if let Err(problem) = logging.init() {
        return fail(&anyhow::Error::msg(problem));
    }
    let mut registry = plugins::in_tree();
    register(&mut registry);
    match block_on_one_thread(components::scheduler(args, registry)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(err) => fail(&err),
    }
}

/// A kube-scheduler with plugins of its own.
#[derive(Debug, clap::Parser)]
#[command(name = "kube-scheduler", version)]
struct SchedulerCli {
    #[command(flatten)]
    args: KubeSchedulerArgs,

    #[command(flatten)]
    logging: LoggingArgs,
}

fn block_on(work: impl Future<Output = anyhow::Result<()>>) -> anyhow::Result<()> {
    block_on_threads(&mut tokio::runtime::Builder::new_multi_thread(), work)
}

/// For what decides on one thread anyway: more of them would but wake one another for each of its many small requests,
/// and what is sent in one go together goes in one write.
fn block_on_one_thread(work: impl Future<Output = anyhow::Result<()>>) -> anyhow::Result<()> {
    block_on_threads(tokio::runtime::Builder::new_multi_thread().worker_threads(1), work)
}

fn block_on_threads(
    builder: &mut tokio::runtime::Builder,
    work: impl Future<Output = anyhow::Result<()>>,
) -> anyhow::Result<()> {
    builder.enable_all().build().context("cannot start the async runtime")?.block_on(work)
}

/// Tells what went wrong, with its causes, on one line.
fn fail(err: &anyhow::Error) -> ExitCode {
    eprintln!("kubeforge: {err:#}");
    ExitCode::FAILURE
}
