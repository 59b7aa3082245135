//! The OpenAPI v3 documents that the server publishes are those of Kubernetes 1.36, but for descriptions and for what is
//! listed here with its reason. The published files come from a server with every feature switched on.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test may panic, and says what it skips")]

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use kubeforge_client::request::Request;
use kubeforge_controlplane::ControlPlane;
use serde_json::Value;

/// Documents that are not there yet, or not meant to be.
const NO_DOCUMENT: [(&str, &str); 1] = [("logs", "the server has no log files to show")];

/// Differences that are meant: what the text of one holds, how it ends, and why.
const MEANT: [(&str, &str, &str); 8] = [
    ("cbor", " missing", "CBOR is only spoken behind its feature gate (alpha)"),
    ("/parameters missing {\"in\":\"query\",\"name\":\"shardSelector\"", "}", "lists are not sharded (alpha)"),
    ("/info/version: ", "\"unversioned\"", "the files come from a server without a version"),
    ("/components/schemas/", "/enum surplus", "the files leave the values of enums out; servers list them"),
    ("JSONSchemaProps/properties/", "/$ref missing", "ours has a description, for which a reference needs allOf"),
    ("JSONSchemaProps/properties/", "/allOf surplus", "ours has a description, for which a reference needs allOf"),
    ("IngressRule", "/properties/http/$ref missing", "ours has a description, for which a reference needs allOf"),
    ("IngressRule", "/properties/http/allOf surplus", "ours has a description, for which a reference needs allOf"),
];

fn published() -> Option<PathBuf> {
    let root = std::env::var_os("KUBEFORGE_SHARED")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared"), PathBuf::from);
    let dir = root.join("kubernetes-1.36/openapi/v3");
    if !dir.is_dir() {
        println!("skipped: there is no {}", dir.display());
        return None;
    }
    Some(dir)
}

/// Without descriptions, and with lists whose order says nothing sorted.
fn normal(value: &Value) -> Value {
    match value {
        Value::Object(fields) => fields
            .iter()
            .filter(|(name, value)| !(*name == "description" && value.is_string()))
            .map(|(name, value)| (name.clone(), normal(value)))
            .collect::<serde_json::Map<_, _>>()
            .into(),
        Value::Array(items) => {
            let mut items: Vec<Value> = items.iter().map(normal).collect();
            items.sort_by_key(Value::to_string);
            items.into()
        }
        other => other.clone(),
    }
}

/// Every place where the two differ.
fn differences(at: &str, ours: &Value, theirs: &Value, found: &mut Vec<String>) {
    match (ours, theirs) {
        (Value::Object(ours), Value::Object(theirs)) => {
            for name in ours.keys().chain(theirs.keys()).collect::<BTreeSet<_>>() {
                let at = format!("{at}/{name}");
                match (ours.get(name), theirs.get(name)) {
                    (Some(ours), Some(theirs)) => differences(&at, ours, theirs, found),
                    (Some(_), None) => found.push(format!("{at} surplus")),
                    _ => found.push(format!("{at} missing")),
                }
            }
        }
        (Value::Array(ours), Value::Array(theirs)) => {
            let [ours, theirs] =
                [ours, theirs].map(|items| items.iter().map(Value::to_string).collect::<BTreeSet<_>>());
            found.extend(ours.difference(&theirs).map(|item| format!("{at} surplus {item}")));
            found.extend(theirs.difference(&ours).map(|item| format!("{at} missing {item}")));
        }
        _ if ours == theirs => {}
        _ => found.push(format!("{at}: ours {ours}, published {theirs}")),
    }
}

#[tokio::test]
async fn documents_are_the_published_ones() {
    let Some(dir) = published() else { return };
    let plane = ControlPlane::in_memory_serving("api/all=true".parse().unwrap()).await.unwrap();
    let client = plane.client("test", "system:masters", "test");
    let get = async |path: String| -> Value {
        let answer = client.send(&Request::get(path)).await.unwrap();
        serde_json::from_slice(&answer.bytes).unwrap()
    };
    let index = get("/openapi/v3".to_owned()).await;
    let mut ours: BTreeSet<String> = index["paths"].as_object().unwrap().keys().cloned().collect();
    let (mut wrong, mut met) = (Vec::new(), [0; MEANT.len()]);
    let mut files: Vec<PathBuf> = fs::read_dir(&dir).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    for file in files {
        let Some(name) = file.file_name().and_then(|name| name.to_str()?.strip_suffix("_openapi.json")) else {
            continue;
        };
        let name = name.replace("__", "/");
        if !ours.remove(&name) {
            if !NO_DOCUMENT.iter().any(|(reason, _)| name.starts_with(reason)) {
                wrong.push(format!("{name}: no document"));
            }
            continue;
        }
        let theirs: Value = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
        let mut found = Vec::new();
        let document = get(format!("/openapi/v3/{name}")).await;
        if let Err(err) = serde_json::from_value::<openapiv3::OpenAPI>(document.clone()) {
            wrong.push(format!("{name}: no OpenAPI v3: {err}"));
        }
        differences("", &normal(&document), &normal(&theirs), &mut found);
        for difference in found {
            match MEANT.iter().position(|(part, end, _)| difference.contains(part) && difference.ends_with(end)) {
                Some(at) => met[at] += 1,
                None => wrong.push(format!("{name}: {}", difference.chars().take(400).collect::<String>())),
            }
        }
    }
    wrong.extend(ours.into_iter().map(|name| format!("{name}: a document that is not published")));
    for ((part, end, _), _) in MEANT.iter().zip(met).filter(|(_, met)| *met == 0) {
        wrong.push(format!("an exception that is not needed: {part} … {end}"));
    }
    assert!(wrong.is_empty(), "{} differences:\n{}", wrong.len(), wrong.join("\n"));
    plane.shut_down().await;
}
