//! `mod.rs`, and files' documentation.

use super::{docs::comment, imports::{Line, compare_lines, compare_names}, layout::File};
use crate::model::{Package, Type};

/// A package's `mod.rs`.
pub(super) fn text(package: &Package, files: &[File<'_>]) -> String {
    let group = match package.group.as_str() {
        "" => "core".to_owned(),
        group => format!("`{group}`"),
    };
    let about = format!(
        "Version {} of the {group} group.\n\nOne file per kind, with the types that only it uses; `generated` holds \
         what the generator makes of them.",
        package.version
    );
    let mut modules: Vec<&str> = files.iter().map(|file| file.module.as_str()).collect();
    modules.sort_by(|one, other| compare_names(one, other));
    let modules: String = modules.iter().map(|module| format!("mod {module};\n")).collect();
    let mut lines: Vec<Line> = files.iter().map(exports).collect();
    lines.sort_by(compare_lines);
    let exports: String = lines.iter().map(|line| line.text("pub ")).collect();
    let docs = comment(&about, "//!", 0);
    format!("{docs}\n{modules}\n#[rustfmt::skip]\npub mod generated;\n\n{exports}")
}

fn exports(file: &File<'_>) -> Line {
    let mut names: Vec<String> = file.types.iter().map(|ty| ty.name.clone()).collect();
    names.sort_by(|one, other| compare_names(one, other));
    Line { path: vec![file.module.clone()], names }
}

/// What a file is about: its first type, and how many there are.
pub(super) fn about(first: &Type, types: usize) -> String {
    match (first.kind.is_some(), types) {
        (true, _) => format!("The kind `{}`, its list, and the types that only they use.", first.name),
        (false, 1) => format!("`{}`, which several types use.", first.name),
        (false, _) => format!("`{}`, which several types use, and the types that only it uses.", first.name),
    }
}
