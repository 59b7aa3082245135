//! What is wrong with documents, and what of them can't be said in Rust.

use std::{cell::RefCell, fmt};

/// Something about a place in a document.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// The file.
    pub file: String,
    /// The JSON path in it; empty where it is about the whole file.
    pub path: String,
    /// What, in a line.
    pub message: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.path.as_str() {
            "" => write!(f, "{}: {}", self.file, self.message),
            path => write!(f, "{}: {path}: {}", self.file, self.message),
        }
    }
}

/// What was found on the way through documents. Places share it, so that reading goes on after a finding.
#[derive(Debug, Default)]
pub struct Report {
    errors: RefCell<Vec<Problem>>,
    lost: RefCell<Vec<Problem>>,
    notes: RefCell<Vec<String>>,
}

impl Report {
    /// Notes that something is wrong.
    pub fn error(&self, file: &str, path: &str, message: impl Into<String>) {
        self.errors.borrow_mut().push(problem(file, path, message.into()));
    }

    /// Notes that something has no counterpart in the attribute language.
    pub fn lost(&self, file: &str, path: &str, message: impl Into<String>) {
        let problem = problem(file, path, message.into());
        let mut lost = self.lost.borrow_mut();
        if !lost.contains(&problem) {
            lost.push(problem);
        }
    }

    /// Notes something that the user should know and that is neither.
    pub fn note(&self, text: impl Into<String>) {
        self.notes.borrow_mut().push(text.into());
    }

    /// What is wrong, in the order of the documents.
    pub fn errors(&self) -> Vec<Problem> {
        self.errors.borrow().clone()
    }

    /// What could not be said, in the order of the documents.
    pub fn lost_problems(&self) -> Vec<Problem> {
        self.lost.borrow().clone()
    }

    /// What the user should know.
    pub fn notes(&self) -> Vec<String> {
        self.notes.borrow().clone()
    }
}

fn problem(file: &str, path: &str, message: String) -> Problem {
    Problem { file: file.to_owned(), path: path.to_owned(), message }
}
