//! The schemas that a document's paths refer to.

use std::{collections::BTreeMap, sync::Arc};

use kubeforge_machinery::{
    meta::v1::{APIResourceList, DeleteOptions, Status},
    openapi::{HasOpenApi, OpenApiSchema},
};
use serde_json::{Map, Value, json};

use super::operations::PATCH;
use crate::registry::ResourceScope;

/// The schemas of the resources' kinds, their lists, their subresources, and all that these refer to, by name.
pub(super) fn of<'a>(scopes: impl Iterator<Item = &'a Arc<ResourceScope>>) -> Map<String, Value> {
    let mut found = BTreeMap::new();
    let mut collect = |schema: &'static OpenApiSchema| add(schema, &mut found);
    collect(Status::openapi());
    collect(DeleteOptions::openapi());
    collect(APIResourceList::openapi());
    for scope in scopes {
        let kinds = [&scope.kind, &scope.list_kind].into_iter().chain(scope.subresources.values().map(|it| &it.kind));
        for kind in kinds {
            if let Some(schema) = scope.scheme.get(kind).ok().and_then(|entry| entry.info.openapi) {
                collect(schema());
            }
        }
    }
    let mut schemas: Map<String, Value> = found
        .into_iter()
        .filter_map(|(name, text)| Some((name.to_owned(), serde_json::from_str(text).ok()?)))
        .collect();
    schemas.insert(
        PATCH.to_owned(),
        json!({"type": "object", "description": "A change to an object, in one of the forms that the content type names."}),
    );
    schemas
}

fn add(schema: &'static OpenApiSchema, found: &mut BTreeMap<&'static str, &'static str>) {
    if found.insert(schema.definition, schema.json).is_none() {
        for inner in schema.refs {
            add(inner(), found);
        }
    }
}
