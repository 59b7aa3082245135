//! `kubeforge-gen generate` and `verify`.

use std::{
    num::NonZeroUsize,
    path::{Path, PathBuf},
    process::ExitCode,
    time::{Duration, Instant},
};

use kubeforge_gen::{
    cache::Cache,
    diagnostic::Style,
    generate::{self, Generated},
    run::{self, Options, RunError},
    watch::{Round, Watch},
};

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
    #[arg(long, conflicts_with = "watch")]
    check: bool,
    /// Generate again whenever a type file or gen.toml is saved, until Ctrl-C
    #[arg(long)]
    watch: bool,
    /// Run all emitters, even if nothing changed since the last run
    #[arg(long)]
    no_cache: bool,
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
    /// How many threads to emit on; as many as the machine has where not given
    #[arg(long, value_name = "N")]
    jobs: Option<NonZeroUsize>,
}

impl Input {
    fn options(&self, only: &[String]) -> Options {
        let all = Options::all(&self.configs);
        Options { only: only.to_vec(), threads: self.jobs.unwrap_or(all.threads), ..all }
    }
}

impl Generate {
    /// Writes what changed.
    pub(super) fn run(&self) -> Result<ExitCode, RunError> {
        let options = self.input.options(&self.only);
        if self.check {
            return verify(&options);
        }
        let config = self.input.configs.first().map_or(Path::new(""), PathBuf::as_path);
        let cache = if self.no_cache { None } else { Cache::of_cargo(config) };
        if self.watch {
            Watch::new(options, cache, Style::of_stderr()).run(tell);
        }
        let started = Instant::now();
        let generated = generate::generate(&options, cache.as_ref())?;
        summarize(&generated, started.elapsed());
        Ok(ExitCode::SUCCESS)
    }
}

impl Verify {
    /// Compares, and prints the differences.
    pub(super) fn run(&self) -> Result<ExitCode, RunError> {
        verify(&self.input.options(&[]))
    }
}

fn verify(options: &Options) -> Result<ExitCode, RunError> {
    let started = Instant::now();
    let run = run::run_with(options)?;
    let found = run.output.changes()?;
    for change in &found.changes {
        print(&change.diff())?;
    }
    let stale = found.changes.len();
    tell_hand_written(&run.hand_written);
    tell_totals(
        (run.packages, run.types),
        &format!("{stale} files stale, {} fresh", found.unchanged),
        started.elapsed(),
    );
    if stale == 0 {
        return Ok(ExitCode::SUCCESS);
    }
    report("generated files are stale: run hack/update-codegen");
    Ok(ExitCode::FAILURE)
}

/// Tells of a round of `--watch`.
fn tell(round: &Round) {
    if !round.changed.is_empty() {
        report(&format!("changed: {}", round.changed.join(", ")));
    }
    match &round.outcome {
        Ok(generated) => {
            generated.written.iter().for_each(|file| report(&format!("  wrote {file}")));
            generated.removed.iter().for_each(|file| report(&format!("  removed {file}")));
            summarize(generated, round.took);
        }
        Err(text) => report(text),
    }
    report("watching; Ctrl-C ends it");
}

fn summarize(generated: &Generated, took: Duration) {
    tell_hand_written(&generated.hand_written);
    let (written, removed) = (generated.written.len(), generated.removed.len());
    let files = format!("{written} files written, {removed} removed, {} unchanged", generated.unchanged);
    tell_totals((generated.packages, generated.types), &files, took);
}

fn tell_hand_written(left_out: &[String]) {
    left_out.iter().for_each(|left_out| report(&format!("hand-written, left out: {left_out}")));
}

fn tell_totals((packages, types): (usize, usize), files: &str, took: Duration) {
    report(&format!("{packages} packages, {types} types; {files}; {} ms", took.as_millis()));
}
