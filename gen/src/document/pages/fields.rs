//! Tables of fields.

use super::{
    links::Links,
    text::{cell, code},
};
use crate::model::{DefaultValue, Field, ListType, Struct, Type, TypeDef};

/// The fields of a struct; nothing for other types.
pub(super) fn table(links: &Links<'_>, ty: &Type) -> String {
    let TypeDef::Struct(Struct { fields, .. }) = &ty.def else { return String::new() };
    let mut out = String::new();
    if !ty.rules.is_empty() {
        let rules: Vec<String> = ty.rules.iter().map(|rule| code(&rule.to_string())).collect();
        out += &format!("\nRules: {}.\n", rules.join(", "));
    }
    if fields.is_empty() && ty.kind.is_none() {
        return out + "\nIt has no fields.\n";
    }
    out += "\n| field | type | says | rules |\n|---|---|---|---|\n";
    if ty.kind.is_some() {
        out += "| `apiVersion`, `kind` | string | Group and version, and the kind's name. | required |\n";
    }
    for field in fields {
        let name = if field.inline { "(fields of)".to_owned() } else { code(&field.json) };
        let docs = if field.deprecated { format!("**Deprecated.** {}", field.docs) } else { field.docs.clone() };
        let rules = rules(field).join(", ");
        out += &format!("| {name} | {} | {} | {rules} |\n", links.type_(&field.ty), cell(docs.trim()));
    }
    out
}

/// What a value must be, and what becomes of it: markers as they are written.
fn rules(field: &Field) -> Vec<String> {
    let mut rules = Vec::new();
    let mut say = |when: bool, text: String| rules.extend(when.then_some(text));
    say(field.required, "required".into());
    say(field.nullable, "nullable".into());
    match &field.default {
        Some(DefaultValue::Json(json)) => say(true, format!("default {}", code(json))),
        Some(DefaultValue::Path(path)) => say(true, format!("default {}", code(path))),
        None => {}
    }
    match &field.list {
        Some(ListType::Atomic) => say(true, "atomic list".into()),
        Some(ListType::Set) => say(true, "set".into()),
        Some(ListType::Map(keys)) => {
            let keys: Vec<String> = keys.iter().map(|key| code(key)).collect();
            say(true, format!("one for each {}", keys.join(", ")));
        }
        None => {}
    }
    say(field.atomic_map, "atomic map".into());
    say(field.atomic, "atomic".into());
    let merge_key = || field.patch.merge_key.as_ref().map_or_else(String::new, |key| format!(" by {}", code(key)));
    say(field.patch.merge, format!("patches merge{}", merge_key()));
    say(field.patch.replace, "patches replace".into());
    say(field.patch.retain_keys, "patches retain keys".into());
    say(field.selectable, "selectable".into());
    if let Some(gate) = &field.gate {
        say(true, format!("gate {}", code(gate)));
    }
    rules.extend(field.rules.iter().map(|rule| code(&rule.to_string())));
    rules
}
