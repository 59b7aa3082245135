//! Where things are: the kubeforge crates, and one directory as seen from another.

use std::{
    env,
    path::{Component, Path, PathBuf},
};

use super::ScaffoldError;

/// The workspace of the kubeforge crates: `given`, or the one around this program or the current directory.
///
/// # Errors
/// Where there is none.
pub fn find_kubeforge(given: Option<&Path>) -> Result<PathBuf, ScaffoldError> {
    if let Some(path) = given {
        let is_it = is_kubeforge(path);
        return is_it
            .then(|| path.to_owned())
            .ok_or_else(|| ScaffoldError::NoKubeforge(format!(" in {}", path.display())));
    }
    let starts = [env::current_exe().ok(), env::current_dir().ok()];
    let found = starts.iter().flatten().find_map(|start| start.ancestors().find(|path| is_kubeforge(path)));
    found.map(Path::to_owned).ok_or_else(|| ScaffoldError::NoKubeforge(String::new()))
}

fn is_kubeforge(path: &Path) -> bool {
    ["gen/Cargo.toml", "derive/Cargo.toml", "runtime/machinery/Cargo.toml"].iter().all(|file| path.join(file).is_file())
}

/// `to` as a path from the directory `from`, with `/`. The first of `from`'s parents that exists tells where it is.
pub(super) fn relative(from: &Path, to: &Path) -> String {
    let (from, to) = (resolved(from), resolved(to));
    let common = from.components().zip(to.components()).take_while(|(a, b)| a == b).count();
    let up = from.components().skip(common).map(|_| "..".to_owned());
    let down = to.components().skip(common).map(|part| part.as_os_str().to_string_lossy().into_owned());
    let parts: Vec<String> = up.chain(down).collect();
    if parts.is_empty() { ".".to_owned() } else { parts.join("/") }
}

/// The path from the root, links followed as far as it exists.
fn resolved(path: &Path) -> PathBuf {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let existing = path.ancestors().find_map(|ancestor| Some((ancestor, ancestor.canonicalize().ok()?)));
    let Some((ancestor, found)) = existing else { return path };
    let rest = path.strip_prefix(ancestor).unwrap_or(Path::new(""));
    rest.components().filter(|part| *part != Component::CurDir).fold(found, |path, part| path.join(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directories_are_seen_from_one_another() {
        let root = tempfile::tempdir().unwrap();
        let at = |path: &str| root.path().join(path);
        std::fs::create_dir_all(at("a/b")).unwrap();
        assert_eq!(relative(&at("a/b"), &at("a")), "..");
        assert_eq!(relative(&at("new/crate"), &at("a/b")), "../../a/b");
        assert_eq!(relative(&at("a"), &at("a/b")), "b");
        assert_eq!(relative(&at("a"), &at("a")), ".");
    }
}
