use kubeforge_machinery::codec::from_json_slice;
use serde_json::json;

use super::*;

fn rules(schema: &Value) -> (Schema, Rules) {
    let source: JSONSchemaProps = from_json_slice(schema.to_string().as_bytes()).unwrap();
    let schema = Schema::of(&source);
    let rules = Rules::of(&schema, &source, true).unwrap();
    (schema, rules)
}

fn texts(errors: &ErrorList) -> Vec<String> {
    errors.iter().map(ToString::to_string).collect()
}

#[test]
fn broken_rules_are_told_of_where_they_stand() {
    let (schema, rules) = rules(&json!({"type": "object", "properties": {"spec": {
        "type": "object",
        "x-kubernetes-validations": [
            {"rule": "!has(self.min) || !has(self.max) || self.min <= self.max", "message": "min over max", "fieldPath": ".min"},
        ],
        "properties": {
            "min": {"type": "integer"}, "max": {"type": "integer"},
            "fixed": {"type": "string", "x-kubernetes-validations": [{"rule": "self == oldSelf", "message": "fixed is immutable"}]},
            "list": {"type": "array", "items": {"type": "string"}, "x-kubernetes-validations": [
                {"rule": "self.all(x, x.startsWith('a'))", "messageExpression": "'bad list of ' + string(size(self))", "reason": "FieldValueForbidden"},
            ]},
        },
    }}}));
    let value = json!({"spec": {"min": 3, "max": 2, "fixed": "g", "list": ["b"]}});
    let old = json!({"spec": {"min": 3, "max": 2, "fixed": "f"}});
    let mut found = texts(&rules.check(&value, Some(&old), &schema).errors);
    found.sort();
    assert_eq!(
        found,
        [
            r#"spec.fixed: Invalid value: "string": fixed is immutable"#,
            "spec.list: Forbidden: bad list of 1",
            r#"spec.min: Invalid value: "object": min over max"#,
        ]
    );
    assert_eq!(rules.check(&json!({"spec": {"fixed": "g"}}), None, &schema).errors, []);
}

#[test]
fn what_did_not_change_is_forgiven() {
    let (schema, rules) = rules(&json!({"type": "object", "properties": {
        "a": {"type": "integer", "x-kubernetes-validations": [{"rule": "self > 5"}]},
        "b": {"type": "integer"},
    }}));
    let old = json!({"a": 1, "b": 1});
    let found = rules.check(&json!({"a": 1, "b": 2}), Some(&old), &schema);
    assert_eq!((found.errors.len(), found.forgiven.len()), (0, 1));
    assert_eq!(rules.check(&json!({"a": 2, "b": 1}), Some(&old), &schema).errors.len(), 1);
}

#[test]
fn costs_are_bounded() {
    let rule = "self.all(a, self.all(b, self.all(c, a + b + c >= 0)))";
    let (schema, rules) = rules(&json!({"type": "object", "properties": {
        "l": {"type": "array", "items": {"type": "integer"}, "x-kubernetes-validations": [{"rule": rule}]},
    }}));
    let found = rules.check(&json!({"l": vec![1; 200]}), None, &schema);
    assert_eq!(
        texts(&found.errors),
        [format!(
            "l: Invalid value: \"array\": 'operation cancelled: actual cost limit exceeded': no further validation \
             rules will be run due to call cost exceeds limit for rule: {rule}"
        )]
    );
}
