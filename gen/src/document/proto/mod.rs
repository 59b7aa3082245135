//! `.proto` files: what the protobuf codec reads and writes, for other languages.
//!
//! The form is that of Kubernetes' `generated.proto` files (code-generator's go-to-protobuf): proto2, everything
//! `optional`, `repeated` or a map, messages by name, enums as strings. A package of OpenAPI definitions
//! `io.k8s.api.apps.v1` is the protobuf package `k8s.io.api.apps.v1` in `k8s.io/api/apps/v1/generated.proto`.

mod package;
mod types;
mod well_known;
mod write;

use std::ops::Range;

use super::TextFile;
use crate::emit::{EmitError, Workspace};

/// A file before it is text.
#[derive(Debug, Default)]
struct File {
    /// Its path, without `generated.proto`.
    path: String,
    imports: std::collections::BTreeSet<String>,
    messages: std::collections::BTreeMap<String, Message>,
}

#[derive(Debug, Default)]
struct Message {
    docs: String,
    fields: Vec<Field>,
}

#[derive(Debug)]
struct Field {
    docs: String,
    deprecated: bool,
    /// `optional string` or `map<string, string>`.
    ty: String,
    name: String,
    number: u32,
}

/// One file for each package that has messages; with meta/v1, those of the types that it uses besides.
pub(super) fn emit(workspace: &Workspace, range: Range<usize>) -> Result<Vec<TextFile>, Vec<EmitError>> {
    let (mut files, mut errors) = (Vec::new(), Vec::new());
    for package in workspace.packages.get(range).unwrap_or_default() {
        match package::file(package, workspace) {
            Ok(file) => {
                if package.module == crate::load::META_V1 {
                    files.extend(well_known::files().iter().map(write::file));
                }
                if !file.messages.is_empty() {
                    files.push(write::file(&file));
                }
            }
            Err(found) => errors.extend(found),
        }
    }
    if errors.is_empty() { Ok(files) } else { Err(errors) }
}
