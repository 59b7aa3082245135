//! All that is wrong with a definition. Follows apiextensions pkg/apis/apiextensions/validation/validation.go, its order
//! and its words; where upstream walks maps in no order, names are in theirs.
//!
//! - [`internal`]: upstream checks its internal form of a definition, and names fields as that does: what all versions
//!   have in common stands at the top of the spec.
//! - [`names`], [`versions`], [`conversion`], [`approval`]: the parts of a definition but its schemas.
//! - [`structural`]: whether a schema says one thing only of every field; [`schema`]: whether its keywords fit together;
//!   [`defaults`]: whether its defaults are valid; [`field_path`]: paths into it.

pub mod approval;
mod conversion;
mod defaults;
mod field_path;
mod internal;
mod names;
mod schema;
mod structural;
mod versions;

use kubeforge_api::apiextensions::v1::{ConditionStatus, CustomResourceDefinition, ESTABLISHED};
use kubeforge_machinery::field::{BadValue, Error, ErrorList, Path};
use serde_json::{Value, json};

use internal::Internal;

/// Whether a condition of the definition is true.
pub fn is_true(definition: &CustomResourceDefinition, condition: &str) -> bool {
    definition.status.conditions.iter().any(|found| found.type_ == condition && found.status == ConditionStatus::True)
}

/// What depends on the state that a definition had before.
#[derive(Clone, Copy, Debug)]
struct Before<'a> {
    old: Option<&'a CustomResourceDefinition>,
}

impl Before<'_> {
    fn established(self) -> bool {
        self.old.is_some_and(|old| is_true(old, ESTABLISHED))
    }
}

/// What is wrong with a new definition, beyond its metadata.
pub fn create(definition: &CustomResourceDefinition) -> ErrorList {
    let mut errors = ErrorList::new();
    let wanted = format!("{}.{}", definition.spec.names.plural, definition.spec.group);
    if definition.metadata.name != wanted {
        let text = "must be spec.names.plural+\".\"+spec.group";
        errors.push(Error::invalid(&Path::new("metadata.name"), &definition.metadata.name, text));
    }
    check(definition, Before { old: None }, &mut errors);
    errors
}

/// What is wrong with an update, beyond its metadata.
pub fn update(definition: &CustomResourceDefinition, old: &CustomResourceDefinition) -> ErrorList {
    let mut errors = ErrorList::new();
    check(definition, Before { old: Some(old) }, &mut errors);
    errors
}

/// What is wrong with an update of the status.
pub fn update_status(definition: &CustomResourceDefinition) -> ErrorList {
    let mut errors = ErrorList::new();
    names::check(&definition.status.accepted_names, &Path::new("status.acceptedNames"), &mut errors);
    errors
}

fn check(definition: &CustomResourceDefinition, before: Before<'_>, errors: &mut ErrorList) {
    let spec = &definition.spec;
    let path = Path::new("spec");
    let internal = Internal::of(spec);
    versions::check(&internal, before, &path, errors);
    if let Some(old) = before.old.map(|old| &old.spec) {
        let mut immutable = |field: &str, new: String, old: String| {
            if new != old {
                errors.push(Error::invalid(&path.child(field), new, "field is immutable"));
            }
        };
        if before.established() {
            immutable("scope", spec.scope.to_string(), old.scope.to_string());
            immutable("names.kind", spec.names.kind.clone(), old.names.kind.clone());
        }
        immutable("group", spec.group.clone(), old.group.clone());
        immutable("names.plural", spec.names.plural.clone(), old.names.plural.clone());
    }
    names::check(&definition.status.accepted_names, &Path::new("status.acceptedNames"), errors);
    stored_versions(definition, errors);
    approval::check(definition, before.old, errors);
    if spec.preserve_unknown_fields && !before.old.is_some_and(|old| old.spec.preserve_unknown_fields) {
        let text = "cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema \
                    instead";
        errors.push(Error::invalid(&path.child("preserveUnknownFields"), true, text));
    }
}

fn stored_versions(definition: &CustomResourceDefinition, errors: &mut ErrorList) {
    let stored = &definition.status.stored_versions;
    let path = Path::new("status.storedVersions");
    if stored.is_empty() {
        errors.push(Error::invalid(&path, plain(&json!(stored)), "must have at least one stored version"));
        return;
    }
    let versions = &definition.spec.versions;
    for version in versions.iter().filter(|version| version.storage && !stored.contains(&version.name)) {
        let text = format!("must have the storage version {}", version.name);
        errors.push(Error::invalid(&path, plain(&json!(stored)), text));
    }
    for (at, name) in stored.iter().enumerate() {
        if !versions.iter().any(|version| version.name == *name) {
            let text = format!(
                "missing from spec.versions; {name} was previously a storage version, and must remain in spec.versions \
                 until a storage migration ensures no data remains persisted in {name} and removes {name} from \
                 status.storedVersions"
            );
            errors.push(Error::invalid(&path.index(at), name, text));
        }
    }
}

/// A list or struct as messages show it.
fn plain(value: &Value) -> BadValue {
    BadValue::Plain(value.to_string())
}

/// Formats that the server does not know, in the order in which schemas name them.
pub fn unknown_formats(definition: &CustomResourceDefinition) -> Vec<String> {
    let mut found = Vec::new();
    for version in &definition.spec.versions {
        let Some(schema) = version.schema.as_ref().and_then(|schema| schema.open_api_v3_schema.as_deref()) else {
            continue;
        };
        schema::visit(schema, &mut |schema| {
            let is_known = schema.format.is_empty() || crate::formats::is_known(&schema.type_, &schema.format);
            if !is_known && !found.contains(&schema.format) {
                found.push(schema.format.clone());
            }
        });
    }
    found
}

#[cfg(test)]
mod tests;
