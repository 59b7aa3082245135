//! The model's facts as marks: what the loader reads of them is the model again.

use crate::model::{
    Column, DefaultValue, Field, KindMarkers, ListType, Literal, Method, Omission, Rule, RuleArg, Scope, Subresource,
    Type, TypeDef, Variant, Verb,
};

fn text(name: &str, value: &str) -> Rule {
    Rule::is(name, Literal::Text(value.to_owned()))
}

fn word(name: &str, value: &str) -> Rule {
    Rule::is(name, Literal::Path(value.to_owned()))
}

fn texts(name: &str, values: &[String]) -> Rule {
    Rule::is(name, Literal::Texts(values.to_vec()))
}

fn number(name: &str, value: impl ToString) -> Rule {
    Rule::is(name, Literal::Number(value.to_string()))
}

/// A field's marks, in the order in which people write them.
pub(crate) fn field_marks(field: &Field) -> Vec<Rule> {
    let mut marks = Vec::new();
    marks.extend(field.tag.map(|tag| number("tag", tag)));
    let derived = crate::load::schema::is_derived(&field.name, &field.json);
    marks.extend((!field.inline && !derived).then(|| text("json", &field.json)));
    marks.extend(field.wrapped.then(|| text("wire", "list")));
    marks.extend(field.inline.then(|| Rule::flag("inline")));
    marks.extend(presence(field).iter().map(|name| Rule::flag(name)));
    marks.extend(field.nullable.then(|| Rule::flag("nullable")));
    marks.extend(field.default.as_ref().map(|default| Rule::is("default", default_literal(default))));
    marks.extend(patch(field));
    marks.extend(field.patch.merge_key.as_deref().map(|key| text("merge_key", key)));
    marks.extend(field.list.as_ref().map(list));
    marks.extend(field.atomic_map.then(|| word("map", "atomic")));
    marks.extend(field.granular_map.then(|| word("map", "granular")));
    let flags = [(field.atomic, "atomic"), (field.selectable, "selectable"), (field.deprecated, "deprecated")];
    marks.extend(flags.iter().filter(|(set, _)| *set).map(|(_, name)| Rule::flag(name)));
    marks.extend(field.gate.as_deref().map(|gate| text("gate", gate)));
    marks.extend(field.rules.iter().cloned());
    marks
}

/// Whether a field is required, and when it is left out.
fn presence(field: &Field) -> &'static [&'static str] {
    match (field.required, field.omission) {
        (true, Omission::Never) => &["required"],
        (true, Omission::WhenEmpty) => &["required", "omit_empty"],
        (true, Omission::WhenZero) => &["required", "omit_zero"],
        (false, Omission::Never) => &["always"],
        (false, Omission::WhenEmpty) => &[],
        (false, Omission::WhenZero) => &["omit_zero"],
    }
}

fn default_literal(default: &DefaultValue) -> Literal {
    match default {
        DefaultValue::Path(path) => Literal::Path(path.clone()),
        DefaultValue::Json(json) => match serde_json::from_str(json) {
            Ok(serde_json::Value::String(text)) => Literal::Text(text),
            Ok(serde_json::Value::Bool(bool)) => Literal::Bool(bool),
            Ok(serde_json::Value::Number(_)) if crate::load::schema::plain_digits(json) => {
                Literal::Number(json.clone())
            }
            _ => Literal::Json(json.clone()),
        },
    }
}

fn patch(field: &Field) -> Option<Rule> {
    let patch = &field.patch;
    let strategies = [(patch.merge, "merge"), (patch.replace, "replace"), (patch.retain_keys, "retain_keys")];
    let named: Vec<&str> = strategies.iter().filter(|(set, _)| *set).map(|(_, name)| *name).collect();
    match named[..] {
        [] => None,
        [only] => Some(word("patch", only)),
        _ => Some(text("patch", &named.join(",").replace("retain_keys", "retainKeys"))),
    }
}

fn list(list: &ListType) -> Rule {
    match list {
        ListType::Atomic => word("list", "atomic"),
        ListType::Set => word("list", "set"),
        ListType::Map(keys) => {
            let keys: Vec<String> = keys.iter().map(|key| format!("{key:?}")).collect();
            word("list", &format!("map({})", keys.join(", ")))
        }
    }
}

/// A type's marks, in groups that have attributes of their own.
pub(crate) fn type_marks(ty: &Type) -> Vec<Vec<Rule>> {
    let mut groups = Vec::new();
    if let Some(kind) = &ty.kind {
        groups.extend(kind_marks(kind));
    }
    let mut flags = Vec::new();
    flags.extend(ty.definition.as_deref().map(|definition| text("definition", definition)));
    flags.extend(ty.atomic.then(|| Rule::flag("atomic")));
    flags.extend(matches!(&ty.def, TypeDef::Enum(def) if def.open).then(|| Rule::flag("open")));
    flags.extend(ty.without.iter().map(|name| Rule::is(name, Literal::Bool(false))));
    groups.push(flags);
    groups.extend(ty.rules.iter().map(|rule| vec![rule.clone()]));
    groups.retain(|group| !group.is_empty());
    groups
}

