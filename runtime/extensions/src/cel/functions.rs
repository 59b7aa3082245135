//! The functions that expressions may call, and what they give for which arguments: CEL's own, those of its string and
//! set extensions, and those of Kubernetes (apiserver pkg/cel/library).

use super::decl::{Declared, Type};

/// The type of a call's value; `Err` where there is such a function, but not for these arguments. `None` where there is
/// none. A method's target comes first.
pub(super) fn result(name: &str, is_method: bool, args: &[&Type]) -> Option<Result<Type, ()>> {
    if !is_known(name, is_method) {
        return None;
    }
    Some(find(name, is_method, args).ok_or(()))
}

const OPERATORS: [&str; 19] = [
    "_&&_",
    "_||_",
    "!_",
    "_?_:_",
    "_==_",
    "_!=_",
    "_<_",
    "_<=_",
    "_>_",
    "_>=_",
    "_+_",
    "_-_",
    "_*_",
    "_/_",
    "_%_",
    "-_",
    "_[_]",
    "@in",
    "@not_strictly_false",
];

const GLOBALS: [&str; 30] = [
    "size",
    "int",
    "uint",
    "double",
    "string",
    "bool",
    "bytes",
    "dyn",
    "type",
    "duration",
    "timestamp",
    "matches",
    "url",
    "isURL",
    "quantity",
    "isQuantity",
    "ip",
    "isIP",
    "cidr",
    "isCIDR",
    "semver",
    "isSemver",
    "sets.contains",
    "sets.equivalent",
    "sets.intersects",
    "optional.of",
    "optional.ofNonZeroValue",
    "optional.none",
    "ip.isCanonical",
    "_?._",
];

const METHODS: [&str; 78] = [
    "size",
    "contains",
    "startsWith",
    "endsWith",
    "matches",
    "charAt",
    "indexOf",
    "lastIndexOf",
    "join",
    "lowerAscii",
    "upperAscii",
    "replace",
    "split",
    "substring",
    "trim",
    "format",
    "reverse",
    "getFullYear",
    "getMonth",
    "getDayOfYear",
    "getDayOfMonth",
    "getDate",
    "getDayOfWeek",
    "getHours",
    "getMinutes",
    "getSeconds",
    "getMilliseconds",
    "isSorted",
    "sum",
    "min",
    "max",
    "find",
    "findAll",
    "getScheme",
    "getHost",
    "getHostname",
    "getPort",
    "getEscapedPath",
    "getQuery",
    "sign",
    "isInteger",
    "asInteger",
    "asApproximateFloat",
    "add",
    "sub",
    "isGreaterThan",
    "isLessThan",
    "compareTo",
    "family",
    "isUnspecified",
    "isLoopback",
    "isLinkLocalMulticast",
    "isLinkLocalUnicast",
    "isGlobalUnicast",
    "containsIP",
    "containsCIDR",
    "prefixLength",
    "masked",
    "ip",
    "major",
    "minor",
    "patch",
    "hasValue",
    "value",
    "orValue",
    "or",
    "validate",
    "contains_",
    "equivalent",
    "intersects",
    "named",
    "isCanonical",
    "encode",
    "decode",
    "quote",
    "flatten",
    "sort",
    "distinct",
];

fn is_known(name: &str, is_method: bool) -> bool {
    if is_method {
        METHODS.contains(&name)
    } else {
        OPERATORS.contains(&name) || GLOBALS.contains(&name) || name == "_[?_]"
    }
}

const QUANTITY: Type = Type::Named("kubernetes.Quantity");
const URL: Type = Type::Named("kubernetes.URL");
const IP: Type = Type::Named("net.IP");
const CIDR: Type = Type::Named("net.CIDR");
const SEMVER: Type = Type::Named("kubernetes.Semver");

fn find(name: &str, is_method: bool, args: &[&Type]) -> Option<Type> {
    if is_method { method(name, args) } else { global(name, args) }
}

fn is(type_: &Type, wanted: &Type) -> bool {
    type_.fits(wanted)
}

fn all(args: &[&Type], wanted: &[Type]) -> bool {
    args.len() == wanted.len() && args.iter().zip(wanted).all(|(arg, wanted)| is(arg, wanted))
}

fn is_number(type_: &Type) -> bool {
    matches!(type_, Type::Int | Type::Uint | Type::Double)
}

/// The type that two branches have in common.
pub(super) fn join(a: &Type, b: &Type) -> Type {
    match (a, b) {
        (Type::Dyn, _) | (_, Type::Dyn) => Type::Dyn,
        (Type::Null, other) | (other, Type::Null) => other.clone(),
        (Type::List(of), Type::List(_)) if of.type_ == Type::Dyn => b.clone(),
        _ => a.clone(),
    }
}

