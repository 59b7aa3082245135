//! `kubeforge-gen docs` and `proto`: documents of all packages, written anywhere.

use std::{path::PathBuf, process::ExitCode};

use kubeforge_gen::{
    config::Directory,
    document::Document,
    run::{self, RunError},
};

use super::print::report;

/// Arguments of `kubeforge-gen docs` and `proto`.
#[derive(clap::Args)]
pub(super) struct Write {
    /// A gen.toml; may be given more than once
    #[arg(long = "config", value_name = "PATH", default_value = "gen.toml")]
    configs: Vec<PathBuf>,
    /// The directory to write into. Files that were generated into it before and are no longer wanted go
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
}

impl Write {
    /// Writes the documents.
    pub(super) fn run(&self, document: &Document) -> Result<ExitCode, RunError> {
        let run = run::documents(&self.configs, document, &Directory::at(&self.out))?;
        let found = run.output.changes()?;
        found.changes.iter().try_for_each(|change| change.apply())?;
        let (changed, unchanged) = (found.changes.len(), found.unchanged);
        report(&format!(
            "{} packages; {changed} files changed, {unchanged} unchanged in {}",
            run.packages,
            self.out.display()
        ));
        Ok(ExitCode::SUCCESS)
    }
}
