//! Whether a value is what its schema says, in the words of kube-openapi's validator.
//!
//! [`check`] follows pkg/validation/validate of kube-openapi check by check, because its order and its way to choose
//! among alternatives decide which errors a client sees; [`check_update`] forgives what was wrong before and did not
//! change (KEP-4008). [`Failure::error`] turns failures into field errors as apiextensions does.

mod failure;
mod node;
mod numbers;

pub use failure::Failure;
pub(crate) use failure::shown;

use kubeforge_machinery::field::ErrorList;
use serde_json::Value;

use crate::schema::Schema;

/// What is wrong with a new value. `base` is the path that errors are below; `None` is the root of an object.
pub fn check(value: &Value, schema: &Schema, base: Option<&str>) -> ErrorList {
    errors(node::ratcheted(value, None, schema, ""), base)
}

/// What is wrong with a value that takes the place of another.
pub fn check_update(value: &Value, old: &Value, schema: &Schema, base: Option<&str>) -> ErrorList {
    errors(node::ratcheted(value, Some(old), schema, ""), base)
}

fn errors(outcome: node::Outcome, base: Option<&str>) -> ErrorList {
    outcome.failures.iter().map(|failure| failure.error(base)).collect()
}

#[cfg(test)]
mod tests {
    use kubeforge_api::apiextensions::v1::JSONSchemaProps;
    use kubeforge_machinery::{codec::from_json_slice, field::Error};
    use serde_json::json;

    use super::*;

    fn schema(json: &Value) -> Schema {
        Schema::of(&from_json_slice::<JSONSchemaProps>(json.to_string().as_bytes()).unwrap())
    }

    fn texts(errors: &[Error]) -> Vec<String> {
        errors.iter().map(ToString::to_string).collect()
    }

    #[track_caller]
    fn says(schema_json: &Value, value: &Value, want: &[&str]) {
        let schema = schema(&json!({"type": "object", "properties": {"a": schema_json}}));
        assert_eq!(texts(&check(&json!({"a": value}), &schema, None)), want, "{schema_json} {value}");
    }

    #[test]
    fn errors_are_in_upstreams_words() {
        says(
            &json!({"type": "integer"}),
            &json!(1.5),
            &[
                r#"a: Invalid value: "number": a in body must be of type integer: "number""#,
                r#"<nil>: Invalid value: "": Checked value must be of type integer (default format) in a"#,
            ],
        );
        says(
            &json!({"type": "integer", "format": "int32"}),
            &json!(3_000_000_000_i64),
            &[r#"<nil>: Invalid value: "": Checked value must be of type integer with format int32 in a"#],
        );
        says(
            &json!({"type": "array", "maxItems": 1, "items": {"type": "string"}}),
            &json!(["x", 1]),
            &[
                r#"a[1]: Invalid value: "integer": a[1] in body must be of type string: "integer""#,
                "a: Too many: 2: must have at most 1 item",
            ],
        );
        says(
            &json!({"type": "object", "oneOf": [{"required": ["x"]}, {"required": ["y"]}],
                    "properties": {"x": {"type": "string"}, "y": {"type": "string"}}}),
            &json!({}),
            &[
                r#"<nil>: Invalid value: "": "a" must validate one and only one schema (oneOf). Found none valid"#,
                "a.x: Required value",
            ],
        );
        says(
            &json!({"type": "string"}),
            &json!(null),
            &[r#"a: Invalid value: "null": a in body must be of type string: "null""#],
        );
        says(
            &json!({"type": "number", "multipleOf": 0.5, "maximum": 2, "exclusiveMaximum": true}),
            &json!(2.25),
            &[
                "a: Invalid value: 2.25: a in body should be a multiple of 0.5",
                "a: Invalid value: 2.25: a in body should be less than 2",
            ],
        );
    }

    #[test]
    fn what_was_wrong_before_is_forgiven_while_it_stays() {
        let schema = schema(
            &json!({"type": "object", "properties": {"a": {"type": "string", "maxLength": 1}, "b": {"type": "string", "maxLength": 1}}}),
        );
        let old = json!({"a": "long", "b": "x"});
        assert_eq!(texts(&check_update(&json!({"a": "long", "b": "y"}), &old, &schema, None)), [""; 0]);
        assert_eq!(
            texts(&check_update(&json!({"a": "longer", "b": "x"}), &old, &schema, None)),
            ["a: Too long: may not be more than 1 bytes"]
        );
    }
}
