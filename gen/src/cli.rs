//! The command line.

mod import;

use std::{
    io::{self, Write},
    path::PathBuf,
    process::ExitCode,
    time::Instant,
};

use clap::{Parser, Subcommand, ValueEnum};
use kubeforge_gen::{
    emit::EMITTERS,
    markers,
    output::OutputError,
    run::{self, Run, RunError},
};

/// Generates code from Kubernetes-style API type definitions.
///
/// Reads the packages that gen.toml files list: Rust structs with #[api(…)] attributes. Writes codecs, copies, defaults,
/// schemas, registration and typed clients into generated/ directories beside them.
#[derive(Parser)]
#[command(name = "kubeforge-gen", version, max_term_width = 120, after_help = emitters())]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Writes generated files that are missing or differ, and removes stale ones
    Generate {
        #[command(flatten)]
        input: Input,
        /// Run these emitters only, separated by commas; other generated files stay as they are
        #[arg(long, value_delimiter = ',', value_name = "EMITTERS")]
        only: Vec<String>,
        /// Write nothing; fail where something would be written
        #[arg(long)]
        check: bool,
    },
    /// Compares generated files with what would be written; prints the difference and fails if there is one
    Verify {
        #[command(flatten)]
        input: Input,
    },
    /// Makes type files of OpenAPI v3 documents and CustomResourceDefinitions, or brings existing ones up to date
    ///
    /// Reads documents as API servers serve them under /openapi/v3/, and CustomResourceDefinitions in YAML or JSON.
    /// Writes Rust type files with #[api(…)] markers, one file per kind, and prints the entry that gen.toml needs.
    Import(Box<import::Arguments>),
    /// Lists every marker of #[api(…)] with its place, meaning and an example
    Markers {
        /// How to print them
        #[arg(long, value_enum, default_value_t = Format::Text)]
        format: Format,
    },
}

#[derive(clap::Args)]
struct Input {
    /// A gen.toml; may be given more than once. Packages that refer to one another are loaded together
    #[arg(long = "config", value_name = "PATH", default_value = "gen.toml")]
    configs: Vec<PathBuf>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    /// For a terminal
    Text,
    /// As tables
    Markdown,
}

fn emitters() -> String {
    let width = EMITTERS.iter().map(|emitter| emitter.name.len()).max().unwrap_or_default();
    let lines: Vec<String> =
        EMITTERS.iter().map(|emitter| format!("  {:width$}  {}", emitter.name, emitter.about)).collect();
    format!("Emitters:\n{}", lines.join("\n"))
}

/// Runs the command line; the exit code is 1 where generated files are stale or the input is wrong.
pub(crate) fn main() -> ExitCode {
    let done = match Arguments::parse().command {
        Command::Generate { input, only, check: false } => generate(&input, &only),
        Command::Generate { input, only, check: true } => verify(&input, &only),
        Command::Verify { input } => verify(&input, &[]),
        Command::Import(arguments) => return import::main(&arguments),
        Command::Markers { format } => print_markers(format),
    };
    match done {
        Ok(code) => code,
        Err(error) => {
            report(&error.to_string());
            ExitCode::FAILURE
        }
    }
}

fn report(text: &str) {
    eprintln!("{text}");
}

fn generate(input: &Input, only: &[String]) -> Result<ExitCode, RunError> {
    let started = Instant::now();
    let run = run::run(&input.configs, only)?;
    let found = run.output.changes()?;
    found.changes.iter().try_for_each(|change| change.apply())?;
    let removed = found.changes.iter().filter(|change| change.removes()).count();
    let written = found.changes.len() - removed;
    summarize(&run, started, &format!("{written} files written, {removed} removed, {} unchanged", found.unchanged));
    Ok(ExitCode::SUCCESS)
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

fn print_markers(format: Format) -> Result<ExitCode, RunError> {
    print(&match format {
        Format::Text => markers::text(),
        Format::Markdown => markers::markdown(),
    })?;
    Ok(ExitCode::SUCCESS)
}

/// Prints to standard output. A reader that has gone away ends the output, not the run.
fn print(text: &str) -> Result<(), OutputError> {
    match io::stdout().lock().write_all(text.as_bytes()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(OutputError::Io { verb: "write", path: "standard output".into(), source: error })
        }
        _ => Ok(()),
    }
}