fn global(name: &str, args: &[&Type]) -> Option<Type> {
    use Type::{Bool, Bytes, Double, Duration, Dyn, Int, Text, Timestamp, Uint};
    Some(match (name, args) {
        ("_&&_" | "_||_", [a, b]) if is(a, &Bool) && is(b, &Bool) => Bool,
        ("!_" | "@not_strictly_false", [a]) if is(a, &Bool) => Bool,
        ("_?_:_", [condition, a, b]) if is(condition, &Bool) && a.fits(b) => join(a, b),
        ("_==_" | "_!=_", [a, b]) if a.fits(b) => Bool,
        ("_<_" | "_<=_" | "_>_" | "_>=_", [a, b]) => {
            let is_ordered =
                |type_: &Type| is_number(type_) || matches!(type_, Bool | Text | Bytes | Timestamp | Duration | Dyn);
            let fit = (is_number(a) && is_number(b)) || a.fits(b);
            return (is_ordered(a) && is_ordered(b) && fit).then_some(Bool);
        }
        ("_+_", [Timestamp, Duration] | [Duration, Timestamp]) | ("_-_", [Timestamp, Duration]) => Timestamp,
        ("_-_", [Timestamp, Timestamp]) => Duration,
        ("_+_", [a @ Type::List(_), b @ Type::List(_)]) if a.fits(b) => join(a, b),
        ("_+_", [a, b]) if a.fits(b) && (is_number(a) || matches!(a, Text | Bytes | Duration | Dyn)) => join(a, b),
        ("_+_", [Dyn, _]) => Dyn,
        ("_-_", [a, b]) if a.fits(b) && (is_number(a) || matches!(a, Duration | Dyn)) => join(a, b),
        ("_*_" | "_/_", [a, b]) if a.fits(b) && (is_number(a) || matches!(a, Dyn)) => join(a, b),
        ("_%_", [a, b]) if a.fits(b) && matches!(a, Int | Uint | Dyn) => join(a, b),
        ("-_", [a]) if matches!(a, Int | Double | Dyn) => (*a).clone(),
        ("_[_]", [Type::List(of), index]) if is_number(index) || is(index, &Int) => of.type_.clone(),
        ("_[_]", [Type::Map(key, value), index]) if is(index, &key.type_) => value.type_.clone(),
        ("_[_]", [Dyn, _]) => Dyn,
        ("_[?_]", [Type::List(of), _]) => Type::Optional(of.clone()),
        ("_[?_]", [Type::Map(_, value), _]) => Type::Optional(value.clone()),
        ("_[?_]" | "_?._", [_, _]) => Type::Optional(std::sync::Arc::new(Declared::of(Dyn))),
        ("@in", [a, Type::List(of)]) if a.fits(&of.type_) => Bool,
        ("@in", [a, Type::Map(key, _)]) if a.fits(&key.type_) => Bool,
        ("@in", [_, Dyn]) => Bool,
        ("size", [Text | Bytes | Type::List(_) | Type::Map(..) | Dyn]) => Int,
        ("int", [a]) if is_number(a) || matches!(a, Text | Timestamp | Dyn) => Int,
        ("uint", [a]) if is_number(a) || matches!(a, Text | Dyn) => Uint,
        ("double", [a]) if is_number(a) || matches!(a, Text | Dyn) => Double,
        ("string", [a]) if is_number(a) || matches!(a, Bool | Text | Bytes | Timestamp | Duration | Dyn) => Text,
        ("string", [a]) if [IP, CIDR].iter().any(|type_| is(a, type_)) => Text,
        ("bool", [Bool | Text | Dyn]) => Bool,
        ("bytes", [Text | Bytes | Dyn]) => Bytes,
        ("dyn", [_]) => Dyn,
        ("type", [_]) => Type::Meta,
        ("duration", [Text | Duration | Dyn]) => Duration,
        ("timestamp", [Text | Timestamp | Int | Dyn]) => Timestamp,
        ("matches", [a, b]) if is(a, &Text) && is(b, &Text) => Bool,
        ("isURL" | "isQuantity" | "isIP" | "isCIDR" | "isSemver" | "ip.isCanonical", [a]) if is(a, &Text) => Bool,
        ("isSemver", [a, b]) if is(a, &Text) && is(b, &Bool) => Bool,
        ("url", [a]) if is(a, &Text) => URL,
        ("quantity", [a]) if is(a, &Text) => QUANTITY,
        ("ip", [a]) if is(a, &Text) => IP,
        ("cidr", [a]) if is(a, &Text) => CIDR,
        ("semver", [a]) if is(a, &Text) => SEMVER,
        ("semver", [a, b]) if is(a, &Text) && is(b, &Bool) => SEMVER,
        ("sets.contains" | "sets.equivalent" | "sets.intersects", [a, b])
            if matches!((a, b), (Type::List(_) | Dyn, Type::List(_) | Dyn)) && a.fits(b) =>
        {
            Bool
        }
        ("optional.of" | "optional.ofNonZeroValue", [a]) => {
            Type::Optional(std::sync::Arc::new(Declared::of((*a).clone())))
        }
        ("optional.none", []) => Type::Optional(std::sync::Arc::new(Declared::of(Dyn))),
        _ => return None,
    })
}

