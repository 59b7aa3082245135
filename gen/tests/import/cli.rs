//! The command.

use std::{
    fs,
    path::Path,
    process::{Command, Output},
};

use crate::support::{case, files};

fn run(dir: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kubeforge-gen"));
    command.arg("import").args(arguments).current_dir(dir).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn what_is_lost_is_listed_and_needs_a_word() {
    let dir = tempfile::tempdir().unwrap();
    let file = case("crd/lossy.yaml").display().to_string();
    let refused = run(dir.path(), &[&file, "--out", "src/v1"]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(text(&refused.stderr).contains("properties.level.enum: has no marker"), "{}", text(&refused.stderr));
    assert!(!dir.path().join("src").exists());

    let done = run(dir.path(), &[&file, "--out", "src/v1", "--lossy"]);
    assert_eq!(done.status.code(), Some(0), "{}", text(&done.stderr));
    assert!(text(&done.stderr).contains("properties.level.enum: has no marker"));
    assert!(files(&dir.path().join("src/v1")).contains_key("odd.rs"));
    let want = "[[package]]\npath = \"src/v1\"\ngroup = \"shop.example.com\"\nversion = \"v1\"\n\
        definition_prefix = \"com.example.shop.v1\"\nmodule = \"crate::v1\"\n";
    assert_eq!(text(&done.stdout), want);
}

#[test]
fn the_entry_goes_into_gen_toml_once() {
    let dir = tempfile::tempdir().unwrap();
    let file = case("crd/definition.yaml").display().to_string();
    let arguments = [file.as_str(), "--out", "src", "--write-config", "--merge"];
    for _ in 0..2 {
        let done = run(dir.path(), &arguments);
        assert_eq!(done.status.code(), Some(0), "{}", text(&done.stderr));
    }
    let config = kubeforge_gen::config::read(&dir.path().join("gen.toml")).unwrap();
    let packages: Vec<(&str, &str)> =
        config.packages.iter().map(|package| (package.path.as_str(), package.source.package.module.as_str())).collect();
    assert_eq!(packages, [("src/v1", "crate::v1"), ("src/v1beta1", "crate::v1beta1")]);
}

#[test]
fn what_is_imported_can_be_generated_from() {
    let dir = tempfile::tempdir().unwrap();
    let file = case("crd/definition.yaml").display().to_string();
    let done = run(dir.path(), &[&file, "--out", "src/v1", "--version", "v1", "--write-config"]);
    assert_eq!(done.status.code(), Some(0), "{}", text(&done.stderr));
    let mut generate = Command::new(env!("CARGO_BIN_EXE_kubeforge-gen"));
    let done = generate.arg("generate").current_dir(dir.path()).output().unwrap();
    assert!(done.status.success(), "{}", text(&done.stderr));
    assert!(dir.path().join("src/v1/generated/json.rs").is_file());
}

#[test]
fn wrong_documents_and_full_directories_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    let file = case("bad/document.json").display().to_string();
    let refused = run(dir.path(), &[&file, "--out", "src/v1"]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(text(&refused.stderr).ends_with("4 errors\n"), "{}", text(&refused.stderr));

    fs::create_dir_all(dir.path().join("src/v1")).unwrap();
    fs::write(dir.path().join("src/v1/mod.rs"), "//! Mine.\n").unwrap();
    let file = case("crd/definition.yaml").display().to_string();
    let refused = run(dir.path(), &[&file, "--out", "src/v1", "--version", "v1"]);
    assert_eq!(refused.status.code(), Some(1));
    assert_eq!(text(&refused.stderr), "src/v1 has type files: --merge adds to them what is new\n");
}
