//! What a type's markers say.

use syn::Expr;

use super::{
    Finding,
    attributes::Checked,
    check::{self, text, texts, word},
    mark::{Arg, Mark, Value},
};
use crate::{
    diagnostic::did_you_mean,
    model::{Column, KindMarkers, Method, ScalePaths, Scope, Subresource, Type, TypeDef, Verb},
};

/// What the markers say besides the model's [`Type`].
#[derive(Clone, Debug, Default)]
pub(super) struct Extra {
    /// `group = "…"`
    pub(super) group: Option<String>,
    /// `version = "…"`
    pub(super) version: Option<String>,
    /// `crate = "…"`
    pub(super) machinery: Option<String>,
    /// `list_kind = "…"`
    pub(super) list_kind: Option<String>,
    /// `arbitrary`
    pub(super) arbitrary: bool,
    /// `spoke_of = "…"`, which means something in a package only.
    pub(super) spoke_of: Option<String>,
}

/// Applies checked marks to a type.
pub(super) fn apply(marks: &[Checked], ty: &mut Type, findings: &mut Vec<Finding>) -> Extra {
    let (mut kind, mut extra) = (KindMarkers::default(), Extra::default());
    for checked in marks {
        apply_one(checked, ty, &mut kind, &mut extra, findings);
    }
    if let (Some(group), Some(version)) = (&extra.group, &extra.version) {
        kind.group_version = Some((group.clone(), version.clone()));
    }
    let has = |name: &str| marks.iter().any(|checked| checked.marker.name == name);
    if has("kind") || has("list") {
        ty.kind = Some(kind);
    }
    check_together(marks, ty, findings);
    extra
}

fn apply_one(checked: &Checked, ty: &mut Type, kind: &mut KindMarkers, extra: &mut Extra, findings: &mut Vec<Finding>) {
    let mark = &checked.mark;
    let value = match &mark.value {
        Value::Is(value) => Some(&**value),
        Value::Flag | Value::Args(_) => None,
    };
    let as_text = || value.and_then(text).unwrap_or_default();
    let as_texts = || value.and_then(texts).unwrap_or_default();
    match checked.marker.name {
        "kind" | "cluster" | "granular" => {}
        "list" => kind.list_of = value.and_then(word),
        "no_resource" => kind.no_resource = true,
        "group" => extra.group = Some(as_text()),
        "version" => extra.version = Some(as_text()),
        "crate" => extra.machinery = Some(as_text()),
        "list_kind" => extra.list_kind = value.and_then(word),
        "arbitrary" if value.is_none() => extra.arbitrary = true,
        "namespaced" => kind.scope = Scope::Namespaced,
        "plural" => kind.plural = as_text(),
        "singular" => kind.singular = as_text(),
        "short" => kind.short = as_texts(),
        "categories" => kind.categories = as_texts(),
        "verbs" => kind.verbs = Some(verbs(mark, findings)),
        "subresource" => kind.subresources.extend(subresource(mark, findings)),
        "method" => kind.methods.extend(method(mark)),
        "selectable" => kind.selectable.extend(leading_texts(mark)),
        "column" => kind.columns.push(column(mark)),
        "introduced" => kind.lifecycle.introduced = release(mark, as_text(), findings),
        "deprecated" if value.and_then(text).is_some_and(|text| is_release(&text)) => {
            kind.lifecycle.deprecated = Some(as_text());
        }
        "removed" => kind.lifecycle.removed = release(mark, as_text(), findings),
        "replacement" => kind.lifecycle.replacement = Some(as_text()),
        "hub" => kind.hub = true,
        "spoke_of" => extra.spoke_of = Some(as_text()),
        "lossy" => kind.lossy = Some(as_text()),
        "converts_to" => ty.converts_to = Some(as_text()),
        "atomic" => ty.atomic = true,
        "definition" => ty.definition = Some(as_text()),
        "open" => match &mut ty.def {
            TypeDef::Enum(def) => def.open = true,
            TypeDef::Struct(_) | TypeDef::Alias(_) => {
                findings.push(Finding::new(mark.span(), "`open` goes on an enum", None));
            }
        },
        name if matches!(value.map(|value| matches!(value, Expr::Lit(_))), Some(true)) && is_generator(name) => {
            ty.without.push(name.to_owned());
        }
        _ => ty.rules.push(mark.rule()),
    }
}

/// Whether the marker's name is that of a generator, which `= false` switches off.
fn is_generator(name: &str) -> bool {
    crate::emit::EMITTERS.iter().any(|emitter| emitter.name == name)
}

fn is_release(text: &str) -> bool {
    matches!(text.split_once('.'), Some((major, minor)) if major.parse::<u32>().is_ok() && minor.parse::<u32>().is_ok())
}

fn release(mark: &Mark, text: String, findings: &mut Vec<Finding>) -> Option<String> {
    if is_release(&text) {
        return Some(text);
    }
    let message = format!("`{text}` is no release");
    findings.push(Finding::new(
        mark.span(),
        message,
        Some("releases are written major.minor, for example \"1.22\"".into()),
    ));
    None
}

fn args(mark: &Mark) -> &[Arg] {
    match &mark.value {
        Value::Args(args) => args,
        Value::Flag | Value::Is(_) => &[],
    }
}

/// A named argument's value.
fn named<'a>(mark: &'a Mark, name: &str) -> Option<&'a Expr> {
    args(mark).iter().find_map(|arg| match arg {
        Arg::Mark(inner) if inner.name() == name => match &inner.value {
            Value::Is(value) => Some(&**value),
            Value::Flag | Value::Args(_) => None,
        },
        _ => None,
    })
}

fn named_text(mark: &Mark, name: &str) -> Option<String> {
    named(mark, name).and_then(word)
}

