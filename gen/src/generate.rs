//! A run that writes: what `kubeforge-gen generate` does.

use crate::{
    cache::Cache,
    run::{self, Options, RunError},
};

/// What a run did.
#[derive(Clone, Debug, Default)]
pub struct Generated {
    /// How many packages were read.
    pub packages: usize,
    /// How many types they have.
    pub types: usize,
    /// Files that were missing or differed, as reports spell them.
    pub written: Vec<String>,
    /// Files that were stale.
    pub removed: Vec<String>,
    /// How many files were as they should be.
    pub unchanged: usize,
    /// Implementations that are written by hand and were left out, as `package: Trait for Type`.
    pub hand_written: Vec<String>,
}

/// Writes generated files that are missing or differ, and removes stale ones. With a cache, a run whose input and
/// output are what the last one left behind ends there.
///
/// # Errors
/// Everything that is wrong with the input, or the first problem with configuration or output. Nothing is written then.
pub fn generate(options: &Options, cache: Option<&Cache>) -> Result<Generated, RunError> {
    // read before the run: what is saved during the run makes the next one a full one
    let state = cache.and_then(|cache| cache.state(options));
    if let Some(known) = state.as_ref().and_then(|state| state.known()) {
        return Ok(known);
    }
    let run = run::run_with(options)?;
    let found = run.output.changes()?;
    found.changes.iter().try_for_each(|change| change.apply())?;
    let shown = |removed: bool| {
        let of = found.changes.iter().filter(move |change| change.removes() == removed);
        of.map(|change| change.shown.clone()).collect()
    };
    let generated = Generated {
        packages: run.packages,
        types: run.types,
        written: shown(false),
        removed: shown(true),
        unchanged: found.unchanged,
        hand_written: run.hand_written,
    };
    if let Some(state) = state {
        state.remember(&run.output, &generated);
    }
    Ok(generated)
}
