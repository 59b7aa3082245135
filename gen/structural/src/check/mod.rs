//! What an API server would refuse in a CRD. Follows apiextensions-apiserver's validation of v1, except that patterns
//! and CEL rules are not compiled, and defaults are not validated in full.

mod names;
mod nested;
mod schema;

use serde_json::Value;

use crate::{Fields, Finding};
use names::{is_label, is_subdomain};
pub use schema::check_schema;

/// All that is wrong with a CRD; empty where it can be created.
pub fn check(definition: &Value) -> Vec<Finding> {
    let mut report = Report::default();
    let spec = &definition["spec"];
    group_and_names(definition, &mut report);
    if !matches!(text(spec, "scope"), "Cluster" | "Namespaced") {
        report.add("spec.scope", "must be Cluster or Namespaced");
    }
    versions(spec, &mut report);
    conversion(&spec["conversion"], &mut report);
    report.findings
}

/// Findings, as they are made.
#[derive(Default)]
struct Report {
    findings: Vec<Finding>,
}

impl Report {
    fn add(&mut self, path: &str, message: impl Into<String>) {
        self.findings.push(Finding { path: path.to_owned(), message: message.into() });
    }
}

fn text<'a>(fields: &'a Value, key: &str) -> &'a str {
    fields[key].as_str().unwrap_or_default()
}

fn array<'a>(fields: &'a Value, key: &str) -> &'a [Value] {
    fields[key].as_array().map(Vec::as_slice).unwrap_or_default()
}

fn group_and_names(definition: &Value, report: &mut Report) {
    let (spec, names) = (&definition["spec"], &definition["spec"]["names"]);
    let group = text(spec, "group");
    if !is_subdomain(group) {
        report.add("spec.group", format!("\"{group}\" is no lower-case domain"));
    } else if !group.contains('.') {
        report.add("spec.group", format!("\"{group}\" should be a domain with at least one dot"));
    }
    let approval = definition["metadata"]["annotations"].get("api-approved.kubernetes.io");
    let is_protected = [".k8s.io", ".kubernetes.io"].iter().any(|end| format!(".{group}").ends_with(end));
    if is_protected && approval.is_none() {
        let message = "protected groups must have approval annotation \"api-approved.kubernetes.io\"";
        report.add("metadata.annotations[api-approved.kubernetes.io]", message);
    }
    let wanted = format!("{}.{group}", text(names, "plural"));
    if text(&definition["metadata"], "name") != wanted {
        report.add("metadata.name", "must be spec.names.plural+\".\"+spec.group");
    }
    for key in ["plural", "singular"] {
        let name = text(names, key);
        if !is_label(name) {
            report.add(&format!("spec.names.{key}"), format!("\"{name}\" is no lower-case name"));
        }
    }
    for key in ["kind", "listKind"] {
        let name = text(names, key);
        if !is_label(&name.to_lowercase()) {
            report.add(&format!("spec.names.{key}"), format!("\"{name}\" is no name"));
        }
    }
    if text(names, "kind") == text(names, "listKind") {
        report.add("spec.names.listKind", "kind and listKind may not be the same");
    }
    for key in ["shortNames", "categories"] {
        for (index, name) in array(names, key).iter().enumerate() {
            let name = name.as_str().unwrap_or_default();
            if !is_label(name) {
                report.add(&format!("spec.names.{key}[{index}]"), format!("\"{name}\" is no lower-case name"));
            }
        }
    }
}

fn versions(spec: &Value, report: &mut Report) {
    let versions = array(spec, "versions");
    let stored = versions.iter().filter(|version| version["storage"] == true).count();
    if stored != 1 {
        report.add("spec.versions", "must have exactly one version marked as storage version");
    }
    for (index, version) in versions.iter().enumerate() {
        let path = format!("spec.versions[{index}]");
        let name = text(version, "name");
        if !is_label(name) {
            report.add(&format!("{path}.name"), format!("\"{name}\" is no lower-case name"));
        }
        if versions[..index].iter().any(|earlier| text(earlier, "name") == name) {
            report.add("spec.versions", "must contain unique version names");
        }
        let warning = text(version, "deprecationWarning");
        if !warning.is_empty() && version["deprecated"] != true {
            report.add(&format!("{path}.deprecationWarning"), "can only be set for deprecated versions");
        }
        if warning.chars().count() > 256 || warning.chars().any(char::is_control) {
            report.add(&format!("{path}.deprecationWarning"), "must be one line of at most 256 characters");
        }
        let schema_path = format!("{path}.schema.openAPIV3Schema");
        match version["schema"]["openAPIV3Schema"].as_object() {
            Some(schema) => {
                report.findings.extend(check_schema(schema, &schema_path));
                subresources(&version["subresources"], &path, report);
                selectable(version, schema, &path, report);
                columns(version, &path, report);
            }
            None => report.add(&schema_path, "schemas are required"),
        }
    }
}

