//! Paths of files within volumes, and the permission bits of the files.

use kubeforge_machinery::field::{Error, ErrorList, Path};

/// All permission bits.
const MODE_MAX: i32 = 0o777;

/// The path has no element `..`.
pub(crate) fn no_backsteps(target: &str, path: &Path<'_>, errors: &mut ErrorList) {
    if has_backsteps(target) {
        errors.push(Error::invalid(path, target, "must not contain '..'"));
    }
}

/// Whether the path has an element `..`.
pub(crate) fn has_backsteps(target: &str) -> bool {
    target.split('/').any(|element| element == "..")
}

/// The path leads down from where it is meant.
pub(crate) fn local_descending(target: &str, path: &Path<'_>, errors: &mut ErrorList) {
    if target.starts_with('/') {
        errors.push(Error::invalid(path, target, "must be a relative path"));
    }
    no_backsteps(target, path, errors);
}

/// The path leads down, and not to a name that volumes use for their own files.
pub(crate) fn local_non_reserved(target: &str, path: &Path<'_>, errors: &mut ErrorList) {
    local_descending(target, path, errors);
    if target.starts_with("..") && !target.starts_with("../") {
        errors.push(Error::invalid(path, target, "must not start with '..'"));
    }
}

/// The number is made of permission bits, where it is given.
pub(super) fn file_mode(mode: Option<i32>, path: &Path<'_>, errors: &mut ErrorList) {
    if let Some(mode) = mode.filter(|mode| !(0..=MODE_MAX).contains(mode)) {
        let text = "must be a number between 0 and 0777 (octal), both inclusive";
        errors.push(Error::invalid(path, mode, text));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(target: &str, want: &[&str]) {
        let mut errors = ErrorList::new();
        local_non_reserved(target, &Path::new("f"), &mut errors);
        let found: Vec<&str> = errors.iter().map(|error| error.detail.as_str()).collect();
        assert_eq!(found, want, "{target}");
    }

    #[test]
    fn paths_lead_down() {
        check("a/b..", &[]);
        check("/a", &["must be a relative path"]);
        check("/a/../b", &["must be a relative path", "must not contain '..'"]);
        check("..", &["must not contain '..'", "must not start with '..'"]);
        check("../a", &["must not contain '..'"]);
        check("..data", &["must not start with '..'"]);
    }
}
