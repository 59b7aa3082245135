//! Reference pages in Markdown: one for each group and version, and an index.

mod fields;
mod kinds;
mod links;
mod text;

use std::ops::Range;

use super::TextFile;
use crate::{
    emit::{EmitError, Workspace, client_set_module},
    model::{Enum, Package, Type, TypeDef},
};
use links::Links;
use text::{cell, code, paragraph};

/// A page for each package that has types, and `README.md`, which lists them.
pub(super) fn emit(workspace: &Workspace, range: Range<usize>) -> Result<Vec<TextFile>, Vec<EmitError>> {
    let packages: Vec<&Package> =
        workspace.packages.get(range).unwrap_or_default().iter().filter(|package| !package.types.is_empty()).collect();
    let mut files = vec![TextFile { path: "README.md".into(), text: index(&packages), from: "all packages".into() }];
    for &package in &packages {
        let links = Links { package, workspace, pages: &packages };
        files.push(TextFile { path: page_name(package), text: page(&links), from: package.module.clone() });
    }
    Ok(files)
}

/// The file of a package's page.
fn page_name(package: &Package) -> String {
    format!("{}.md", client_set_module(package))
}

/// `apps/v1`; `core/v1` for the core group, as people call it.
fn title(package: &Package) -> String {
    let group = if package.group.is_empty() { "core" } else { &package.group };
    format!("{group}/{}", package.version)
}

fn index(packages: &[&Package]) -> String {
    let mut out = String::from("# API reference\n\n| group and version | kinds |\n|---|---|\n");
    for package in packages {
        let page = page_name(package);
        let kinds: Vec<String> = kinds::served(package)
            .map(|(ty, _)| format!("[{}]({page}#{})", ty.name, links::anchor(&ty.name)))
            .collect();
        out += &format!("| [{}]({page}) | {} |\n", title(package), kinds.join(", "));
    }
    out
}

fn page(links: &Links<'_>) -> String {
    let package = links.package;
    let mut out = format!("# {}\n", title(package));
    let kinds: Vec<_> = kinds::all(package).collect();
    if !kinds.is_empty() {
        out += "\n## Kinds\n";
    }
    for (ty, kind) in &kinds {
        out += &kinds::section(links, ty, kind);
        out += &fields::table(links, ty);
    }
    let types: Vec<&Type> = package.types.values().filter(|ty| ty.kind.is_none()).collect();
    if !types.is_empty() {
        out += "\n## Types\n";
    }
    for ty in types {
        out += &format!("\n### {}\n{}", ty.name, paragraph(&ty.docs));
        out += &match &ty.def {
            TypeDef::Struct(_) => fields::table(links, ty),
            TypeDef::Enum(def) => values(def),
            TypeDef::Alias(target) => format!("\nThe same as {}.\n", links.type_(target)),
        };
    }
    out
}

fn values(def: &Enum) -> String {
    let mut out = String::from("\n| value | says |\n|---|---|\n");
    for variant in &def.variants {
        out += &format!("| {} | {} |\n", code(&variant.value), cell(&variant.docs));
    }
    if def.open {
        out += "\nOther values are allowed.\n";
    }
    out
}
