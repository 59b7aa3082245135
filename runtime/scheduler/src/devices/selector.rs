//! Expressions that pick devices.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use kubeforge_cel::{
    Program, Type, Value, compile,
    device::{self, COST_MAX},
};

use super::view::Candidate;

/// So many expressions are kept compiled; when there are more, all are compiled anew. Few are ever in use.
const PROGRAMS_MAX: usize = 1024;

/// A compiled expression.
#[derive(Debug)]
pub(crate) struct Selector {
    /// Tells it from all others that ever were.
    number: u64,
    program: Result<Program, String>,
}

impl Selector {
    fn new(number: u64, expression: &str) -> Self {
        Self { number, program: compiled(expression) }
    }

    /// Whether it picks a device.
    ///
    /// # Errors
    /// In the words of the allocator, less the object that the selector stands in.
    pub(crate) fn picks(&self, candidate: Candidate<'_>) -> Result<bool, String> {
        let program = self.program.as_ref().map_err(|wrong| format!("CEL compile error: {wrong}"))?;
        candidate
            .view
            .answer(self.number, || run(program, candidate).map_err(|failure| format!("CEL runtime error: {failure}")))
    }
}

fn compiled(expression: &str) -> Result<Program, String> {
    let program = compile(expression, &device::env()).map_err(|wrong| format!("compilation failed: {wrong}"))?;
    match program.result_type() {
        Type::Bool | Type::Dyn => Ok(program),
        other => Err(format!("must evaluate to bool or the unknown type, not {other}")),
    }
}

fn run(program: &Program, candidate: Candidate<'_>) -> Result<bool, String> {
    match program.run(&[Some(candidate.value()?)], COST_MAX).value {
        Ok(Value::Bool(picks)) => Ok(picks),
        Ok(other) => {
            let name = other.type_name();
            Err(format!("CEL result of type {name} could not be converted to bool: type conversion error"))
        }
        Err(failure) => Err(failure.to_string()),
    }
}

/// Compiled expressions by their text.
#[derive(Debug, Default)]
pub(crate) struct Selectors {
    by_text: Mutex<HashMap<String, Arc<Selector>>>,
    count: AtomicU64,
}

impl Selectors {
    /// The selector of an expression.
    pub(crate) fn of(&self, expression: &str) -> Arc<Selector> {
        let mut by_text = self.by_text.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = by_text.get(expression) {
            return Arc::clone(known);
        }
        if by_text.len() >= PROGRAMS_MAX {
            by_text.clear();
        }
        let number = self.count.fetch_add(1, Ordering::Relaxed);
        let selector = Arc::new(Selector::new(number, expression));
        by_text.insert(expression.to_owned(), Arc::clone(&selector));
        selector
    }
}
