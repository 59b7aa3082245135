//! Imports that what was added needs.

use std::collections::BTreeSet;

use super::{Merge, source::File};
use crate::write::{Line, Names, compare_lines, compare_names};

impl<'a> Merge<'a> {
    /// Writes something of a file, whose imports grow by what it names.
    pub(super) fn with_names(&mut self, file: &'a str, text: impl FnOnce(&mut Names<'_>) -> String) -> String {
        let Some(source) = self.sources.files.get(file) else { return String::new() };
        let own = source.types();
        let own: BTreeSet<&str> = own.iter().map(String::as_str).chain(self.edits.types_of(file)).collect();
        let mut known = source.imported();
        let imported = self.edits.imports_of(file);
        known.extend(imported.filter_map(|path| Some((path.last()?.clone(), path.clone()))));
        let mut names = Names::of_file(self.imported, own).with_imports(known);
        let text = text(&mut names);
        let new = names.new_imports().clone();
        self.edits.import(file, new);
        text
    }

    /// Adds the imports, each in its place among those that are there.
    pub(super) fn imports(&mut self) {
        for (name, paths) in self.edits.take_imports() {
            let Some(file) = self.sources.files.get(name.as_str()) else { continue };
            for line in lines(&paths) {
                let (offset, text) = place(file, &line);
                self.edits.insert(&name, offset, text);
            }
        }
    }
}

fn lines(paths: &BTreeSet<Vec<String>>) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    for path in paths {
        let Some((name, parent)) = path.split_last() else { continue };
        match lines.iter_mut().find(|line| line.path == parent) {
            Some(line) => line.names.push(name.clone()),
            None => lines.push(Line { path: parent.to_vec(), names: vec![name.clone()] }),
        }
    }
    lines.iter_mut().for_each(|line| line.names.sort_by(|one, other| compare_names(one, other)));
    lines.sort_by(compare_lines);
    lines
}

/// Where a `use` item goes, and its text there.
fn place(file: &File<'_>, line: &Line) -> (usize, String) {
    let uses = file.uses();
    let text = line.text("");
    let text = text.trim_end();
    let group = || uses.iter().filter(|at| at.line.group() == line.group());
    if let Some(next) = group().find(|at| compare_lines(&at.line, line).is_gt()) {
        return (next.start, format!("{text}\n"));
    }
    if let Some(last) = group().next_back() {
        return (last.end, format!("\n{text}"));
    }
    if let Some(after) = uses.iter().find(|at| at.line.group() > line.group()) {
        return (after.start, format!("{text}\n\n"));
    }
    match uses.last() {
        Some(last) => (last.end, format!("\n\n{text}")),
        None => (file.first_item(), format!("{text}\n\n")),
    }
}
