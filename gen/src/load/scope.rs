//! What names mean in a type file: its imports, its package, other packages.

use std::collections::{BTreeMap, BTreeSet};

use syn::{Item, UseTree};

use super::{
    names::{self, MACHINERY},
    types::Names,
};
use crate::{diagnostic::did_you_mean, model::TypeRef};

/// The imports of a file.
#[derive(Clone, Debug, Default)]
pub(super) struct Imports {
    /// Paths by the name that they have in the file.
    named: BTreeMap<String, Vec<String>>,
    /// Paths that end in `*`.
    globs: Vec<Vec<String>>,
}

impl Imports {
    /// The imports among a file's items.
    pub(super) fn of(items: &[Item]) -> Self {
        let mut imports = Self::default();
        for item in items {
            if let Item::Use(item) = item {
                imports.add(&item.tree, &[]);
            }
        }
        imports
    }

    fn add(&mut self, tree: &UseTree, prefix: &[String]) {
        let with = |name: String| prefix.iter().cloned().chain([name]).collect::<Vec<_>>();
        match tree {
            UseTree::Path(path) => self.add(&path.tree, &with(path.ident.to_string())),
            UseTree::Group(group) => group.items.iter().for_each(|item| self.add(item, prefix)),
            UseTree::Glob(_) => self.globs.push(prefix.to_vec()),
            UseTree::Name(name) if name.ident == "self" => {
                if let Some(last) = prefix.last() {
                    self.named.insert(last.clone(), prefix.to_vec());
                }
            }
            UseTree::Name(name) => {
                self.named.insert(name.ident.to_string(), with(name.ident.to_string()));
            }
            UseTree::Rename(rename) => {
                let path = if rename.ident == "self" { prefix.to_vec() } else { with(rename.ident.to_string()) };
                self.named.insert(rename.rename.to_string(), path);
            }
        }
    }
}

/// A package, as far as names go.
#[derive(Clone, Debug, Default)]
pub(super) struct PackageNames {
    /// Its Rust path, as segments: `kubeforge_api`, `core`, `v1`.
    pub(super) module: Vec<String>,
    /// What it calls the machinery crate, as segments.
    pub(super) machinery: Vec<String>,
    /// Types that it defines, with the marker language or without.
    pub(super) types: BTreeSet<String>,
    /// Those of them that the generator does not read.
    pub(super) plain: BTreeSet<String>,
    /// Imports (and so re-exports) of its `mod.rs`.
    pub(super) root: Imports,
}

/// All packages of a run, by module path.
#[derive(Debug, Default)]
pub(super) struct AllNames {
    pub(super) packages: BTreeMap<String, PackageNames>,
}

impl AllNames {
    /// The package that has a type, and the type's name there, of a full path. The path may lead through the
    /// package's file modules or through re-exports of its `mod.rs`.
    fn find(&self, path: &[String], depth: u8) -> Option<(&PackageNames, String)> {
        let name = path.last()?;
        let package = (1..path.len()).rev().find_map(|end| self.packages.get(&path.get(..end)?.join("::")))?;
        if package.types.contains(name) {
            return Some((package, name.clone()));
        }
        let exported = package.root.named.get(name)?;
        let full = absolute(exported, &package.module, &package.module);
        if depth == 0 { None } else { self.find(&full, depth - 1) }
    }
}

/// A path from the root of its crate: `crate`, `self` and `super` replaced.
fn absolute(path: &[String], module: &[String], file: &[String]) -> Vec<String> {
    let mut rest = path;
    let mut base: Vec<String> = match path.first().map(String::as_str) {
        Some("crate") => {
            rest = path.get(1..).unwrap_or_default();
            module.iter().take(1).cloned().collect()
        }
        Some("self") => {
            rest = path.get(1..).unwrap_or_default();
            file.to_vec()
        }
        Some("super") => file.to_vec(),
        _ => Vec::new(),
    };
    while let Some((first, after)) = rest.split_first()
        && first == "super"
    {
        base.pop();
        rest = after;
    }
    base.extend(rest.iter().cloned());
    base
}

