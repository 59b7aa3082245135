//! Documents that are wrong.

use std::{fs, path::PathBuf};

use kubeforge_gen::import::{self, ImportError, Request};

use crate::support::{case, shown, snapshot};

fn errors(files: Vec<PathBuf>) -> String {
    match import::read(&Request { files, ..Request::default() }) {
        Err(ImportError::Documents(problems)) => ImportError::Documents(problems).to_string(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn one_run_reports_everything_with_its_path() {
    let files = ["bad/definition.yaml", "bad/document.json", "bad/missing.json"].map(case).to_vec();
    snapshot!("bad", "errors", shown(&errors(files)));
}

#[track_caller]
fn check(text: &str, want: &str) {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("input");
    fs::write(&file, text).unwrap();
    let found = errors(vec![file.clone()]);
    let found = found.replace(&file.display().to_string(), "input");
    let lines: Vec<&str> = found.lines().collect();
    assert!(lines.len() == 2 && lines[0].starts_with(want), "{found}");
}

#[test]
fn files_of_other_sorts_are_refused() {
    check("{\"openapi\": ", "error: input: is no JSON and no YAML: EOF while parsing");
    check("a: [", "error: input: is no JSON and no YAML: ");
    check("", "error: input: is empty");
    check("kind: Pod\napiVersion: v1", "error: input: is no OpenAPI v3 document and no CustomResourceDefinition");
    check("{\"swagger\": \"2.0\"}", "error: input: is OpenAPI v2, which says too little");
    check("{\"openapi\": \"2.0\"}", "error: input: OpenAPI 2.0 is not read: expected 3.x");
    check("{\"openapi\": \"3.0.0\"}", "error: input: has no components");
    let none = "{\"openapi\": \"3.0.0\", \"components\": {\"schemas\": {\"a.v1.B\": {\"type\": \"object\"}}}}";
    check(none, "error: input: serves no group and version that is asked for");
}
