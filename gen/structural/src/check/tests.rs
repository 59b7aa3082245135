use serde_json::{Value, json};

use super::{check, check_schema};

#[track_caller]
fn refuses(rule: &str, spec: Value, want: &[&str]) {
    let schema = json!({"type": "object", "properties": {"spec": spec}});
    let Value::Object(schema) = schema else { panic!("an object") };
    let found: Vec<String> = check_schema(&schema, "").iter().map(ToString::to_string).collect();
    let want: Vec<String> = want.iter().map(|want| format!(".properties[spec]{want}")).collect();
    assert_eq!(found, want, "{rule}");
}

#[test]
fn schemas_are_structural() {
    refuses("a plain object", json!({"type": "object", "properties": {"a": {"type": "string"}}}), &[]);
    refuses("no type", json!({}), &[".type: must not be empty for specified object fields"]);
    refuses("anything", json!({"x-kubernetes-preserve-unknown-fields": true}), &[]);
    refuses(
        "a type in a value validation",
        json!({"type": "object", "anyOf": [{"type": "object"}]}),
        &[".anyOf[0].type: must be undefined to be structural"],
    );
    refuses(
        "a number or text",
        json!({"anyOf": [{"type": "integer"}, {"type": "string"}], "x-kubernetes-int-or-string": true}),
        &[],
    );
    refuses(
        "a property that only a value validation names",
        json!({"type": "object", "not": {"properties": {"a": {"minLength": 1}}}}),
        &[".not.properties[a]: must be specified outside of value validation as well"],
    );
    refuses("required members", json!({"type": "object", "oneOf": [{"required": ["a"]}, {"required": ["b"]}]}), &[]);
    refuses("list without items", json!({"type": "array"}), &[".items: must be specified"]);
    refuses(
        "unknown key",
        json!({"type": "object", "$ref": "#/x"}),
        &[".$ref: is no key of a schema in a CustomResourceDefinition"],
    );
    refuses(
        "map and struct",
        json!({"type": "object", "properties": {"a": {"type": "string"}}, "additionalProperties": {"type": "string"}}),
        &[".additionalProperties: additionalProperties and properties are mutual exclusive"],
    );
}

#[test]
fn lists_have_a_sound_topology() {
    let list = |list: Value, items: Value| {
        let mut schema = json!({"type": "array", "items": items});
        schema.as_object_mut().unwrap().extend(list.as_object().unwrap().clone());
        schema
    };
    let keyed = json!({"x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["name"]});
    let item = |more: Value| {
        let mut item = json!({"type": "object", "properties": {"name": {"type": "string"}}});
        item.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        item
    };
    refuses("required key", list(keyed.clone(), item(json!({"required": ["name"]}))), &[]);
    refuses(
        "optional key",
        list(keyed, item(json!({}))),
        &[
            ".items.properties[name].default: this property is in x-kubernetes-list-map-keys, so it must have a default \
           or be a required property",
        ],
    );
    refuses(
        "set of structs",
        list(json!({"x-kubernetes-list-type": "set"}), item(json!({}))),
        &[".x-kubernetes-list-type: items of a set are scalars, or atomic lists or maps"],
    );
}

#[test]
fn defaults_and_rules_fit() {
    refuses("wrong type", json!({"type": "string", "default": 1}), &[".default: 1 is no string"]);
    refuses(
        "not listed",
        json!({"type": "string", "enum": ["a"], "default": "b"}),
        &[".default: \"b\" is not one of [\"a\"]"],
    );
    refuses("pruned", json!({"type": "object", "default": {"a": 1}}), &[".default.a: must not have unknown fields"]);
    let rule = json!([{"rule": "self == oldSelf"}]);
    refuses("transition", json!({"type": "string", "x-kubernetes-validations": rule}), &[]);
    refuses(
        "transition in a list",
        json!({"type": "array", "items": {"type": "string", "x-kubernetes-validations": rule}}),
        &[
            ".items.x-kubernetes-validations[0].rule: oldSelf cannot be used on the uncorrelatable portion of the schema: \
           below a list that is no list map",
        ],
    );
}

#[test]
fn definitions_are_complete() {
    let good = json!({
        "metadata": {"name": "gadgets.example.com"},
        "spec": {
            "group": "example.com", "scope": "Cluster",
            "names": {"plural": "gadgets", "singular": "gadget", "kind": "Gadget", "listKind": "GadgetList"},
            "versions": [{"name": "v1", "storage": true, "served": true, "schema": {"openAPIV3Schema": {
                "type": "object", "properties": {"metadata": {"type": "object"}, "color": {"type": "string"}},
            }}, "selectableFields": [{"jsonPath": ".color"}]}],
        },
    });
    assert_eq!(check(&good), []);
    let rows = [
        ("/spec/group", json!("k8s"), "spec.group: \"k8s\" should be a domain with at least one dot"),
        ("/spec/names/plural", json!("Gadgets"), "spec.names.plural: \"Gadgets\" is no lower-case name"),
        ("/spec/scope", json!("World"), "spec.scope: must be Cluster or Namespaced"),
        (
            "/spec/versions/0/storage",
            json!(false),
            "spec.versions: must have exactly one version marked as storage version",
        ),
        (
            "/spec/versions/0/selectableFields/0/jsonPath",
            json!(".shape"),
            "spec.versions[0].selectableFields[0].jsonPath: \".shape\" leads to no field of the schema",
        ),
        (
            "/spec/versions/0/schema/openAPIV3Schema/properties/metadata",
            json!({"type": "object", "description": "d"}),
            "spec.versions[0].schema.openAPIV3Schema.properties[metadata]: must not specify anything other than name and \
             generateName, but metadata is implicitly specified",
        ),
    ];
    for (place, value, want) in rows {
        let mut bad = good.clone();
        *bad.pointer_mut(place).unwrap() = value;
        let found: Vec<String> = check(&bad).iter().map(ToString::to_string).collect();
        assert!(found.iter().any(|found| found == want), "{place}: {found:?}");
    }
}
