//! The workspace's generated files are what its type files say.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::Path;

use kubeforge_gen::run;

#[track_caller]
fn check(configs: &[&str]) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let configs: Vec<_> = configs.iter().map(|config| root.join(config)).collect();
    let run = run::run(&configs, &[]).unwrap_or_else(|error| panic!("{error}"));
    let stale: Vec<String> = run.output.changes().unwrap().changes.iter().map(|change| change.shown.clone()).collect();
    assert!(stale.is_empty(), "stale: {stale:#?}\nrun hack/update-codegen");
}

#[test]
fn generated_code_is_fresh() {
    check(&["runtime/machinery/gen.toml", "runtime/machinery/tests/declarative/gen.toml", "api/gen.toml"]);
}

#[test]
fn generated_code_of_the_examples_is_fresh() {
    check(&["runtime/examples/shop/gen.toml"]);
    check(&["runtime/examples/imported/gen.toml"]);
}
