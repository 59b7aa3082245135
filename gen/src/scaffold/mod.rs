//! New crates, versions and kinds: `kubeforge-gen new`.
//!
//! What is written is a start that compiles, is generated and is tested; from then on it is edited by hand like any
//! other source. Templates are whole files in `templates/`.

mod edit;
mod group;
mod kind;
mod names;
mod place;
mod template;
mod version;

use std::{
    fs, io,
    path::{Path, PathBuf},
};

pub use group::{NewGroup, group};
pub use kind::{NewKind, kind};
pub use place::find_kubeforge;
pub use version::{NewVersion, Role, version};

use crate::{
    config::ConfigError,
    generate::{Generated, generate},
    model::Scope,
    run::{Options, RunError},
};

/// What was made.
#[derive(Clone, Debug, Default)]
pub struct Created {
    /// Files written or changed by hand's rules, generated ones not among them.
    pub files: Vec<PathBuf>,
    /// What is left to do by hand.
    pub notes: Vec<String>,
    /// What the generator made of it.
    pub generated: Generated,
}

/// Why nothing, or not everything, was made.
#[derive(Debug, thiserror::Error)]
pub enum ScaffoldError {
    /// A name is no such name.
    #[error("`{text}` is no {what}: expected {expected}")]
    Name {
        /// What it was to name.
        what: &'static str,
        /// The name.
        text: String,
        /// What such names look like.
        expected: &'static str,
    },
    /// It would replace something.
    #[error("{path} is there already")]
    Exists {
        /// What is in the way.
        path: String,
    },
    /// The kubeforge crates were not found.
    #[error("can't find the kubeforge crates{0}: give the directory of their workspace as --kubeforge-path")]
    NoKubeforge(String),
    /// No package, or more than one, is meant.
    #[error("{config} has {found}: {hint}")]
    Package {
        /// The `gen.toml`.
        config: String,
        /// What was found.
        found: String,
        /// What to say.
        hint: String,
    },
    /// A file can't be read or written.
    #[error("can't {verb} {path}: {source}")]
    Io {
        /// What was tried.
        verb: &'static str,
        /// The file.
        path: String,
        /// Why.
        source: io::Error,
    },
    /// A `gen.toml`.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The generator.
    #[error(transparent)]
    Run(#[from] RunError),
}

/// Where objects of a new kind live, as markers say it.
const fn scope_marker(scope: Scope) -> &'static str {
    match scope {
        Scope::Namespaced => "namespaced",
        Scope::Cluster => "cluster",
    }
}

/// Writes a file that must not be there yet.
fn create(path: &Path, text: &str, created: &mut Created) -> Result<(), ScaffoldError> {
    if path.exists() {
        return Err(ScaffoldError::Exists { path: path.display().to_string() });
    }
    write(path, text, created)
}

/// Writes a file.
fn write(path: &Path, text: &str, created: &mut Created) -> Result<(), ScaffoldError> {
    let failed = |source| ScaffoldError::Io { verb: "write", path: path.display().to_string(), source };
    if let Some(directory) = path.parent() {
        fs::create_dir_all(directory).map_err(failed)?;
    }
    fs::write(path, text).map_err(failed)?;
    if !created.files.iter().any(|file| file == path) {
        created.files.push(path.to_owned());
    }
    Ok(())
}

fn read(path: &Path) -> Result<String, ScaffoldError> {
    fs::read_to_string(path).map_err(|source| ScaffoldError::Io {
        verb: "read",
        path: path.display().to_string(),
        source,
    })
}

/// Generates what follows from what was written.
fn finish(config: &Path, mut created: Created) -> Result<Created, ScaffoldError> {
    created.generated = generate(&Options::all(&[config.to_owned()]), None)?;
    Ok(created)
}
