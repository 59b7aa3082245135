//! A run: configuration files in, wanted output and findings out.

mod jobs;

use std::{collections::BTreeSet, num::NonZeroUsize, ops::Range, path::PathBuf, thread};

use crate::{
    config::{self, Config, ConfigError, Directory},
    diagnostic::{Diagnostic, Diagnostics, did_you_mean},
    document::{self, DOCUMENTS, Document},
    emit::{self, EMITTERS, EmitError, Emitter, Scope, Workspace},
    load::{self, Loaded, Spans},
    output::{self, Output, OutputError},
};
use jobs::{Job, Jobs, Made};

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
    "HasSchema",
    "HasStructSchema",
    "StringEnum",
    "HasOpenApi",
    "Kind",
    "Resource",
    "ListKind",
    "Serialize",
    "Deserialize",
    "Default",
    "Display",
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

/// What `--only` chose.
struct Chosen {
    emitters: Vec<&'static Emitter>,
    documents: Vec<&'static Document>,
    /// It chose everything.
    complete: bool,
}

impl Chosen {
    fn of(only: &[String]) -> Result<Self, RunError> {
        if only.is_empty() {
            let (emitters, documents) = (EMITTERS.iter().collect(), DOCUMENTS.to_vec());
            return Ok(Self { emitters, documents, complete: true });
        }
        let mut chosen = Self { emitters: Vec::new(), documents: Vec::new(), complete: false };
        for name in only {
            let emitter = EMITTERS.iter().find(|emitter| emitter.name == name);
            let document = document::find(name);
            if emitter.is_none() && document.is_none() {
                return Err(no_emitter(name));
            }
            chosen.emitters.extend(emitter);
            chosen.documents.extend(document);
        }
        Ok(chosen)
    }
}

fn no_emitter(name: &str) -> RunError {
    let emitters = EMITTERS.iter().map(|emitter| emitter.name);
    let names: Vec<&str> = emitters.chain(DOCUMENTS.iter().map(|document| document.name)).collect();
    let hint = did_you_mean(name, names.iter().copied()).unwrap_or_else(|| format!("there are {}", names.join(", ")));
    RunError::NoEmitter { name: name.to_owned(), hint }
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

struct Generation<'a> {
    loaded: &'a Loaded,
    chosen: &'a Chosen,
    made: jobs::Results,
    output: Output,
    diagnostics: Diagnostics,
}

impl Generation<'_> {
    /// Collects what was made of a configuration's packages.
    fn config(&mut self, config: &Config, range: Range<usize>) -> Result<(), OutputError> {
        for (index, package) in range.clone().zip(&config.packages) {
            self.package(index, &package.path)?;
        }
        for &document in &self.chosen.documents {
            if let Some(directory) = config.documents.get(document.name) {
                self.document(document, directory, range.clone());
            }
        }
        let Some(client_set) = &config.client_set else { return Ok(()) };
        let mut written: BTreeSet<&str> = BTreeSet::new();
        for &emitter in &self.chosen.emitters {
            if let Scope::ClientSet { directory, root } = emitter.scope
                && written.insert(directory)
            {
                self.client_set(emitter, &client_set.join(directory), root, range.clone())?;
            }
        }
        Ok(())
    }

    fn package(&mut self, index: usize, from: &str) -> Result<(), OutputError> {
        let Some(place) = self.loaded.packages.get(index) else { return Ok(()) };
        let directory = Directory { path: place.dir.join("generated"), shown: format!("{}/generated", place.shown) };
        self.output.directory(&directory, self.chosen.complete);
        let mut present = BTreeSet::new();
        if !self.chosen.complete {
            present = output::generated_files(&directory.path, &directory.shown)?.into_keys().collect();
        }
        for &emitter in &self.chosen.emitters {
            let Scope::Package { file_name } = emitter.scope else { continue };
            match self.made.take(emitter, index)? {
                Made::Nothing => {
                    present.remove(file_name);
                    self.output.file(&directory, file_name, None);
                }
                Made::Text(text) => {
                    present.insert(file_name.to_owned());
                    self.output.file(&directory, file_name, Some(text));
                }
                Made::Errors(errors) => report(&mut self.diagnostics, emitter.name, &place.spans, errors),
            }
        }
        let modules: Vec<&Emitter> = EMITTERS
            .iter()
            .filter(|emitter| matches!(emitter.scope, Scope::Package { file_name } if present.contains(file_name)))
            .collect();
        let text = output::render("mod", from, emit::package_mod(&modules))?;
        self.output.file(&directory, "mod.rs", Some(text));
        Ok(())
    }

    fn document(&mut self, document: &Document, directory: &Directory, range: Range<usize>) {
        self.output.documents(directory, self.chosen.complete);
        match (document.emit)(&self.loaded.workspace, range) {
            Ok(files) => {
                for file in files {
                    let text = output::render_document(document.name, &file);
                    self.output.file(directory, &file.path, Some(text));
                }
            }
            Err(errors) => report_all(&mut self.diagnostics, document.name, self.loaded, errors),
        }
    }

    fn client_set(
        &mut self,
        emitter: &Emitter,
        directory: &Directory,
        root: fn(&Workspace) -> Result<proc_macro2::TokenStream, Vec<EmitError>>,
        range: Range<usize>,
    ) -> Result<(), OutputError> {
        let loaded = self.loaded;
        self.output.directory(directory, self.chosen.complete);
        for index in range {
            let (Some(package), Some(place)) = (loaded.workspace.packages.get(index), loaded.packages.get(index))
            else {
                continue;
            };
            if !package.client {
                continue;
            }
            let file_name = format!("{}.rs", emit::client_set_module(package));
            match self.made.take(emitter, index)? {
                Made::Nothing => self.output.file(directory, &file_name, None),
                Made::Text(text) => self.output.file(directory, &file_name, Some(text)),
                Made::Errors(errors) => report(&mut self.diagnostics, emitter.name, &place.spans, errors),
            }
        }
        match root(&loaded.workspace) {
            Ok(tokens) if tokens.is_empty() => {}
            Ok(tokens) => {
                let text = output::render(emitter.name, "all packages", tokens)?;
                self.output.file(directory, "mod.rs", Some(text));
            }
            Err(errors) => report(&mut self.diagnostics, emitter.name, &Spans::default(), errors),
        }
        Ok(())
    }
}

fn report(diagnostics: &mut Diagnostics, emitter: &str, spans: &Spans, errors: Vec<EmitError>) {
    for EmitError { type_name, field, message, hint } in errors {
        let finding: Diagnostic =
            spans.finding((&type_name, field.as_deref(), None), format!("{emitter}: {message}"), hint);
        diagnostics.push(finding);
    }
}

/// The same of errors that may be about any package: at the first one that has the type.
fn report_all(diagnostics: &mut Diagnostics, emitter: &str, loaded: &Loaded, errors: Vec<EmitError>) {
    for error in errors {
        let field = error.field.as_deref();
        let place = loaded.packages.iter().find(|place| place.spans.find(&error.type_name, field, None).is_some());
        let none = Spans::default();
        report(diagnostics, emitter, place.map_or(&none, |place| &place.spans), vec![error]);
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
