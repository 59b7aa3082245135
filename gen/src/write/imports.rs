//! `use` items, in rustfmt's order and layout.

use std::{
    cmp::Ordering,
    collections::{BTreeMap, BTreeSet},
};

use super::WIDTH;

/// A `use` item: names of one path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    /// Whose names they are.
    pub(crate) path: Vec<String>,
    /// The names, sorted.
    pub(crate) names: Vec<String>,
}

/// The items for a set of paths: Rust's own, other crates', this crate's, with empty lines between them.
pub(crate) fn use_lines(paths: &BTreeSet<Vec<String>>) -> String {
    let mut by_path: BTreeMap<&[String], Vec<String>> = BTreeMap::new();
    for path in paths {
        let Some((name, parent)) = path.split_last() else { continue };
        by_path.entry(parent).or_default().push(name.clone());
    }
    let mut lines: Vec<Line> = by_path
        .into_iter()
        .map(|(path, mut names)| {
            names.sort_by(|one, other| compare_names(one, other));
            Line { path: path.to_vec(), names }
        })
        .collect();
    lines.sort_by(compare_lines);
    let mut groups: [Vec<String>; 3] = Default::default();
    for line in &lines {
        if let Some(group) = groups.get_mut(line.group()) {
            group.push(line.text(""));
        }
    }
    groups.iter().filter(|group| !group.is_empty()).map(|group| group.concat()).collect::<Vec<_>>().join("\n")
}

impl Line {
    /// Which group it belongs to.
    pub(crate) fn group(&self) -> usize {
        match self.path.first().map(String::as_str) {
            Some("std" | "core" | "alloc") => 0,
            Some("crate" | "super" | "self") => 2,
            _ => 1,
        }
    }

    /// Its text, after a visibility.
    pub(crate) fn text(&self, visibility: &str) -> String {
        let start =
            format!("{visibility}use {}", self.path.iter().map(|segment| format!("{segment}::")).collect::<String>());
        if let [only] = &self.names[..] {
            return format!("{start}{only};\n");
        }
        let all = self.names.join(", ");
        let one_line = format!("{start}{{{all}}};");
        // rustfmt wants two columns more for what stands in braces, and one more for its lines
        if one_line.len() + 2 <= WIDTH {
            return format!("{one_line}\n");
        }
        let mut out = format!("{start}{{\n");
        let mut line = String::from("   ");
        for name in &self.names {
            // the name, a space before and a comma after it
            if line.len() + name.len() + 2 >= WIDTH {
                out.push_str(&line);
                out.push('\n');
                line = String::from("   ");
            }
            line.push_str(&format!(" {name},"));
        }
        format!("{out}{line}\n}};\n")
    }
}

/// rustfmt's order of `use` items.
pub(crate) fn compare_lines(one: &Line, other: &Line) -> Ordering {
    let (one_steps, other_steps) = (steps(one), steps(other));
    for (step, other_step) in one_steps.iter().zip(&other_steps) {
        let order = rank(step).cmp(&rank(other_step)).then_with(|| compare_names(step, other_step));
        if order.is_ne() {
            return order;
        }
    }
    one_steps.len().cmp(&other_steps.len())
}

/// Segments of a path; braces are the last.
fn steps(line: &Line) -> Vec<&str> {
    let last = match &line.names[..] {
        [only] => only.as_str(),
        _ => "{",
    };
    line.path.iter().map(String::as_str).chain([last]).collect()
}

fn rank(step: &str) -> u8 {
    match step {
        "self" => 0,
        "super" => 1,
        "crate" => 2,
        "*" => 4,
        "{" => 5,
        _ => 3,
    }
}

/// rustfmt's order of names: as text, but numbers by their value.
pub(crate) fn compare_names(one: &str, other: &str) -> Ordering {
    let (mut one_rest, mut other_rest) = (one, other);
    loop {
        let digits = |text: &str| text.chars().take_while(char::is_ascii_digit).count();
        let (one_digits, other_digits) = (digits(one_rest), digits(other_rest));
        if one_digits > 0 && other_digits > 0 {
            let (number, after) = one_rest.split_at(one_digits);
            let (other_number, other_after) = other_rest.split_at(other_digits);
            let value = |digits: &str| digits.trim_start_matches('0').to_owned();
            let (value, other_value) = (value(number), value(other_number));
            let order = value.len().cmp(&other_value.len()).then(value.cmp(&other_value));
            if order.is_ne() {
                return order;
            }
            (one_rest, other_rest) = (after, other_after);
            continue;
        }
        let (mut one_letters, mut other_letters) = (one_rest.chars(), other_rest.chars());
        match (one_letters.next(), other_letters.next()) {
            (Some(letter), Some(other_letter)) if letter == other_letter => {
                (one_rest, other_rest) = (one_letters.as_str(), other_letters.as_str());
            }
            (letter, other_letter) => return letter.cmp(&other_letter).then_with(|| one.cmp(other)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_sorted_and_grouped() {
        let paths = [
            "super::JobSpec",
            "crate::core::v1::Pod",
            "kubeforge_machinery::Time",
            "kubeforge_machinery::Quantity",
            "kubeforge_machinery::meta::v1::ObjectMeta",
            "kubeforge_derive::ApiSource",
            "std::collections::BTreeMap",
        ];
        let paths = paths.iter().map(|path| path.split("::").map(str::to_owned).collect()).collect();
        let want = "use std::collections::BTreeMap;\n\nuse kubeforge_derive::ApiSource;\n\
            use kubeforge_machinery::meta::v1::ObjectMeta;\nuse kubeforge_machinery::{Quantity, Time};\n\n\
            use super::JobSpec;\nuse crate::core::v1::Pod;\n";
        assert_eq!(use_lines(&paths), want);
    }

    #[test]
    fn names_with_numbers_are_sorted_by_value() {
        let mut names = ["A10", "AB", "A2", "Abc", "ISCSI", "Image", "A"];
        names.sort_by(|one, other| compare_names(one, other));
        assert_eq!(names, ["A", "A2", "A10", "AB", "Abc", "ISCSI", "Image"]);
    }
}
