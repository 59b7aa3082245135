//! `kubeforge-gen import`.

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::Args;
use kubeforge_gen::{
    config::Config,
    import::{self, ImportError, Imported, Place, Report, Request, Summary, Write},
    model::Package,
};

use super::print::{print, report};

/// Where `gen.toml` is looked for without `--config`.
const DEFAULT_CONFIG: &str = "gen.toml";

/// The arguments.
#[derive(Args)]
#[command(after_long_help = AFTER_HELP)]
pub(super) struct Arguments {
    /// Documents: OpenAPI v3, or CustomResourceDefinitions; a YAML file may hold several
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Directory of the package; where the documents hold several versions, each has a directory in it
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Only the packages of this group; the core group's name is empty
    #[arg(long)]
    group: Option<String>,
    /// Only the packages of this version
    #[arg(long)]
    version: Option<String>,
    /// What the names of an OpenAPI document's own definitions begin with, where its kinds don't tell
    #[arg(long, value_name = "PREFIX")]
    definition_prefix: Option<String>,
    /// The package's Rust path; by default that of its entry in gen.toml, or the one that its directory means
    #[arg(long, value_name = "PATH")]
    module: Option<String>,
    /// A table of protobuf numbers: package,message,field,number,proto_type,label,map_key
    #[arg(long, value_name = "CSV")]
    tags: Option<PathBuf>,
    /// A gen.toml with packages that the documents refer to; by default the one in this directory, if there is one.
    /// The first is the one that --write-config adds to
    #[arg(long = "config", value_name = "PATH")]
    configs: Vec<PathBuf>,
    /// The module of a package that no gen.toml lists, for references to its definitions
    #[arg(long, value_name = "PREFIX=MODULE", value_parser = foreign)]
    foreign: Vec<(String, String)>,
    /// Import even what can't be said in full; what is lost is listed all the same
    #[arg(long)]
    lossy: bool,
    /// Add what is new to the type files that are there. What is there stays byte for byte
    #[arg(long)]
    merge: bool,
    /// Append the entry to gen.toml instead of printing it
    #[arg(long)]
    write_config: bool,
}

const AFTER_HELP: &str = "\
What OpenAPI does not say, and what is made of it:
  structs             plain where the document has `default: {}`, else Option<Box<T>>
  text, number, bool  plain where required or where the zero value is the default, else Option<T>
  integers            i64 without a format
  enums               named after holder and field, unless one string component has the values
  inlined structs     found by --tags only; else their fields stand in the holder
  field order         the document's; with --tags, that of the messages
  left out            of OpenAPI's kinds: short names, categories, columns, scale paths, gates

Exit code 1, and nothing written, where a document is wrong, or where something in it has no
marker (unless --lossy).";

fn foreign(text: &str) -> Result<(String, String), String> {
    let (prefix, module) = text.split_once('=').ok_or("expected PREFIX=MODULE")?;
    Ok((prefix.to_owned(), module.to_owned()))
}

/// Runs the command.
pub(super) fn main(arguments: &Arguments) -> ExitCode {
    match run(arguments) {
        Ok(code) => code,
        Err(error) => {
            report(&error.to_string());
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> Result<ExitCode, ImportError> {
    let config = arguments.configs.first().cloned().unwrap_or_else(|| DEFAULT_CONFIG.into());
    let Imported { mut packages, report: found, configs } = import::read(&arguments.request(&config))?;
    if lost(&found) && !arguments.lossy {
        report("nothing was written: --lossy imports the rest");
        return Ok(ExitCode::FAILURE);
    }
    found.notes().iter().for_each(|note| report(&format!("note: {note}")));
    let places = import::places(&packages, &arguments.out, arguments.module.as_deref(), &configs);
    import::settle(&mut packages, &places, &configs);
    let mut writes = Vec::new();
    for (package, place) in packages.iter().zip(&places) {
        if arguments.merge {
            let (files, summary) = import::merge_into(package, place, &configs)?;
            summarize(&summary);
            writes.extend(files);
        } else {
            writes.extend(import::write_new(package, place)?);
        }
    }
    writes.iter().try_for_each(Write::apply)?;
    let types: usize = packages.iter().map(|package| package.types.len()).sum();
    report(&format!("{} packages, {types} types; {} files written", packages.len(), writes.len()));
    tell_entries(arguments, &config, &configs, &packages, &places)?;
    Ok(ExitCode::SUCCESS)
}

impl Arguments {
    fn request(&self, config: &Path) -> Request {
        let configs = match self.configs.is_empty() && config.is_file() {
            true => vec![config.to_owned()],
            false => self.configs.clone(),
        };
        Request {
            files: self.files.clone(),
            group: self.group.clone(),
            version: self.version.clone(),
            definition_prefix: self.definition_prefix.clone(),
            foreign: self.foreign.iter().cloned().collect(),
            tags: self.tags.clone(),
            // --write-config makes a gen.toml that is not there
            configs: configs.into_iter().filter(|path| !self.write_config || path.is_file()).collect(),
        }
    }
}

/// Lists what can't be said, if there is anything.
fn lost(found: &Report) -> bool {
    let lost = found.lost_problems();
    lost.iter().for_each(|problem| report(&format!("lost: {problem}")));
    !lost.is_empty()
}

/// Prints what gen.toml needs, or adds it there.
fn tell_entries(
    arguments: &Arguments,
    config: &Path,
    configs: &[Config],
    packages: &[Package],
    places: &[Place],
) -> Result<(), ImportError> {
    let clients = configs.first().is_some_and(|config| config.client_set.is_some());
    let entries = packages.iter().zip(places);
    let entries: Vec<(&Package, String)> =
        entries.map(|(package, place)| (package, import::entry(package, place, config, clients))).collect();
    if arguments.write_config {
        let added = import::append_entry(config, configs.first(), &entries)?;
        report(&format!("{added} entries added to {}", config.display()));
    } else if !arguments.merge {
        let entries: Vec<String> = entries.into_iter().map(|(_, entry)| entry).collect();
        print(&entries.join("\n")).map_err(|error| ImportError::Output(error.to_string()))?;
    }
    Ok(())
}

fn summarize(summary: &Summary) {
    summary.added.iter().for_each(|added| report(&format!("added: {added}")));
    summary.different.iter().for_each(|different| report(&format!("left alone: {different}")));
}
