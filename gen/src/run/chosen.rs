//! What `--only` chooses.

use super::RunError;
use crate::{
    diagnostic::did_you_mean,
    document::{self, DOCUMENTS, Document},
    emit::{EMITTERS, Emitter},
};

/// What was chosen.
pub(super) struct Chosen {
    pub(super) emitters: Vec<&'static Emitter>,
    pub(super) documents: Vec<&'static Document>,
    /// It chose everything.
    pub(super) complete: bool,
}

impl Chosen {
    pub(super) fn of(only: &[String]) -> Result<Self, RunError> {
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
