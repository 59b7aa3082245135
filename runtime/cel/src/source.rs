//! An expression's text, and what is wrong at a place in it.

/// Something wrong at a place, counted in characters from 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Issue {
    pub(crate) at: usize,
    pub(crate) text: String,
}

impl Issue {
    pub(crate) fn new(at: usize, text: impl Into<String>) -> Self {
        Self { at, text: text.into() }
    }
}

/// All issues in the form of cel-go: `ERROR: <input>:1:7: …`, the line, and a mark below it; by place.
pub(crate) fn render(source: &str, mut issues: Vec<Issue>) -> String {
    issues.sort_by_key(|issue| issue.at);
    issues.iter().map(|issue| render_one(source, issue)).collect::<Vec<_>>().join("\n")
}

fn render_one(source: &str, issue: &Issue) -> String {
    let before: Vec<char> = source.chars().take(issue.at).collect();
    let line = before.iter().filter(|c| **c == '\n').count();
    let column = before.iter().rev().take_while(|c| **c != '\n').count();
    let snippet = source.split('\n').nth(line).unwrap_or_default().replace('\t', " ");
    let mut mark = String::new();
    let mut rest = snippet.chars();
    // a mark below letters of several bytes is as wide as they are, and ends the row of dots
    let mut next = rest.next();
    for _ in 0..column {
        match next {
            None => break,
            Some(letter) if letter.is_ascii() => mark.push('.'),
            Some(_) => {
                mark.push('\u{ff0e}');
                next = rest.next();
                break;
            }
        }
        next = rest.next();
    }
    mark.push(if next.is_none_or(|letter| letter.is_ascii()) { '^' } else { '\u{ff3e}' });
    format!("ERROR: <input>:{}:{}: {}\n | {snippet}\n | {mark}", line + 1, column + 1, issue.text)
}

/// Runs a step of a walk over a tree: trees are as deep as expressions may be nested, and whoever evaluates one may have
/// little stack left.
pub(crate) fn deep<R>(step: impl FnOnce() -> R) -> R {
    const ROOM: usize = 128 * 1024;
    const MORE: usize = 1024 * 1024;
    stacker::maybe_grow(ROOM, MORE, step)
}
