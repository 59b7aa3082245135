//! A document's paths: which there are for a resource, and what they are called.

use kubeforge_machinery::{
    GroupVersion,
    meta::v1::{APIGroup, APIGroupList, APIResourceList, APIVersions},
    openapi::HasOpenApi,
};
use serde_json::{Map, Value, json};

use super::{
    connect::Connection,
    operations::{Operation, Target, content, reference},
    schemas::VERSION,
};
use crate::{
    nonresource::PathDescription,
    registry::{ResourceScope, Subresource},
};

/// `/api/v1` or `/apis/<group>/<version>`.
pub(super) fn root(group_version: &GroupVersion) -> String {
    match &*group_version.group {
        "" => format!("/api/{}", group_version.version),
        group => format!("/apis/{group}/{}", group_version.version),
    }
}

/// The path at which the version's resources are listed.
pub(super) fn resource_list(name: &str) -> Value {
    let (group, version) = match name.split('/').collect::<Vec<_>>()[..] {
        [_, group, version] => (group, version),
        [_, version] => ("core", version),
        _ => ("", ""),
    };
    let tag = format!("{}_{version}", group_tag(group));
    json!({
        "get": {
            "description": "get available resources",
            "operationId": format!("get{}{}APIResources", pascal(&group_tag(group)), pascal(version)),
            "tags": [tag],
            "responses": {
                "200": {"description": "OK", "content": content(APIResourceList::DEFINITION, false)},
                "401": {"description": "Unauthorized"},
            },
        },
    })
}

/// The one path of a document that says what there is: `/api/`, `/apis/` or `/apis/<group>/`.
pub(super) fn index(name: &str) -> Value {
    let (id, tag, says, definition) = match name.split_once('/') {
        None if name == "api" => {
            ("getCoreAPIVersions".to_owned(), "core".to_owned(), "get available API versions", APIVersions::DEFINITION)
        }
        None => {
            ("getAPIVersions".to_owned(), "apis".to_owned(), "get available API versions", APIGroupList::DEFINITION)
        }
        Some((_, group)) => {
            let tag = group_tag(group);
            (format!("get{}APIGroup", pascal(&tag)), tag, "get information of a group", APIGroup::DEFINITION)
        }
    };
    json!({
        "get": {
            "description": says,
            "operationId": id,
            "tags": [tag],
            "responses": {
                "200": {"description": "OK", "content": content(definition, false)},
                "401": {"description": "Unauthorized"},
            },
        },
    })
}

/// `/version/`.
pub(super) fn version() -> Value {
    json!({
        "get": {
            "description": "get the version information for this server",
            "operationId": "getCodeVersion",
            "tags": ["version"],
            "responses": {
                "200": {
                    "description": "OK",
                    "content": {"application/json": {"schema": reference(VERSION)}},
                },
                "401": {"description": "Unauthorized"},
            },
        },
    })
}

/// A path beside the resources.
pub(super) fn described(description: &PathDescription) -> Value {
    let PathDescription { operation_id, says, tag, content_type } = description;
    json!({
        "get": {
            "description": says,
            "operationId": operation_id,
            "tags": [tag],
            "responses": {
                "200": {"description": "OK", "content": {*content_type: {"schema": {"type": "string"}}}},
                "401": {"description": "Unauthorized"},
            },
        },
    })
}

/// The group's first label, in camel case: `rbac.authorization.k8s.io` is `rbacAuthorization`.
fn group_tag(group: &str) -> String {
    let group = group.strip_suffix(".k8s.io").unwrap_or(group);
    let mut labels = group.split('.');
    let mut tag = labels.next().unwrap_or_default().to_owned();
    for label in labels {
        tag.push_str(&pascal(label));
    }
    if tag.is_empty() { "core".to_owned() } else { tag }
}

