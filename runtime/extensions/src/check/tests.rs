use kubeforge_machinery::{Defaulted, codec::from_json_slice};
use serde_json::{Value, json};

use super::*;

fn definition(spec: &Value) -> CustomResourceDefinition {
    let mut whole = json!({
        "metadata": {"name": "as.x.example.com"},
        "spec": {"group": "x.example.com", "scope": "Namespaced", "names": {"plural": "as", "kind": "A"},
                 "versions": [{"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": {"type": "object"}}}]},
    });
    whole["spec"].as_object_mut().unwrap().extend(spec.as_object().unwrap().clone());
    let mut definition: CustomResourceDefinition = from_json_slice(whole.to_string().as_bytes()).unwrap();
    definition.set_defaults();
    definition
}

#[track_caller]
fn says(spec: Value, want: &[&str]) {
    let found: Vec<String> = create(&definition(&spec)).iter().map(ToString::to_string).collect();
    assert_eq!(found, want, "{spec}");
}

#[track_caller]
fn schema_says(schema: Value, want: &[&str]) {
    let found: Vec<String> = create(&definition(&json!({"versions": [
        {"name": "v1", "served": true, "storage": true,
         "schema": {"openAPIV3Schema": {"type": "object", "properties": {"a": schema}}}},
    ]})))
    .iter()
    .map(|error| error.to_string().replace("spec.validation.openAPIV3Schema.properties[a]", ""))
    .collect();
    assert_eq!(found, want, "{schema}");
}

#[test]
fn definitions_fit_together() {
    says(json!({}), &[]);
    says(
        json!({"scope": "Galaxy"}),
        &[r#"spec.scope: Unsupported value: "Galaxy": supported values: "Cluster", "Namespaced""#],
    );
    says(
        json!({"conversion": {"strategy": "None", "webhook": {"conversionReviewVersions": ["v1"]}}}),
        &["spec.conversion.conversionReviewVersions: Forbidden: should not be set when strategy is not set to Webhook"],
    );
    says(
        json!({"versions": [
            {"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": {"type": "object"}}},
            {"name": "v2", "served": true, "storage": false, "deprecationWarning": "x",
             "schema": {"openAPIV3Schema": {"type": "object", "description": "y"}}},
        ]}),
        &[r#"spec.versions[1].deprecationWarning: Invalid value: "x": can only be set for deprecated versions"#],
    );
}

#[test]
fn schemas_say_one_thing_of_every_field() {
    schema_says(json!({"type": "string"}), &[]);
    // as upstream has it, only what the top says is looked at
    let condition = json!({"type": "object", "anyOf": [{"properties": {"b": {"minLength": 1}}}]});
    schema_says(condition.clone(), &[]);
    says(
        json!({"versions": [
            {"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": condition}},
        ]}),
        &["spec.validation.openAPIV3Schema.properties[b]: Required value: because it is defined in \
            spec.validation.openAPIV3Schema.anyOf[0].properties[b]"],
    );
    schema_says(
        json!({"type": "array", "x-kubernetes-list-type": "set", "items": {"type": "object"}}),
        &[
            ".items.x-kubernetes-map-type: Invalid value: null: must be atomic as item of a list with x-kubernetes-list-type=set",
        ],
    );
    schema_says(
        json!({"type": "object", "x-kubernetes-embedded-resource": true}),
        &[
            ".properties: Required value: must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields",
        ],
    );
    schema_says(json!({"x-kubernetes-int-or-string": true, "anyOf": [{"type": "integer"}, {"type": "string"}]}), &[]);
    schema_says(
        json!({"type": "object", "default": {"b": 1}, "properties": {"b": {"type": "string"}}}),
        &[r#".default.b: Invalid value: "integer": b in body must be of type string: "integer""#],
    );
}
