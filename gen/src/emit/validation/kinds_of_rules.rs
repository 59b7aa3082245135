//! What sorts of rules there are, by name.

/// Rules that only speak of schemas, or that the server checks elsewhere.
const NOT_CHECKED: &[&str] = &[
    "title",
    "example",
    "external_docs",
    "docs",
    "cel",
    "union",
    "schema_type",
    "schemaless",
    "embedded",
    "preserve_unknown",
    "int_or_string",
    "opaque",
    "schema_with",
    "schemars",
    "annotation",
    "label",
    "storage",
    "served",
    "skip",
    "conversion_webhook",
];

/// Formats that are checked, and the function that does it.
const FORMATS: &[(&str, &str)] = &[
    ("k8s-cidr", "cidr"),
    ("k8s-extended-resource-name", "extended_resource_name"),
    ("k8s-ip", "ip"),
    ("k8s-label-key", "label_key"),
    ("k8s-label-value", "label_value"),
    ("k8s-long-name", "long_name"),
    ("k8s-long-name-caseless", "long_name_caseless"),
    ("k8s-path-segment-name", "path_segment_name"),
    ("k8s-prefixed-label-key", "prefixed_label_key"),
    ("k8s-resource-fully-qualified-name", "resource_fully_qualified_name"),
    ("k8s-resource-pool-name", "resource_pool_name"),
    ("k8s-short-name", "short_name"),
    ("k8s-uuid", "uuid"),
];

/// The names of the formats that are checked.
pub(crate) fn formats() -> impl Iterator<Item = &'static str> {
    FORMATS.iter().map(|(name, _)| *name)
}

/// The function that checks a format. Others, such as `date-time`, go into schemas only.
pub(super) fn format_function(format: &str) -> Option<&'static str> {
    FORMATS.iter().find(|(name, _)| *name == format).map(|(_, function)| *function)
}

/// Whether a rule makes a check in Rust.
pub(super) fn is_checked(rule: &crate::model::Rule) -> bool {
    match rule.name.as_str() {
        "format" => rule.text().and_then(format_function).is_some(),
        name => !NOT_CHECKED.contains(&name),
    }
}

/// Whether rules may stand inside a rule.
pub(super) fn holds_rules(name: &str) -> bool {
    matches!(name, "alpha" | "beta" | "if_enabled" | "if_disabled" | "each" | "each_key" | "item" | "field" | "member")
}

/// Whether a name inside a rule is an argument of it, and no rule.
pub(in crate::emit) fn is_parameter(rule: &str, name: &str) -> bool {
    match rule {
        "alpha" | "beta" => name == "since",
        "member" => matches!(name, "union" | "name" | "discriminator"),
        _ => false,
    }
}

/// The name in Go of a rule that ends the checks of its value when it finds something.
pub(super) fn stopping(name: &str) -> Option<&'static str> {
    Some(match name {
        "forbidden" => "forbidden",
        "immutable" => "immutable",
        "max_items" => "maxItems",
        "max_entries" => "maxProperties",
        "min_items" => "minItems",
        "min_entries" => "minProperties",
        "present" => "required",
        "update" => "update",
        _ => return None,
    })
}

/// The name in Go of another rule; checks run in its order.
pub(super) fn go_name(name: &str) -> &str {
    match name {
        "each_key" => "eachKey",
        "each" => "eachVal",
        "closed" | "values" => "enum",
        "enum_exclude" => "enumExclude",
        "exclusive_max" => "exclusiveMaximum",
        "exclusive_min" => "exclusiveMinimum",
        "max_bytes" => "maxBytes",
        "max_len" => "maxLength",
        "max" => "maximum",
        "min_len" => "minLength",
        "min" => "minimum",
        "multiple_of" => "multipleOf",
        "not_equal" => "neq",
        "field" => "subfield",
        other => other,
    }
}
