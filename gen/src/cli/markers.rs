//! `kubeforge-gen markers`.

use std::process::ExitCode;

use clap::ValueEnum;
use kubeforge_gen::{markers, run::RunError};

use super::print::print;

/// Arguments of `kubeforge-gen markers`.
#[derive(clap::Args)]
pub(super) struct Markers {
    /// How to print them
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    /// For a terminal
    Text,
    /// As tables
    Markdown,
}

impl Markers {
    /// Prints the list of markers.
    pub(super) fn run(&self) -> Result<ExitCode, RunError> {
        print(&match self.format {
            Format::Text => markers::text(),
            Format::Markdown => markers::markdown(),
        })?;
        Ok(ExitCode::SUCCESS)
    }
}
