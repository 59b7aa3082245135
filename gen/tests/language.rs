//! The chapter on the attribute language says what is true.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{fs, path::Path};

use kubeforge_gen::{
    load::{self, PackageSource, grammar::MARKERS},
    model::Package,
    run,
};

fn chapter() -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("LANGUAGE.md")).unwrap()
}

/// The blocks of code of a language.
fn blocks<'a>(text: &'a str, language: &str) -> Vec<&'a str> {
    let start = format!("```{language}\n");
    text.split(start.as_str()).skip(1).map(|rest| rest.split("```").next().unwrap()).collect()
}

#[test]
fn its_types_are_a_package_that_can_be_generated() {
    let root = tempfile::tempdir().unwrap();
    let dir = root.path().join("v1");
    fs::create_dir(&dir).unwrap();
    let types = blocks(&chapter(), "rust,ignore").join("\n");
    fs::write(dir.join("gadget.rs"), types).unwrap();
    fs::write(
        root.path().join("gen.toml"),
        "client_set = \"clients\"\n[[package]]\npath = \"v1\"\ngroup = \"shop.example.com\"\nversion = \"v1\"\n\
         definition_prefix = \"com.example.shop.v1\"\nmodule = \"crate::v1\"\nclient = true\n",
    )
    .unwrap();
    let run = run::run(&[root.path().join("gen.toml")], &[]).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(run.types, 9);
}

#[test]
fn its_report_is_what_is_reported() {
    let chapter = chapter();
    let types = blocks(&chapter, "rust,ignore").join("\n").replace("\".spec.replicas\"", "\".spec.replica\"");
    let root = tempfile::tempdir().unwrap();
    fs::write(root.path().join("gadget.rs"), types).unwrap();
    let source = PackageSource {
        dir: root.path().to_owned(),
        shown: "src/v1".into(),
        package: Package { version: "v1".into(), module: "shop::v1".into(), ..Package::default() },
    };
    let report = load::packages(&[source]).unwrap_err();
    let report = report.iter().next().unwrap().to_string();
    let plain = |text: &str| {
        text.lines()
            .map(str::trim)
            .filter(|line| !line.contains("-->"))
            .map(|line| line.trim_start_matches(|c: char| c.is_ascii_digit()).trim().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(plain(&report), plain(blocks(&chapter, "text")[0]));
}

/// Words in code that are markers by their form must be markers.
#[test]
fn it_names_markers_that_there_are() {
    let names: Vec<&str> = MARKERS.iter().map(|marker| marker.name).collect();
    let chapter = chapter();
    let prose: String = chapter.split("```").step_by(2).collect();
    let mut seen = 0;
    for code in prose.split('`').skip(1).step_by(2) {
        let Some((word, _)) = code.split_once(['(', '=']) else { continue };
        let word = word.trim();
        if word.chars().all(|c| c.is_ascii_lowercase() || c == '_') {
            assert!(names.contains(&word), "`{code}`: there is no marker {word}");
            seen += 1;
        }
    }
    assert!(seen > 15, "{seen}");
}
