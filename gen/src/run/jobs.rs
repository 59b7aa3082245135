//! Emitting on several threads.
//!
//! The model is plain data and is shared; tokens are made and turned into text on the same thread, as they can't move
//! between threads. The order in which threads finish does not reach the output.

use std::{
    collections::BTreeMap,
    num::NonZeroUsize,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    thread,
};

use crate::{
    emit::{self, EmitError, Emitter, Scope, Workspace},
    output::{self, OutputError},
};

/// An emitter to run on a package.
pub(super) struct Job {
    pub(super) emitter: &'static Emitter,
    /// The package's number in the workspace.
    pub(super) package: usize,
    /// What the file's header says that it was made from.
    pub(super) from: String,
}

/// What became of a job.
pub(super) enum Made {
    /// No file.
    Nothing,
    /// A file's text.
    Text(String),
    /// Something in the model that the emitter can't make code of.
    Errors(Vec<EmitError>),
}

#[derive(Default)]
pub(super) struct Jobs {
    jobs: Vec<Job>,
}

/// What became of all jobs, by emitter and package.
pub(super) struct Results {
    made: BTreeMap<(&'static str, usize), Result<Made, OutputError>>,
}

impl Jobs {
    pub(super) fn add(&mut self, job: Job) {
        self.jobs.push(job);
    }

    /// Runs all, on so many threads.
    pub(super) fn run(&self, workspace: &Workspace, threads: NonZeroUsize) -> Results {
        let next = AtomicUsize::new(0);
        let made = Mutex::new(BTreeMap::new());
        let work = || {
            while let Some(job) = self.jobs.get(next.fetch_add(1, Relaxed)) {
                let result = job.run(workspace);
                let mut made = made.lock().unwrap_or_else(PoisonError::into_inner);
                made.insert((job.emitter.name, job.package), result);
            }
        };
        thread::scope(|scope| {
            for _ in 1..threads.get().min(self.jobs.len()) {
                scope.spawn(work);
            }
            work();
        });
        Results { made: made.into_inner().unwrap_or_else(PoisonError::into_inner) }
    }
}

impl Job {
    fn run(&self, workspace: &Workspace) -> Result<Made, OutputError> {
        let Some(package) = workspace.packages.get(self.package) else { return Ok(Made::Nothing) };
        let tokens = match (self.emitter.emit)(package, workspace) {
            Ok(tokens) if tokens.is_empty() => return Ok(Made::Nothing),
            Ok(tokens) => tokens,
            Err(errors) => return Ok(Made::Errors(errors)),
        };
        let tokens = match self.emitter.scope {
            Scope::Package { .. } => emit::package_file(&tokens),
            Scope::ClientSet { .. } => tokens,
        };
        output::render(self.emitter.name, &self.from, tokens).map(Made::Text)
    }
}

impl Results {
    /// What an emitter made of a package; asked for once.
    pub(super) fn take(&mut self, emitter: &Emitter, package: usize) -> Result<Made, OutputError> {
        self.made.remove(&(emitter.name, package)).unwrap_or(Ok(Made::Nothing))
    }
}
