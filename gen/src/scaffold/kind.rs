//! A further kind in a package.

use std::path::{Path, PathBuf};

use super::{
    Created, ScaffoldError, create, edit, finish, names, read,
    template::{KindNames, Values},
    write,
};
use crate::{
    config::{self, PackageConfig},
    model::{Scope, snake_case},
};

pub(super) const TEMPLATE: &str = include_str!("templates/kind.rs.txt");
pub(super) const MANIFEST: &str = include_str!("templates/manifest.yaml.txt");

/// What a new kind is about.
#[derive(Clone, Debug)]
pub struct NewKind {
    /// The `gen.toml` that lists its package.
    pub config: PathBuf,
    /// The kind: `Widget`.
    pub kind: String,
    /// Its version; `None` where there is only one.
    pub version: Option<String>,
    /// Where its objects live.
    pub scope: Scope,
    /// Its short names.
    pub short: Vec<String>,
}

/// Adds a kind to a package: a file of types, its lines in `mod.rs`, an example, and what is generated.
///
/// # Errors
/// Where a name is none, or a file is there already.
pub fn kind(new: &NewKind) -> Result<Created, ScaffoldError> {
    names::check_kind(&new.kind)?;
    let config = config::read(&new.config)?;
    let package = package(&new.config, &config.packages, new.version.as_deref())?;
    let names = KindNames {
        group: &package.source.package.group,
        version: &package.source.package.version,
        kind: &new.kind,
        scope: new.scope,
        short: &new.short,
    };
    let values = Values::of_kind(&names);
    let file = snake_case(&new.kind);
    let mut created = Created::default();
    create(&package.source.dir.join(format!("{file}.rs")), &values.fill(TEMPLATE), &mut created)?;
    let mod_file = package.source.dir.join("mod.rs");
    let types = ["", "List", "Phase", "Spec", "Status"].map(|part| format!("{}{part}", new.kind)).join(", ");
    let text = read(&mod_file)?;
    let text = edit::add_mod(&text, &format!("mod {file};"));
    let text = edit::add_use(&text, &format!("pub use {file}::{{{types}}};"));
    write(&mod_file, &text, &mut created)?;
    let manifests = new.config.parent().unwrap_or(Path::new("")).join("manifests");
    if manifests.is_dir() {
        create(&manifests.join(format!("{file}.yaml")), &values.fill(MANIFEST), &mut created)?;
    }
    finish(&new.config, created)
}

/// The package of a version, or the only one.
pub(super) fn package<'a>(
    config: &Path,
    packages: &'a [PackageConfig],
    version: Option<&str>,
) -> Result<&'a PackageConfig, ScaffoldError> {
    let versions: Vec<&str> = packages.iter().map(|package| package.source.package.version.as_str()).collect();
    let wrong = |found: String, hint: &str| ScaffoldError::Package {
        config: config.display().to_string(),
        found,
        hint: hint.to_owned(),
    };
    let found: Vec<&PackageConfig> = packages
        .iter()
        .filter(|package| version.is_none_or(|version| package.source.package.version == version))
        .collect();
    match (&found[..], version) {
        ([package], _) => Ok(package),
        ([], Some(version)) => Err(wrong(format!("no version {version}"), &format!("it has {}", versions.join(", ")))),
        ([], None) => Err(wrong("no package".into(), "add one, or start with `new group`")),
        (_, None) => Err(wrong(format!("the versions {}", versions.join(", ")), "say which one: --version")),
        (_, Some(version)) => Err(wrong(
            format!("several packages of version {version}"),
            "add the kind by hand, or give a gen.toml of one group",
        )),
    }
}
