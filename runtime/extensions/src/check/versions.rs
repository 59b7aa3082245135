//! The spec: its group and scope, its versions, and what all versions have in common.

use kubeforge_api::apiextensions::v1::{
    CustomResourceColumnDefinition, CustomResourceSubresources, CustomResourceValidation, SelectableField,
};
use kubeforge_machinery::{
    field::{BadValue, Error, ErrorList, Path},
    validation::{is_dns1035_label, is_dns1123_subdomain},
};

use super::{
    Before, conversion, field_path,
    internal::{Internal, Parts},
    names, schema,
};

/// A definition may make so many fields selectable.
const SELECTABLE_MAX: usize = 8;
const COLUMN_TYPES: &str = "boolean,date,integer,number,string";
const COLUMN_FORMATS: &str = "byte,date,date-time,double,float,int32,int64,password";

pub(super) fn check(internal: &Internal<'_>, before: Before<'_>, path: &Path<'_>, errors: &mut ErrorList) {
    let spec = internal.spec;
    group(&spec.group, &path.child("group"), errors);
    let scope = spec.scope.to_string();
    match scope.as_str() {
        "" => errors.push(Error::required(&path.child("scope"), "")),
        "Cluster" | "Namespaced" => {}
        _ => errors.push(Error::not_supported(&path.child("scope"), scope, &["Cluster", "Namespaced"])),
    }
    let versions = path.child("versions");
    let has_defaults = || spec.versions.iter().any(|version| has_default(version.schema.as_deref()));
    if spec.preserve_unknown_fields && has_defaults() {
        let text = "must be false in order to use defaults in the schema";
        errors.push(Error::invalid(&path.child("preserveUnknownFields"), true, text));
    }
    if internal.top.schema.flatten().is_none() {
        for (at, parts) in internal.versions.iter().enumerate() {
            if parts.schema.flatten().is_none() {
                errors.push(Error::required(&versions.index(at).child("schema.openAPIV3Schema"), ""));
            }
        }
    }
    for (at, (version, parts)) in spec.versions.iter().zip(&internal.versions).enumerate() {
        let path = versions.index(at);
        let wrong = is_dns1035_label(&version.name);
        if !wrong.is_empty() {
            errors.push(Error::invalid(&path.child("name"), &version.name, wrong.join(",")));
        }
        for wrong in deprecation_warning(version.deprecated, version.deprecation_warning.as_deref()) {
            let shown = version.deprecation_warning.clone().unwrap_or_default();
            errors.push(Error::invalid(&path.child("deprecationWarning"), shown, wrong));
        }
        let has_status = parts.has_status() || internal.top.has_status();
        version_parts(parts, has_status, before, "schema", &path, errors);
    }
    let is_unique = |at: usize, name: &str| spec.versions.iter().take(at).all(|earlier| earlier.name != name);
    if !spec.versions.iter().enumerate().all(|(at, version)| is_unique(at, &version.name)) {
        errors.push(Error::invalid(&versions, BadValue::Plain(internal.shown()), "must contain unique version names"));
    }
    if spec.versions.iter().filter(|version| version.storage).count() != 1 {
        let text = "must have exactly one version marked as storage version";
        errors.push(Error::invalid(&versions, BadValue::Plain(internal.shown()), text));
    }
    // the internal form has the first version's name at the top as well
    if let Some(first) = spec.versions.first().filter(|first| !first.name.is_empty()) {
        let wrong = is_dns1035_label(&first.name);
        if !wrong.is_empty() {
            errors.push(Error::invalid(&path.child("version"), &first.name, wrong.join(",")));
        }
    }
    names::check_required(&spec.names, &path.child("names"), errors);
    names::check(&spec.names, &path.child("names"), errors);
    let any_status = internal.top.has_status() || internal.versions.iter().any(Parts::has_status);
    version_parts(&internal.top, any_status, before, "validation", path, errors);
    if let Some(conversion) = &spec.conversion {
        let strategy = conversion.strategy.to_string();
        if spec.preserve_unknown_fields && strategy != "None" {
            let text = "must be None if spec.preserveUnknownFields is true";
            errors.push(Error::invalid(&path.child("conversion.strategy"), strategy, text));
        }
        conversion::check(conversion, before, &path.child("conversion"), errors);
    }
}

fn has_default(validation: Option<&CustomResourceValidation>) -> bool {
    let mut found = false;
    if let Some(schema) = validation.and_then(|validation| validation.open_api_v3_schema.as_deref()) {
        schema::visit(schema, &mut |schema| found |= schema.default.is_some());
    }
    found
}

fn group(group: &str, path: &Path<'_>, errors: &mut ErrorList) {
    let wrong = is_dns1123_subdomain(group);
    if group.is_empty() {
        errors.push(Error::required(path, ""));
    } else if !wrong.is_empty() {
        errors.push(Error::invalid(path, group, wrong.join(",")));
    } else if !group.contains('.') {
        errors.push(Error::invalid(path, group, "should be a domain with at least one dot"));
    }
}

fn deprecation_warning(deprecated: bool, warning: Option<&str>) -> Vec<String> {
    let Some(warning) = warning else { return Vec::new() };
    if !deprecated {
        return vec!["can only be set for deprecated versions".to_owned()];
    }
    let mut wrong = Vec::new();
    if warning.len() > 256 {
        wrong.push("must be <= 256 characters long".to_owned());
    }
    if warning.is_empty() {
        wrong.push("must not be an empty string".to_owned());
    }
    let is_unprintable = |c: char| c.is_control() || (c.is_whitespace() && c != ' ');
    if let Some((at, _)) = warning.char_indices().find(|(_, c)| is_unprintable(*c)) {
        wrong
            .push(format!("must only contain printable UTF-8 characters; non-printable character found at index {at}"));
    }
    wrong
}

