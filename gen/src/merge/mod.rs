//! Bringing type files that people own up to date with a document: what is new in it is added in the right places, and
//! not a byte of what is there changes.
//!
//! Added are types (beside the type that uses them; kinds in a file of their own), fields (after the field that comes
//! before them in the document), values of enums, subresources, columns and the like, and markers of fields that had none
//! of that sort: topology, patch strategy, default, protobuf number, validation rules. Everything is a text edit at a
//! place that syn tells; no file is printed anew. What the document says differently is reported, not touched. So is
//! what it lacks.
//!
//! Not reported is what documents can't know (see [`crate::load`]): options around scalars, enums where the document has
//! plain texts, structs that are inlined, and markers that have no counterpart in OpenAPI.

mod compare;
mod edit;
mod field;
mod fields;
mod imports;
mod kinds;
mod modules;
mod rename;
mod source;
mod types;
mod uses;

use std::collections::BTreeMap;

use crate::{
    emit::Workspace,
    model::{Enum, Package, Type, TypeDef},
};
use edit::Edits;
use source::Sources;

/// What a merge did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// What was added, in a line each: `deployment.rs: field DeploymentStatus.terminating_replicas`.
    pub added: Vec<String>,
    /// What differs and was left alone, in a line each.
    pub different: Vec<String>,
}

/// A merge's result.
#[derive(Clone, Debug)]
pub(crate) struct Merged {
    /// Files that change or are new, by name, with their texts.
    pub(crate) files: BTreeMap<String, String>,
    pub(crate) summary: Summary,
}

/// A merge under way.
struct Merge<'a> {
    workspace: &'a Workspace,
    /// The package as it is.
    existing: &'a Package,
    /// The package as the document has it.
    imported: &'a Package,
    sources: Sources<'a>,
    edits: Edits,
    summary: Summary,
    /// The directory, as reports spell it.
    shown: &'a str,
}

/// Merges `imported` into the files of a package, which is in the workspace under the same module.
pub(crate) fn merge(
    workspace: &Workspace,
    imported: &Package,
    files: &BTreeMap<String, String>,
    shown: &str,
) -> Merged {
    let Some(existing) = workspace.packages.iter().find(|package| package.module == imported.module) else {
        return Merged { files: BTreeMap::new(), summary: Summary::default() };
    };
    let imported = &rename::rename(existing, imported);
    let sources = Sources::parse(files);
    let (edits, summary) = (Edits::default(), Summary::default());
    let mut merge = Merge { workspace, existing, imported, sources, edits, summary, shown };
    // first, so that fields find the types that they name
    merge.new_types();
    for ty in imported.types.values() {
        if let Some(known) = existing.types.get(&ty.name) {
            merge.type_(known, ty);
        }
    }
    merge.missing();
    merge.exports();
    merge.imports();
    let Merge { edits, summary, .. } = merge;
    Merged { files: edits.apply(files), summary }
}

impl<'a> Merge<'a> {
    fn added(&mut self, file: &str, what: String) {
        self.summary.added.push(format!("{}/{file}: {what}", self.shown));
    }

    fn differs(&mut self, file: &str, what: String) {
        self.summary.different.push(format!("{}/{file}: {what}", self.shown));
    }

    fn type_(&mut self, known: &'a Type, ty: &'a Type) {
        match (&known.def, &ty.def) {
            (TypeDef::Struct(_), TypeDef::Struct(_)) => {
                self.fields(known, ty);
                self.type_markers(known, ty);
            }
            (TypeDef::Enum(have), TypeDef::Enum(want)) => self.variants(&known.name, have, want),
            (TypeDef::Alias(_), TypeDef::Alias(_)) | (TypeDef::Enum(_), TypeDef::Alias(_)) => {}
            (have, want) => {
                let message = format!("{} is {} here, {} in the document", known.name, describe(have), describe(want));
                self.differs(&known.file, message);
            }
        }
    }

    /// Values that an enum lacks, before `Other`.
    fn variants(&mut self, name: &str, have: &Enum, want: &Enum) {
        let Some(item) = self.sources.enum_(name) else { return };
        for variant in &want.variants {
            if have.variants.iter().any(|known| known.value == variant.value) {
                continue;
            }
            let mut variant = variant.clone();
            if have.variants.iter().any(|known| known.name == variant.name) {
                variant.name.push('2');
            }
            self.edits.insert(
                item.file,
                item.other,
                crate::write::variant_text(&variant).trim_start().to_owned() + "    ",
            );
            self.added(item.file, format!("value {:?} of {name}", variant.value));
        }
    }

    /// What the document lacks.
    fn missing(&mut self) {
        for ty in self.existing.types.values() {
            if ty.kind.is_some() && !self.imported.types.contains_key(&ty.name) {
                self.differs(&ty.file, format!("kind {} is not in the document", ty.name));
            }
        }
    }
}

fn describe(def: &TypeDef) -> &'static str {
    match def {
        TypeDef::Struct(_) => "a struct",
        TypeDef::Enum(_) => "an enum",
        TypeDef::Alias(_) => "another name for a type",
    }
}
