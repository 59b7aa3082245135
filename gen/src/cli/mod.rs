//! The command line: one subcommand to a file.

mod document;
mod generate;
mod markers;
mod new;
mod print;

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use kubeforge_gen::{
    document::{DOCS, DOCUMENTS, PROTO},
    emit::EMITTERS,
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
    Generate(generate::Generate),
    /// Compares generated files with what would be written; prints the difference and fails if there is one
    Verify(generate::Verify),
    /// Starts a crate with an API group, or adds a version or a kind to one
    New(new::New),
    /// Writes reference pages in Markdown: one for each group and version
    Docs(document::Write),
    /// Writes .proto files
    Proto(document::Write),
    /// Lists every marker of #[api(…)] with its place, meaning and an example
    Markers(markers::Markers),
}

fn emitters() -> String {
    let emitters = EMITTERS.iter().map(|emitter| (emitter.name, emitter.about));
    let all: Vec<_> = emitters.chain(DOCUMENTS.iter().map(|document| (document.name, document.about))).collect();
    let width = all.iter().map(|(name, _)| name.len()).max().unwrap_or_default();
    let lines: Vec<String> = all.iter().map(|(name, about)| format!("  {name:width$}  {about}")).collect();
    format!("Emitters:\n{}", lines.join("\n"))
}

/// Runs the command line; the exit code is 1 where generated files are stale or the input is wrong.
pub(crate) fn main() -> ExitCode {
    let done = match Arguments::parse().command {
        Command::Generate(generate) => generate.run(),
        Command::Verify(verify) => verify.run(),
        Command::New(new) => return new.run(),
        Command::Docs(write) => write.run(&DOCS),
        Command::Proto(write) => write.run(&PROTO),
        Command::Markers(markers) => markers.run(),
    };
    match done {
        Ok(code) => code,
        Err(error) => {
            print::report_failure(&error);
            ExitCode::FAILURE
        }
    }
}