/// The parts of one version, or what all have in common.
fn version_parts(
    parts: &Parts<'_>,
    has_status: bool,
    before: Before<'_>,
    schema_field: &str,
    path: &Path<'_>,
    errors: &mut ErrorList,
) {
    let found = parts.schema.flatten();
    if let Some(found) = found {
        schema::check(found, has_status, before, &path.child(schema_field), errors);
    }
    if let Some(found) = parts.subresources {
        subresources(found, &path.child("subresources"), errors);
    }
    for (at, found) in parts.columns.iter().enumerate() {
        column(found, &path.child("additionalPrinterColumns").index(at), errors);
    }
    if parts.selectable.is_empty() {
        return;
    }
    let path = path.child("selectableFields");
    match found {
        None => {
            let text = if schema_field == "schema" {
                "selectableFields may only be set when version.schema.openAPIV3Schema is not included"
            } else {
                "selectableFields may only be set when validations.schema is included"
            };
            errors.push(Error::invalid(&path, "", text));
        }
        Some(schema) => selectable(parts.selectable, schema, &path, errors),
    }
}

/// A path of a scale, below one of these parts of an object.
fn scale_path(value: &str, below: &[&str], otherwise: &str, path: &Path<'_>, errors: &mut ErrorList) {
    if !value.starts_with('.') {
        errors.push(Error::invalid(path, value, "must be a simple json path starting with ."));
    } else if !below.iter().any(|below| value.starts_with(below)) {
        errors.push(Error::invalid(path, value, otherwise));
    }
}

fn subresources(subresources: &CustomResourceSubresources, path: &Path<'_>, errors: &mut ErrorList) {
    let Some(scale) = &subresources.scale else { return };
    let spec = path.child("scale.specReplicasPath");
    match scale.spec_replicas_path.as_str() {
        "" => errors.push(Error::required(&spec, "")),
        value => scale_path(value, &[".spec."], "should be a json path under .spec", &spec, errors),
    }
    let status = path.child("scale.statusReplicasPath");
    match scale.status_replicas_path.as_str() {
        "" => errors.push(Error::required(&status, "")),
        value => scale_path(value, &[".status."], "should be a json path under .status", &status, errors),
    }
    if let Some(value) = scale.label_selector_path.as_deref().filter(|value| !value.is_empty()) {
        let otherwise = "should be a json path under either .spec or .status";
        scale_path(value, &[".spec.", ".status."], otherwise, &path.child("scale.labelSelectorPath"), errors);
    }
}

fn column(column: &CustomResourceColumnDefinition, path: &Path<'_>, errors: &mut ErrorList) {
    if column.name.is_empty() {
        errors.push(Error::required(&path.child("name"), ""));
    }
    let one_of = |known: &str, value: &str| known.split(',').any(|known| known == value);
    if column.type_.is_empty() {
        errors.push(Error::required(&path.child("type"), format!("must be one of {COLUMN_TYPES}")));
    } else if !one_of(COLUMN_TYPES, &column.type_) {
        errors.push(Error::invalid(&path.child("type"), &column.type_, format!("must be one of {COLUMN_TYPES}")));
    }
    if !column.format.is_empty() && !one_of(COLUMN_FORMATS, &column.format) {
        errors.push(Error::invalid(&path.child("format"), &column.format, format!("must be one of {COLUMN_FORMATS}")));
    }
    let json_path = path.child("JSONPath");
    if column.json_path.is_empty() {
        errors.push(Error::required(&json_path, ""));
    } else if !column.json_path.starts_with('.') {
        errors.push(Error::invalid(&json_path, &column.json_path, "must be a simple json path starting with ."));
    }
}

fn selectable(
    fields: &[SelectableField],
    schema: &kubeforge_api::apiextensions::v1::JSONSchemaProps,
    path: &Path<'_>,
    errors: &mut ErrorList,
) {
    let mut seen: Vec<String> = Vec::new();
    for (at, field) in fields.iter().enumerate() {
        let (element, value) = (path.index(at), &field.json_path);
        let path = element.child("jsonPath");
        if value.is_empty() {
            errors.push(Error::required(&path, ""));
            continue;
        }
        let found = match field_path::find(value, schema, field_path::Brackets::Refused) {
            Ok(found) => found,
            Err(why) => {
                errors.push(Error::invalid(&path, value, format!("is an invalid path: {why}")));
                continue;
            }
        };
        if found.path == "metadata" || found.path.starts_with("metadata.") {
            errors.push(Error::invalid(&path, value, "must not point to fields in metadata"));
        }
        if !matches!(found.schema.type_.as_str(), "string" | "boolean" | "integer") {
            let text = "must point to a field of type string, boolean or integer. Enum string fields and strings with \
                        formats are allowed.";
            errors.push(Error::invalid(&path, value, text));
        }
        if seen.contains(&found.path) {
            errors.push(Error::duplicate(&path, value));
        } else {
            seen.push(found.path);
        }
    }
    if seen.len() > SELECTABLE_MAX {
        errors.push(Error::too_many(path, seen.len(), SELECTABLE_MAX));
    }
}
