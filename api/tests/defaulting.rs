//! What the real server answers to creations (`goldens/api/defaulting-*`) is what was sent, with our defaults, and what it fills in on
//! its own account: metadata, and what strategies, allocators and admission add.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test may panic, and says what it skips")]

mod shared;

use std::{
    fs,
    path::{Path, PathBuf},
};

use kubeforge_machinery::{
    Object, Scheme, SchemeBuilder,
    codec::{MediaType, Strictness, decode, encode},
};
use serde_json::Value;

/// What the server fills in after defaulting: a kind (`*` for all), a path (`*` for any step), and who does it.
const FILLED_IN: &[(&str, &str, &str)] = &[
    ("*", "metadata", "the registry"),
    ("APIService", "status.conditions", "the strategy: what this server serves itself is available"),
    ("CertificateSigningRequest", "spec.groups", "the strategy: the user's"),
    ("CertificateSigningRequest", "spec.uid", "the strategy: the user's"),
    ("CertificateSigningRequest", "spec.username", "the strategy: the user's"),
    ("Job", "spec.selector", "the strategy: the job's UID"),
    ("Job", "spec.template.metadata.labels", "the strategy: the job's UID"),
    ("Namespace", "spec.finalizers", "the strategy"),
    ("Node", "spec.taints", "admission: not ready yet"),
    ("PersistentVolume", "status.lastPhaseTransitionTime", "the strategy"),
    ("PersistentVolumeClaim", "spec.dataSourceRef", "the strategy: as dataSource"),
    ("Pod", "spec.preemptionPolicy", "admission: priority"),
    ("Pod", "spec.priority", "admission: priority"),
    ("Pod", "spec.serviceAccount", "admission: service account"),
    ("Pod", "spec.serviceAccountName", "admission: service account"),
    ("Pod", "spec.tolerations", "admission: default tolerations"),
    ("Pod", "status.phase", "the strategy"),
    ("Pod", "status.qosClass", "the strategy"),
    ("Service", "spec.clusterIP", "the allocator"),
    ("Service", "spec.clusterIPs", "the allocator"),
    ("Service", "spec.ipFamilies", "the allocator"),
    ("Service", "spec.ipFamilyPolicy", "the allocator"),
    ("Service", "spec.ports.*.nodePort", "the allocator"),
];

/// The request and answer of each creation that was accepted.
fn creations(dir: &Path) -> Vec<(String, Value, Value)> {
    let mut files: Vec<PathBuf> = fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let mut found = Vec::new();
    for file in files {
        let name = file.file_stem().unwrap().to_string_lossy().into_owned();
        if !name.starts_with("defaulting-") {
            continue;
        }
        let scenario: Value = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
        for step in scenario["steps"].as_array().into_iter().flatten() {
            if step["request"]["method"] == "POST" && step["response"]["status"] == 201 {
                found.push((name.clone(), step["request"]["body"].clone(), step["response"]["body"].clone()));
            }
        }
    }
    found
}

/// The object with our defaults, also those of the conversion to the version that the server holds.
fn defaulted(scheme: &Scheme, sent: &Value) -> Value {
    let document = serde_json::to_vec(sent).unwrap();
    let mut decoded = decode(scheme, MediaType::Json, &document, None, Strictness::Strict).unwrap();
    assert!(decoded.strict_errors.is_empty(), "{:?}", decoded.strict_errors);
    decoded.object.set_defaults();
    let hub = scheme.to_hub(decoded.object).unwrap();
    let object = scheme.convert(stored(scheme, hub), &decoded.gvk).unwrap();
    json(object.as_ref())
}

/// As it comes back from the store: an empty list is none there.
fn stored(scheme: &Scheme, object: Box<dyn Object>) -> Box<dyn Object> {
    let gvk = object.gvk();
    match encode(object.as_ref(), MediaType::Protobuf) {
        Some(bytes) => decode(scheme, MediaType::Protobuf, &bytes, Some(&gvk), Strictness::Lenient).unwrap().object,
        None => object,
    }
}

fn json(object: &dyn Object) -> Value {
    serde_json::from_slice(&encode(object, MediaType::Json).unwrap()).unwrap()
}

