//! What calls can cost. Follows cel-go checker/cost.go `functionCost`, apiserver pkg/cel/library/cost.go, which asks
//! first, and cel-go ext/sets.go.

use super::{Coster, REGEX, TRAVERSAL, range::Range};
use crate::{
    ast::{Expr, Kind},
    functions::formats,
    types::Type,
    value::Value,
};

/// A call.
pub(super) struct Question<'a> {
    pub(super) function: &'a str,
    pub(super) overload: &'a str,
    pub(super) target: Option<&'a Expr>,
    pub(super) args: &'a [Expr],
}

/// What it can cost, its arguments included, and how large its result can be, where that is known.
pub(super) struct Estimate {
    pub(super) cost: Range,
    pub(super) size: Option<Range>,
}

impl Estimate {
    fn of(cost: Range) -> Self {
        Self { cost, size: None }
    }

    fn sized(cost: Range, size: Range) -> Self {
        Self { cost, size: Some(size) }
    }
}

/// Estimates a call whose arguments cost this.
pub(super) fn estimate(coster: &mut Coster<'_>, part: &Expr, call: &Question<'_>, costs: &[Range]) -> Estimate {
    let all = costs.iter().copied().fold(Range::ZERO, Range::plus);
    if let Some(estimate) = sets(coster, call).or_else(|| kubernetes(coster, call)) {
        return Estimate { cost: estimate.cost.plus(all), ..estimate };
    }
    if let Some(estimate) = control(coster, part, call, costs) {
        return estimate;
    }
    let estimate = standard(coster, part, call).unwrap_or(Estimate::of(Range::ONE));
    Estimate { cost: estimate.cost.plus(all), ..estimate }
}

fn sets(coster: &mut Coster<'_>, call: &Question<'_>) -> Option<Estimate> {
    let factor = match call.overload {
        "list_sets_contains_list" | "list_sets_intersects_list" => 1.0,
        "list_sets_equivalent_list" => 2.0,
        _ => return None,
    };
    let [a, b] = call.args else { return None };
    let pairs = coster.size_or_unknown(a).times(coster.size_or_unknown(b));
    Some(Estimate::of(pairs.scaled(factor).plus(Range::ONE)))
}

/// Calls that do not need all of their arguments.
fn control(coster: &mut Coster<'_>, part: &Expr, call: &Question<'_>, costs: &[Range]) -> Option<Estimate> {
    match (call.overload, costs, call.args) {
        ("logical_or" | "logical_and", [left, right], _) => {
            Some(Estimate::of(Range { min: left.min, max: left.plus(*right).max }))
        }
        ("conditional", [condition, then, otherwise], [_, a, b]) => {
            let size = coster.size_or_unknown(a).union(coster.size_or_unknown(b));
            let entries = coster.entries(a).zip(coster.entries(b)).map(|(a, b)| a.union(b));
            coster.set_entries(part, entries);
            Some(Estimate::sized(condition.plus(then.union(*otherwise)), size))
        }
        _ => None,
    }
}

fn standard(coster: &mut Coster<'_>, part: &Expr, call: &Question<'_>) -> Option<Estimate> {
    let estimate = match (call.overload, call.target, call.args) {
        ("string_format", Some(target), [arg]) => {
            let (target, arg) = (coster.size_or_unknown(target), coster.size_or_unknown(arg));
            Estimate::sized(target.scaled(TRAVERSAL), target.plus(arg))
        }
        ("string_to_bytes", _, [arg]) => {
            let size = coster.size_or_unknown(arg);
            Estimate::sized(size.scaled(TRAVERSAL), Range { min: size.min, max: size.max.saturating_mul(4) })
        }
        ("bytes_to_string", _, [arg]) => {
            let size = coster.size_or_unknown(arg);
            Estimate::sized(size.scaled(TRAVERSAL), Range { min: size.min / 4, max: size.max })
        }
        ("strings_quote", _, [arg]) => {
            let size = coster.size_or_unknown(arg);
            let max = size.max.saturating_mul(2).saturating_add(2);
            Estimate::sized(size.scaled(TRAVERSAL), Range { min: size.min.saturating_add(2), max })
        }
        ("starts_with_string" | "ends_with_string", _, [arg]) => {
            Estimate::of(coster.size_or_unknown(arg).scaled(TRAVERSAL))
        }
        ("in_list", _, [_, list]) => Estimate::of(coster.size_or_unknown(list)),
        ("matches_string", Some(target), [pattern]) => {
            let text = coster.size_or_unknown(target).plus(Range::ONE).scaled(TRAVERSAL);
            Estimate::of(text.times(coster.size_or_unknown(pattern).scaled(REGEX)))
        }
        ("contains_string", Some(target), [arg]) => {
            let text = coster.size_or_unknown(target).scaled(TRAVERSAL);
            Estimate::of(text.times(coster.size_or_unknown(arg).scaled(TRAVERSAL)))
        }
        (overload @ ("add_string" | "add_bytes" | "add_list"), _, [a, b]) => {
            let size = coster.size_or_unknown(a).plus(coster.size_or_unknown(b));
            let entries = coster.entries(a).zip(coster.entries(b)).map(|(a, b)| a.union(b));
            coster.set_entries(part, entries);
            let cost = if overload == "add_list" { Range::ONE } else { size.scaled(TRAVERSAL) };
            Estimate::sized(cost, size)
        }
        (overload, _, [a, b]) if compares_texts(overload) => {
            let smaller = coster.size_or_unknown(a).max.min(coster.size_or_unknown(b).max);
            Estimate::of(Range { min: u64::from(smaller > 0), max: smaller }.scaled(TRAVERSAL))
        }
        _ => return None,
    };
    Some(estimate)
}

