//! The resources that the attributes declare are those that the real server lists (`goldens/api/discovery-*`): plural, singular, kind,
//! scope, verbs, short names, categories, subresources.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test may panic, and says what it skips")]

mod shared;

use std::{collections::BTreeMap, fs, path::Path};

use kubeforge_machinery::{
    GroupVersion, Scheme,
    codec::from_json_slice,
    meta::v1::{APIResource, APIResourceList},
};
use serde_json::Value;

/// Served, but by types that are not here yet.
const NOT_HERE: &[&str] = &["serviceaccounts/token"];

fn sorted(texts: &[&str]) -> Vec<String> {
    let mut texts: Vec<String> = texts.iter().map(|text| (*text).to_owned()).collect();
    texts.sort();
    texts
}

/// What we say of a version's resources, by name.
fn ours(scheme: &Scheme, version: &GroupVersion) -> BTreeMap<String, APIResource> {
    let mut found = BTreeMap::new();
    for entry in scheme.entries() {
        let Some(resource) = entry.info.resource.as_ref().filter(|_| entry.gvk.group_version() == *version) else {
            continue;
        };
        let main = APIResource {
            name: resource.plural.clone().into_owned(),
            singular_name: resource.singular.clone().into_owned(),
            namespaced: resource.namespaced,
            kind: entry.gvk.kind.clone().into_owned(),
            verbs: sorted(&resource.verbs),
            short_names: sorted(&resource.short_names),
            categories: sorted(&resource.categories),
            ..APIResource::default()
        };
        for sub in resource.subresources.iter() {
            let name = format!("{}/{}", resource.plural, sub.name);
            let kind = sub.kind.as_ref().unwrap_or(&entry.gvk);
            let elsewhere = kind.group_version() != *version;
            let listed = APIResource {
                name: name.clone(),
                namespaced: resource.namespaced,
                group: if elsewhere { kind.group.clone().into_owned() } else { String::new() },
                version: if elsewhere { kind.version.clone().into_owned() } else { String::new() },
                kind: kind.kind.clone().into_owned(),
                verbs: sorted(&sub.verbs),
                ..APIResource::default()
            };
            found.insert(name, listed);
        }
        found.insert(main.name.clone(), main);
    }
    found
}

/// The lists of resources that the server answered, by group and version.
fn theirs(dir: &Path) -> Vec<APIResourceList> {
    let mut files: Vec<_> = fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let scenarios = files
        .iter()
        .filter(|file| file.file_name().unwrap().to_string_lossy().starts_with("discovery-"))
        .map(|file| serde_json::from_slice::<Value>(&fs::read(file).unwrap()).unwrap());
    scenarios
        .flat_map(|scenario| scenario["steps"].as_array().cloned().unwrap_or_default())
        .map(|step| step["response"]["body"].clone())
        .filter(|body| body["kind"] == "APIResourceList")
        .map(|body| from_json_slice(&serde_json::to_vec(&body).unwrap()).unwrap())
        .collect()
}

#[test]
fn resources_are_those_of_the_server() {
    let Some(dir) = shared::facts("goldens/api") else { return };
    let scheme = shared::scheme();
    let (mut compared, mut wrong) = (0, Vec::new());
    for list in theirs(&dir) {
        let mut ours = ours(&scheme, &GroupVersion::parse(&list.group_version).unwrap());
        if ours.is_empty() {
            continue;
        }
        for mut resource in list.api_resources {
            resource.storage_version_hash.clear();
            for texts in [&mut resource.verbs, &mut resource.short_names, &mut resource.categories] {
                texts.sort();
            }
            let name = format!("{} {}", list.group_version, resource.name);
            compared += 1;
            match ours.remove(&resource.name) {
                Some(our) if our == resource => {}
                Some(our) => wrong.push(format!("{name}: ours {our:?}\n  theirs {resource:?}")),
                None if NOT_HERE.contains(&resource.name.as_str()) => {}
                None => wrong.push(format!("{name}: missing")),
            }
        }
        wrong.extend(ours.keys().map(|name| format!("{} {name}: theirs has none", list.group_version)));
    }
    println!("{compared} resources");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
