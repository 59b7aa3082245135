//! From what emitters made to wanted files.

use std::{collections::BTreeSet, ops::Range};

use super::{
    Chosen,
    jobs::{Made, Results},
    report, report_all,
};
use crate::{
    config::{Config, Directory},
    diagnostic::Diagnostics,
    document::Document,
    emit::{self, EMITTERS, EmitError, Emitter, Scope, Workspace},
    load::{Loaded, Spans},
    output::{self, Output, OutputError},
};

/// Collects the output of a run.
pub(super) struct Generation<'a> {
    pub(super) loaded: &'a Loaded,
    pub(super) chosen: &'a Chosen,
    pub(super) made: Results,
    pub(super) output: Output,
    pub(super) diagnostics: Diagnostics,
}

impl Generation<'_> {
    /// Collects what was made of a configuration's packages.
    pub(super) fn config(&mut self, config: &Config, range: Range<usize>) -> Result<(), OutputError> {
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