/// Whether an overload compares values of any size.
pub(crate) fn compares_texts(overload: &str) -> bool {
    matches!(overload, "equals" | "not_equals")
        || ["less_", "less_equals_", "greater_", "greater_equals_"]
            .iter()
            .any(|word| matches!(overload.strip_prefix(word), Some("string" | "bytes")))
}

fn kubernetes(coster: &mut Coster<'_>, call: &Question<'_>) -> Option<Estimate> {
    let first = call.args.first();
    Some(match (call.function, call.target) {
        ("check", _) => Estimate::of(Range::fixed(350_000)),
        (
            "serviceAccount"
            | "path"
            | "group"
            | "resource"
            | "subresource"
            | "namespace"
            | "name"
            | "allowed"
            | "reason"
            | "error"
            | "errored"
            | "masked"
            | "prefixLength"
            | "family"
            | "isUnspecified"
            | "isLoopback"
            | "isLinkLocalMulticast"
            | "isLinkLocalUnicast"
            | "isGlobalUnicast"
            | "format.named"
            | "sign"
            | "asInteger"
            | "isInteger"
            | "asApproximateFloat"
            | "isGreaterThan"
            | "isLessThan"
            | "compareTo"
            | "add"
            | "sub"
            | "major"
            | "minor"
            | "patch"
            | "getScheme"
            | "getHostname"
            | "getHost"
            | "getPort"
            | "getEscapedPath"
            | "getQuery",
            _,
        ) => Estimate::of(Range::ONE),
        ("ip", Some(_)) => Estimate::of(Range::ONE),
        ("fieldSelector" | "labelSelector", _) => Estimate::of(selector(coster.size_or_unknown(first?))),
        ("isSorted" | "sum" | "max" | "min" | "indexOf" | "lastIndexOf", Some(target)) => {
            let size = coster.size_or_unknown(target);
            match element(coster, target) {
                Some((Type::String | Type::Bytes, each)) => {
                    Estimate::of(size.times(Range::ONE.plus(each.scaled(TRAVERSAL))))
                }
                Some(_) => Estimate::of(size),
                // of a text
                None => Estimate::of(size.scaled(TRAVERSAL)),
            }
        }
        ("url" | "jsonpatch.escapeKey", None) => {
            let size = coster.size_or_unknown(first?);
            Estimate::sized(size.scaled(TRAVERSAL), size)
        }
        ("lowerAscii" | "upperAscii" | "substring" | "trim", Some(target)) => {
            let size = coster.size_or_unknown(target);
            Estimate::sized(size.scaled(TRAVERSAL), size)
        }
        ("replace", Some(target)) => replace(coster, target, call.args)?,
        ("split", Some(target)) => {
            let size = coster.size_or_unknown(target);
            let max = match call.args.get(1).map(|arg| &arg.kind) {
                #[expect(clippy::cast_sign_loss, reason = "as upstream has it: a negative limit is none")]
                Some(Kind::Literal(Value::Int(limit))) => *limit as u64,
                _ => size.max,
            };
            Estimate::sized(size.scaled(2.0 * TRAVERSAL), Range::up_to(max))
        }
        ("join", Some(target)) => {
            let list = coster.size_or_unknown(target);
            let mut size = element(coster, target).map_or(Range::ZERO, |(_, each)| list.times(each));
            if let Some(separator) = first {
                let between = Range { min: list.min.saturating_sub(1), max: list.max.saturating_sub(1) };
                size = size.plus(coster.size_or_unknown(separator).times(between));
            }
            Estimate::sized(size.scaled(TRAVERSAL), size)
        }
        ("find" | "findAll", Some(target)) => {
            let size = coster.size_or_unknown(target);
            let pattern = coster.size_or_unknown(first?).scaled(REGEX);
            let text = size.plus(Range::ONE).scaled(TRAVERSAL);
            Estimate::sized(text.times(pattern), Range::up_to(size.max))
        }
        ("containsIP" | "containsCIDR", Some(_)) => {
            let size = Range { min: 4, max: 16 };
            let mut cost = size.plus(size).scaled(TRAVERSAL);
            if call.function == "containsCIDR" {
                cost = cost.plus(size.scaled(TRAVERSAL)).plus(Range::ONE);
            }
            if call.overload.ends_with("_string") {
                cost = cost.plus(coster.size_or_unknown(first?).scaled(TRAVERSAL));
            }
            Estimate::of(cost)
        }
        ("validate", Some(_)) => {
            #[expect(clippy::cast_precision_loss, reason = "a small number")]
            let regex = formats::REGEX_SIZE_MAX as f64 * REGEX;
            Estimate::of(coster.size_or_unknown(first?).scaled(TRAVERSAL).scaled(regex))
        }
        ("_==_", _) => return equality(coster, call.args),
        _ => return None,
    })
}

