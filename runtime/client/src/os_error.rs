//! What the operating system says of a file, in Go's words: people look for them.

use std::{
    io::{Error, ErrorKind},
    path::Path,
};

/// `open /x: no such file or directory`, where `operation` is `open`.
pub(crate) fn told(operation: &str, path: &Path, err: &Error) -> String {
    let path = path.display();
    match err.kind() {
        ErrorKind::NotFound => format!("{operation} {path}: no such file or directory"),
        ErrorKind::PermissionDenied => format!("{operation} {path}: permission denied"),
        ErrorKind::NotADirectory => format!("{operation} {path}: not a directory"),
        ErrorKind::AlreadyExists => format!("{operation} {path}: file exists"),
        ErrorKind::ReadOnlyFilesystem => format!("{operation} {path}: read-only file system"),
        // it opens, and can't be read
        ErrorKind::IsADirectory => format!("read {path}: is a directory"),
        _ => format!("{operation} {path}: {err}"),
    }
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_that_cannot_be_read_are_told_as_go_tells_them() {
        let dir = tempfile::tempdir().unwrap();
        let read = |path: &Path| told("open", path, &std::fs::read(path).unwrap_err());
        let (missing, below) = (dir.path().join("x"), dir.path().join("file/x"));
        std::fs::write(dir.path().join("file"), "").unwrap();
        assert_eq!(read(&missing), format!("open {}: no such file or directory", missing.display()));
        assert_eq!(read(&below), format!("open {}: not a directory", below.display()));
        assert_eq!(read(dir.path()), format!("read {}: is a directory", dir.path().display()));
    }
}
