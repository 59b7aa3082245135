//! Generators of text that is not Rust: reference pages and protobuf definitions.
//!
//! They read the same model as [`crate::emit`]'s, and their files are written, compared and removed in the same way. A
//! `gen.toml` says where they go; the command line can write them anywhere.

mod pages;
mod proto;

use std::ops::Range;

use crate::emit::{EmitError, Workspace};

/// A generator of documents.
#[derive(Clone, Copy, Debug)]
pub struct Document {
    /// Its name: the key of its directory in gen.toml, and its subcommand.
    pub name: &'static str,
    /// What it writes, in a line.
    pub about: &'static str,
    /// Writes the files of the packages with these numbers.
    pub emit: fn(&Workspace, Range<usize>) -> Result<Vec<TextFile>, Vec<EmitError>>,
}

/// A file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextFile {
    /// Its path below the generator's directory, with `/`.
    pub path: String,
    /// Its text, without the header that all generated files have.
    pub text: String,
    /// What its header says that it was made from.
    pub from: String,
}

/// Reference pages.
pub static DOCS: Document =
    Document { name: "docs", about: "reference pages in Markdown, one for each group and version", emit: pages::emit };

/// Protobuf definitions.
pub static PROTO: Document = Document {
    name: "proto",
    about: "protobuf definitions, in the form of Kubernetes' generated.proto",
    emit: proto::emit,
};

/// Every generator of documents.
pub static DOCUMENTS: &[&Document] = &[&DOCS, &PROTO];

/// The generator of a name.
pub fn find(name: &str) -> Option<&'static Document> {
    DOCUMENTS.iter().copied().find(|document| document.name == name)
}
