//! How a text is written: plain, in single or double quotes, or as a block. The rules are libyaml's.

use std::fmt::Write as _;

use super::resolve::{Resolved, is_base60, resolve};

/// Lines are broken at the first space behind this column.
const WIDTH: usize = 80;

/// How a text is written.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Style {
    Plain,
    SingleQuoted,
    DoubleQuoted,
    /// `|` and the lines.
    Literal,
}

/// Where a text stands.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Place {
    /// A key before its colon, on one line.
    SimpleKey,
    /// Anywhere else.
    Value,
}

/// Writes text, knowing the column.
#[derive(Default)]
pub(super) struct Output {
    pub(super) text: String,
    column: usize,
}

impl Output {
    pub(super) fn push(&mut self, c: char) {
        self.text.push(c);
        self.column = if c == '\n' { 0 } else { self.column + 1 };
    }

    pub(super) fn push_str(&mut self, text: &str) {
        text.chars().for_each(|c| self.push(c));
    }

    /// Begins a line.
    pub(super) fn new_line(&mut self, indent: usize) {
        if self.column > 0 {
            self.push('\n');
        }
        for _ in 0..indent {
            self.push(' ');
        }
    }
}

/// What forms a text admits.
struct Analysis {
    is_multiline: bool,
    plain: bool,
    single_quoted: bool,
    block: bool,
}

impl Analysis {
    fn of(text: &str) -> Self {
        if text.is_empty() {
            return Self { is_multiline: false, plain: true, single_quoted: true, block: false };
        }
        let mut indicators = text.starts_with("---") || text.starts_with("...");
        let (mut special, mut line_breaks, mut space_break, mut break_space) = (false, false, false, false);
        let mut before: Option<char> = None;
        let mut chars = text.chars().peekable();
        while let Some(c) = chars.next() {
            let blank_follows = chars.peek().is_none_or(|&next| is_blank(next));
            indicators |= match (before, c) {
                (
                    None,
                    '#' | ',' | '[' | ']' | '{' | '}' | '&' | '*' | '!' | '|' | '>' | '\'' | '"' | '%' | '@' | '`',
                ) => true,
                (None, '?' | ':' | '-') | (Some(_), ':') => blank_follows,
                (Some(before), '#') => is_blank(before),
                _ => false,
            };
            special |= !is_printable(c);
            line_breaks |= is_break(c);
            space_break |= is_break(c) && before == Some(' ');
            break_space |= c == ' ' && before.is_some_and(is_break);
            before = Some(c);
        }
        let is_edge = |c: char| c == ' ' || is_break(c);
        let edges = text.starts_with(is_edge) || text.ends_with(is_edge);
        let unfit = space_break || special;
        Self {
            is_multiline: line_breaks,
            plain: !(edges || unfit || line_breaks || indicators),
            single_quoted: !(break_space || unfit || line_breaks),
            block: !(text.ends_with(' ') || unfit),
        }
    }
}

fn is_break(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t') || is_break(c)
}

fn is_printable(c: char) -> bool {
    matches!(c, '\n' | ' '..='~' | '\u{a0}'..='\u{d7ff}' | '\u{e000}'..='\u{fefe}' | '\u{ff00}'..='\u{fffd}')
}

/// The style of a text.
pub(super) fn style(text: &str, place: Place) -> Style {
    let analysis = Analysis::of(text);
    let reads_as_text = matches!(resolve(text), Resolved::Text | Resolved::Merge) && !is_base60(text);
    if text.contains('\n') {
        return if analysis.block && place == Place::Value { Style::Literal } else { Style::DoubleQuoted };
    }
    if !reads_as_text || analysis.is_multiline || text == "<<" {
        return Style::DoubleQuoted;
    }
    if analysis.plain {
        Style::Plain
    } else if analysis.single_quoted {
        Style::SingleQuoted
    } else {
        Style::DoubleQuoted
    }
}

/// Whether a key can stand on one line before its colon.
pub(super) fn is_simple_key(key: &str) -> bool {
    const LENGTH_MAX: usize = 128;
    key.len() <= LENGTH_MAX && !Analysis::of(key).is_multiline
}

/// Writes a text; lines after the first are indented by `indent`.
pub(super) fn write(out: &mut Output, text: &str, place: Place, indent: usize) {
    match style(text, place) {
        Style::Plain => write_folded(out, text, place, indent, |out, c| out.push(c)),
        Style::SingleQuoted => {
            out.push('\'');
            write_folded(out, text, place, indent, |out, c| {
                if c == '\'' {
                    out.push(c);
                }
                out.push(c);
            });
            out.push('\'');
        }
        Style::DoubleQuoted => write_double_quoted(out, text, place, indent),
        Style::Literal => write_literal(out, text, indent),
    }
}

