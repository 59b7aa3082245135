//! All groups in one document (`apidiscovery.k8s.io/v2`).

use kubeforge_machinery::GroupVersionKind;
use serde_json::{Map, Value, json};

use super::Group;
use crate::registry::ResourceScope;

/// An `APIGroupDiscoveryList` of the groups, as JSON.
pub(super) fn group_list(groups: &[&Group<'_>]) -> Vec<u8> {
    let items: Vec<Value> = groups
        .iter()
        .map(|group| {
            let versions: Vec<Value> = group
                .versions
                .iter()
                .map(|(version, resources)| {
                    let resources: Vec<Value> = resources.iter().map(|scope| resource(scope)).collect();
                    json!({"version": version, "resources": resources, "freshness": "Current"})
                })
                .collect();
            let metadata = if group.name.is_empty() { json!({}) } else { json!({"name": group.name}) };
            json!({"metadata": metadata, "versions": versions})
        })
        .collect();
    let list = json!({
        "kind": "APIGroupDiscoveryList",
        "apiVersion": "apidiscovery.k8s.io/v2",
        "metadata": {},
        "items": items,
    });
    list.to_string().into_bytes()
}

fn resource(scope: &ResourceScope) -> Value {
    let mut map = Map::new();
    let mut set = |name: &str, value: Value| {
        map.insert(name.to_owned(), value);
    };
    set("resource", json!(scope.gvr.resource));
    let of_kind = |kind: &GroupVersionKind| {
        // built-in kinds leave the group and version of the document they stand in out
        let own = kind.group == scope.gvr.group && kind.version == scope.gvr.version && !scope.is_custom();
        let (group, version) = if own { ("", "") } else { (&*kind.group, &*kind.version) };
        json!({"group": group, "version": version, "kind": kind.kind})
    };
    set("responseKind", of_kind(&scope.kind));
    set("scope", json!(if scope.info.namespaced { "Namespaced" } else { "Cluster" }));
    set("singularResource", json!(scope.info.singular));
    set("verbs", json!(scope.info.verbs));
    if !scope.info.short_names.is_empty() {
        set("shortNames", json!(scope.info.short_names));
    }
    if !scope.info.categories.is_empty() {
        set("categories", json!(scope.info.categories));
    }
    if !scope.subresources.is_empty() {
        let mut subresources: Vec<_> = scope.subresources.iter().collect();
        if scope.is_custom() {
            subresources.reverse();
        }
        let subresources: Vec<Value> = subresources
            .into_iter()
            .map(|(name, subresource)| {
                json!({
                    "subresource": name,
                    "responseKind": of_kind(&subresource.kind),
                    "verbs": subresource.verbs,
                })
            })
            .collect();
        set("subresources", Value::Array(subresources));
    }
    Value::Object(map)
}