/// A selector's requirements are at least two characters each.
fn selector(length: Range) -> Range {
    let requirements = length.scaled(0.5).scaled(50.0);
    Range::fixed(super::LIST_CREATION).plus(length.scaled(TRAVERSAL)).plus(requirements)
}

/// The type of what a list holds, and how large that can be.
fn element(coster: &Coster<'_>, list: &Expr) -> Option<(Type, Range)> {
    let type_ = match coster.checked.type_of(list) {
        Type::List(of) | Type::Optional(of) => of.as_ref().clone(),
        Type::Map(of) => of.0.clone(),
        _ => return None,
    };
    let path = coster.path(list);
    let size = if path.is_empty() { None } else { coster.size_at(&coster.path_below(list, "@items")) };
    Some((type_, size.unwrap_or(Range::UNKNOWN)))
}

fn replace(coster: &mut Coster<'_>, target: &Expr, args: &[Expr]) -> Option<Estimate> {
    let [from, to, ..] = args else { return None };
    let size = coster.size_or_unknown(target);
    let (from, to) = (coster.size_or_unknown(from), coster.size_or_unknown(to));
    // how often, and how much of the text stays: at most, then at least
    let (most, kept) = if from.min == 0 {
        (size.max.saturating_add(1), size.max)
    } else if to.max <= from.min {
        (0, size.max)
    } else {
        (size.max.div_ceil(from.min), 0)
    };
    let (least, kept_least) = if from.max == 0 {
        (size.min.saturating_add(1), size.min)
    } else if from.max <= to.min {
        (0, size.min)
    } else {
        (size.min.div_ceil(from.max), 0)
    };
    let count = Range { min: least, max: most };
    let result = count.times(to).plus(Range { min: kept_least, max: kept });
    Some(Estimate::sized(size.scaled(2.0 * TRAVERSAL), result))
}

/// Values of Kubernetes' types are small, or count as such.
fn equality(coster: &mut Coster<'_>, args: &[Expr]) -> Option<Estimate> {
    let [a, b] = args else { return None };
    let (Type::Named(a), Type::Named(other)) = (coster.checked.type_of(a), coster.checked.type_of(b)) else {
        return None;
    };
    if a != other {
        return None;
    }
    Some(match *a {
        "kubernetes.NamedFormat" => Estimate::of(Range { min: 1, max: formats::SIZE_MAX }.scaled(TRAVERSAL)),
        "kubernetes.URL" => {
            let max = coster.size(b).map_or(1, |size| size.max);
            Estimate::of(Range { min: 1, max }.scaled(TRAVERSAL))
        }
        _ => Estimate::of(Range::ONE),
    })
}
