//! A run: configuration files in, wanted output and findings out.

mod chosen;
mod generation;
mod jobs;

use std::{num::NonZeroUsize, ops::Range, path::PathBuf, thread};

use crate::{
    config::{self, Config, ConfigError, Directory},
    diagnostic::{Diagnostic, Diagnostics},
    document::Document,
    emit::{EmitError, PackageError, Scope},
    load::{self, Loaded, Spans},
    output::{self, Output, OutputError},
};
use chosen::Chosen;
use generation::Generation;
use jobs::{Job, Jobs};

/// Why a run failed.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// A `gen.toml`.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The type files.
    #[error(transparent)]
    Input(#[from] Diagnostics),
    /// The generated files.
    #[error(transparent)]
    Output(#[from] OutputError),
    /// `--only` names something that is no emitter.
    #[error("there is no emitter `{name}`: {hint}")]
    NoEmitter {
        /// The name.
        name: String,
        /// Which ones there are.
        hint: String,
    },
}

/// What a run made.
#[derive(Debug)]
pub struct Run {
    /// The files.
    pub output: Output,
    /// How many packages were read.
    pub packages: usize,
    /// How many types they have.
    pub types: usize,
    /// Implementations that are written by hand and were left out, as `package: Trait for Type`.
    pub hand_written: Vec<String>,
}

/// Traits that emitters implement, for the report on hand-written ones.
const EMITTED_TRAITS: &[&str] = &[
    "Json",
    "JsonFields",
    "Proto",
    "ProtoFields",
    "DeepCopy",
    "Defaulted",
    "Validate",
    "HasSchema",
    "HasStructSchema",
    "StringEnum",
    "HasOpenApi",
    "HasCrdSchema",
    "Kind",
    "Resource",
    "ListKind",
    "Serialize",
    "Deserialize",
    "Default",
    "Display",
    "Arbitrary",
];

/// What to run.
#[derive(Clone, Debug)]
pub struct Options {
    /// The `gen.toml` files. Packages that refer to one another are loaded together.
    pub configs: Vec<PathBuf>,
    /// Names of emitters and of generators of documents; empty for all.
    pub only: Vec<String>,
    /// How many threads emit.
    pub threads: NonZeroUsize,
}

impl Options {
    /// Everything that these files ask for, on as many threads as the machine has.
    pub fn all(configs: &[PathBuf]) -> Self {
        let threads = thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
        Self { configs: configs.to_vec(), only: Vec::new(), threads }
    }
}

/// Reads the configurations and their packages, and runs the emitters named by `only`, or all.
///
/// # Errors
/// Everything that is wrong with the input, or the first problem with configuration or output.
pub fn run(configs: &[PathBuf], only: &[String]) -> Result<Run, RunError> {
    run_with(&Options { only: only.to_vec(), ..Options::all(configs) })
}

/// As [`run`].
///
/// # Errors
/// Everything that is wrong with the input, or the first problem with configuration or output.
pub fn run_with(options: &Options) -> Result<Run, RunError> {
    let chosen = Chosen::of(&options.only)?;
    let (configs, loaded) = load(&options.configs)?;
    let jobs = jobs_of(&configs, &loaded, &chosen);
    let made = jobs.run(&loaded.workspace, options.threads);
    let mut generation = Generation {
        loaded: &loaded,
        chosen: &chosen,
        made,
        output: Output::default(),
        diagnostics: Diagnostics::new(),
    };
    for (config, range) in ranges(&configs) {
        generation.config(config, range)?;
    }
    let Generation { output, diagnostics, .. } = generation;
    let output = diagnostics.or(output)?;
    let packages = &loaded.workspace.packages;
    Ok(Run {
        output,
        packages: packages.len(),
        types: packages.iter().map(|package| package.types.len()).sum(),
        hand_written: hand_written(&loaded),
    })
}

/// Runs one generator of documents on all packages, into a directory of its own.
///
/// # Errors
/// Everything that is wrong with the input, or the first problem with the configuration.
pub fn documents(configs: &[PathBuf], document: &Document, into: &Directory) -> Result<Run, RunError> {
    let (_, loaded) = load(configs)?;
    let packages = &loaded.workspace.packages;
    let mut output = Output::default();
    let mut diagnostics = Diagnostics::new();
    output.documents(into, true);
    match (document.emit)(&loaded.workspace, 0..packages.len()) {
        Ok(files) => {
            for file in files {
                let text = output::render_document(document.name, &file);
                output.file(into, &file.path, Some(text));
            }
        }
        Err(errors) => report_all(&mut diagnostics, document.name, &loaded, errors),
    }
    let output = diagnostics.or(output)?;
    let types = packages.iter().map(|package| package.types.len()).sum();
    Ok(Run { output, packages: packages.len(), types, hand_written: Vec::new() })
}

fn load(configs: &[PathBuf]) -> Result<(Vec<Config>, Loaded), RunError> {
    let configs: Vec<Config> = configs.iter().map(|path| config::read(path)).collect::<Result<_, _>>()?;
    let sources: Vec<_> =
        configs.iter().flat_map(|config| config.packages.iter().map(|package| package.source.clone())).collect();
    Ok((configs, load::packages(&sources)?))
}

/// The configurations with the numbers that their packages have in the run.
fn ranges(configs: &[Config]) -> impl Iterator<Item = (&Config, Range<usize>)> {
    let mut first = 0;
    configs.iter().map(move |config| {
        let range = first..first + config.packages.len();
        first = range.end;
        (config, range)
    })
}

/// What is to be emitted, so that threads can share the work.
fn jobs_of(configs: &[Config], loaded: &Loaded, chosen: &Chosen) -> Jobs {
    let mut jobs = Jobs::default();
    for (config, range) in ranges(configs) {
        for (package, config_of) in range.zip(&config.packages) {
            let Some(model) = loaded.workspace.packages.get(package) else { continue };
            for &emitter in &chosen.emitters {
                let from = match emitter.scope {
                    Scope::Package { .. } => config_of.path.clone(),
                    Scope::ClientSet { .. } if model.client && config.client_set.is_some() => model.module.clone(),
                    Scope::ClientSet { .. } => continue,
                };
                jobs.add(Job { emitter, package, from });
            }
        }
    }
    jobs
}

fn report(diagnostics: &mut Diagnostics, emitter: &str, spans: &Spans, errors: Vec<EmitError>) {
    for EmitError { type_name, field, message, hint } in errors {
        let finding: Diagnostic =
            spans.finding((&type_name, field.as_deref(), None), format!("{emitter}: {message}"), hint);
        diagnostics.push(finding);
    }
}

/// The same of errors that may be about any package.
fn report_all(diagnostics: &mut Diagnostics, emitter: &str, loaded: &Loaded, errors: Vec<PackageError>) {
    let none = Spans::default();
    for PackageError { package, error } in errors {
        let spans = loaded.packages.get(package).map_or(&none, |place| &place.spans);
        report(diagnostics, emitter, spans, vec![error]);
    }
}

fn hand_written(loaded: &Loaded) -> Vec<String> {
    let packages = loaded.workspace.packages.iter().zip(&loaded.packages);
    packages
        .flat_map(|(package, place)| {
            let left_out = package.hand_written.iter().filter(|(trait_name, of)| {
                EMITTED_TRAITS.contains(&trait_name.as_str()) && package.types.contains_key(of)
            });
            left_out.map(|(trait_name, of)| format!("{}: {trait_name} for {of}", place.shown))
        })
        .collect()
}
