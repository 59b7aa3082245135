//! Documentation comments.

use super::WIDTH;

/// The lines of a comment, each after `start` (`///` or `//!`), wrapped. Nothing where there is no text.
pub(crate) fn comment(docs: &str, start: &str, indent: usize) -> String {
    let pad = " ".repeat(indent);
    let width = WIDTH.saturating_sub(indent + start.len() + 1);
    let mut out = String::new();
    for line in readable(docs).iter().flat_map(|line| wrapped(line, width)) {
        let line = format!("{pad}{start} {line}");
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

/// The text's lines, without what would make rustdoc take them for something else: code blocks that are no Rust (they
/// would be compiled), tabs, control and direction characters.
fn readable(docs: &str) -> Vec<String> {
    let mut fenced = false;
    let lines = docs.trim().lines().map(|line| {
        let line: String = line.replace('\t', "  ").chars().filter(|letter| is_readable(*letter)).collect();
        let line = line.trim_end();
        let text = line.trim_start();
        if let Some(language) = text.strip_prefix("```") {
            fenced = !fenced;
            return if fenced && language.trim().is_empty() { format!("{text}text") } else { text.to_owned() };
        }
        // four spaces begin a code block
        let indent = line.len() - text.len();
        if fenced { line.to_owned() } else { format!("{}{text}", " ".repeat(indent.min(2))) }
    });
    let mut lines: Vec<String> = lines.collect();
    if fenced {
        lines.push("```".into());
    }
    lines
}

fn is_readable(letter: char) -> bool {
    !letter.is_control() && !matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// A line as lines of at most so many characters, where it has spaces to break it at. What follows a break is not
/// taken for a list item, a heading or a quote.
fn wrapped(line: &str, width: usize) -> Vec<String> {
    let indent: String = line.chars().take_while(|letter| *letter == ' ').collect();
    let (mut lines, mut current) = (Vec::new(), String::new());
    for word in line.split(' ').filter(|word| !word.is_empty()) {
        let longer = indent.len() + current.chars().count() + 1 + word.chars().count() > width;
        if longer && !current.is_empty() && !begins_block(word) {
            lines.push(format!("{indent}{current}"));
            current.clear();
        }
        if !current.is_empty() {
            current.push(' ');
        }
        current.push_str(word);
    }
    lines.push(format!("{indent}{current}"));
    lines
}

/// Whether Markdown takes a line that begins with the word for something other than text.
fn begins_block(word: &str) -> bool {
    let digits = word.trim_end_matches(['.', ')']);
    let numbered = digits.len() < word.len() && digits.chars().all(|letter| letter.is_ascii_digit());
    numbered || ["-", "*", "+"].contains(&word) || word.starts_with(['#', '>', '=', '|']) || word.starts_with("```")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_are_wrapped() {
        let docs = format!("{} end", "word ".repeat(30).trim());
        let text = comment(&docs, "///", 4);
        assert!(text.lines().all(|line| line.starts_with("    /// w") && line.chars().count() <= 120), "{text}");
        assert!(text.ends_with(" end\n"));
    }

    #[test]
    fn what_rustdoc_would_compile_is_no_code() {
        let text = comment("a\n\n    let b;\n```\nc\n```\n\ttab\u{7}", "///", 0);
        assert_eq!(text, "/// a\n///\n///   let b;\n/// ```text\n/// c\n/// ```\n///   tab\n");
        assert_eq!(comment("", "///", 0), "");
    }

    #[test]
    fn breaks_make_no_list() {
        let docs = format!("{} - {}", "x".repeat(116), "y".repeat(10));
        assert_eq!(comment(&docs, "///", 0), format!("/// {} -\n/// {}\n", "x".repeat(116), "y".repeat(10)));
    }
}
