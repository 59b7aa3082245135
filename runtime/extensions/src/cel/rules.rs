//! Running the rules of a schema. Follows apiextensions pkg/apiserver/schema/cel/validation.go.

use std::collections::BTreeMap;

use kubeforge_api::apiextensions::v1::{FieldValueErrorReason, ValidationRule};
use kubeforge_machinery::field::{Error, ErrorList, Path};
use serde_json::Value;

use super::engine::{Expression, OldSelf, Outcome, Scope};
use crate::{
    number,
    schema::{ListType, Schema},
};

/// A message that an expression makes may have so many bytes.
const MESSAGE_BYTES_MAX: usize = 5 * 1024;

/// The compiled rules of a schema and of all schemas in it that have some.
#[derive(Debug)]
pub struct Rules {
    own: Vec<Rule>,
    items: Option<Box<Rules>>,
    properties: BTreeMap<String, Rules>,
    additional: Option<Box<Rules>>,
    all_of: Vec<Rules>,
}

#[derive(Debug)]
struct Rule {
    source: ValidationRule,
    /// Or why it does not compile: a definition that was stored before may have such rules.
    expression: Result<Expression, String>,
    message: Option<Expression>,
    uses_old_self: bool,
}

impl Rule {
    fn of(source: &ValidationRule) -> Self {
        let expression = Expression::parse(source.rule.trim());
        let message = (!source.message_expression.trim().is_empty())
            .then(|| Expression::parse(source.message_expression.trim()).ok())
            .flatten();
        let uses_old_self = expression.as_ref().is_ok_and(|expression| expression.names("oldSelf"));
        Self { source: source.clone(), expression, message, uses_old_self }
    }

    /// The rule or its message, as errors name it.
    fn name(&self) -> &str {
        if self.source.message.is_empty() { self.source.rule.trim() } else { self.source.message.trim() }
    }
}

impl Rules {
    /// The rules of a schema; `None` where there are none.
    pub fn of(schema: &Schema) -> Option<Self> {
        let rules = Self {
            own: schema.rules.iter().filter(|rule| !rule.rule.trim().is_empty()).map(Rule::of).collect(),
            items: schema.items.as_deref().and_then(Self::of).map(Box::new),
            properties: schema
                .properties
                .iter()
                .filter_map(|(name, property)| Some((name.clone(), Self::of(property)?)))
                .collect(),
            additional: schema.additional.schema().and_then(Self::of).map(Box::new),
            all_of: schema.all_of.iter().filter_map(Self::of).collect(),
        };
        let is_empty = rules.own.is_empty()
            && rules.items.is_none()
            && rules.properties.is_empty()
            && rules.additional.is_none()
            && rules.all_of.is_empty();
        (!is_empty).then_some(rules)
    }

    /// Which rules an object breaks.
    pub fn check(&self, value: &Value, old: Option<&Value>, schema: &Schema) -> ErrorList {
        self.walk(value, old, schema, &Path::NIL, true)
    }

    /// Which rules a value in an object breaks.
    pub fn check_at(&self, value: &Value, old: Option<&Value>, schema: &Schema, path: &Path<'_>) -> ErrorList {
        self.walk(value, old, schema, path, false)
    }

    fn walk(&self, value: &Value, old: Option<&Value>, schema: &Schema, path: &Path<'_>, is_root: bool) -> ErrorList {
        let mut errors = ErrorList::new();
        let walk = Walk { is_unchanged: false };
        walk.visit(self, value, old, schema, path, is_root, &mut errors);
        errors
    }
}

/// Where the walk over an object stands.
#[derive(Clone, Copy)]
struct Walk {
    /// A holder whose old state is known is as it was, so that what is in it is as well.
    is_unchanged: bool,
}

impl Walk {
    #[expect(clippy::too_many_arguments, reason = "one step of a walk over five trees")]
    fn visit(
        self,
        rules: &Rules,
        value: &Value,
        old: Option<&Value>,
        schema: &Schema,
        path: &Path<'_>,
        is_root: bool,
        errors: &mut ErrorList,
    ) {
        if value.is_null() {
            return;
        }
        let is_unchanged = old.map_or(self.is_unchanged, |old| number::equal(old, value));
        let walk = Self { is_unchanged };
        walk.own(&rules.own, value, old, schema, path, is_root, errors);
        for inner in &rules.all_of {
            Self { is_unchanged: self.is_unchanged }.visit(inner, value, old, schema, path, is_root, errors);
        }
        match value {
            Value::Array(list) => {
                let (Some(rules), Some(items)) = (&rules.items, &schema.items) else { return };
                for (at, value) in list.iter().enumerate() {
                    let old = match (&schema.list, old) {
                        (ListType::Map(keys), Some(Value::Array(old))) => {
                            let same = |other: &&Value| keys.iter().all(|key| other.get(key) == value.get(key));
                            old.iter().find(same)
                        }
                        _ => None,
                    };
                    walk.visit(rules, value, old, items, &path.index(at), false, errors);
                }
            }
            Value::Object(fields) => {
                for (name, value) in fields {
                    let old = old.and_then(|old| old.get(name)).filter(|old| !old.is_null());
                    if let (Some(rules), Some(property)) = (rules.properties.get(name), schema.properties.get(name)) {
                        walk.visit(rules, value, old, property, &path.child(name), false, errors);
                    } else if let (Some(rules), Some(property)) = (&rules.additional, schema.additional.schema())
                        && !schema.properties.contains_key(name)
                    {
                        walk.visit(rules, value, old, property, &path.key(name), false, errors);
                    }
                }
            }
            _ => {}
        }
    }

