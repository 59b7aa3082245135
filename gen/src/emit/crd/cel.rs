//! Rules in CEL.

use serde_json::{Value, json};

use crate::model::Rule;

/// Words that CEL keeps for itself.
const RESERVED: &[&str] = &[
    "as",
    "break",
    "const",
    "continue",
    "else",
    "false",
    "for",
    "function",
    "if",
    "import",
    "in",
    "let",
    "loop",
    "namespace",
    "null",
    "package",
    "return",
    "true",
];

/// A rule and what to say where it does not hold.
pub(super) fn rule(rule: impl Into<String>, message: impl Into<String>) -> Value {
    json!({"rule": rule.into(), "message": message.into()})
}

/// `cel(rule = "…", message = "…", …)`
pub(super) fn written(rule: &Rule) -> Value {
    let mut out = json!({});
    let keys = [
        ("rule", "rule"),
        ("message", "message"),
        ("message_expression", "messageExpression"),
        ("reason", "reason"),
        ("field_path", "fieldPath"),
        ("optional_old_self", "optionalOldSelf"),
    ];
    for (ours, theirs) in keys {
        if let Some(value) = rule.named(ours).and_then(|value| value.json()) {
            out[theirs] = value;
        }
    }
    out
}

/// A field of `of`: names that CEL can't write are escaped.
pub(super) fn member(of: &str, name: &str) -> String {
    if RESERVED.contains(&name) {
        return format!("{of}.__{name}__");
    }
    let escaped = name
        .replace("__", "__underscores__")
        .replace('.', "__dot__")
        .replace('-', "__dash__")
        .replace('/', "__slash__");
    format!("{of}.{escaped}")
}

/// A text.
pub(super) fn text(value: &str) -> String {
    Value::from(value).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_escaped() {
        for (name, want) in [("a", "self.a"), ("namespace", "self.__namespace__"), ("a-b.c", "self.a__dash__b__dot__c")]
        {
            assert_eq!(member("self", name), want);
        }
    }
}
