//! Whether marks are as the grammar wants them.

use syn::{Expr, ExprLit, Lit, UnOp};

use super::{
    Finding,
    grammar::{self, Call, Form, Leading, Marker, Param, Place, ValueKind},
    mark::{Arg, Mark, Value},
};
use crate::{
    diagnostic::did_you_mean,
    model::{KindRef, Literal, Verb},
};

/// The marker that a mark is, if it is one and its value is of the right form; findings otherwise.
pub(super) fn check(mark: &Mark, place: Place, findings: &mut Vec<Finding>) -> Option<&'static Marker> {
    let name = mark.name();
    let Some(marker) = grammar::find(&name, place) else {
        findings.push(unknown(mark, &name, place));
        return None;
    };
    let before = findings.len();
    check_value(mark, marker, place, findings);
    (findings.len() == before).then_some(marker)
}

fn unknown(mark: &Mark, name: &str, place: Place) -> Finding {
    let elsewhere =
        [Place::Type, Place::Field, Place::Variant].into_iter().find(|at| grammar::find(name, *at).is_some());
    match elsewhere {
        Some(at) => Finding::new(
            mark.name.span(),
            format!("`{name}` does not go on a {}", place.name()),
            Some(format!("it goes on a {}", at.name())),
        ),
        None => {
            let hint = did_you_mean(name, grammar::at(place).map(|marker| marker.name))
                .unwrap_or_else(|| "`kubeforge-gen markers` lists all".into());
            Finding::new(mark.name.span(), format!("unknown marker `{name}`"), Some(hint))
        }
    }
}

fn check_value(mark: &Mark, marker: &Marker, place: Place, findings: &mut Vec<Finding>) {
    let form = marker.forms.iter().filter(|form| match (form, &mark.value) {
        (Form::Flag, Value::Flag) | (Form::Call(_), Value::Args(_)) => true,
        (Form::Is(kind), Value::Is(value)) => accepts(*kind, value),
        _ => false,
    });
    match (form.into_iter().next(), &mark.value) {
        (Some(Form::Call(call)), Value::Args(args)) => check_call(mark, marker, place, (call, args), findings),
        (Some(_), _) => {}
        (None, _) => findings.push(Finding::new(
            mark.span(),
            format!("`{}` is not written like that: expected {}", marker.name, forms(marker)),
            Some(format!("for example {}", marker.example)),
        )),
    }
}

/// All ways to write the marker.
pub(super) fn forms(marker: &Marker) -> String {
    let forms: Vec<String> = marker
        .forms
        .iter()
        .map(|form| match form {
            Form::Flag => format!("`{}`", marker.name),
            Form::Is(kind) => format!("`{} = …` with {}", marker.name, kind.describe()),
            Form::Call(_) => format!("`{}(…)`", marker.name),
        })
        .collect();
    forms.join(" or ")
}

fn check_call(mark: &Mark, marker: &Marker, place: Place, (call, args): (&Call, &[Arg]), findings: &mut Vec<Finding>) {
    let leading = args.iter().take_while(|arg| is_leading(arg, call)).count();
    let (leading, named) = args.split_at(leading);
    check_leading(mark, marker, call.leading, leading, findings);
    for arg in named {
        match arg {
            Arg::Mark(inner) => check_named(marker, call, inner, place, findings),
            Arg::Pair(_, value) if matches!(call.leading, Leading::AnyPairs) && text(value).is_some() => {}
            Arg::Value(_) | Arg::Pair(..) => {
                findings.push(Finding::new(
                    arg.span(),
                    format!("`{}` does not take this", marker.name),
                    example(marker),
                ));
            }
        }
    }
    for Param { name, .. } in call.params.iter().filter(|param| param.required) {
        if !named.iter().any(|arg| matches!(arg, Arg::Mark(inner) if inner.name() == *name)) {
            findings.push(Finding::new(mark.span(), format!("`{}` needs `{name}`", marker.name), example(marker)));
        }
    }
}

fn is_leading(arg: &Arg, call: &Call) -> bool {
    match (arg, call.leading) {
        (Arg::Value(_) | Arg::Pair(..), _) => true,
        // a word without a value: `subresource(status)`, `update(no_set)`
        (Arg::Mark(mark), Leading::One(ValueKind::Word(_)) | Leading::Some(ValueKind::Word(_))) => {
            matches!(mark.value, Value::Flag)
        }
        (Arg::Mark(_), _) => false,
    }
}

