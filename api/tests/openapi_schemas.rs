//! Our schemas are those that Kubernetes 1.36 publishes, but for descriptions, which are our own.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::ptr_arg,
    reason = "helpers of a test: what fails here fails it"
)]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::PathBuf,
};

use kubeforge_machinery::{
    meta::v1::{FieldSelectorRequirement, GroupResource, WatchEvent},
    openapi::{HasOpenApi as _, OpenApiSchema},
    scheme::SchemeBuilder,
};
use serde_json::{Value, json};

/// Differences that are meant, each with its reason.
const MEANT: &[(&str, &str)] = &[
    (
        "io.k8s.apimachinery.pkg.apis.meta.v1.Patch: missing",
        "a patch is a body of a request, and no type; the server describes it where it takes one",
    ),
    (
        "io.k8s.apimachinery.pkg.apis.meta.v1.WatchEvent/x-kubernetes-group-version-kind: ours null",
        "a watch event says no kind of its own; the server adds the kinds under which each group registers it",
    ),
    ("io.k8s.apimachinery.pkg.version.Info: missing", "what /version answers is the server's own"),
];

/// Definition prefixes of the packages that this crate and machinery have.
const PREFIXES: &[&str] =
    &["io.k8s.api.", "io.k8s.apiextensions-apiserver.", "io.k8s.apimachinery.pkg.", "io.k8s.kube-aggregator."];

fn shared() -> Option<PathBuf> {
    let root = std::env::var_os("KUBEFORGE_SHARED")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared"), PathBuf::from);
    root.join("kubernetes-1.36/openapi/v3").is_dir().then_some(root)
}

/// What upstream publishes, from the first file that has it: each file says of the kinds that belong to every group
/// (`DeleteOptions`, `WatchEvent`) only that they belong to its own, and the core group's file comes first.
fn published(root: &PathBuf) -> BTreeMap<String, Value> {
    let mut files: Vec<_> = fs::read_dir(root.join("kubernetes-1.36/openapi/v3"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
        .collect();
    files.sort();
    let mut found = BTreeMap::new();
    for file in files {
        let document: Value = serde_json::from_slice(&fs::read(file).unwrap()).unwrap();
        let Some(schemas) = document.pointer("/components/schemas").and_then(Value::as_object) else { continue };
        for (name, schema) in schemas {
            found.entry(name.clone()).or_insert_with(|| schema.clone());
        }
    }
    found
}

fn ours() -> BTreeMap<String, Value> {
    let mut builder = SchemeBuilder::new("test");
    kubeforge_api::register_all(&mut builder);
    kubeforge_machinery::meta::v1::generated::register(&mut builder);
    let scheme = builder.build();
    let (mut found, mut seen) = (BTreeMap::new(), BTreeSet::new());
    let mut pending: Vec<&'static OpenApiSchema> =
        scheme.entries().into_iter().filter_map(|entry| entry.info.openapi).map(|schema| schema()).collect();
    // types that no kind registered here refers to
    pending.extend([FieldSelectorRequirement::openapi(), GroupResource::openapi(), WatchEvent::openapi()]);
    while let Some(schema) = pending.pop() {
        if seen.insert(schema.definition) {
            let parsed = serde_json::from_str(schema.json).unwrap_or_else(|err| panic!("{}: {err}", schema.definition));
            found.insert(schema.definition.to_owned(), parsed);
            pending.extend(schema.refs.iter().map(|schema| schema()));
        }
    }
    found
}

/// Without descriptions, and without what their absence changes: a reference with nothing beside it needs no `allOf`.
/// Upstream publishes its files without the values of enums; its servers list them, as ours do.
fn normalized(schema: &Value) -> Value {
    match schema {
        Value::Object(fields) => {
            let fields: serde_json::Map<_, _> = fields
                .iter()
                .filter(|(name, value)| !(*name == "description" && value.is_string()))
                .filter(|(name, value)| !(*name == "enum" && value.is_array()))
                .map(|(name, value)| (name.clone(), normalized(value)))
                .collect();
            match fields.get("allOf").and_then(Value::as_array).map(Vec::as_slice) {
                Some([only]) if fields.len() == 1 => only.clone(),
                _ => Value::Object(fields),
            }
        }
        Value::Array(values) => values.iter().map(normalized).collect(),
        plain => plain.clone(),
    }
}

fn differences(path: &str, ours: &Value, theirs: &Value, into: &mut Vec<String>) {
    match (ours, theirs) {
        (Value::Object(a), Value::Object(b)) => {
            for key in a.keys().chain(b.keys().filter(|key| !a.contains_key(*key))) {
                let (a, b) = (a.get(key).unwrap_or(&Value::Null), b.get(key).unwrap_or(&Value::Null));
                differences(&format!("{path}/{key}"), a, b, into);
            }
        }
        (a, b) if a != b => into.push(format!("{path}: ours {a}, published {b}")),
        _ => {}
    }
}

#[test]
fn schemas_are_the_published_ones() {
    let Some(root) = shared() else {
        println!("skipped: the data pack is not there");
        return;
    };
    let (ours, published) = (ours(), published(&root));
    let mut found = Vec::new();
    for (name, schema) in &published {
        if !PREFIXES.iter().any(|prefix| name.starts_with(prefix)) {
            continue;
        }
        match ours.get(name) {
            Some(schema_of_ours) => {
                differences(name, &normalized(schema_of_ours), &normalized(schema), &mut found);
            }
            None => found.push(format!("{name}: missing")),
        }
    }
    found.retain(|difference| !MEANT.iter().any(|(meant, _)| difference.starts_with(meant)));
    for difference in &found {
        println!("{difference}");
    }
    assert!(found.is_empty(), "{} differences", found.len());
    for (meant, _) in MEANT {
        let name = meant.split(['/', ':']).next().unwrap_or_default();
        assert!(published.contains_key(name), "{meant} is about nothing that is published");
    }
}

#[test]
fn references_lead_somewhere() {
    let ours = ours();
    let mut missing = BTreeSet::new();
    for (name, schema) in &ours {
        collect_references(schema, &mut |reference| {
            let target = reference.trim_start_matches("#/components/schemas/");
            if !ours.contains_key(target) {
                missing.insert(format!("{name} refers to {target}"));
            }
        });
    }
    assert_eq!(missing, BTreeSet::new());
}

fn collect_references(schema: &Value, found: &mut dyn FnMut(&str)) {
    match schema {
        Value::Object(fields) => {
            if let Some(Value::String(reference)) = fields.get("$ref") {
                found(reference);
            }
            fields.values().for_each(|value| collect_references(value, found));
        }
        Value::Array(values) => values.iter().for_each(|value| collect_references(value, found)),
        _ => {}
    }
}

#[test]
fn differences_are_seen() {
    let mut found = Vec::new();
    differences("a", &json!({"x": 1, "y": {"z": 2}}), &json!({"y": {"z": 3}}), &mut found);
    assert_eq!(found, ["a/x: ours 1, published null", "a/y/z: ours 2, published 3"]);
}
