//! The workspace's generated files are what its type files say.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::Path;

use kubeforge_gen::run;

#[test]
fn generated_code_is_fresh() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let configs = ["runtime/machinery/gen.toml", "api/gen.toml"].map(|config| root.join(config));
    let run = run::run(&configs, &[]).unwrap_or_else(|error| panic!("{error}"));
    let stale: Vec<String> = run.output.changes().unwrap().changes.iter().map(|change| change.shown.clone()).collect();
    assert!(stale.is_empty(), "stale: {stale:#?}\nrun hack/update-codegen");
}
