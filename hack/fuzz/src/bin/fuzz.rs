//! Fuzzes the decoders without anything but a stable toolchain. See the library.

use std::{
    fs,
    io::{self, Read as _},
    path::{Path, PathBuf},
    process::{Child, Command, ExitCode, ExitStatus, Stdio},
    thread,
    time::{Duration, Instant},
};

use clap::Parser;
use kubeforge_fuzz::{
    memory::Counting,
    targets::{TARGETS, Target},
    worker::{self, Options},
};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// A worker that is silent for so much longer than it should run hangs.
const PATIENCE: Duration = Duration::from_secs(60);

/// A target whose worker died so often is left alone.
const DEATHS_MAX: u64 = 20;

/// Runs fuzz targets on mutated encodings of arbitrary objects.
///
/// Findings are told on standard output, and their inputs kept in files. It fails where there are any.
#[derive(Clone, Debug, Parser)]
struct Args {
    /// How long each target runs.
    #[arg(long, value_name = "N", default_value_t = 60)]
    seconds: u64,
    /// The target to run; all, one after the other, where none is named.
    #[arg(long, value_name = "NAME", value_parser = target)]
    target: Option<Target>,
    /// Where the sequence of mutations begins; the same seed makes the same inputs.
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// Where inputs of findings go.
    #[arg(long, value_name = "DIR", default_value = "artifacts")]
    artifacts: PathBuf,
    /// Run the target on this input only.
    #[arg(long, value_name = "FILE", requires = "target")]
    replay: Option<PathBuf>,
    /// Run the target in this process.
    #[arg(long, hide = true, requires = "target")]
    worker: bool,
}

fn target(name: &str) -> Result<Target, String> {
    let names = || TARGETS.iter().map(|target| target.name).collect::<Vec<_>>().join(", ");
    TARGETS.iter().find(|target| target.name == name).copied().ok_or_else(|| format!("there are {}", names()))
}

fn main() -> io::Result<ExitCode> {
    let args = Args::parse();
    worker::remember_panics();
    if let (Some(target), Some(file)) = (args.target, &args.replay) {
        let found = worker::replay(target, file)?;
        println!("{}", found.as_deref().unwrap_or("nothing wrong"));
        return Ok(if found.is_some() { ExitCode::FAILURE } else { ExitCode::SUCCESS });
    }
    if let (Some(target), true) = (args.target, args.worker) {
        let time = Duration::from_secs(args.seconds);
        let report = worker::run(target, Options { time, seed: args.seed, directory: args.artifacts })?;
        worker::print(&report)?;
        return Ok(ExitCode::SUCCESS);
    }
    let targets = args.target.map_or(TARGETS.to_vec(), |target| vec![target]);
    let mut findings = 0;
    for target in targets {
        findings += supervise(&args, target)?;
    }
    Ok(if findings > 0 { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// Runs workers for a target until its time is up: a new one where one died. Returns how many findings there were.
fn supervise(args: &Args, target: Target) -> io::Result<usize> {
    let directory = args.artifacts.join(target.name);
    let (began, time) = (Instant::now(), Duration::from_secs(args.seconds));
    let (mut executions, mut findings, mut deaths) = (0u64, 0, 0);
    while deaths < DEATHS_MAX && began.elapsed() < time {
        let left = time.saturating_sub(began.elapsed()).as_secs().max(1);
        let seed = args.seed + deaths;
        let (status, out) = run_worker(&directory, target, seed, left)?;
        if status.success() {
            let mut lines = out.lines();
            executions += lines.next().and_then(|count| count.parse::<u64>().ok()).unwrap_or_default();
            for finding in lines {
                findings += 1;
                println!("{}: {finding}", target.name);
            }
            continue;
        }
        if status.code().is_some() {
            // it says so by itself where the target is not to blame
            return Err(io::Error::other(format!("the worker failed: {status}")));
        }
        let kept = directory.join(format!("death-{seed}"));
        fs::rename(directory.join("current"), &kept)?;
        println!("{}: {}: the process died: {status}", target.name, kept.display());
        (deaths, findings) = (deaths + 1, findings + 1);
    }
    println!("{}: {executions} executions in {:.0?}, {findings} findings", target.name, began.elapsed());
    Ok(findings)
}

/// Runs a worker to its end, or kills it where it hangs.
fn run_worker(directory: &Path, target: Target, seed: u64, seconds: u64) -> io::Result<(ExitStatus, String)> {
    let mut child: Child = Command::new(std::env::current_exe()?)
        .args(["--worker", "--target", target.name])
        .args(["--seed", &seed.to_string(), "--seconds", &seconds.to_string()])
        .arg("--artifacts")
        .arg(directory)
        .stdout(Stdio::piped())
        .spawn()?;
    let pipe = child.stdout.take();
    let reader = thread::spawn(move || {
        let mut out = String::new();
        // a worker that died in the middle of a line has told nothing
        let _told = pipe.map(|mut pipe| pipe.read_to_string(&mut out));
        out
    });
    let deadline = Instant::now() + Duration::from_secs(seconds) + PATIENCE;
    let status = loop {
        match child.try_wait()? {
            Some(status) => break status,
            None if Instant::now() > deadline => {
                child.kill()?;
                break child.wait()?;
            }
            None => thread::sleep(Duration::from_millis(100)),
        }
    };
    Ok((status, reader.join().unwrap_or_default()))
}
