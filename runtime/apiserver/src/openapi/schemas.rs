//! The schemas that a document's paths refer to.

use std::{collections::BTreeMap, sync::Arc};

use kubeforge_machinery::{
    GroupVersion, GroupVersionKind,
    meta::v1::{APIGroup, APIGroupList, APIResourceList, APIVersions, DeleteOptions, Status, WatchEvent},
    openapi::{HasOpenApi, OpenApiSchema},
};
use serde_json::{Map, Value, json};

use super::operations::PATCH;
use crate::registry::ResourceScope;

/// The schemas of the resources' kinds, their lists, their subresources, and all that these refer to, by name.
pub(super) fn of<'a>(scopes: impl Iterator<Item = &'a Arc<ResourceScope>>) -> Map<String, Value> {
    let mut found = BTreeMap::new();
    let mut collect = |schema: &'static OpenApiSchema| add(schema, &mut found);
    collect(APIResourceList::openapi());
    let mut custom = Map::new();
    let mut is_stored = false;
    for scope in scopes {
        if scope.storage.is_some() && !is_stored {
            is_stored = true;
            collect(Status::openapi());
            collect(DeleteOptions::openapi());
            collect(WatchEvent::openapi());
        }
        if let Some(documents) = &scope.custom {
            collect(kubeforge_machinery::meta::v1::ObjectMeta::openapi());
            collect(kubeforge_machinery::meta::v1::ListMeta::openapi());
            custom.extend((documents.schemas)());
        }
        let kinds = [&scope.kind, &scope.list_kind].into_iter().chain(subresources(scope));
        for kind in kinds {
            if let Some(schema) = scope.scheme.get(kind).ok().and_then(|entry| entry.info.openapi) {
                collect(schema());
            }
        }
    }
    let mut schemas = parsed(found);
    schemas.extend(custom);
    if is_stored {
        schemas.insert(
            PATCH.to_owned(),
            json!({"type": "object", "description": "A change to an object, in one of the forms that the content type names."}),
        );
    }
    schemas
}

/// The kinds that subresources take and answer; options of connections are parameters and no documents.
fn subresources(scope: &ResourceScope) -> impl Iterator<Item = &GroupVersionKind> {
    scope.subresources.values().filter(|it| it.connection().is_none()).map(|it| &it.kind)
}

/// The schemas of the document at `name` that says what there is.
pub(super) fn of_index(name: &str) -> Map<String, Value> {
    let mut found = BTreeMap::new();
    add(
        match name {
            "api" => APIVersions::openapi(),
            "apis" => APIGroupList::openapi(),
            _ => APIGroup::openapi(),
        },
        &mut found,
    );
    parsed(found)
}

/// The definition of what `/version` answers.
pub(super) const VERSION: &str = "io.k8s.apimachinery.pkg.version.Info";

/// Its fields, and whether each is always there; see [`crate::version`].
const VERSION_FIELDS: [(&str, bool); 13] = [
    ("major", true),
    ("minor", true),
    ("emulationMajor", false),
    ("emulationMinor", false),
    ("minCompatibilityMajor", false),
    ("minCompatibilityMinor", false),
    ("gitVersion", true),
    ("gitCommit", true),
    ("gitTreeState", true),
    ("buildDate", true),
    ("goVersion", true),
    ("compiler", true),
    ("platform", true),
];

/// The schema of what `/version` answers.
pub(super) fn of_version() -> Map<String, Value> {
    let property =
        |required: bool| if required { json!({"type": "string", "default": ""}) } else { json!({"type": "string"}) };
    let properties: Map<String, Value> =
        VERSION_FIELDS.iter().map(|(name, required)| ((*name).to_owned(), property(*required))).collect();
    let required: Vec<&str> = VERSION_FIELDS.iter().filter(|(_, required)| *required).map(|(name, _)| *name).collect();
    let schema = json!({
        "type": "object",
        "description": "What release the server is, and how it was built.",
        "properties": properties,
        "required": required,
    });
    Map::from_iter([(VERSION.to_owned(), schema)])
}

/// Says of the kinds that every group has (`DeleteOptions`, `WatchEvent`) that `group_version` has them too.
pub(super) fn shared_by(group_version: &GroupVersion, schemas: &mut Map<String, Value>) {
    const KINDS: &str = "x-kubernetes-group-version-kind";
    for (definition, kind) in [(DeleteOptions::DEFINITION, "DeleteOptions"), (WatchEvent::DEFINITION, "WatchEvent")] {
        let Some(schema) = schemas.get_mut(definition).and_then(Value::as_object_mut) else { continue };
        let entry = |group: &str, version: &str| json!({"group": group, "version": version, "kind": kind});
        let mut kinds = vec![entry("", "v1")];
        if !group_version.group.is_empty() {
            kinds.push(entry(&group_version.group, &group_version.version));
        }
        schema.insert(KINDS.to_owned(), Value::Array(kinds));
    }
}

fn parsed(found: BTreeMap<&'static str, &'static str>) -> Map<String, Value> {
    found.into_iter().filter_map(|(name, text)| Some((name.to_owned(), serde_json::from_str(text).ok()?))).collect()
}

fn add(schema: &'static OpenApiSchema, found: &mut BTreeMap<&'static str, &'static str>) {
    if found.insert(schema.definition, schema.json).is_none() {
        for inner in schema.refs {
            add(inner(), found);
        }
    }
}