fn method(name: &str, args: &[&Type]) -> Option<Type> {
    use Type::{Bool, Double, Duration, Dyn, Int, Text, Timestamp};
    let (target, rest) = args.split_first()?;
    if matches!(target, Dyn) {
        return Some(of_dyn(name));
    }
    Some(match (name, *target, rest) {
        ("size", Text | Type::Bytes | Type::List(_) | Type::Map(..), []) => Int,
        ("contains" | "startsWith" | "endsWith" | "matches", Text, rest) if all(rest, &[Text]) => Bool,
        ("charAt", Text, rest) if all(rest, &[Int]) => Text,
        ("indexOf" | "lastIndexOf", Text, rest) if all(rest, &[Text]) || all(rest, &[Text, Int]) => Int,
        ("join", Type::List(of), rest) if is(&of.type_, &Text) && (rest.is_empty() || all(rest, &[Text])) => Text,
        ("lowerAscii" | "upperAscii" | "trim" | "reverse" | "quote", Text, []) => Text,
        ("replace", Text, rest) if all(rest, &[Text, Text]) || all(rest, &[Text, Text, Int]) => Text,
        ("split", Text, rest) if all(rest, &[Text]) || all(rest, &[Text, Int]) => Type::list(Text),
        ("substring", Text, rest) if all(rest, &[Int]) || all(rest, &[Int, Int]) => Text,
        ("format", Text, [Type::List(_) | Dyn]) => Text,
        (
            "getFullYear" | "getMonth" | "getDayOfYear" | "getDayOfMonth" | "getDate" | "getDayOfWeek",
            Timestamp,
            rest,
        ) if rest.is_empty() || all(rest, &[Text]) => Int,
        ("getHours" | "getMinutes" | "getSeconds" | "getMilliseconds", Timestamp, rest)
            if rest.is_empty() || all(rest, &[Text]) =>
        {
            Int
        }
        ("getHours" | "getMinutes" | "getSeconds" | "getMilliseconds", Duration, []) => Int,
        ("isSorted", Type::List(_), []) => Bool,
        ("sum" | "min" | "max", Type::List(of), []) => of.type_.clone(),
        ("indexOf" | "lastIndexOf", Type::List(of), [a]) if a.fits(&of.type_) => Int,
        ("find", Text, rest) if all(rest, &[Text]) => Text,
        ("findAll", Text, rest) if all(rest, &[Text]) || all(rest, &[Text, Int]) => Type::list(Text),
        ("getScheme" | "getHost" | "getHostname" | "getPort" | "getEscapedPath", target, []) if *target == URL => Text,
        ("getQuery", target, []) if *target == URL => {
            Type::Map(std::sync::Arc::new(Declared::of(Text)), std::sync::Arc::new(Declared::of(Type::list(Text))))
        }
        ("sign" | "asInteger", target, []) if *target == QUANTITY => Int,
        ("isInteger", target, []) if *target == QUANTITY => Bool,
        ("asApproximateFloat", target, []) if *target == QUANTITY => Double,
        ("add" | "sub", target, [a]) if *target == QUANTITY && (is(a, &QUANTITY) || is(a, &Int)) => QUANTITY,
        ("isGreaterThan" | "isLessThan", target, [a]) if [QUANTITY, SEMVER].contains(target) && is(a, target) => Bool,
        ("compareTo", target, [a]) if [QUANTITY, SEMVER].contains(target) && is(a, target) => Int,
        ("major" | "minor" | "patch", target, []) if *target == SEMVER => Int,
        ("family", target, []) if *target == IP => Int,
        (
            "isUnspecified" | "isLoopback" | "isLinkLocalMulticast" | "isLinkLocalUnicast" | "isGlobalUnicast",
            target,
            [],
        ) if *target == IP => Bool,
        ("containsIP", target, [a]) if *target == CIDR && (is(a, &Text) || is(a, &IP)) => Bool,
        ("containsCIDR", target, [a]) if *target == CIDR && (is(a, &Text) || is(a, &CIDR)) => Bool,
        ("prefixLength", target, []) if *target == CIDR => Int,
        ("masked", target, []) if *target == CIDR => CIDR,
        ("ip", target, []) if *target == CIDR => IP,
        ("hasValue", Type::Optional(_), []) => Bool,
        ("value", Type::Optional(of), []) => of.type_.clone(),
        ("orValue", Type::Optional(of), [a]) if a.fits(&of.type_) => join(&of.type_, a),
        ("or", target @ Type::Optional(_), [a]) if a.fits(target) => target.clone(),
        _ => return None,
    })
}

/// What methods give whose target is of any type.
fn of_dyn(name: &str) -> Type {
    match name {
        "size" | "indexOf" | "lastIndexOf" => Type::Int,
        "contains" | "startsWith" | "endsWith" | "matches" | "isSorted" | "hasValue" => Type::Bool,
        "lowerAscii" | "upperAscii" | "trim" | "replace" | "substring" | "charAt" | "join" | "find" => Type::Text,
        "split" | "findAll" => Type::list(Type::Text),
        _ => Type::Dyn,
    }
}
