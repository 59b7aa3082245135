//! What gen.toml says of a package.

use std::{
    fs, io,
    path::{Component, Path, PathBuf},
};

use super::{ImportError, Place, shown};
use crate::{config::Config, model::Package};

/// The `[[package]]` of a package, for a gen.toml at `config`. Its kinds have clients where the configuration has a
/// client set.
pub fn entry(package: &Package, place: &Place, config: &Path, clients: bool) -> String {
    let path = relative(&place.dir, config.parent().unwrap_or_else(|| Path::new("")));
    let lines = [
        ("path", shown(&path)),
        ("group", package.group.clone()),
        ("version", package.version.clone()),
        ("definition_prefix", package.definition_prefix.clone()),
        ("module", place.module.clone()),
    ];
    let lines = lines.map(|(key, value)| format!("{key} = {}\n", toml::Value::String(value)));
    format!("[[package]]\n{}{}", lines.concat(), if clients { "client = true\n" } else { "" })
}

/// Appends entries to a gen.toml, which is made where it is missing. Packages that it lists already are left out.
///
/// # Errors
/// Where the file system refuses.
pub fn append(path: &Path, listed: Option<&Config>, entries: &[(&Package, String)]) -> Result<usize, ImportError> {
    let known = |package: &Package| {
        let packages = listed.into_iter().flat_map(|config| &config.packages).map(|config| &config.source.package);
        packages.into_iter().any(|other| other.group == package.group && other.version == package.version)
    };
    let new: Vec<&str> =
        entries.iter().filter(|(package, _)| !known(package)).map(|(_, entry)| entry.as_str()).collect();
    if new.is_empty() {
        return Ok(0);
    }
    let failed = |verb: &'static str| move |source: io::Error| ImportError::Io { verb, path: shown(path), source };
    let before = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(failed("read")(error)),
    };
    let gap = match before.as_str() {
        "" => "",
        text if text.ends_with('\n') => "\n",
        _ => "\n\n",
    };
    fs::write(path, format!("{before}{gap}{}", new.join("\n"))).map_err(failed("write"))?;
    Ok(new.len())
}

/// A path as seen from a directory. Both are taken from where the run started.
fn relative(path: &Path, from: &Path) -> PathBuf {
    let here = std::env::current_dir().unwrap_or_default();
    let clean = |path: &Path| {
        let mut parts = Vec::new();
        for part in here.join(path).components() {
            match part {
                Component::CurDir => {}
                Component::ParentDir => drop(parts.pop()),
                part => parts.push(part.as_os_str().to_owned()),
            }
        }
        parts
    };
    let (path, from) = (clean(path), clean(from));
    let common = path.iter().zip(&from).take_while(|(one, other)| one == other).count();
    let up = from.iter().skip(common).map(|_| "..".into());
    up.chain(path.iter().skip(common).cloned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_is_read_as_it_was_meant() {
        let package = Package { group: "a.b".into(), version: "v1".into(), ..Package::default() };
        let place = Place { dir: "x/src/v1".into(), shown: "x/src/v1".into(), module: "crate::v1".into() };
        let text = entry(&package, &place, Path::new("x/gen.toml"), true);
        let want = "[[package]]\npath = \"src/v1\"\ngroup = \"a.b\"\nversion = \"v1\"\ndefinition_prefix = \"\"\n\
            module = \"crate::v1\"\nclient = true\n";
        assert_eq!(text, want);
        assert_eq!(relative(Path::new("a/b"), Path::new("a/c/d")), PathBuf::from("../../b"));
    }
}