/// Whether the kind is one of a custom resource, which no crate here knows.
fn is_custom(sent: &Value) -> bool {
    sent["apiVersion"].as_str().is_some_and(|version| version.contains(".example.com/"))
}

/// Notes where `ours` says something that `theirs` does not, and where `theirs` says more than the server may add.
fn compare(kind: &str, path: &mut Vec<String>, ours: &Value, theirs: &Value, wrong: &mut Vec<String>) {
    if FILLED_IN.iter().any(|(of, filled, _)| (*of == "*" || *of == kind) && matches(filled, path)) {
        return;
    }
    let at = path.join(".");
    match (ours, theirs) {
        (Value::Object(ours), Value::Object(theirs)) => {
            for key in ours.keys().chain(theirs.keys().filter(|key| !ours.contains_key(*key))) {
                path.push(key.clone());
                compare(
                    kind,
                    path,
                    ours.get(key).unwrap_or(&Value::Null),
                    theirs.get(key).unwrap_or(&Value::Null),
                    wrong,
                );
                path.pop();
            }
        }
        (Value::Array(ours), Value::Array(theirs)) if ours.len() == theirs.len() => {
            for (n, (our, their)) in ours.iter().zip(theirs).enumerate() {
                path.push(n.to_string());
                compare(kind, path, our, their, wrong);
                path.pop();
            }
        }
        _ if ours == theirs => {}
        _ => wrong.push(format!("{at}: ours {ours}, theirs {theirs}")),
    }
}

fn matches(pattern: &str, path: &[String]) -> bool {
    let steps: Vec<&str> = pattern.split('.').collect();
    steps.len() == path.len() && steps.iter().zip(path).all(|(step, at)| *step == "*" || step == at)
}

#[test]
fn creations_are_defaulted_as_the_server_does() {
    let Some(dir) = shared::facts("goldens/api") else { return };
    let scheme = shared::scheme();
    let (mut compared, mut wrong) = (0, Vec::new());
    for (name, sent, answered) in creations(&dir) {
        if is_custom(&sent) {
            continue;
        }
        let ours = defaulted(&scheme, &sent);
        compared += 1;
        let before = wrong.len();
        compare(sent["kind"].as_str().unwrap(), &mut Vec::new(), &ours, &answered, &mut wrong);
        for found in &mut wrong[before..] {
            *found = format!("{name}: {found}");
        }
    }
    println!("{compared} creations");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Notes where setting the object's defaults a second time changes anything.
fn check_twice(of: &str, object: &mut dyn Object, wrong: &mut Vec<String>) {
    object.set_defaults();
    let once = json(object);
    object.set_defaults();
    let twice = json(object);
    if once != twice {
        wrong.push(format!("{of}: once {once}, twice {twice}"));
    }
}

/// Every kind, those of configuration files included.
fn every_kind() -> Scheme {
    let mut builder = SchemeBuilder::new("every kind");
    kubeforge_api::register_all(&mut builder);
    kubeforge_api::register_configuration(&mut builder);
    builder.build()
}

#[test]
fn an_empty_object_of_any_kind_defaulted_twice_is_as_defaulted_once() {
    let mut wrong = Vec::new();
    for entry in every_kind().entries() {
        check_twice(&entry.gvk.to_string(), entry.new_object().as_mut(), &mut wrong);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_full_object_of_any_kind_defaulted_twice_is_as_defaulted_once() {
    let Some(dir) = shared::facts("kubernetes-1.36/fixtures") else { return };
    let scheme = every_kind();
    let (mut defaulted, mut wrong) = (0, Vec::new());
    for file in fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path()) {
        // A WatchEvent is no kind of a group: it carries an object of one.
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        if !name.ends_with(".json") || name.ends_with(".WatchEvent.json") {
            continue;
        }
        let mut decoded =
            decode(&scheme, MediaType::Json, &fs::read(&file).unwrap(), None, Strictness::Lenient).unwrap();
        check_twice(&name, decoded.object.as_mut(), &mut wrong);
        defaulted += 1;
    }
    assert!(defaulted > 100, "{defaulted} fixtures");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
