//! Files of packages: new ones, and those that change in a merge.

use std::{collections::BTreeMap, fs, path::PathBuf};

use super::{ImportError, Place, Summary};
use crate::{
    config::Config,
    load::{self, PackageSource},
    merge::{self, Merged},
    model::Package,
    output, write,
};

/// A file to write.
#[derive(Clone, Debug)]
pub struct Write {
    /// Where.
    pub path: PathBuf,
    /// As reports spell it.
    pub shown: String,
    /// Its text.
    pub text: String,
}

impl Write {
    /// Writes it.
    ///
    /// # Errors
    /// Where the file system refuses.
    pub fn apply(&self) -> Result<(), ImportError> {
        let failed = |verb| move |source| ImportError::Io { verb, path: self.shown.clone(), source };
        if let Some(directory) = self.path.parent() {
            fs::create_dir_all(directory).map_err(failed("create the directory of"))?;
        }
        fs::write(&self.path, &self.text).map_err(failed("write"))
    }
}

/// The files of a package in a directory that has no type files yet.
///
/// # Errors
/// Where it has.
pub fn write_new(package: &Package, place: &Place) -> Result<Vec<Write>, ImportError> {
    if !type_files(place)?.is_empty() {
        return Err(ImportError::NotEmpty(place.shown.clone()));
    }
    Ok(write::package(package).into_iter().map(|file| to_write(place, &file.name, file.text)).collect())
}

fn to_write(place: &Place, name: &str, text: String) -> Write {
    Write { path: place.dir.join(name), shown: format!("{}/{name}", place.shown), text }
}

/// The `.rs` files of a directory, by name.
fn type_files(place: &Place) -> Result<BTreeMap<String, String>, ImportError> {
    output::generated_files(&place.dir, &place.shown).map_err(|error| match error {
        output::OutputError::Io { verb, path, source } => ImportError::Io { verb, path, source },
        output::OutputError::NotRust { from, source, .. } => {
            ImportError::Io { verb: "read", path: from, source: std::io::Error::other(source) }
        }
    })
}

/// The files of a package that change where a directory's types are brought up to date, and what that means.
///
/// # Errors
/// Where the existing types, or those of the configurations, can't be loaded.
pub fn merge_into(package: &Package, place: &Place, configs: &[Config]) -> Result<(Vec<Write>, Summary), ImportError> {
    let files = type_files(place)?;
    if files.is_empty() {
        let written = write_new(package, place)?;
        let added = written.iter().map(|file| format!("{}: new", file.shown)).collect();
        return Ok((written, Summary { added, different: Vec::new() }));
    }
    let target = PackageSource { dir: place.dir.clone(), shown: place.shown.clone(), package: bare(package) };
    let others = configs.iter().flat_map(|config| &config.packages).map(|config| config.source.clone());
    let mut sources: Vec<PackageSource> = others.filter(|other| other.package.module != package.module).collect();
    sources.push(target);
    let loaded = load::packages(&sources)?;
    let Merged { files, summary } = merge::merge(&loaded.workspace, package, &files, &place.shown);
    Ok((files.into_iter().map(|(name, text)| to_write(place, &name, text)).collect(), summary))
}

/// A package without types.
fn bare(package: &Package) -> Package {
    Package { types: BTreeMap::new(), ..package.clone() }
}
