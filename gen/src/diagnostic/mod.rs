//! What is wrong with the input: where, what, and what to do about it.
//!
//! Loading goes on after an error, so that a run reports everything that it finds.

mod render;

use std::{fmt, rc::Rc};

use proc_macro2::Span;

pub use render::Style;

/// A source file, kept to quote from.
#[derive(Debug)]
pub struct SourceFile {
    /// Its path, as reports spell it.
    pub path: String,
    /// Its text.
    pub text: String,
}

/// A place in the source.
#[derive(Clone, Debug)]
pub struct Location {
    /// The file; `None` inside a derive macro, where the compiler quotes the source.
    pub file: Option<Rc<SourceFile>>,
    /// The place in it.
    pub span: Span,
}

impl Location {
    /// Line and column, both from 1.
    pub fn line_and_column(&self) -> (usize, usize) {
        let start = self.span.start();
        (start.line, start.column + 1)
    }
}

/// One finding.
#[derive(Clone, Debug)]
pub struct Diagnostic {
    /// Where; `None` where it is about no place in a file.
    pub at: Option<Location>,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
}

impl fmt::Display for Diagnostic {
    /// As [`Style::Plain`] writes it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&render::finding(self, Style::Plain))
    }
}

/// All findings of a run.
#[derive(Clone, Debug, Default)]
pub struct Diagnostics {
    found: Vec<Diagnostic>,
}

impl Diagnostics {
    /// None yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a finding.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.found.push(diagnostic);
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.found.len()
    }

    /// The findings, in the order in which they were made.
    pub fn iter(&self) -> impl Iterator<Item = &Diagnostic> {
        self.found.iter()
    }

    /// Everything as a compiler prints it: each finding with its source line, and how many there are.
    pub fn render(&self, style: Style) -> String {
        render::findings(&self.found, style)
    }

    /// `value`, unless something was found.
    ///
    /// # Errors
    /// Everything that was found.
    pub fn or<T>(self, value: T) -> Result<T, Diagnostics> {
        if self.is_empty() { Ok(value) } else { Err(self) }
    }

    /// Everything as one compile error, for a derive macro.
    pub fn into_compile_error(self) -> Option<syn::Error> {
        self.found
            .into_iter()
            .map(|Diagnostic { at, message, hint }| {
                let span = at.map_or_else(Span::call_site, |at| at.span);
                let text = hint.iter().fold(message, |text, hint| format!("{text}\nhelp: {hint}"));
                syn::Error::new(span, text)
            })
            .reduce(|mut all, error| {
                all.combine(error);
                all
            })
    }
}

impl fmt::Display for Diagnostics {
    /// As [`Style::Plain`] writes it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render(Style::Plain))
    }
}

impl std::error::Error for Diagnostics {}

/// The candidate that is spelled most like `name`, if one is close enough to be what was meant.
pub fn closest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let limit = (name.chars().count() / 3).max(1);
    candidates
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(name, candidate), candidate))
        .filter(|(distance, _)| *distance <= limit)
        .min()
        .map(|(_, candidate)| candidate)
}

/// The hint that names the closest candidate.
pub fn did_you_mean<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<String> {
    closest(name, candidates).map(|candidate| format!("did you mean `{candidate}`?"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_closest_name_is_proposed_if_it_is_close() {
        let names = ["required", "retain_keys", "tag", "min"];
        assert_eq!(closest("requried", names), Some("required"));
        assert_eq!(closest("mon", names), Some("min"));
        assert_eq!(closest("unrelated", names), None);
    }
}
