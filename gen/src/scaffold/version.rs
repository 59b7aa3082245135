//! A further version of a group's kinds.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    rc::Rc,
};

use super::{
    Created, ScaffoldError, create,
    edit::{self, Replacement},
    finish,
    kind::package,
    names, read, write,
};
use crate::{
    config::{self, PackageConfig},
    diagnostic::Location,
    load::{self, Loaded},
    run::RunError,
};

/// What a new version is about.
#[derive(Clone, Debug)]
pub struct NewVersion {
    /// The `gen.toml` that lists the group's packages.
    pub config: PathBuf,
    /// The version: `v1`.
    pub version: String,
    /// The version whose types it starts with.
    pub from: String,
    /// What it is to its group's other versions.
    pub role: Role,
}

/// What a version is to the other ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// The one that the server holds and stores; all others become spokes.
    Hub,
    /// Converted to and from the hub, which stays what it is. Where there was only one version, that is the hub.
    Spoke,
}

/// Adds a version: types copied from another one, marked as hub and spokes, listed in `gen.toml`, registered, generated.
///
/// # Errors
/// Where a name is none, a file is there already, or the group's types are wrong as they are.
pub fn version(new: &NewVersion) -> Result<Created, ScaffoldError> {
    names::check_version(&new.version)?;
    let config = config::read(&new.config)?;
    let from = package(&new.config, &config.packages, Some(&new.from))?;
    let group = &from.source.package.group;
    let versions: Vec<&PackageConfig> =
        config.packages.iter().filter(|package| package.source.package.group == *group).collect();
    let directory = from.source.dir.with_file_name(&new.version);
    if versions.iter().any(|package| package.source.package.version == new.version) || directory.exists() {
        return Err(ScaffoldError::Exists { path: directory.display().to_string() });
    }
    let sources: Vec<_> = versions.iter().map(|package| package.source.clone()).collect();
    let loaded = load::packages(&sources).map_err(RunError::from)?;
    let roles = Roles { loaded: &loaded, new };
    let mut created = Created::default();
    copy(new, from, &directory, &roles, &mut created)?;
    for (path, edits) in roles.of_present(&versions) {
        let text = read(&path)?;
        write(&path, &edit::replace(&text, &edits), &mut created)?;
    }
    match new.role {
        Role::Hub => versions
            .iter()
            .try_for_each(|package| conversion(&package.source.dir, &package.source.package.version, &mut created))?,
        Role::Spoke => conversion(&directory, &new.version, &mut created)?,
    }
    declare(new, &from.source.dir, &mut created)?;
    list(new, from, &mut created)?;
    finish(&new.config, created)
}

/// Copies the type files. Conversions are between the old version and its hub, so they are not.
fn copy(
    new: &NewVersion,
    from: &PackageConfig,
    directory: &Path,
    roles: &Roles<'_>,
    created: &mut Created,
) -> Result<(), ScaffoldError> {
    let dir = &from.source.dir;
    let failed = |source| ScaffoldError::Io { verb: "read", path: dir.display().to_string(), source };
    let mut files: Vec<PathBuf> = Vec::new();
    for entry in fs::read_dir(dir).map_err(failed)? {
        files.push(entry.map_err(failed)?.path());
    }
    files.retain(|path| path.extension().is_some_and(|extension| extension == "rs"));
    files.sort_unstable();
    let edits = roles.of_copy(&new.from);
    for path in files {
        let Some(name) = path.file_name().filter(|name| *name != "conversion.rs") else { continue };
        let text = read(&path)?;
        let mut edits = edits.get(&path).cloned().unwrap_or_default();
        edits.extend(edit::words(&text, &new.from, &new.version));
        let mut text = edit::replace(&text, &edits);
        if name == "mod.rs" {
            text = text.lines().filter(|line| *line != "mod conversion;").map(|line| format!("{line}\n")).collect();
        }
        create(&directory.join(name), &text, created)?;
    }
    Ok(())
}

/// The file of a spoke's conversions by hand, where there is none yet.
fn conversion(directory: &Path, version: &str, created: &mut Created) -> Result<(), ScaffoldError> {
    let path = directory.join("conversion.rs");
    if path.exists() || directory.join("conversion").exists() {
        return Ok(());
    }
    let text = include_str!("templates/conversion.rs.txt").replace("{{version}}", version);
    create(&path, &text, created)?;
    let module = directory.join("mod.rs");
    let text = edit::add_mod(&read(&module)?, "mod conversion;");
    write(&module, &text, created)
}

/// Hub and spokes, as replacements by file.
struct Roles<'a> {
    loaded: &'a Loaded,
    new: &'a NewVersion,
}

type Edits = BTreeMap<PathBuf, Vec<Replacement>>;