fn leading_texts(mark: &Mark) -> Vec<String> {
    args(mark)
        .iter()
        .filter_map(|arg| match arg {
            Arg::Value(value) => text(value),
            Arg::Pair(..) | Arg::Mark(_) => None,
        })
        // written ".spec.x" in custom resources and "spec.x" in built-in kinds
        .map(|path| path.strip_prefix('.').map(str::to_owned).unwrap_or(path))
        .collect()
}

/// The verbs of `["get", …]`, `(only("get", …))` or `(skip("watch", …))`, sorted.
fn verbs(mark: &Mark, findings: &mut Vec<Finding>) -> Vec<Verb> {
    if let Value::Is(value) = &mark.value {
        return verb_list(mark, &texts(value).unwrap_or_default(), findings);
    }
    let mut verbs: Vec<Verb> = Verb::ALL.to_vec();
    for arg in args(mark) {
        let Arg::Mark(inner) = arg else { continue };
        let named = verb_list(inner, &leading_texts(inner), findings);
        let keep = inner.name() == "only";
        verbs.retain(|verb| named.contains(verb) == keep);
    }
    verbs
}

fn verb_list(mark: &Mark, names: &[String], findings: &mut Vec<Finding>) -> Vec<Verb> {
    let mut verbs = Vec::new();
    for name in names {
        match check::verb(name) {
            Some(verb) => verbs.push(verb),
            None => {
                let hint = did_you_mean(name, Verb::ALL.iter().map(|verb| verb.name()));
                findings.push(Finding::new(mark.span(), format!("`{name}` is no verb of the API"), hint));
            }
        }
    }
    verbs.sort_unstable();
    verbs.dedup();
    verbs
}

fn subresource(mark: &Mark, findings: &mut Vec<Finding>) -> Option<Subresource> {
    let name = match args(mark).first()? {
        Arg::Mark(first) => first.name(),
        Arg::Value(value) => word(value)?,
        Arg::Pair(..) => return None,
    };
    let scale = (named(mark, "spec").is_some() || named(mark, "status").is_some()).then(|| ScalePaths {
        spec: named_text(mark, "spec").unwrap_or_default(),
        status: named_text(mark, "status").unwrap_or_default(),
        selector: named_text(mark, "selector").unwrap_or_default(),
    });
    if scale.as_ref().is_some_and(|paths| paths.spec.is_empty() || paths.status.is_empty()) {
        let message = "a scale needs the paths of both wanted and observed replicas";
        let hint = "subresource(scale, spec = \".spec.replicas\", status = \".status.replicas\")";
        findings.push(Finding::new(mark.span(), message, Some(hint.into())));
    }
    let verbs = named(mark, "verbs").and_then(texts).map(|names| verb_list(mark, &names, findings));
    Some(Subresource { name, create: named_text(mark, "create"), kind: named_text(mark, "kind"), verbs, scale })
}

fn method(mark: &Mark) -> Option<Method> {
    Some(Method {
        name: named_text(mark, "name")?,
        verb: named_text(mark, "verb").and_then(|verb| check::verb(&verb))?,
        subresource: named_text(mark, "subresource").unwrap_or_default(),
        input: named_text(mark, "input"),
        result: named_text(mark, "result"),
    })
}

fn column(mark: &Mark) -> Column {
    let text = |name: &str| named_text(mark, name).unwrap_or_default();
    Column {
        name: text("name"),
        ty: text("type"),
        format: text("format"),
        description: text("description"),
        priority: named(mark, "priority").and_then(check::int).and_then(|n| i32::try_from(n).ok()).unwrap_or_default(),
        path: text("path"),
    }
}

/// Markers that make sense on a root type only.
const OF_KINDS: &[&str] = &[
    "namespaced",
    "cluster",
    "plural",
    "singular",
    "short",
    "categories",
    "verbs",
    "subresource",
    "method",
    "selectable",
    "column",
    "introduced",
    "removed",
    "replacement",
    "hub",
    "spoke_of",
    "lossy",
    "no_resource",
    "storage",
    "served",
    "annotation",
    "label",
    "conversion_webhook",
    "list_kind",
];

fn check_together(marks: &[Checked], ty: &Type, findings: &mut Vec<Finding>) {
    let find = |name: &str| marks.iter().find(|checked| checked.marker.name == name);
    let mut clash = |name: &str, with: &str, message: &str| {
        if let (Some(second), Some(_)) = (find(name), find(with)) {
            findings.push(Finding::new(second.mark.span(), message, None));
        }
    };
    clash("cluster", "namespaced", "a kind is namespaced or cluster-wide, not both");
    clash("list", "kind", "`list` already makes it a kind");
    clash("spoke_of", "hub", "a version is the hub or a spoke, not both");
    clash("spoke_of", "list", "a list has no hub: what it lists has");
    clash("converts_to", "spoke_of", "`spoke_of` already says what it converts to");
    clash("atomic", "granular", "a struct is atomic or granular, not both");
    if let (Some(lossy), None) = (find("lossy"), find("spoke_of")) {
        findings.push(Finding::new(lossy.mark.span(), "`lossy` is for spokes", Some("add `spoke_of = \"…\"`".into())));
    }
    if ty.kind.is_none() {
        for checked in marks.iter().filter(|checked| OF_KINDS.contains(&checked.marker.name)) {
            let message = format!("`{}` is for kinds", checked.marker.name);
            findings.push(Finding::new(checked.mark.span(), message, Some("add `kind`".into())));
        }
    }
    for (one, other) in [("group", "version"), ("version", "group")] {
        if let (Some(given), None) = (find(one), find(other)) {
            let message = format!("`{one}` without `{other}`");
            findings.push(Finding::new(
                given.mark.span(),
                message,
                Some("both together say where the kind belongs".into()),
            ));
        }
    }
}
