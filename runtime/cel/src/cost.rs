//! What calls cost when they are made. Follows cel-go interpreter/runtimecost.go, apiserver
//! pkg/cel/library/cost.go `CallCost`, cel-go ext/sets.go.

use crate::{
    estimate::{REGEX, TRAVERSAL, calls_compare, range::scale},
    value::{Key, Value},
};

/// A match of a regular expression.
pub(crate) fn matches(text: &Value, pattern: &Value) -> u64 {
    scale(text.size().saturating_add(1), TRAVERSAL).saturating_mul(scale(pattern.size(), REGEX))
}

/// A call.
pub(crate) fn call(function: &str, overload: &str, args: &[Value], result: &Value) -> u64 {
    let size = |at: usize| args.get(at).map_or(1, Value::size);
    let traversed = |at: usize| scale(size(at), TRAVERSAL);
    match function {
        "isSorted" | "sum" | "max" | "min" | "indexOf" | "lastIndexOf" => args.first().map_or(0, traversal),
        "url"
        | "lowerAscii"
        | "upperAscii"
        | "substring"
        | "trim"
        | "jsonpatch.escapeKey"
        | "cidr"
        | "isIP"
        | "isCIDR"
        | "quantity"
        | "isQuantity"
        | "semver"
        | "isSemver" => traversed(0),
        "ip" if overload == "cidr_ip" => 1,
        "ip" => traversed(0),
        "replace" | "split" | "ip.isCanonical" => scale(size(0), 2.0 * TRAVERSAL),
        "join" => scale(result.size(), 2.0 * TRAVERSAL),
        "find" | "findAll" => scale(size(0).saturating_add(1), TRAVERSAL).saturating_mul(scale(size(1), REGEX)),
        "containsIP" | "containsCIDR" => {
            let mut cost = scale(size(0).saturating_mul(2), TRAVERSAL);
            if function == "containsCIDR" {
                cost = cost.saturating_add(traversed(0)).saturating_add(1);
            }
            if overload.ends_with("_string") { cost.saturating_add(traversed(1)) } else { cost }
        }
        "validate" => {
            let regex = match args.first() {
                Some(Value::Format(format)) => format.regex_size,
                _ => 1,
            };
            scale(size(1).saturating_add(1), TRAVERSAL).saturating_mul(scale(regex, REGEX))
        }
        "_==_" if matches!(args.first(), Some(value) if is_small(value)) => 1,
        _ => standard(overload, args),
    }
}

/// Values of Kubernetes' types, which count as one.
fn is_small(value: &Value) -> bool {
    matches!(
        value,
        Value::Quantity(_) | Value::Ip(_) | Value::Cidr(..) | Value::Format(_) | Value::Url(_) | Value::Semver(_)
    )
}

fn standard(overload: &str, args: &[Value]) -> u64 {
    let size = |at: usize| args.get(at).map_or(1, Value::size);
    match overload {
        "starts_with_string" | "ends_with_string" | "string_to_bytes" | "bytes_to_string" | "strings_quote"
        | "string_format" => scale(size(0), TRAVERSAL),
        "in_list" => size(1),
        "add_string" | "add_bytes" => scale(size(0).saturating_add(size(1)), TRAVERSAL),
        "matches_string" => args.first().zip(args.get(1)).map_or(1, |(text, pattern)| matches(text, pattern)),
        "contains_string" => scale(size(0), TRAVERSAL).saturating_mul(scale(size(1), TRAVERSAL)),
        "list_sets_contains_list" | "list_sets_intersects_list" => size(0).saturating_mul(size(1)).saturating_add(1),
        "list_sets_equivalent_list" => size(0).saturating_mul(size(1)).saturating_mul(2).saturating_add(1),
        _ if calls_compare(overload) => scale(size(0).min(size(1)), TRAVERSAL),
        _ => 1,
    }
}

/// Going over a value with all that is in it.
fn traversal(value: &Value) -> u64 {
    // rounded down, unlike sizes elsewhere
    match value {
        Value::String(text) => text.len() as u64 / 10,
        Value::Bytes(bytes) => bytes.len() as u64 / 10,
        Value::List(list) => list.items.iter().map(traversal).fold(0, u64::saturating_add),
        Value::Map(map) | Value::Object(map) | Value::Domains(map) => map
            .iter()
            .map(|(key, value)| {
                let key = match key {
                    Key::String(text) => text.len() as u64 / 10,
                    _ => 1,
                };
                key.saturating_add(traversal(value))
            })
            .fold(0, u64::saturating_add),
        _ => 1,
    }
}