fn check_leading(mark: &Mark, marker: &Marker, want: Leading, args: &[Arg], findings: &mut Vec<Finding>) {
    let kind = match want {
        Leading::None => {
            if let Some(arg) = args.first() {
                findings.push(Finding::new(
                    arg.span(),
                    format!("`{}` takes named values only", marker.name),
                    example(marker),
                ));
            }
            return;
        }
        Leading::One(kind) | Leading::Some(kind) | Leading::Maybe(kind) => Some(kind),
        Leading::Pairs | Leading::AnyPairs | Leading::Values => None,
    };
    let expected = kind.map_or_else(|| "\"key\" = \"value\" pairs".into(), ValueKind::describe);
    let too_many = matches!(want, Leading::One(_) | Leading::Maybe(_)) && args.len() > 1;
    if (args.is_empty() && !matches!(want, Leading::AnyPairs | Leading::Maybe(_))) || too_many {
        let message = format!("`{}` takes {}{expected} first", marker.name, if too_many { "just " } else { "" });
        findings.push(Finding::new(mark.span(), message, example(marker)));
    }
    for arg in args {
        let fits = match (arg, kind) {
            (Arg::Value(value), Some(kind)) => accepts(kind, value),
            (Arg::Mark(word), Some(ValueKind::Word(words))) => {
                words.is_empty() || words.contains(&word.name().as_str())
            }
            (Arg::Pair(_, value), None) if matches!(want, Leading::Values) => {
                matches!(json(value), Some(JsonValue::Text(_)))
            }
            (Arg::Pair(_, value), None) => text(value).is_some(),
            _ => false,
        };
        if !fits {
            findings.push(Finding::new(arg.span(), format!("expected {expected}"), example(marker)));
        }
    }
}

fn check_named(marker: &Marker, call: &Call, inner: &Mark, place: Place, findings: &mut Vec<Finding>) {
    let name = inner.name();
    if let Some(param) = call.params.iter().find(|param| param.name == name) {
        let fits = match (&inner.value, param.value) {
            (Value::Is(value), kind) => accepts(kind, value),
            (Value::Args(args), ValueKind::VerbList) => {
                args.iter().all(|arg| matches!(arg, Arg::Value(value) if accepts(ValueKind::VerbName, value)))
            }
            _ => false,
        };
        if !fits {
            let message = format!("`{name}` takes {}", param.value.describe());
            findings.push(Finding::new(inner.span(), message, example(marker)));
        }
        return;
    }
    if call.rules {
        if let Some((rule, place)) = rule_inside(&name, marker, place) {
            check_value(inner, rule, place, findings);
            return;
        }
        let rules = grammar::at(Place::Field).filter(|rule| rule.rule).map(|rule| rule.name);
        let hint = match name.as_str() {
            "required" => Some("`present` demands a value".into()),
            _ => did_you_mean(&name, rules),
        };
        findings.push(Finding::new(
            inner.name.span(),
            format!("`{name}` is no validation rule"),
            hint.or_else(|| example(marker)),
        ));
        return;
    }
    let hint = did_you_mean(&name, call.params.iter().map(|param| param.name));
    findings.push(Finding::new(
        inner.name.span(),
        format!("`{}` has no argument `{name}`", marker.name),
        hint.or_else(|| example(marker)),
    ));
}

/// The rule of a name inside of another, and the place that it is read at. Stages and gates are about the place that
/// they stand at themselves; other rules speak of values.
fn rule_inside(name: &str, outer: &Marker, place: Place) -> Option<(&'static Marker, Place)> {
    let is_about_place = matches!(outer.name, "alpha" | "beta" | "if_enabled" | "if_disabled");
    let places = [place, Place::Field];
    let places = if is_about_place { &places[..] } else { &places[1..] };
    places.iter().find_map(|place| Some((grammar::find(name, *place).filter(|rule| rule.rule)?, *place)))
}

fn example(marker: &Marker) -> Option<String> {
    Some(format!("for example {}", marker.example))
}

fn accepts(kind: ValueKind, value: &Expr) -> bool {
    match kind {
        ValueKind::Text => text(value).is_some(),
        ValueKind::Texts => texts(value).is_some(),
        ValueKind::Int => int(value).is_some(),
        ValueKind::Number => int(value).is_some() || matches!(number(value), Some(Lit::Float(_))),
        ValueKind::Bool => bool_(value).is_some(),
        ValueKind::SwitchOff => bool_(value) == Some(false),
        ValueKind::Json => json(value).is_some(),
        ValueKind::Word(words) => word(value).is_some_and(|word| words.is_empty() || words.contains(&word.as_str())),
        ValueKind::VerbName => word(value).is_some_and(|word| verb(&word).is_some()),
        ValueKind::KindName => word(value).is_some(),
        ValueKind::HubName => text(value).is_some_and(|text| KindRef::hub(&text, "", "").is_some()),
        ValueKind::ListTopology => {
            word(value).is_some_and(|word| word == "atomic" || word == "set")
                || matches!(named_call(value), Some((name, keys)) if name == "map" && !keys.is_empty())
        }
        ValueKind::MapTopology => word(value).is_some_and(|word| word == "atomic" || word == "granular"),
        ValueKind::PatchStrategy => word(value).is_some_and(|word| patch_strategies(&word).is_some()),
        ValueKind::VerbList => false,
    }
}

