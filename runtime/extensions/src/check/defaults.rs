//! Whether defaults are what their schemas say. Follows apiextensions pkg/apiserver/schema/defaulting/validation.go.

use kubeforge_api::apiextensions::v1::JSONSchemaProps;
use kubeforge_machinery::field::{Error, ErrorList, Path};

use crate::{cel::Rules, embedded, prune::prune, schema::Schema, value, value_shown};

/// Checks the defaults of a schema. Those of what an object says of itself (`metadata`) are checked by their schemas
/// alone.
pub(super) fn check(schema: &JSONSchemaProps, path: &Path<'_>) -> ErrorList {
    let mut errors = ErrorList::new();
    walk(schema, true, false, path, &mut errors);
    errors
}

fn walk(schema: &JSONSchemaProps, is_root: bool, in_meta: bool, path: &Path<'_>, errors: &mut ErrorList) {
    let is_object = is_root || schema.x_kubernetes_embedded_resource;
    let in_meta = in_meta && !is_object;
    if schema.default.is_some() {
        check_one(&Schema::of(schema), schema, in_meta, &path.child("default"), errors);
    }
    if let Some(items) = schema.items.as_ref().and_then(|items| items.schema.as_deref()) {
        walk(items, false, in_meta, &path.child("items"), errors);
    }
    for (name, property) in &schema.properties {
        let in_meta = in_meta || (is_object && matches!(name.as_str(), "metadata" | "apiVersion" | "kind"));
        walk(property, false, in_meta, &path.child("properties").key(name), errors);
    }
}

fn check_one(schema: &Schema, source: &JSONSchemaProps, in_meta: bool, path: &Path<'_>, errors: &mut ErrorList) {
    let Some(default) = &schema.default else { return };
    let base = path.to_string();
    if !in_meta {
        let mut pruned = default.clone();
        prune(&mut pruned, schema, path, &mut |_| {});
        if pruned != *default {
            errors.push(Error::invalid(path, value_shown(default), "must not have unknown fields"));
        }
        let mut coerced = default.clone();
        if let Err(error) = embedded::coerce(&mut coerced, schema, path, &mut |_| {}) {
            errors.push(error);
            return;
        }
        let mut wrong = ErrorList::new();
        embedded::check(default, schema, path, &mut wrong);
        if !wrong.is_empty() {
            errors.extend(wrong);
            return;
        }
    }
    let wrong = value::check(default, schema, Some(&base));
    if !wrong.is_empty() {
        errors.extend(wrong);
    } else if let Some(rules) = Rules::of(schema, source, false) {
        errors.extend(rules.check_at(default, None, schema, path).errors);
    }
}