fn subresources(subresources: &Value, path: &str, report: &mut Report) {
    let Some(scale) = subresources.get("scale") else { return };
    for (key, below) in [("specReplicasPath", ".spec."), ("statusReplicasPath", ".status."), ("labelSelectorPath", ".")]
    {
        let value = text(scale, key);
        let is_missing = value.is_empty() && key == "labelSelectorPath";
        if !is_missing && (!value.starts_with(below) || value.contains('[')) {
            let message = format!("\"{value}\" should be a json path under {below}");
            report.add(&format!("{path}.subresources.scale.{key}"), message);
        }
    }
}

/// Selectable fields are scalars that the schema has, and eight at most.
fn selectable(version: &Value, schema: &Fields, path: &str, report: &mut Report) {
    let fields = array(version, "selectableFields");
    if fields.len() > 8 {
        report.add(&format!("{path}.selectableFields"), format!("{} are too many: must have at most 8", fields.len()));
    }
    for (index, field) in fields.iter().enumerate() {
        let json_path = text(field, "jsonPath");
        let path = format!("{path}.selectableFields[{index}].jsonPath");
        let names = json_path.trim_start_matches('.').split('.');
        let found = names.clone().try_fold(schema, |at, name| at.get("properties")?.get(name)?.as_object());
        let ty = found.map(|found| found.get("type").and_then(Value::as_str).unwrap_or_default());
        if names.clone().next() == Some("metadata") {
            report.add(&path, "must not point to fields in metadata");
        } else {
            match ty {
                None => report.add(&path, format!("\"{json_path}\" leads to no field of the schema")),
                Some("string" | "boolean" | "integer") => {}
                Some(_) => report.add(&path, "must point to a field of type string, boolean or integer"),
            }
        }
    }
}

fn columns(version: &Value, path: &str, report: &mut Report) {
    for (index, column) in array(version, "additionalPrinterColumns").iter().enumerate() {
        let path = format!("{path}.additionalPrinterColumns[{index}]");
        if text(column, "name").is_empty() {
            report.add(&format!("{path}.name"), "is required");
        }
        let ty = text(column, "type");
        if !["integer", "number", "string", "boolean", "date"].contains(&ty) {
            let message = format!("\"{ty}\" must be one of integer, number, string, boolean, date");
            report.add(&format!("{path}.type"), message);
        }
        let formats = ["", "int32", "int64", "float", "double", "byte", "date", "date-time", "password"];
        if !formats.contains(&text(column, "format")) {
            let message = format!("must be one of {}", formats[1..].join(", "));
            report.add(&format!("{path}.format"), message);
        }
        if !text(column, "jsonPath").starts_with('.') {
            report.add(&format!("{path}.jsonPath"), "must start with a dot");
        }
    }
}

fn conversion(conversion: &Value, report: &mut Report) {
    if conversion.is_null() || text(conversion, "strategy") == "None" {
        return;
    }
    if text(conversion, "strategy") != "Webhook" {
        report.add("spec.conversion.strategy", "must be None or Webhook");
    }
    let (webhook, path) = (&conversion["webhook"], "spec.conversion.webhook");
    let client = &webhook["clientConfig"];
    match (client.get("url"), client.get("service")) {
        (Some(_), Some(_)) | (None, None) => {
            report.add(&format!("{path}.clientConfig"), "exactly one of url or service is required");
        }
        (Some(url), None) if !url.as_str().unwrap_or_default().starts_with("https://") => {
            report.add(&format!("{path}.clientConfig.url"), "'https' is the only allowed URL scheme");
        }
        (Some(_), None) => {}
        (None, Some(service)) => {
            for key in ["name", "namespace"] {
                if text(service, key).is_empty() {
                    report.add(&format!("{path}.clientConfig.service.{key}"), "is required");
                }
            }
            let port = service.get("port").map_or(Some(443), Value::as_i64);
            if !port.is_some_and(|port| (1..=65535).contains(&port)) {
                report.add(&format!("{path}.clientConfig.service.port"), "must be between 1 and 65535");
            }
        }
    }
    if !array(webhook, "conversionReviewVersions").iter().any(|version| version == "v1") {
        report.add(&format!("{path}.conversionReviewVersions"), "must include v1");
    }
}

#[cfg(test)]
mod tests;