/// Writes a text of one line, broken at single spaces.
fn write_folded(out: &mut Output, text: &str, place: Place, indent: usize, push: impl Fn(&mut Output, char)) {
    let mut after_space = false;
    let mut chars = text.chars().peekable();
    let mut is_first = true;
    while let Some(c) = chars.next() {
        if c == ' ' {
            let is_inside = !is_first && chars.peek().is_some_and(|&next| next != ' ');
            if place == Place::Value && !after_space && is_inside && out.column > WIDTH {
                out.new_line(indent);
            } else {
                out.push(c);
            }
        } else {
            push(out, c);
        }
        after_space = c == ' ';
        is_first = false;
    }
}

fn write_double_quoted(out: &mut Output, text: &str, place: Place, indent: usize) {
    out.push('"');
    let mut after_space = false;
    let mut chars = text.chars().peekable();
    let mut is_first = true;
    while let Some(c) = chars.next() {
        match c {
            ' ' => {
                let is_inside = !is_first && chars.peek().is_some();
                if place == Place::Value && !after_space && is_inside && out.column > WIDTH {
                    out.new_line(indent);
                    if chars.peek() == Some(&' ') {
                        // a line's leading space would be lost
                        out.push('\\');
                    }
                } else {
                    out.push(c);
                }
            }
            '"' | '\\' => {
                out.push('\\');
                out.push(c);
            }
            _ if is_printable(c) && !is_break(c) => out.push(c),
            _ => out.push_str(&escape(c)),
        }
        after_space = c == ' ';
        is_first = false;
    }
    out.push('"');
}

fn escape(c: char) -> String {
    let short = match c {
        '\0' => "\\0",
        '\u{7}' => "\\a",
        '\u{8}' => "\\b",
        '\t' => "\\t",
        '\n' => "\\n",
        '\u{b}' => "\\v",
        '\u{c}' => "\\f",
        '\r' => "\\r",
        '\u{1b}' => "\\e",
        '\u{85}' => "\\N",
        '\u{2028}' => "\\L",
        '\u{2029}' => "\\P",
        _ => "",
    };
    let mut escaped = short.to_owned();
    if escaped.is_empty() {
        // writing to a String cannot fail
        let _infallible = match u32::from(c) {
            code @ 0..0x100 => write!(escaped, "\\x{code:02X}"),
            code @ 0x100..0x10000 => write!(escaped, "\\u{code:04X}"),
            code => write!(escaped, "\\U{code:08X}"),
        };
    }
    escaped
}

fn write_literal(out: &mut Output, text: &str, indent: usize) {
    out.push('|');
    if text.starts_with([' ', '\n']) {
        // the indentation can't be seen from the first line
        out.push('2');
    }
    if !text.ends_with('\n') {
        out.push('-');
    } else if text == "\n" || text.ends_with("\n\n") {
        out.push('+');
    }
    for line in text.strip_suffix('\n').unwrap_or(text).split('\n') {
        out.push('\n');
        if !line.is_empty() {
            out.new_line(indent);
            out.push_str(line);
        }
    }
    if text == "\n" || text.ends_with("\n\n") {
        // the next line would take the end of an empty line for its own
        out.push('\n');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn styles() {
        for (text, want) in [
            ("plain text", Style::Plain),
            ("a:b", Style::Plain),
            ("http://x#y", Style::Plain),
            ("-a", Style::Plain),
            ("100m", Style::Plain),
            ("a, b", Style::Plain),
            ("é", Style::Plain),
            ("a: b", Style::SingleQuoted),
            ("a #b", Style::SingleQuoted),
            ("a:", Style::SingleQuoted),
            ("*", Style::SingleQuoted),
            ("- a", Style::SingleQuoted),
            (" a", Style::SingleQuoted),
            ("---", Style::SingleQuoted),
            ("", Style::DoubleQuoted),
            ("true", Style::DoubleQuoted),
            ("y", Style::DoubleQuoted),
            ("1", Style::DoubleQuoted),
            ("1:30", Style::DoubleQuoted),
            ("2024-01-02T03:04:05Z", Style::DoubleQuoted),
            ("a\tb", Style::DoubleQuoted),
            ("😀", Style::DoubleQuoted),
            ("a\nb", Style::Literal),
            ("a \nb", Style::DoubleQuoted),
            ("a\nb ", Style::DoubleQuoted),
        ] {
            assert_eq!(style(text, Place::Value), want, "{text:?}");
        }
    }
}
