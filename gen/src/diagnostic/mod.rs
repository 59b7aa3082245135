//! What is wrong with the input: where, what, and what to do about it.
//!
//! Loading goes on after an error, so that a run reports everything that it finds.

use std::{fmt, rc::Rc};

use proc_macro2::Span;

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
    /// As compilers write it: message, `file:line:column`, the line with carets below the place, the hint.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "error: {}", self.message)?;
        let Some(at) = &self.at else {
            return self.hint.iter().try_for_each(|hint| write!(f, "\n  = help: {hint}"));
        };
        let (line, column) = at.line_and_column();
        let margin = " ".repeat(line.to_string().len());
        if let Some(file) = &at.file {
            write!(f, "\n{margin}--> {}:{line}:{column}", file.path)?;
            if let Some(text) = file.text.lines().nth(line.saturating_sub(1)) {
                let carets = "^".repeat(caret_count(at.span, text));
                let indent = " ".repeat(column.saturating_sub(1));
                write!(f, "\n{margin} |\n{line} | {text}\n{margin} | {indent}{carets}")?;
            }
        }
        self.hint.iter().try_for_each(|hint| write!(f, "\n{margin} = help: {hint}"))
    }
}

/// How many characters of the line the span covers: up to the line's end where it goes on below.
fn caret_count(span: Span, line: &str) -> usize {
    let (start, end) = (span.start(), span.end());
    let last = if end.line == start.line { end.column } else { line.chars().count() };
    last.saturating_sub(start.column).max(1)
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
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.found.iter().try_for_each(|diagnostic| write!(f, "{diagnostic}\n\n"))?;
        let plural = if self.found.len() == 1 { "" } else { "s" };
        write!(f, "{} error{plural}", self.found.len())
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

    #[test]
    fn a_finding_quotes_its_line() {
        let text = "struct A {\n    a: u8,\n}\n";
        let file = syn::parse_file(text).unwrap();
        let syn::Item::Struct(item) = &file.items[0] else { panic!("a struct") };
        let span = syn::spanned::Spanned::span(&item.fields.iter().next().unwrap().ty);
        let source = Rc::new(SourceFile { path: "a.rs".into(), text: text.into() });
        let at = Location { file: Some(source), span };
        let finding = Diagnostic { at: Some(at), message: "no u8".into(), hint: Some("use i32".into()) };
        assert_eq!(
            finding.to_string(),
            "error: no u8\n --> a.rs:2:8\n  |\n2 |     a: u8,\n  |        ^^\n  = help: use i32"
        );
    }
}
