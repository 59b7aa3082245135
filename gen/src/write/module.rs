//! `mod.rs`, and files' documentation.

use super::{
    docs::comment,
    imports::{Line, compare_lines, compare_names},
    layout::File,
};
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

/// What a file is about.
pub(super) fn about(types: &[&Type]) -> Option<String> {
    let (first, others) = types.split_first()?;
    let list = others.first().is_some_and(|ty| ty.kind.as_ref().is_some_and(|kind| kind.list_of.is_some()));
    let name = &first.name;
    Some(match (first.kind.is_some(), list, others.len()) {
        (true, _, 0) => format!("The kind `{name}`."),
        (true, true, 1) => format!("The kind `{name}` and its list."),
        (true, true, _) => format!("The kind `{name}`, its list, and the types that only they use."),
        (true, false, _) => format!("The kind `{name}`, and the types that only it uses."),
        (false, _, 0) => format!("`{name}`, which several types use."),
        (false, ..) => format!("`{name}`, which several types use, and the types that only it uses."),
    })
}
