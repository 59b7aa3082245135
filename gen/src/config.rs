//! `gen.toml`: which packages a crate has.
//!
//! ```toml
//! crate_path = "::kubeforge_machinery"     # what generated code calls the machinery crate; this is the default
//! client_set = "client/src/generated"      # where typed clients go, relative to this file; none are written without it
//! docs = "docs/reference"                  # where reference pages go; none are written without it
//! proto = "proto"                          # where .proto files go; none are written without it
//! crds = "crds"                            # where CustomResourceDefinitions go; none are written without it
//! crd_gates = ["Turbo"]                    # feature gates that are on in them; all others are off
//! arbitrary = true                         # generators of arbitrary objects, for tests; behind the crate's feature of that name
//!
//! [[package]]
//! path = "src/apps/v1"                     # the type files; output goes to generated/ in it
//! group = "apps"
//! version = "v1"
//! definition_prefix = "io.k8s.api.apps.v1" # OpenAPI definitions are named by this, a dot and the type's name
//! module = "kubeforge_api::apps::v1"       # the package's Rust path
//! client = true                            # whether typed clients, listers, informers and apply configurations are generated
//! crds = false                             # whether its kinds get CustomResourceDefinitions; true by default
//! ```

use std::{
    collections::{BTreeMap, BTreeSet},
    fs, io,
    path::{Path, PathBuf},
};

use serde::Deserialize;

use crate::{load::PackageSource, model::Package};

/// A `gen.toml`.
#[derive(Debug)]
pub struct Config {
    /// The directory of the client set, if there is one.
    pub client_set: Option<Directory>,
    /// Directories of documents, by the name of their generator.
    pub documents: BTreeMap<&'static str, Directory>,
    /// The packages.
    pub packages: Vec<PackageConfig>,
}

/// A package of a [`Config`].
#[derive(Debug)]
pub struct PackageConfig {
    /// What the loader needs.
    pub source: PackageSource,
    /// The directory as `gen.toml` spells it, which does not depend on where the run started.
    pub path: String,
}

/// A directory.
#[derive(Clone, Debug)]
pub struct Directory {
    /// Where it is.
    pub path: PathBuf,
    /// As reports spell it.
    pub shown: String,
}

/// Why a `gen.toml` can't be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// It can't be read.
    #[error("can't read {path}: {source}")]
    Read {
        /// The file.
        path: String,
        /// Why.
        source: io::Error,
    },
    /// It is not as it should be.
    #[error("{path} is no gen.toml: {source}")]
    Parse {
        /// The file.
        path: String,
        /// Where and why.
        source: Box<toml::de::Error>,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileForm {
    #[serde(default = "default_crate_path")]
    crate_path: String,
    client_set: Option<String>,
    docs: Option<String>,
    proto: Option<String>,
    crds: Option<String>,
    #[serde(default)]
    crd_gates: BTreeSet<String>,
    #[serde(default)]
    arbitrary: bool,
    #[serde(default)]
    package: Vec<PackageForm>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PackageForm {
    path: String,
    group: String,
    version: String,
    definition_prefix: String,
    module: String,
    #[serde(default)]
    client: bool,
    #[serde(default = "yes")]
    crds: bool,
}

fn yes() -> bool {
    true
}

fn default_crate_path() -> String {
    "::kubeforge_machinery".into()
}

/// Reads a `gen.toml`.
///
/// # Errors
/// Where it can't be read, or is not as it should be.
pub fn read(path: &Path) -> Result<Config, ConfigError> {
    let shown = slashed(path);
    let text = fs::read_to_string(path).map_err(|source| ConfigError::Read { path: shown.clone(), source })?;
    let form: FileForm =
        toml::from_str(&text).map_err(|source| ConfigError::Parse { path: shown, source: Box::new(source) })?;
    let root = path.parent().unwrap_or_else(|| Path::new(""));
    let FileForm { crate_path, client_set, docs, proto, crds, crd_gates, arbitrary, package } = form;
    let defaults = Package { machinery: crate_path, arbitrary, crds: crds.is_some(), crd_gates, ..Package::default() };
    let documents = [("docs", docs), ("proto", proto), ("crds", crds)];
    let documents = documents.into_iter().filter_map(|(name, path)| Some((name, Directory::below(root, &path?))));
    Ok(Config {
        documents: documents.collect(),
        client_set: client_set.map(|path| Directory::below(root, &path)),
        packages: package.into_iter().map(|form| form.into_config(root, &defaults)).collect(),
    })
}

impl PackageForm {
    fn into_config(self, root: &Path, defaults: &Package) -> PackageConfig {
        let Directory { path: dir, shown } = Directory::below(root, &self.path);
        let package = Package {
            group: self.group,
            version: self.version,
            definition_prefix: self.definition_prefix,
            module: self.module,
            client: self.client,
            crds: self.crds && defaults.crds,
            ..defaults.clone()
        };
        PackageConfig { source: PackageSource { dir, shown, package }, path: self.path }
    }
}

impl Directory {
    /// A directory named on the command line.
    pub fn at(path: &Path) -> Self {
        Self { path: path.to_owned(), shown: slashed(path) }
    }

    fn below(root: &Path, path: &str) -> Self {
        let path = root.join(path);
        Self { shown: slashed(&path), path }
    }

    /// A directory in it.
    pub fn join(&self, name: &str) -> Self {
        Self::below(&self.path, name)
    }
}

fn slashed(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::grammar::{self, Place};

    #[test]
    fn documents_go_where_the_file_says() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("gen.toml");
        fs::write(&path, "docs = \"reference\"\n").unwrap();
        let config = read(&path).unwrap();
        let names: Vec<&str> = crate::document::DOCUMENTS.iter().map(|document| document.name).collect();
        assert_eq!(names, ["docs", "proto", "crds"], "gen.toml has a key for each");
        assert_eq!(config.documents["docs"].path, root.path().join("reference"));
        assert!(!config.documents.contains_key("proto"));
    }

    #[test]
    fn every_key_of_a_package_is_in_the_grammar() {
        let all = "path = \"p\"\ngroup = \"g\"\nversion = \"v\"\ndefinition_prefix = \"d\"\nmodule = \"m\"\nclient = true\ncrds = true\n";
        toml::from_str::<PackageForm>(all).unwrap();
        let keys: Vec<&str> = all.lines().filter_map(|line| line.split(' ').next()).collect();
        let markers: Vec<&str> = grammar::at(Place::Package).map(|marker| marker.name).collect();
        assert_eq!(markers, keys);
    }
}
