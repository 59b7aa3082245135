//! Text edits: insertions, and new files.

use std::collections::{BTreeMap, BTreeSet};

/// Edits of a package's files.
#[derive(Clone, Debug, Default)]
pub(super) struct Edits {
    /// By file: offsets in bytes, and what goes there, in order.
    insertions: BTreeMap<String, Vec<(usize, String)>>,
    new: BTreeMap<String, String>,
    /// Types that were added, by file.
    types: BTreeMap<String, BTreeSet<String>>,
    /// Types that `mod.rs` is to re-export, by file.
    exports: BTreeMap<String, BTreeSet<String>>,
    /// Paths that what was added needs, by file.
    imports: BTreeMap<String, BTreeSet<Vec<String>>>,
}

impl Edits {
    /// Text that goes to an offset; what was put there before stays in front of it.
    pub(super) fn insert(&mut self, file: &str, offset: usize, text: String) {
        self.insertions.entry(file.to_owned()).or_default().push((offset, text));
    }

    /// A new file.
    pub(super) fn create(&mut self, file: &str, text: String) {
        self.new.insert(file.to_owned(), text);
    }

    /// Notes that a type is going to be in a file.
    pub(super) fn add_type(&mut self, file: &str, name: &str) {
        self.types.entry(file.to_owned()).or_default().insert(name.to_owned());
    }

    /// The types that were added to a file.
    pub(super) fn types_of(&self, file: &str) -> impl Iterator<Item = &str> {
        self.types.get(file).into_iter().flatten().map(String::as_str)
    }

    /// Notes that `mod.rs` is to re-export types of a file.
    pub(super) fn export(&mut self, file: &str, names: Vec<String>) {
        self.exports.entry(file.to_owned()).or_default().extend(names);
    }

    /// What `mod.rs` is to re-export.
    pub(super) fn take_exports(&mut self) -> BTreeMap<String, BTreeSet<String>> {
        std::mem::take(&mut self.exports)
    }

    /// Notes what a file needs to import.
    pub(super) fn import(&mut self, file: &str, paths: BTreeSet<Vec<String>>) {
        self.imports.entry(file.to_owned()).or_default().extend(paths);
    }

    /// What a file needs to import so far.
    pub(super) fn imports_of(&self, file: &str) -> impl Iterator<Item = &Vec<String>> {
        self.imports.get(file).into_iter().flatten()
    }

    /// What files need to import.
    pub(super) fn take_imports(&mut self) -> BTreeMap<String, BTreeSet<Vec<String>>> {
        std::mem::take(&mut self.imports)
    }

    /// The texts of files that change.
    pub(super) fn apply(self, files: &BTreeMap<String, String>) -> BTreeMap<String, String> {
        let mut out = self.new;
        for (name, mut insertions) in self.insertions {
            let Some(before) = files.get(&name) else { continue };
            insertions.sort_by_key(|(offset, _)| *offset);
            let (mut after, mut at) = (String::with_capacity(before.len()), 0);
            for (offset, text) in insertions {
                after.push_str(before.get(at..offset).unwrap_or_default());
                after.push_str(&text);
                at = offset;
            }
            after.push_str(before.get(at..).unwrap_or_default());
            out.insert(name, after);
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn insertions_keep_their_order() {
        let files = BTreeMap::from([("a.rs".to_owned(), "0123".to_owned())]);
        let mut edits = Edits::default();
        for (offset, text) in [(2, "b"), (0, "a"), (2, "c"), (4, "d")] {
            edits.insert("a.rs", offset, text.into());
        }
        assert_eq!(edits.apply(&files)["a.rs"], "a01bc23d");
    }
}