impl Roles<'_> {
    /// The version that is the hub of a kind once the new one is there.
    fn hub_of(&self, kind: &str) -> &str {
        if self.new.role == Role::Hub {
            return &self.new.version;
        }
        let hub = self
            .loaded
            .workspace
            .packages
            .iter()
            .find(|package| package.types.get(kind).and_then(|ty| ty.kind.as_ref()).is_some_and(|kind| kind.hub));
        hub.map_or(&self.new.from, |package| &package.version)
    }

    fn marker(&self, kind: &str, version: &str) -> String {
        let hub = self.hub_of(kind);
        if hub == version { "hub".to_owned() } else { format!("spoke_of = {hub:?}") }
    }

    /// What changes in files of a package when its kinds are those of `version`.
    fn edits(&self, index: usize, dir: &Path, version: &str) -> Edits {
        let mut edits = Edits::new();
        let (Some(package), Some(place)) = (self.loaded.workspace.packages.get(index), self.loaded.packages.get(index))
        else {
            return edits;
        };
        let kinds_of_copy = |name: &str| {
            let from = self.loaded.workspace.packages.iter().find(|package| package.version == self.new.from);
            from.is_some_and(|package| package.types.contains_key(name))
        };
        for (name, ty) in &package.types {
            let is_served = ty.kind.as_ref().is_some_and(|kind| kind.list_of.is_none() && !kind.no_resource);
            if !is_served || !kinds_of_copy(name) {
                continue;
            }
            let role = self.marker(name, version);
            let mark = |marker| place.spans.mark(name, marker);
            let replacement = match mark("hub").or_else(|| mark("spoke_of")) {
                Some(at) => mark_of(at, false).map(|of| Replacement { with: role, ..of }),
                None => mark("kind")
                    .and_then(|at| mark_of(at, true))
                    .map(|of| Replacement { with: format!(", {role}"), ..of }),
            };
            let file = mark("kind").and_then(|at| at.file.as_ref().map(Rc::clone));
            if let (Some(replacement), Some(file)) = (replacement, file) {
                let name = file.path.rsplit('/').next().unwrap_or(&file.path);
                edits.entry(dir.join(name)).or_default().push(replacement);
            }
        }
        edits
    }

    /// Changes of the copy, by the file that is copied.
    fn of_copy(&self, from: &str) -> Edits {
        let index = self.loaded.workspace.packages.iter().position(|package| package.version == from);
        let Some((index, place)) = index.and_then(|index| Some((index, self.loaded.packages.get(index)?))) else {
            return Edits::new();
        };
        self.edits(index, &place.dir, &self.new.version)
    }

    /// Changes of the versions that are there.
    fn of_present(&self, versions: &[&PackageConfig]) -> Edits {
        let mut all = Edits::new();
        for (index, package) in versions.iter().enumerate() {
            all.extend(self.edits(index, &package.source.dir, &package.source.package.version));
        }
        all
    }
}

/// The place of a mark, or the place behind it.
fn mark_of(at: &Location, behind: bool) -> Option<Replacement> {
    let (start, end) = (at.span.start(), at.span.end());
    let (from, to) = ((start.line, start.column), (end.line, end.column));
    Some(Replacement { from: if behind { to } else { from }, to, with: String::new() })
}

/// The module's line and its registration, in the file that has the other version's.
fn declare(new: &NewVersion, from: &Path, created: &mut Created) -> Result<(), ScaffoldError> {
    let parent = from.parent().unwrap_or(Path::new(""));
    let holder = ["lib.rs", "mod.rs"].map(|name| parent.join(name)).into_iter().find(|path| path.is_file());
    let Some(path) = holder else {
        created.notes.push(format!("declare the module `{}` and register its kinds", new.version));
        return Ok(());
    };
    let text = read(&path)?;
    let text = edit::add_mod(&text, &format!("pub mod {};", new.version));
    let text = match edit::add_registration(&text, &new.from, &new.version) {
        Some(text) => text,
        None => {
            let call = format!("{}::generated::register", new.version);
            created.notes.push(format!("register the version's kinds: call `{call}` where the Scheme is built"));
            text
        }
    };
    write(&path, &text, created)
}

/// The package in `gen.toml`.
fn list(new: &NewVersion, from: &PackageConfig, created: &mut Created) -> Result<(), ScaffoldError> {
    let to = |text: &str| edit::replace_word(text, &new.from, &new.version);
    let package = &from.source.package;
    let path = Path::new(&from.path).with_file_name(&new.version);
    let mut text = read(&new.config)?;
    text += &format!(
        "\n[[package]]\npath = {:?}\ngroup = {:?}\nversion = {:?}\ndefinition_prefix = {:?}\nmodule = {:?}\n",
        path.to_string_lossy().replace('\\', "/"),
        package.group,
        new.version,
        to(&package.definition_prefix),
        to(&package.module),
    );
    if package.client {
        text += "client = true\n";
    }
    write(&new.config, &text, created)
}
