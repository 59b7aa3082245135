//! `kubeforge-gen generate` and `verify`.

use std::{path::PathBuf, process::ExitCode, time::Instant};

use kubeforge_gen::run::{self, Run, RunError};

use super::print::{print, report};

/// Arguments of `kubeforge-gen generate`.
#[derive(clap::Args)]
pub(super) struct Generate {
    #[command(flatten)]
    input: Input,
    /// Run these emitters only, separated by commas; other generated files stay as they are
    #[arg(long, value_delimiter = ',', value_name = "EMITTERS")]
    only: Vec<String>,
    /// Write nothing; fail where something would be written
    #[arg(long)]
    check: bool,
}

/// Arguments of `kubeforge-gen verify`.
#[derive(clap::Args)]
pub(super) struct Verify {
    #[command(flatten)]
    input: Input,
}

/// What to read.
#[derive(clap::Args)]
pub(super) struct Input {
    /// A gen.toml; may be given more than once. Packages that refer to one another are loaded together
    #[arg(long = "config", value_name = "PATH", default_value = "gen.toml")]
    pub(super) configs: Vec<PathBuf>,
}

impl Generate {
    /// Writes what changed.
    pub(super) fn run(&self) -> Result<ExitCode, RunError> {
        if self.check {
            return verify(&self.input, &self.only);
        }
        let started = Instant::now();
        let run = run::run(&self.input.configs, &self.only)?;
        let found = run.output.changes()?;
        found.changes.iter().try_for_each(|change| change.apply())?;
        let removed = found.changes.iter().filter(|change| change.removes()).count();
        let written = found.changes.len() - removed;
        summarize(&run, started, &format!("{written} files written, {removed} removed, {} unchanged", found.unchanged));
        Ok(ExitCode::SUCCESS)
    }
}

impl Verify {
    /// Compares, and prints the differences.
    pub(super) fn run(&self) -> Result<ExitCode, RunError> {
        verify(&self.input, &[])
    }
}

fn verify(input: &Input, only: &[String]) -> Result<ExitCode, RunError> {
    let started = Instant::now();
    let run = run::run(&input.configs, only)?;
    let found = run.output.changes()?;
    for change in &found.changes {
        print(&change.diff())?;
    }
    let stale = found.changes.len();
    summarize(&run, started, &format!("{stale} files stale, {} fresh", found.unchanged));
    if stale == 0 {
        return Ok(ExitCode::SUCCESS);
    }
    report("generated files are stale: run hack/update-codegen");
    Ok(ExitCode::FAILURE)
}

fn summarize(run: &Run, started: Instant, files: &str) {
    for left_out in &run.hand_written {
        report(&format!("hand-written, left out: {left_out}"));
    }
    report(&format!("{} packages, {} types; {files}; {} ms", run.packages, run.types, started.elapsed().as_millis()));
}
