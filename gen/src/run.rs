//! A run: configuration files in, wanted output and findings out.

use std::{collections::BTreeSet, path::PathBuf};

use crate::{
    config::{self, Config, ConfigError, Directory},
    diagnostic::{Diagnostic, Diagnostics, did_you_mean},
    emit::{self, EMITTERS, EmitError, Emitter, Scope, Workspace},
    load::{self, Loaded, Spans},
    output::{self, Output, OutputError},
};

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
    "Arbitrary",
];

/// Reads the configurations and their packages, and runs the emitters named by `only`, or all.
///
/// # Errors
/// Everything that is wrong with the input, or the first problem with configuration or output.
pub fn run(configs: &[PathBuf], only: &[String]) -> Result<Run, RunError> {
    let emitters = choose(only)?;
    let configs: Vec<Config> = configs.iter().map(|path| config::read(path)).collect::<Result<_, _>>()?;
    let sources: Vec<_> =
        configs.iter().flat_map(|config| config.packages.iter().map(|package| package.source.clone())).collect();
    let loaded = load::packages(&sources)?;
    let mut generation = Generation {
        loaded: &loaded,
        emitters: &emitters,
        complete: only.is_empty(),
        output: Output::default(),
        diagnostics: Diagnostics::new(),
    };
    let mut first = 0;
    for config in &configs {
        generation.config(config, first)?;
        first += config.packages.len();
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

fn choose(only: &[String]) -> Result<Vec<&'static Emitter>, RunError> {
    if only.is_empty() {
        return Ok(EMITTERS.iter().collect());
    }
    let find = |name: &String| {
        EMITTERS.iter().find(|emitter| emitter.name == name).ok_or_else(|| {
            let names = || EMITTERS.iter().map(|emitter| emitter.name);
            let all = || format!("there are {}", names().collect::<Vec<_>>().join(", "));
            RunError::NoEmitter { name: name.clone(), hint: did_you_mean(name, names()).unwrap_or_else(all) }
        })
    };
    only.iter().map(find).collect()
}

struct Generation<'a> {
    loaded: &'a Loaded,
    emitters: &'a [&'static Emitter],
    complete: bool,
    output: Output,
    diagnostics: Diagnostics,
}

impl Generation<'_> {
    /// Runs the emitters on a configuration's packages, the first of which is number `first` of the run's.
    fn config(&mut self, config: &Config, first: usize) -> Result<(), OutputError> {
        for (offset, package) in config.packages.iter().enumerate() {
            self.package(first + offset, &package.path)?;
        }
        let Some(client_set) = &config.client_set else { return Ok(()) };
        let mut written: BTreeSet<&str> = BTreeSet::new();
        for &emitter in self.emitters {
            if let Scope::ClientSet { directory, root } = emitter.scope
                && written.insert(directory)
            {
                self.client_set(emitter, &client_set.join(directory), root, first..first + config.packages.len())?;
            }
        }
        Ok(())
    }

    fn package(&mut self, index: usize, from: &str) -> Result<(), OutputError> {
        let loaded = self.loaded;
        let (Some(package), Some(place)) = (loaded.workspace.packages.get(index), loaded.packages.get(index)) else {
            return Ok(());
        };
        let directory = Directory { path: place.dir.join("generated"), shown: format!("{}/generated", place.shown) };
        self.output.directory(&directory, self.complete);
        let mut present = BTreeSet::new();
        if !self.complete {
            present = output::generated_files(&directory.path, &directory.shown)?.into_keys().collect();
        }
        for &emitter in self.emitters {
            let Scope::Package { file_name } = emitter.scope else { continue };
            match (emitter.emit)(package, &loaded.workspace) {
                Ok(tokens) if tokens.is_empty() => {
                    present.remove(file_name);
                    self.output.file(&directory, file_name, None);
                }
                Ok(tokens) => {
                    present.insert(file_name.to_owned());
                    let text = output::render(emitter.name, from, emit::package_file(&tokens))?;
                    self.output.file(&directory, file_name, Some(text));
                }
                Err(errors) => self.report(emitter, &place.spans, errors),
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

    fn client_set(
        &mut self,
        emitter: &Emitter,
        directory: &Directory,
        root: fn(&Workspace) -> Result<proc_macro2::TokenStream, Vec<EmitError>>,
        range: std::ops::Range<usize>,
    ) -> Result<(), OutputError> {
        let loaded = self.loaded;
        self.output.directory(directory, self.complete);
        for index in range {
            let (Some(package), Some(place)) = (loaded.workspace.packages.get(index), loaded.packages.get(index))
            else {
                continue;
            };
            if !package.client {
                continue;
            }
            let file_name = format!("{}.rs", emit::client_set_module(package));
            match (emitter.emit)(package, &loaded.workspace) {
                Ok(tokens) if tokens.is_empty() => self.output.file(directory, &file_name, None),
                Ok(tokens) => {
                    let text = output::render(emitter.name, &package.module, tokens)?;
                    self.output.file(directory, &file_name, Some(text));
                }
                Err(errors) => self.report(emitter, &place.spans, errors),
            }
        }
        match root(&loaded.workspace) {
            Ok(tokens) if tokens.is_empty() => {}
            Ok(tokens) => {
                let text = output::render(emitter.name, "all packages", tokens)?;
                self.output.file(directory, "mod.rs", Some(text));
            }
            Err(errors) => self.report(emitter, &Spans::default(), errors),
        }
        Ok(())
    }

    fn report(&mut self, emitter: &Emitter, spans: &Spans, errors: Vec<EmitError>) {
        for EmitError { type_name, field, message, hint } in errors {
            let message = format!("{}: {message}", emitter.name);
            let finding: Diagnostic = spans.finding((&type_name, field.as_deref(), None), message, hint);
            self.diagnostics.push(finding);
        }
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