fn pascal(word: &str) -> String {
    let mut letters = word.chars();
    let first = letters.next().map(|letter| letter.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}

/// Adds a resource's paths.
pub(super) fn add(scope: &ResourceScope, paths: &mut Map<String, Value>) {
    let root = root(&scope.gvr.group_version());
    let plural = &scope.gvr.resource;
    let tag = group_tag(if scope.gvr.group.is_empty() { "core" } else { &scope.gvr.group });
    let target = |kind, suffix: &str, path_parameters: &'static [&'static str], scoped: bool| Target {
        scope,
        kind,
        tag: format!("{tag}_{}", scope.gvr.version),
        id: format!(
            "{}{}{}{}{suffix}",
            pascal(&tag),
            pascal(&scope.gvr.version),
            if scoped && scope.namespaced() { "Namespaced" } else { "" },
            scope.kind.kind
        ),
        path_parameters,
        text: None,
    };
    let collection = if scope.namespaced() {
        format!("{root}/namespaces/{{namespace}}/{plural}")
    } else {
        format!("{root}/{plural}")
    };
    let of_collection: &[&str] = if scope.namespaced() { &["namespace"] } else { &[] };
    let of_object: &[&str] = if scope.namespaced() { &["name", "namespace"] } else { &["name"] };
    let served = |list: &[(&str, Operation)]| -> Vec<Operation> {
        list.iter().filter(|(verb, _)| scope.serves(verb)).map(|(_, operation)| *operation).collect()
    };
    let mut put = |path: String, target: &Target<'_>, operations: &[Operation]| {
        if !operations.is_empty() {
            paths.insert(path, target.path_item(operations));
        }
    };
    put(
        collection.clone(),
        &target(&scope.kind, "", of_collection, true),
        &served(&[
            ("list", Operation::List),
            ("create", Operation::Create),
            ("deletecollection", Operation::DeleteCollection),
        ]),
    );
    put(
        format!("{collection}/{{name}}"),
        &target(&scope.kind, "", of_object, true),
        &served(&[
            ("get", Operation::Read),
            ("update", Operation::Replace),
            ("delete", Operation::Delete),
            ("patch", Operation::Patch),
        ]),
    );
    if scope.namespaced() {
        put(
            format!("{root}/{plural}"),
            &target(&scope.kind, "ForAllNamespaces", &[], false),
            &served(&[("list", Operation::List)]),
        );
    }
    if scope.serves("watch") && !scope.is_custom() {
        let watched = collection.replacen(&root, &format!("{root}/watch"), 1);
        put(watched.clone(), &target(&scope.kind, "List", of_collection, true), &[Operation::WatchList]);
        put(format!("{watched}/{{name}}"), &target(&scope.kind, "", of_object, true), &[Operation::Watch]);
        if scope.namespaced() {
            let everywhere = target(&scope.kind, "ListForAllNamespaces", &[], false);
            put(format!("{root}/watch/{plural}"), &everywhere, &[Operation::WatchList]);
        }
    }
    let mut connections = Vec::new();
    for (name, subresource) in &scope.subresources {
        if matches!(subresource.what, Subresource::Unserved) {
            continue;
        }
        if let Some(goes_on) = subresource.connection() {
            let methods = methods(&subresource.verbs, goes_on);
            let path = format!("{collection}/{{name}}/{name}");
            for has_path in if goes_on { &[false, true][..] } else { &[false] } {
                let scoped = if scope.namespaced() { "Namespaced" } else { "" };
                let connection = Connection {
                    scope,
                    kind: &subresource.kind,
                    name,
                    tag: format!("{tag}_{}", scope.gvr.version),
                    id: [
                        format!("{}{}", pascal(&tag), pascal(&scope.gvr.version)),
                        format!("{scoped}{}{}", scope.kind.kind, pascal(name)),
                    ],
                    methods: &methods,
                    has_path: *has_path,
                };
                let path = if *has_path { format!("{path}/{{path}}") } else { path.clone() };
                connections.push((path, connection.path_item()));
            }
            continue;
        }
        let operations: Vec<Operation> = subresource
            .verbs
            .iter()
            .filter_map(|verb| match verb.as_str() {
                "get" => Some(Operation::Read),
                "create" => Some(Operation::Create),
                "update" => Some(Operation::Replace),
                "patch" => Some(Operation::Patch),
                _ => None,
            })
            .collect();
        let path = format!("{collection}/{{name}}/{name}");
        let text = subresource.text_options();
        put(path, &Target { text, ..target(&subresource.kind, &pascal(name), of_object, true) }, &operations);
    }
    paths.extend(connections);
}

/// The methods of a connection; one that goes on to a web server takes all.
fn methods(verbs: &[String], takes_all: bool) -> Vec<&'static str> {
    let mut methods: Vec<&'static str> = verbs
        .iter()
        .filter_map(|verb| match verb.as_str() {
            "get" => Some("get"),
            "create" => Some("post"),
            "update" => Some("put"),
            "patch" => Some("patch"),
            "delete" => Some("delete"),
            _ => None,
        })
        .collect();
    if takes_all {
        methods.extend(["head", "options"]);
    }
    methods
}
