//! `mod.rs`: modules and re-exports of what is new.

use super::Merge;
use crate::write::{Line, compare_lines, compare_names};

const MOD: &str = "mod.rs";

impl Merge<'_> {
    /// Whether the package re-exports another package's type of that name.
    pub(super) fn is_re_exported(&self, name: &str) -> bool {
        self.sources.files.get(MOD).is_some_and(|file| file.imported().contains_key(name))
    }

    /// Adds `mod name;`, in the order of the modules' names.
    pub(super) fn declare(&mut self, module: &str) {
        let Some(file) = self.sources.files.get(MOD) else {
            self.differs(MOD, format!("is not there: declare `mod {module};` yourself"));
            return;
        };
        let mods = file.mods();
        let mut own = mods.iter().filter(|at| at.name != "generated");
        let next = own.clone().find(|at| compare_names(&at.name, module).is_gt()).map(|at| at.start);
        let last = own.next_back().map(|at| at.end);
        let (offset, text) = match (next, last) {
            (Some(next), _) => (next, format!("mod {module};\n")),
            (None, Some(last)) => (last, format!("\nmod {module};")),
            (None, None) => (file.first_item(), format!("mod {module};\n\n")),
        };
        self.edits.insert(MOD, offset, text);
        self.added(MOD, format!("mod {module}"));
    }

    /// Adds `pub use` for the new types of each file, in lines of their own, in the order of paths.
    pub(super) fn exports(&mut self) {
        for (file, names) in self.edits.take_exports() {
            self.export(&file, names.into_iter().collect());
        }
    }

    fn export(&mut self, file: &str, mut names: Vec<String>) {
        let Some(module) = file.strip_suffix(".rs").filter(|module| *module != "mod") else { return };
        let Some(root) = self.sources.files.get(MOD) else { return };
        let uses: Vec<_> = root.uses().into_iter().filter(|at| at.public).collect();
        if uses.iter().any(|at| at.line.path == [module] && at.line.names == ["*"]) {
            return;
        }
        names.sort_by(|one, other| compare_names(one, other));
        let line = Line { path: vec![module.to_owned()], names };
        let next = uses.iter().find(|at| compare_lines(&at.line, &line).is_gt()).map(|at| at.start);
        let text = line.text("pub ");
        let (offset, text) = match (next, uses.last()) {
            (Some(next), _) => (next, text),
            (None, Some(last)) => (last.end, format!("\n{}", text.trim_end())),
            (None, None) => (root.text.len(), format!("\n{text}")),
        };
        self.edits.insert(MOD, offset, text);
    }
}
