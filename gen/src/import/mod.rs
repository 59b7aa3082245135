//! The way back: documents in, packages of types out.
//!
//! [`read`] makes packages of OpenAPI v3 documents and custom resource definitions (see [`crate::load`] for what becomes
//! of a schema). [`write_new`] says which files a new package has; [`merge_into`] which edits bring an existing one up to
//! date, leaving what is there byte for byte. [`entry`] is what gen.toml must say of it.

mod entry;
mod files;
mod place;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::PathBuf,
};

use crate::{
    config::{self, Config, ConfigError},
    diagnostic::Diagnostics,
    load::{
        crd,
        document::{self, At, Node},
        openapi::{self, Wanted},
        tags,
    },
    model::Package,
};

pub use crate::{
    load::{
        document::{Problem, Report},
        tags::{TagTable, TagTableError},
    },
    merge::Summary,
};
pub use entry::{append as append_entry, entry};
pub use files::{Write, merge_into, write_new};
pub use place::{Place, places};

/// What to import.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// The documents.
    pub files: Vec<PathBuf>,
    /// Only packages of this group.
    pub group: Option<String>,
    /// Only packages of this version.
    pub version: Option<String>,
    /// What the definitions of an OpenAPI document's package begin with, where its kinds don't tell.
    pub definition_prefix: Option<String>,
    /// Modules of other packages, by definition prefix, beside those of `configs`.
    pub foreign: BTreeMap<String, String>,
    /// The table of protobuf numbers.
    pub tags: Option<PathBuf>,
    /// gen.toml files: packages that the documents may refer to.
    pub configs: Vec<PathBuf>,
}

/// What documents hold.
#[derive(Debug)]
pub struct Imported {
    /// The packages, by group and version. They have no module yet.
    pub packages: Vec<Package>,
    /// What was found on the way, apart from errors.
    pub report: Report,
    /// The configurations of the request.
    pub configs: Vec<Config>,
}

/// Why documents can't be imported.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// A `gen.toml`.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The documents; one line for each problem.
    #[error("{}", lines(.0))]
    Documents(Vec<Problem>),
    /// Type files that are there already.
    #[error(transparent)]
    Existing(#[from] Diagnostics),
    /// A file or directory can't be read or written.
    #[error("can't {verb} {path}: {source}")]
    Io {
        /// What was tried.
        verb: &'static str,
        /// The file.
        path: String,
        /// Why.
        source: std::io::Error,
    },
    /// Standard output.
    #[error("{0}")]
    Output(String),
    /// A directory holds type files, and nobody said that they are to be merged with.
    #[error("{0} has type files: --merge adds to them what is new")]
    NotEmpty(String),
}

fn lines(problems: &[Problem]) -> String {
    let lines: Vec<String> = problems.iter().map(|problem| format!("error: {problem}")).collect();
    let plural = if problems.len() == 1 { "" } else { "s" };
    format!("{}\n{} error{plural}", lines.join("\n"), problems.len())
}

/// Reads documents.
///
/// # Errors
/// All that is wrong with them.
pub fn read(request: &Request) -> Result<Imported, ImportError> {
    let configs: Vec<Config> = request.configs.iter().map(|path| config::read(path)).collect::<Result<_, _>>()?;
    let report = Report::default();
    let mut foreign: BTreeMap<String, String> = configs
        .iter()
        .flat_map(|config| &config.packages)
        .map(|config| &config.source.package)
        .map(|package| (package.definition_prefix.clone(), package.module.clone()))
        .collect();
    foreign.extend(request.foreign.clone());
    let wanted = Wanted {
        group: request.group.clone(),
        version: request.version.clone(),
        definition_prefix: request.definition_prefix.clone(),
        foreign,
    };
    let table = request.tags.as_ref().and_then(|path| tag_table(path, &report));
    let mut packages = documents(request, &wanted, &report);
    if let Some(table) = &table {
        for package in &mut packages {
            for missing in tags::apply(table, &wanted.foreign, package) {
                report.note(format!("no protobuf number for {missing}"));
            }
        }
    }
    let errors = report.errors();
    if errors.is_empty() { Ok(Imported { packages, report, configs }) } else { Err(ImportError::Documents(errors)) }
}

fn shown(path: &std::path::Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}

fn tag_table(path: &std::path::Path, report: &Report) -> Option<TagTable> {
    let file = shown(path);
    let text = fs::read_to_string(path).map_err(|error| report.error(&file, "", format!("can't read it: {error}")));
    match TagTable::parse(&text.ok()?) {
        Ok(table) => Some(table),
        Err(errors) => {
            errors.iter().for_each(|error| report.error(&file, "", error.to_string()));
            None
        }
    }
}

fn documents(request: &Request, wanted: &Wanted, report: &Report) -> Vec<Package> {
    let (mut packages, mut definitions) = (Vec::new(), crd::Packages::default());
    for path in &request.files {
        let file = shown(path);
        let text = match fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) => {
                report.error(&file, "", format!("can't read it: {error}"));
                continue;
            }
        };
        match document::parse(&text) {
            Ok(found) => file_documents(&found, &file, wanted, report, &mut packages, &mut definitions),
            Err(error) => report.error(&file, "", format!("is no JSON and no YAML: {error}")),
        }
    }
    packages.extend(definitions.finish(report));
    packages.sort_by(|one, other| (&one.group, &one.version).cmp(&(&other.group, &other.version)));
    let mut seen = BTreeSet::new();
    for package in &packages {
        if !seen.insert((&package.group, &package.version)) {
            let message =
                format!("group \"{}\", version {} is in several of the files", package.group, package.version);
            report.error("the input", "", message);
        }
    }
    if packages.is_empty() && report.errors().is_empty() {
        report.error("the input", "", "holds no group and version that is asked for");
    }
    packages
}

fn file_documents(
    found: &[Node],
    file: &str,
    wanted: &Wanted,
    report: &Report,
    packages: &mut Vec<Package>,
    definitions: &mut crd::Packages,
) {
    let readable = found.iter().any(|document| openapi::is_openapi(document) || crd::is_crd(document));
    for (index, document) in found.iter().enumerate() {
        let path = if found.len() > 1 { format!("document[{index}]") } else { String::new() };
        let root = At::root(document, path, file, report);
        if openapi::is_openapi(document) {
            packages.extend(openapi::packages(&root, wanted));
        } else if crd::is_crd(document) {
            crd::read(&root, wanted, definitions);
        } else if document.get("swagger").is_some() {
            root.error("is OpenAPI v2, which says too little: API servers publish v3 under /openapi/v3/");
        } else if readable {
            let kind = document.get("kind").and_then(Node::as_text).unwrap_or("a document");
            report.note(format!("{file}: passed over {kind}"));
        } else {
            root.error("is no OpenAPI v3 document and no CustomResourceDefinition");
        }
    }
    if found.is_empty() {
        report.error(file, "", "is empty");
    }
}

/// Gives packages the modules of their places, and the machinery that their crate's configuration names.
pub fn settle(packages: &mut [Package], places: &[Place], configs: &[Config]) {
    let listed: Vec<&Package> =
        configs.iter().flat_map(|config| &config.packages).map(|config| &config.source.package).collect();
    for (package, place) in packages.iter_mut().zip(places) {
        let same = listed.iter().find(|other| other.group == package.group && other.version == package.version);
        let machinery = same.or(listed.first()).map(|other| other.machinery.clone());
        package.machinery = machinery.unwrap_or_else(|| "::kubeforge_machinery".into());
        package.module = place.module.clone();
    }
}