/// A text in quotes.
pub(super) fn text(value: &Expr) -> Option<String> {
    match value {
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(text.value()),
        _ => None,
    }
}

/// A list of texts.
pub(super) fn texts(value: &Expr) -> Option<Vec<String>> {
    match value {
        Expr::Array(array) => array.elems.iter().map(text).collect(),
        _ => None,
    }
}

/// A word, bare or quoted.
pub(super) fn word(value: &Expr) -> Option<String> {
    match value {
        Expr::Path(path) => path.path.get_ident().map(ToString::to_string),
        _ => text(value),
    }
}

/// An integer.
pub(super) fn int(value: &Expr) -> Option<i64> {
    match number(value) {
        Some(Lit::Int(digits)) => {
            let magnitude: i64 = digits.base10_parse().ok()?;
            Some(if matches!(value, Expr::Unary(_)) { -magnitude } else { magnitude })
        }
        _ => None,
    }
}

fn number(value: &Expr) -> Option<&Lit> {
    match value {
        Expr::Lit(ExprLit { lit: lit @ (Lit::Int(_) | Lit::Float(_)), .. }) => Some(lit),
        Expr::Unary(unary) if matches!(unary.op, UnOp::Neg(_)) && matches!(*unary.expr, Expr::Lit(_)) => {
            number(&unary.expr)
        }
        _ => None,
    }
}

fn bool_(value: &Expr) -> Option<bool> {
    match value {
        Expr::Lit(ExprLit { lit: Lit::Bool(bool), .. }) => Some(bool.value),
        _ => None,
    }
}

/// A value of JSON: a literal, `json("text")`, or a constant's path.
pub(super) enum JsonValue {
    /// As text.
    Text(String),
    /// A constant's path.
    Path(String),
}

/// A literal, `json("…")` or a path.
pub(super) fn json(value: &Expr) -> Option<JsonValue> {
    if let Some((name, args)) = named_call(value) {
        let [raw] = &args[..] else { return None };
        let valid = name == "json" && serde_json::from_str::<serde_json::Value>(raw).is_ok();
        return valid.then(|| JsonValue::Text(raw.clone()));
    }
    if let Some(text) = text(value) {
        return Some(JsonValue::Text(serde_json::Value::String(text).to_string()));
    }
    if let Some(bool) = bool_(value) {
        return Some(JsonValue::Text(bool.to_string()));
    }
    if let Some(lit) = number(value) {
        let digits = match lit {
            Lit::Int(int) => int.base10_digits().to_owned(),
            Lit::Float(float) => float.base10_digits().to_owned(),
            _ => return None,
        };
        let sign = if matches!(value, Expr::Unary(_)) { "-" } else { "" };
        return Some(JsonValue::Text(format!("{sign}{digits}")));
    }
    match value {
        Expr::Path(path) if path.qself.is_none() => {
            let segments: Vec<String> = path.path.segments.iter().map(|segment| segment.ident.to_string()).collect();
            Some(JsonValue::Path(segments.join("::")))
        }
        _ => None,
    }
}

/// A value that the grammar accepts, as data.
pub(super) fn literal(value: &Expr) -> Literal {
    if let Some(texts) = texts(value) {
        return Literal::Texts(texts);
    }
    if let (Some(text), Expr::Lit(_)) = (text(value), value) {
        return Literal::Text(text);
    }
    if let Some(bool) = bool_(value) {
        return Literal::Bool(bool);
    }
    match (json(value), value) {
        (Some(JsonValue::Text(digits)), Expr::Lit(_) | Expr::Unary(_)) => Literal::Number(digits),
        (Some(JsonValue::Text(json)), _) => Literal::Json(json),
        (Some(JsonValue::Path(path)), _) => Literal::Path(path),
        (None, _) => Literal::Path(quote::ToTokens::to_token_stream(value).to_string()),
    }
}

/// `name("text", …)`
pub(super) fn named_call(value: &Expr) -> Option<(String, Vec<String>)> {
    match value {
        Expr::Call(call) => Some((word(&call.func)?, call.args.iter().map(text).collect::<Option<_>>()?)),
        _ => None,
    }
}

/// The strategies that a patch value names: `merge,retainKeys`.
pub(super) fn patch_strategies(value: &str) -> Option<crate::model::Patch> {
    let mut patch = crate::model::Patch::default();
    for name in value.split(',') {
        match name.trim() {
            "merge" => patch.merge = true,
            "replace" => patch.replace = true,
            "retain_keys" | "retainKeys" => patch.retain_keys = true,
            _ => return None,
        }
    }
    Some(patch)
}

/// The verb of a name.
pub(super) fn verb(name: &str) -> Option<Verb> {
    Verb::ALL.into_iter().find(|verb| verb.name() == name)
}
