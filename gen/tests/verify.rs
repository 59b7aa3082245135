//! `kubeforge-gen verify`, as CI runs it.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

/// A copy of the example crate's package, with what is generated of it.
fn copy_of_the_example() -> tempfile::TempDir {
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("../runtime/examples/shop");
    let root = tempfile::tempdir().unwrap();
    for path in files_below(&example) {
        let copy = root.path().join(path.strip_prefix(&example).unwrap());
        fs::create_dir_all(copy.parent().unwrap()).unwrap();
        fs::copy(path, copy).unwrap();
    }
    root
}

fn files_below(directory: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files_below(&path) } else { vec![path] }).collect()
}

fn verify(root: &Path) -> Output {
    Command::new(env!("CARGO_BIN_EXE_kubeforge-gen")).arg("verify").current_dir(root).output().unwrap()
}

#[test]
fn one_changed_character_of_a_type_fails_with_a_diff() {
    let root = copy_of_the_example();
    let fresh = verify(root.path());
    assert_eq!(fresh.status.code(), Some(0), "{}", String::from_utf8_lossy(&fresh.stdout));
    assert!(fresh.stdout.is_empty(), "{}", String::from_utf8_lossy(&fresh.stdout));

    let types = root.path().join("src/v1/gadget.rs");
    let text = fs::read_to_string(&types).unwrap();
    assert_eq!(text.matches("default = 1)").count(), 1, "the example has one such default");
    fs::write(&types, text.replace("default = 1)", "default = 2)")).unwrap();
    let stale = verify(root.path());
    assert_eq!(stale.status.code(), Some(1));
    let diff = String::from_utf8(stale.stdout).unwrap();
    for wanted in [
        "--- a/src/v1/generated/defaults.rs\n",
        "-            self.replicas = Some(1);\n",
        "+            self.replicas = Some(2);\n",
        "--- a/crds/shop.example.com_gadgets.yaml\n",
    ] {
        assert!(diff.contains(wanted), "no {wanted:?} in\n{diff}");
    }
    let said = String::from_utf8(stale.stderr).unwrap();
    assert!(said.ends_with("generated files are stale: run hack/update-codegen\n"), "{said}");
}