fn kind_marks(kind: &KindMarkers) -> Vec<Vec<Rule>> {
    let mut head = match &kind.list_of {
        Some(item) => vec![text("list", item)],
        None => vec![Rule::flag("kind")],
    };
    match (&kind.list_of, kind.no_resource, kind.scope) {
        (Some(_), ..) => {}
        (None, true, _) => head.push(Rule::flag("no_resource")),
        (None, false, Scope::Namespaced) => head.push(Rule::flag("namespaced")),
        (None, false, Scope::Cluster) => head.push(Rule::flag("cluster")),
    }
    if let Some((group, version)) = &kind.group_version {
        head.extend([text("group", group), text("version", version)]);
    }
    head.extend((!kind.plural.is_empty()).then(|| text("plural", &kind.plural)));
    head.extend((!kind.singular.is_empty()).then(|| text("singular", &kind.singular)));
    head.extend((!kind.short.is_empty()).then(|| texts("short", &kind.short)));
    head.extend((!kind.categories.is_empty()).then(|| texts("categories", &kind.categories)));
    let mut groups = vec![head];
    groups.extend(kind.verbs.as_deref().map(|verbs| vec![verb_list("verbs", verbs)]));
    groups.extend(kind.subresources.iter().map(|subresource| vec![subresource_mark(subresource)]));
    groups.extend(kind.methods.iter().map(|method| vec![method_mark(method)]));
    if !kind.selectable.is_empty() {
        let paths = kind.selectable.iter().map(|path| RuleArg::Value(Literal::Text(path.clone())));
        groups.push(vec![Rule::call("selectable", paths.collect())]);
    }
    groups.extend(kind.columns.iter().map(|column| vec![column_mark(column)]));
    groups.push(life(kind));
    groups
}

fn life(kind: &KindMarkers) -> Vec<Rule> {
    let life = &kind.lifecycle;
    let releases = [
        ("introduced", &life.introduced),
        ("deprecated", &life.deprecated),
        ("removed", &life.removed),
        ("replacement", &life.replacement),
    ];
    let releases = releases.iter().filter_map(|(name, release)| Some(text(name, release.as_deref()?)));
    let hub = kind.hub.then(|| Rule::flag("hub"));
    releases
        .chain(hub)
        .chain(kind.spoke_of.as_ref().map(|hub| text("spoke_of", &hub.to_string())))
        .chain(kind.lossy.as_ref().map(|why| text("lossy", why)))
        .collect()
}

fn verb_list(name: &str, verbs: &[Verb]) -> Rule {
    texts(name, &verbs.iter().map(|verb| verb.name().to_owned()).collect::<Vec<_>>())
}

/// A word where it can be one.
fn name_argument(name: &str) -> RuleArg {
    match syn::parse_str::<syn::Ident>(name) {
        Ok(_) => RuleArg::Rule(Rule::flag(name)),
        Err(_) => RuleArg::Value(Literal::Text(name.to_owned())),
    }
}

fn subresource_mark(subresource: &Subresource) -> Rule {
    let mut named = Vec::new();
    named.extend(subresource.create.as_deref().map(|kind| text("create", kind)));
    named.extend(subresource.kind.as_deref().map(|kind| text("kind", kind)));
    named.extend(subresource.verbs.as_deref().map(|verbs| verb_list("verbs", verbs)));
    if let Some(scale) = &subresource.scale {
        named.extend([text("spec", &scale.spec), text("status", &scale.status)]);
        named.extend((!scale.selector.is_empty()).then(|| text("selector", &scale.selector)));
    }
    let name = name_argument(&subresource.name);
    Rule::call("subresource", [name].into_iter().chain(named.into_iter().map(RuleArg::Rule)).collect())
}

fn method_mark(method: &Method) -> Rule {
    let mut named = vec![text("name", &method.name), word("verb", method.verb.name())];
    named.extend((!method.subresource.is_empty()).then(|| text("subresource", &method.subresource)));
    named.extend(method.input.as_deref().map(|kind| text("input", kind)));
    named.extend(method.result.as_deref().map(|kind| text("result", kind)));
    Rule::call("method", named.into_iter().map(RuleArg::Rule).collect())
}

fn column_mark(column: &Column) -> Rule {
    let mut named = vec![text("name", &column.name), text("type", &column.ty), text("path", &column.path)];
    named.extend((!column.format.is_empty()).then(|| text("format", &column.format)));
    named.extend((!column.description.is_empty()).then(|| text("description", &column.description)));
    named.extend((column.priority != 0).then(|| number("priority", column.priority)));
    Rule::call("column", named.into_iter().map(RuleArg::Rule).collect())
}

/// A variant's marks.
pub(super) fn variant_marks(variant: &Variant) -> Vec<Rule> {
    let value = (variant.value != variant.name).then(|| text("value", &variant.value));
    value.into_iter().chain(variant.rules.iter().cloned()).collect()
}
