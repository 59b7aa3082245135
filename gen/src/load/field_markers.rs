//! What a field's markers say.

use super::{
    Finding,
    attributes::Checked,
    check::{self, JsonValue},
    mark::Value,
};
use crate::model::{DefaultValue, Field, ListType, Omission};

/// Applies checked marks to a field.
pub(super) fn apply(marks: &[Checked], field: &mut Field, findings: &mut Vec<Finding>) {
    for checked in marks {
        apply_one(checked, field, findings);
    }
    field.omission = omission(marks, findings);
    if field.inline && has(marks, "json") {
        push(findings, marks, "json", "an inlined struct has no name in JSON");
    }
}

fn has(marks: &[Checked], name: &str) -> bool {
    marks.iter().any(|checked| checked.marker.name == name)
}

fn push(findings: &mut Vec<Finding>, marks: &[Checked], name: &str, message: &str) {
    if let Some(checked) = marks.iter().find(|checked| checked.marker.name == name) {
        findings.push(Finding::new(checked.mark.span(), message, None));
    }
}

fn apply_one(checked: &Checked, field: &mut Field, findings: &mut Vec<Finding>) {
    let mark = &checked.mark;
    let value = match &mark.value {
        Value::Is(value) => Some(&**value),
        Value::Flag | Value::Args(_) => None,
    };
    let text = || value.and_then(check::text).unwrap_or_default();
    let word = || value.and_then(check::word).unwrap_or_default();
    match checked.marker.name {
        "tag" => match value.and_then(check::int).and_then(protobuf_number) {
            Some(tag) => field.tag = Some(tag),
            None => findings.push(Finding::new(
                mark.span(),
                "no protobuf number: they go from 1 to 536870911, without 19000 to 19999",
                None,
            )),
        },
        "json" => field.json = text(),
        "inline" => {
            field.inline = true;
            field.json.clear();
        }
        "wire" => field.wrapped = true,
        "required" => field.required = true,
        // these four are read together
        "optional" | "always" | "omit_empty" | "omit_zero" => {}
        "nullable" => field.nullable = true,
        "deprecated" => field.deprecated = true,
        "default" => field.default = value.and_then(check::json).map(default_value),
        "selectable" => field.selectable = true,
        "converts_to" => field.converts_to = Some(text()),
        "gate" => field.gate = Some(text()),
        "patch" => {
            if let Some(patch) = check::patch_strategies(&word()) {
                field.patch.merge |= patch.merge;
                field.patch.replace |= patch.replace;
                field.patch.retain_keys |= patch.retain_keys;
            }
        }
        "retain_keys" => field.patch.retain_keys = true,
        "merge_key" => field.patch.merge_key = Some(text()),
        "list" => field.list = value.and_then(list_type),
        "map" => {
            field.atomic_map = word() == "atomic";
            field.granular_map = word() == "granular";
        }
        "atomic" => field.atomic = true,
        "granular" => field.granular_map = true,
        _ => field.rules.push(mark.rule()),
    }
}

fn protobuf_number(number: i64) -> Option<u32> {
    let tag = u32::try_from(number).ok()?;
    ((1..=536_870_911).contains(&tag) && !(19_000..=19_999).contains(&tag)).then_some(tag)
}

fn list_type(value: &syn::Expr) -> Option<ListType> {
    match check::named_call(value) {
        Some((_, keys)) => Some(ListType::Map(keys)),
        None => match check::word(value)?.as_str() {
            "set" => Some(ListType::Set),
            _ => Some(ListType::Atomic),
        },
    }
}

pub(super) fn default_value(value: JsonValue) -> DefaultValue {
    match value {
        JsonValue::Text(text) => DefaultValue::Json(text),
        JsonValue::Path(path) => DefaultValue::Path(path),
    }
}

fn omission(marks: &[Checked], findings: &mut Vec<Finding>) -> Omission {
    let [required, always, empty, zero, optional] =
        ["required", "always", "omit_empty", "omit_zero", "optional"].map(|name| has(marks, name));
    if optional && required {
        push(findings, marks, "optional", "a field is `required` or `optional`, not both");
    }
    if always && (required || empty || zero) {
        push(findings, marks, "always", "`always` stands alone: `required` already says that it is written");
    }
    if empty && zero {
        push(findings, marks, "omit_empty", "`omit_empty` and `omit_zero` exclude each other");
    }
    match (zero, empty, required || always) {
        (true, ..) => Omission::WhenZero,
        (false, true, _) => Omission::WhenEmpty,
        (false, false, true) => Omission::Never,
        (false, false, false) => Omission::WhenEmpty,
    }
}
