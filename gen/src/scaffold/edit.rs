//! Changes of files that people write: a line here and there, the rest stays as it is.

use syn::{Item, ItemFn, UseTree, Visibility, spanned::Spanned as _};

/// The text with lines put in after line number `after` (0 puts them first).
fn insert(text: &str, after: usize, lines: &str) -> String {
    let mut out: Vec<&str> = text.lines().collect();
    out.splice(after.min(out.len())..after.min(out.len()), lines.lines());
    out.join("\n") + "\n"
}

/// The last line of an item.
fn end(item: &Item) -> usize {
    item.span().end().line
}

fn items(text: &str) -> Vec<Item> {
    syn::parse_file(text).map(|file| file.items).unwrap_or_default()
}

/// Adds a `mod` line among those that are like it (as private, as public), by name; `generated` and others with
/// attributes stand apart.
pub(super) fn add_mod(text: &str, line: &str) -> String {
    let is_public = line.starts_with("pub ");
    let name = line.trim_start_matches("pub ").trim_start_matches("mod ").trim_end_matches(';');
    let mut like = Vec::new();
    for item in items(text) {
        if let Item::Mod(module) = &item
            && module.attrs.is_empty()
            && module.content.is_none()
            && matches!(module.vis, Visibility::Public(_)) == is_public
        {
            like.push((module.ident.to_string(), end(&item)));
        }
    }
    let before = like.iter().rfind(|(other, _)| other.as_str() < name).map(|(_, line)| *line);
    let first = like.first().map(|(_, line)| line.saturating_sub(1));
    match before.or(first) {
        Some(after) => insert(text, after, line),
        // below the documentation
        None => insert(text, text.lines().take_while(|line| line.starts_with("//!")).count(), &format!("\n{line}")),
    }
}

/// Adds a `pub use` line after those that are there, by name; at the end where there are none.
pub(super) fn add_use(text: &str, line: &str) -> String {
    let name = line.trim_start_matches("pub use ").split("::").next().unwrap_or_default();
    let mut like = Vec::new();
    for item in items(text) {
        if let Item::Use(used) = &item
            && matches!(used.vis, Visibility::Public(_))
            && let UseTree::Path(path) = &used.tree
        {
            like.push((path.ident.to_string(), item.span().start().line, end(&item)));
        }
    }
    let before = like.iter().rfind(|(other, ..)| other.as_str() < name).map(|(.., last)| *last);
    let first = like.first().map(|(_, first, _)| first.saturating_sub(1));
    match before.or(first) {
        Some(after) => insert(text, after, line),
        None => insert(text, text.lines().count(), &format!("\n{line}")),
    }
}

/// Adds a call after the one of another version in `fn register`; `None` where there is no such call.
pub(super) fn add_registration(text: &str, from: &str, to: &str) -> Option<String> {
    let register = items(text).into_iter().find_map(|item| match item {
        Item::Fn(function) if function.sig.ident == "register" => Some(function),
        _ => None,
    })?;
    let ItemFn { block, .. } = register;
    let is_from = |line: &str| line.trim_start().starts_with(&format!("{from}::"));
    let (first, last) = (block.span().start().line, block.span().end().line);
    let (number, line) = text
        .lines()
        .enumerate()
        .map(|(index, line)| (index + 1, line))
        .find(|(number, line)| (first..=last).contains(number) && is_from(line))?;
    Some(insert(text, number, &line.replacen(&format!("{from}::"), &format!("{to}::"), 1)))
}

/// The text with a word replaced where it stands as a whole word: `v1` is not replaced in `v1alpha1`.
pub(super) fn replace_word(text: &str, word: &str, with: &str) -> String {
    replace(text, &words(text, word, with))
}

/// The same as replacements.
pub(super) fn words(text: &str, word: &str, with: &str) -> Vec<Replacement> {
    let is_part = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_');
    let mut found = Vec::new();
    for (index, line) in text.lines().enumerate() {
        for (at, _) in line.match_indices(word) {
            let (before, after) = (&line[..at], &line[at + word.len()..]);
            if is_part(before.chars().last()) || is_part(after.chars().next()) {
                continue;
            }
            let column = before.chars().count();
            let (from, to) = ((index + 1, column), (index + 1, column + word.chars().count()));
            found.push(Replacement { from, to, with: with.to_owned() });
        }
    }
    found
}

/// A part of a text to replace, by line and column from 1 and 0, as spans count.
#[derive(Clone, Debug)]
pub(super) struct Replacement {
    pub(super) from: (usize, usize),
    pub(super) to: (usize, usize),
    pub(super) with: String,
}

/// Makes replacements. Of those that overlap, the one that comes first in the list is made.
pub(super) fn replace(text: &str, replacements: &[Replacement]) -> String {
    let starts: Vec<usize> = std::iter::once(0).chain(text.match_indices('\n').map(|(index, _)| index + 1)).collect();
    let offset = |(line, column): (usize, usize)| {
        let start = starts.get(line.saturating_sub(1)).copied().unwrap_or(text.len());
        let rest = &text[start..];
        start + rest.char_indices().nth(column).map_or(rest.len(), |(index, _)| index)
    };
    let mut made: Vec<(usize, usize, &str)> = Vec::new();
    for one in replacements {
        let (from, to) = (offset(one.from), offset(one.to));
        if made.iter().all(|(start, end, _)| to <= *start || *end <= from) {
            made.push((from, to, &one.with));
        }
    }
    made.sort_unstable();
    let mut out = text.to_owned();
    for (from, to, with) in made.into_iter().rev() {
        out.replace_range(from..to, with);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOD: &str = "//! Version v1.\n\nmod gadget;\nmod sale;\n\n#[rustfmt::skip]\npub mod generated;\n\npub use \
                       gadget::Gadget;\npub use sale::{\n    Sale,\n};\n";

    #[test]
    fn lines_go_where_they_belong_by_name() {
        let with = |name: &str| add_use(&add_mod(MOD, &format!("mod {name};")), &format!("pub use {name}::X;"));
        let lines = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
        let middle = lines(&with("order"));
        assert_eq!(&middle[2..5], ["mod gadget;", "mod order;", "mod sale;"]);
        assert_eq!(&middle[9..11], ["pub use gadget::Gadget;", "pub use order::X;"]);
        assert_eq!(lines(&with("apple"))[2], "mod apple;");
        assert_eq!(lines(&with("widget")).last().unwrap(), "pub use widget::X;");
        assert_eq!(add_mod("//! A.\n", "mod a;"), "//! A.\n\nmod a;\n");
    }

    #[test]
    fn registrations_follow_one_another() {
        let text = "pub fn register(scheme: &mut B) {\n    v1alpha1::generated::register(scheme);\n}\n";
        let want = text.replace(";\n}", ";\n    v1::generated::register(scheme);\n}");
        assert_eq!(add_registration(text, "v1alpha1", "v1").unwrap(), want);
        assert!(add_registration("fn main() {}\n", "v1alpha1", "v1").is_none());
    }

    #[test]
    fn words_are_replaced_whole() {
        assert_eq!(replace_word("v1, v1alpha1, a::v1::B, xv1", "v1", "v2"), "v2, v1alpha1, a::v2::B, xv1");
    }

    #[test]
    fn replacements_are_made_by_place() {
        let at = |from, to, with: &str| Replacement { from, to, with: with.to_owned() };
        let text = "ab\ncd\n";
        let replacements = [at((1, 1), (1, 2), "X"), at((2, 0), (2, 0), "Y"), at((1, 0), (1, 2), "Z")];
        assert_eq!(replace(text, &replacements), "aX\nYcd\n");
    }
}
