//! `use` items of type files.

use std::collections::BTreeMap;

use syn::{Item, UseTree, Visibility};

use super::source::{File, end, start};
use crate::write::Line;

/// A `use` item's places.
pub(super) struct UseAt {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) line: Line,
    pub(super) public: bool,
}

impl File<'_> {
    /// Its imports.
    pub(super) fn uses(&self) -> Vec<UseAt> {
        let uses = self.items.iter().filter_map(|item| match item {
            Item::Use(item) => Some(UseAt {
                start: start(item),
                end: end(item),
                line: line(&item.tree),
                public: matches!(item.vis, Visibility::Public(_)),
            }),
            _ => None,
        });
        uses.collect()
    }

    /// Every name that its imports give, with its path.
    pub(super) fn imported(&self) -> BTreeMap<String, Vec<String>> {
        let mut found = BTreeMap::new();
        for item in &self.items {
            if let Item::Use(item) = item {
                collect_names(&item.tree, &[], &mut found);
            }
        }
        found
    }
}

/// A `use` item as far as sorting needs it.
fn line(tree: &UseTree) -> Line {
    let (mut path, mut tree) = (Vec::new(), tree);
    loop {
        let names = match tree {
            UseTree::Path(step) => {
                path.push(step.ident.to_string());
                tree = &step.tree;
                continue;
            }
            UseTree::Name(name) => vec![name.ident.to_string()],
            UseTree::Rename(rename) => vec![rename.ident.to_string()],
            UseTree::Glob(_) => vec!["*".to_owned()],
            // sorted as braces are
            UseTree::Group(_) => vec![String::new(), String::new()],
        };
        return Line { path, names };
    }
}

fn collect_names(tree: &UseTree, path: &[String], found: &mut BTreeMap<String, Vec<String>>) {
    let with = |name: String| path.iter().cloned().chain([name]).collect::<Vec<_>>();
    match tree {
        UseTree::Path(step) => collect_names(&step.tree, &with(step.ident.to_string()), found),
        UseTree::Group(group) => group.items.iter().for_each(|item| collect_names(item, path, found)),
        UseTree::Name(name) if name.ident == "self" => {
            found.extend(path.last().map(|last| (last.clone(), path.to_vec())));
        }
        UseTree::Name(name) => drop(found.insert(name.ident.to_string(), with(name.ident.to_string()))),
        UseTree::Rename(rename) => drop(found.insert(rename.rename.to_string(), with(rename.ident.to_string()))),
        // what a glob brings is not known here: one more import by name does no harm
        UseTree::Glob(_) => {}
    }
}