/// The names of one file.
pub(super) struct FileScope<'a> {
    pub(super) all: &'a AllNames,
    pub(super) package: &'a PackageNames,
    pub(super) imports: &'a Imports,
    /// The file's module name; empty for `mod.rs`.
    pub(super) file: &'a str,
}

impl FileScope<'_> {
    fn file_module(&self) -> Vec<String> {
        let file = (!self.file.is_empty()).then(|| self.file.to_owned());
        self.package.module.iter().cloned().chain(file).collect()
    }

    /// The path with its first segment looked up in the imports.
    fn expand(&self, segments: &[String]) -> Vec<String> {
        let file = self.file_module();
        let imported = segments.first().and_then(|first| self.imports.named.get(first));
        match imported {
            Some(path) => {
                let path = absolute(path, &self.package.module, &file);
                path.into_iter().chain(segments.iter().skip(1).cloned()).collect()
            }
            None => absolute(segments, &self.package.module, &file),
        }
    }

    /// The type of a full path, if it is one that the generator knows or that another crate has.
    fn named(&self, path: &[String]) -> Option<TypeRef> {
        let path = canonical(path, &self.package.machinery);
        let name = path.last()?;
        if let Some((package, name)) = self.all.find(&path, 8) {
            let local = package.module == self.package.module && !package.plain.contains(&name);
            return Some(match local {
                true => TypeRef::Local(name),
                false => TypeRef::Foreign(format!("{}::{name}", package.module.join("::"))),
            });
        }
        match (path.first().map(String::as_str), path.len()) {
            (Some(MACHINERY), _) => {
                names::scalar(name).map(TypeRef::Scalar).or_else(|| Some(TypeRef::Foreign(path.join("::"))))
            }
            (Some("serde_json"), _) if name == "Value" => Some(TypeRef::Scalar(crate::model::Scalar::Value)),
            (Some("std" | "alloc" | "core"), _) if name == "String" => {
                Some(TypeRef::Scalar(crate::model::Scalar::String))
            }
            (Some("std" | "alloc" | "core"), _) | (_, ..=1) => None,
            _ => Some(TypeRef::Foreign(path.join("::"))),
        }
    }

    /// A single name that no import names: the package's own, or one that a glob import brings.
    fn unnamed(&self, name: &str) -> Option<TypeRef> {
        if self.package.types.contains(name) {
            let path: Vec<String> = self.package.module.iter().cloned().chain([name.to_owned()]).collect();
            return self.named(&path);
        }
        let globs = self.imports.globs.iter().chain(&self.package.root.globs);
        globs.map(|glob| absolute(glob, &self.package.module, &self.file_module())).find_map(|module| {
            let path: Vec<String> = module.into_iter().chain([name.to_owned()]).collect();
            let path = canonical(&path, &self.package.machinery);
            let known = self.all.find(&path, 8).is_some()
                || (path.first().is_some_and(|first| first == MACHINERY) && names::scalar(name).is_some());
            known.then(|| self.named(&path)).flatten()
        })
    }
}

/// The path with the machinery crate under its own name, whatever the package calls it.
fn canonical(path: &[String], machinery: &[String]) -> Vec<String> {
    match path.strip_prefix(machinery) {
        Some(rest) if !machinery.is_empty() && machinery != ["crate"] => {
            [MACHINERY.to_owned()].into_iter().chain(rest.iter().cloned()).collect()
        }
        _ => path.to_vec(),
    }
}

impl Names for FileScope<'_> {
    fn resolve(&self, segments: &[String]) -> Result<TypeRef, (String, Option<String>)> {
        let imported = segments.first().is_some_and(|first| self.imports.named.contains_key(first));
        let found = match segments {
            [name] if !imported => self.unnamed(name),
            _ => self.named(&self.expand(segments)),
        };
        found.ok_or_else(|| {
            let path = segments.join("::");
            let known = self.package.types.iter().chain(self.imports.named.keys()).map(String::as_str);
            let hint =
                did_you_mean(&path, known).unwrap_or_else(|| "import it by name, or derive ApiSource on it".into());
            (format!("unsupported type: nothing is known of `{path}`"), Some(hint))
        })
    }
}