    #[expect(clippy::too_many_arguments, reason = "one step of a walk over five trees")]
    fn own(
        self,
        rules: &[Rule],
        value: &Value,
        old: Option<&Value>,
        schema: &Schema,
        path: &Path<'_>,
        is_root: bool,
        errors: &mut ErrorList,
    ) {
        if rules.is_empty() {
            return;
        }
        let plain = Scope::new(value, old, schema, is_root, OldSelf::Plain);
        for rule in rules {
            let type_ = schema.type_.as_str();
            let expression = match &rule.expression {
                Ok(expression) => expression,
                Err(why) => {
                    errors.push(Error::invalid(path, type_, format!("rule compile error: {why}")));
                    continue;
                }
            };
            let is_optional = rule.source.optional_old_self == Some(true);
            if rule.uses_old_self && old.is_none() && !is_optional {
                continue;
            }
            let optional;
            let scope = if is_optional {
                optional = Scope::new(value, old, schema, is_root, OldSelf::Optional);
                &optional
            } else {
                &plain
            };
            let found = match expression.evaluate(scope) {
                Ok(Outcome::Bool(true)) => continue,
                Ok(_) => broken(rule, &plain, type_, path),
                Err(why) if why.starts_with("no such overload") => {
                    let text = format!(
                        "'{why}': call arguments did not match a supported operator, function or macro signature for \
                         rule: {}",
                        rule.name()
                    );
                    errors.push(Error::invalid(path, type_, text));
                    continue;
                }
                Err(why) => {
                    errors.push(Error::invalid(path, type_, format!("{why} evaluating rule: {}", rule.name())));
                    continue;
                }
            };
            if rule.uses_old_self || !self.is_unchanged {
                errors.push(found);
            }
        }
    }
}

/// The error of a rule that a value breaks.
fn broken(rule: &Rule, scope: &Scope, type_: &str, path: &Path<'_>) -> Error {
    let source = &rule.source;
    let field_path = source.field_path.trim();
    let inner = field_path.strip_prefix('.').unwrap_or(field_path);
    let whole = path.child(inner);
    let path = if field_path.is_empty() { path } else { &whole };
    let made = rule.message.as_ref().and_then(|message| match message.evaluate(scope) {
        Ok(Outcome::Text(text)) => Some(text.trim().to_owned()),
        Ok(Outcome::Bool(_) | Outcome::Other) | Err(_) => None,
    });
    let made = made.filter(|text| !text.is_empty() && text.len() <= MESSAGE_BYTES_MAX && !text.contains('\n'));
    let detail = made.unwrap_or_else(|| match source.message.trim() {
        "" => format!("failed rule: {}", source.rule.trim()),
        message => message.to_owned(),
    });
    match source.reason {
        Some(FieldValueErrorReason::FieldValueForbidden) => Error::forbidden(path, detail),
        Some(FieldValueErrorReason::FieldValueRequired) => Error::required(path, detail),
        Some(FieldValueErrorReason::FieldValueDuplicate) => Error::duplicate(path, type_),
        _ => Error::invalid(path, type_, detail),
    }
}

#[cfg(test)]
mod tests {
    use kubeforge_api::apiextensions::v1::JSONSchemaProps;
    use kubeforge_machinery::codec::from_json_slice;
    use serde_json::json;

    use super::*;

    #[test]
    fn broken_rules_are_told_of_where_they_stand() {
        let schema = json!({"type": "object", "properties": {"spec": {
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
        }}});
        let schema = Schema::of(&from_json_slice::<JSONSchemaProps>(schema.to_string().as_bytes()).unwrap());
        let rules = Rules::of(&schema).unwrap();
        let value = json!({"spec": {"min": 3, "max": 2, "fixed": "g", "list": ["b"]}});
        let old = json!({"spec": {"min": 3, "max": 2, "fixed": "f"}});
        let texts = |errors: ErrorList| errors.iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(
            texts(rules.check(&value, Some(&old), &schema)),
            [
                r#"spec.min: Invalid value: "object": min over max"#,
                r#"spec.fixed: Invalid value: "string": fixed is immutable"#,
                "spec.list: Forbidden: bad list of 1",
            ]
        );
        assert_eq!(rules.check(&json!({"spec": {"fixed": "g"}}), None, &schema), []);
    }
}
