//! How findings look: as rustc writes its own.

use std::{
    env,
    fmt::Write as _,
    io::{IsTerminal as _, stderr},
};

use super::{Diagnostic, Location};

/// With colours or without.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// Text alone: for files, pipes and tests.
    Plain,
    /// With ANSI escape codes, for a terminal.
    Colored,
}

impl Style {
    /// Colours where standard error is a terminal that shows them, and `NO_COLOR` is not set.
    pub fn of_stderr() -> Self {
        let set = |name| env::var_os(name).is_some_and(|value| !value.is_empty());
        let is_dumb = env::var_os("TERM").is_some_and(|term| term == "dumb");
        if stderr().is_terminal() && !set("NO_COLOR") && !is_dumb { Self::Colored } else { Self::Plain }
    }

    fn paint(self, ink: Ink, text: &str) -> String {
        match self {
            Self::Plain => text.to_owned(),
            Self::Colored => format!("{}{text}\x1b[0m", ink.code()),
        }
    }
}

/// What a part of a finding is written in.
#[derive(Clone, Copy)]
enum Ink {
    /// The word `error`, and what is below the place.
    Error,
    /// Messages.
    Strong,
    /// Line numbers and the lines of the frame.
    Frame,
}

impl Ink {
    const fn code(self) -> &'static str {
        match self {
            Ink::Error => "\x1b[1;31m",
            Ink::Strong => "\x1b[1m",
            Ink::Frame => "\x1b[1;34m",
        }
    }
}

/// All findings, then how many they are.
pub(super) fn findings(found: &[Diagnostic], style: Style) -> String {
    let mut out: String = found.iter().map(|one| finding(one, style) + "\n\n").collect();
    let plural = if found.len() == 1 { "" } else { "s" };
    out += &style.paint(Ink::Strong, &format!("{} error{plural}", found.len()));
    out
}

/// Message, `file:line:column`, the line with carets below the place, the hint.
pub(super) fn finding(finding: &Diagnostic, style: Style) -> String {
    let message = style.paint(Ink::Strong, &format!(": {}", finding.message));
    let mut out = style.paint(Ink::Error, "error") + &message;
    let mut margin = String::new();
    if let Some(at) = &finding.at {
        margin = " ".repeat(at.line_and_column().0.to_string().len());
        out += &quote(at, &margin, style);
    }
    if let Some(hint) = &finding.hint {
        let frame = if margin.is_empty() { "  =".to_owned() } else { format!("{margin} =") };
        let help = style.paint(Ink::Strong, "help");
        // writing to a String does not fail
        _ = write!(out, "\n{} {help}: {hint}", style.paint(Ink::Frame, &frame));
    }
    out
}

fn quote(at: &Location, margin: &str, style: Style) -> String {
    let (line, column) = at.line_and_column();
    let Some(file) = &at.file else { return String::new() };
    let frame = |text: &str| style.paint(Ink::Frame, text);
    let mut out = format!("\n{margin}{} {}:{line}:{column}", frame("-->"), file.path);
    if let Some(text) = file.text.lines().nth(line.saturating_sub(1)) {
        let (before, below) = split(at, text);
        let bar = frame(&format!("{margin} |"));
        let number = frame(&format!("{line} |"));
        let carets = style.paint(Ink::Error, &"^".repeat(below.chars().count().max(1)));
        let indent = " ".repeat(expand(&before).chars().count());
        _ = write!(out, "\n{bar}\n{number} {}\n{bar} {indent}{carets}", expand(text));
    }
    out
}

/// The part of the line before the place, and the part that it covers: up to the line's end where it goes on below.
fn split(at: &Location, line: &str) -> (String, String) {
    let (start, end) = (at.span.start(), at.span.end());
    let last = if end.line == start.line { end.column } else { line.chars().count() };
    let before = line.chars().take(start.column).collect();
    let below: String = line.chars().skip(start.column).take(last.saturating_sub(start.column)).collect();
    (before, expand(&below))
}

/// Terminals differ in how far a tab goes; four spaces are the same everywhere.
fn expand(text: &str) -> String {
    text.replace('\t', "    ")
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use super::*;
    use crate::diagnostic::SourceFile;

    /// A finding at the type of the first field of the first struct.
    fn at_first_type(text: &str, hint: Option<&str>) -> Diagnostic {
        let file = syn::parse_file(text).unwrap();
        let syn::Item::Struct(item) = &file.items[0] else { panic!("a struct") };
        let span = syn::spanned::Spanned::span(&item.fields.iter().next().unwrap().ty);
        let source = Rc::new(SourceFile { path: "a.rs".into(), text: text.into() });
        let at = Location { file: Some(source), span };
        Diagnostic { at: Some(at), message: "no u8".into(), hint: hint.map(str::to_owned) }
    }

    #[test]
    fn a_finding_quotes_its_line() {
        assert_eq!(
            finding(&at_first_type("struct A {\n    a: u8,\n}\n", Some("use i32")), Style::Plain),
            "error: no u8\n --> a.rs:2:8\n  |\n2 |     a: u8,\n  |        ^^\n  = help: use i32"
        );
    }

    #[test]
    fn carets_stand_below_the_place_after_tabs_and_at_the_end_of_a_long_one() {
        assert_eq!(
            finding(&at_first_type("struct A {\n\ta: u8,\n}\n", None), Style::Plain),
            "error: no u8\n --> a.rs:2:5\n  |\n2 |     a: u8,\n  |        ^^"
        );
        assert_eq!(
            finding(&at_first_type("struct A {\n    a: Vec<\n        u8>,\n}\n", None), Style::Plain),
            "error: no u8\n --> a.rs:2:8\n  |\n2 |     a: Vec<\n  |        ^^^^"
        );
    }

    #[test]
    fn colours_change_nothing_else() {
        let one = at_first_type("struct A {\n    a: u8,\n}\n", Some("use i32"));
        let colored = findings(std::slice::from_ref(&one), Style::Colored);
        assert!(colored.contains("\x1b[1;31merror\x1b[0m"), "{colored:?}");
        let mut plain = String::new();
        for (index, part) in colored.split('\x1b').enumerate() {
            plain += if index == 0 { part } else { part.split_once('m').unwrap().1 };
        }
        assert_eq!(plain, findings(&[one], Style::Plain));
    }
}
