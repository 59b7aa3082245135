//! A crate with an API group.

use std::path::{Path, PathBuf};

use super::{
    Created, ScaffoldError, create, finish, names, place, read,
    template::{KindNames, Values},
};
use crate::model::Scope;

/// What a new crate is about.
#[derive(Clone, Debug)]
pub struct NewGroup {
    /// The group: `shop.example.com`.
    pub group: String,
    /// Its first version: `v1alpha1`.
    pub version: String,
    /// Its first kind: `Gadget`.
    pub kind: String,
    /// Where objects of the kind live.
    pub scope: Scope,
    /// The kind's short names.
    pub short: Vec<String>,
    /// The crate's name; `None` for the group's first label.
    pub crate_name: Option<String>,
    /// The crate's directory; `None` for one of the crate's name.
    pub out: Option<PathBuf>,
    /// The workspace of the kubeforge crates: see [`super::find_kubeforge`].
    pub kubeforge: PathBuf,
}

/// Makes a crate, and generates what follows from its types.
///
/// # Errors
/// Where a name is none, or a file is there already.
pub fn group(new: &NewGroup) -> Result<Created, ScaffoldError> {
    names::check_group(&new.group)?;
    names::check_version(&new.version)?;
    names::check_kind(&new.kind)?;
    let first_label = new.group.split('.').next().unwrap_or(&new.group);
    let crate_name = new.crate_name.as_deref().unwrap_or(first_label);
    names::check_crate(crate_name)?;
    let out = new.out.clone().unwrap_or_else(|| PathBuf::from(crate_name));
    let names =
        KindNames { group: &new.group, version: &new.version, kind: &new.kind, scope: new.scope, short: &new.short };
    let values = Values::of_kind(&names)
        .with("crate", crate_name.to_owned())
        .with("crate_ident", crate_name.replace('-', "_"))
        .with("kubeforge", place::relative(&out, &new.kubeforge));
    let mut created = Created::default();
    for (path, template) in FILES {
        create(&out.join(values.fill(path)), &values.fill(template), &mut created)?;
    }
    executable(&out.join("hack/update-codegen"))?;
    executable(&out.join("hack/verify-codegen"))?;
    // the versions of other crates that kubeforge was tested with; cargo drops what is not needed
    let lock = new.kubeforge.join("Cargo.lock");
    if lock.is_file() {
        create(&out.join("Cargo.lock"), &read(&lock)?, &mut created)?;
    }
    finish(&out.join("gen.toml"), created)
}

/// Paths in the crate, and what is there.
const FILES: &[(&str, &str)] = &[
    ("Cargo.toml", include_str!("templates/Cargo.toml.txt")),
    ("gen.toml", concat!(include_str!("templates/gen.toml.txt"), include_str!("templates/package.toml.txt"))),
    (".gitignore", include_str!("templates/gitignore.txt")),
    ("README.md", include_str!("templates/README.md.txt")),
    ("src/lib.rs", include_str!("templates/lib.rs.txt")),
    ("src/main.rs", include_str!("templates/main.rs.txt")),
    ("src/{{version}}/mod.rs", include_str!("templates/version_mod.rs.txt")),
    ("src/{{version}}/{{file}}.rs", super::kind::TEMPLATE),
    ("examples/list.rs", include_str!("templates/example.rs.txt")),
    ("tests/{{file}}.rs", include_str!("templates/test.rs.txt")),
    ("manifests/{{file}}.yaml", super::kind::MANIFEST),
    ("hack/update-codegen", include_str!("templates/update-codegen.txt")),
    ("hack/verify-codegen", include_str!("templates/verify-codegen.txt")),
];

#[cfg(unix)]
fn executable(path: &Path) -> Result<(), ScaffoldError> {
    use std::{fs, os::unix::fs::PermissionsExt as _};
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).map_err(|source| ScaffoldError::Io {
        verb: "make executable",
        path: path.display().to_string(),
        source,
    })
}

/// Other systems run a script by its interpreter.
#[cfg(not(unix))]
fn executable(_: &Path) -> Result<(), ScaffoldError> {
    Ok(())
}
