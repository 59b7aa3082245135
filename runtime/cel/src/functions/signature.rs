//! Reads the notation of overloads: `(string, int) -> string`, with a dot before it for methods, and single capital
//! letters for types that are found at the call.

use super::Overload;
use crate::types::Type;

/// Reads one.
pub(super) fn parse(id: &'static str, text: &str) -> Overload {
    let (args, result) = text.split_once("->").unwrap_or((text, ""));
    let args = args.trim();
    let is_method = args.starts_with('.');
    let inner = args.trim_start_matches('.').trim_start_matches('(');
    let mut rest = inner.strip_suffix(')').unwrap_or(inner);
    let mut vars = Vec::new();
    let mut types = Vec::new();
    while !rest.trim().is_empty() {
        let (type_, after) = type_of(rest, &mut vars);
        types.push(type_);
        rest = after.trim_start().trim_start_matches(',');
    }
    let (result, _) = type_of(result, &mut vars);
    Overload { id, is_method, args: types, result, vars: vars.len() }
}

/// The type that a text begins with, and what follows.
fn type_of<'a>(text: &'a str, vars: &mut Vec<char>) -> (Type, &'a str) {
    let text = text.trim_start();
    let end = text.find(['<', '>', ',', ' ', ')']).unwrap_or(text.len());
    let (name, mut rest) = text.split_at(end);
    let mut inner = Vec::new();
    if let Some(after) = rest.strip_prefix('<') {
        rest = after;
        while !rest.starts_with('>') && !rest.is_empty() {
            let (type_, after) = type_of(rest, vars);
            inner.push(type_);
            rest = after.trim_start().trim_start_matches(',');
        }
        rest = rest.strip_prefix('>').unwrap_or(rest);
    }
    let mut inner = inner.into_iter();
    let mut next = || inner.next().unwrap_or(Type::Dyn);
    let type_ = match name {
        "bool" => Type::Bool,
        "int" => Type::Int,
        "uint" => Type::Uint,
        "double" => Type::Double,
        "string" => Type::String,
        "bytes" => Type::Bytes,
        "duration" => Type::Duration,
        "timestamp" => Type::Timestamp,
        "type" => Type::Type,
        "list" => Type::list(next()),
        "optional" => Type::optional(next()),
        "map" => {
            let key = next();
            Type::map(key, next())
        }
        name if name.len() == 1 => {
            let letter = name.chars().next().unwrap_or_default();
            let at = vars.iter().position(|known| *known == letter).unwrap_or_else(|| {
                vars.push(letter);
                vars.len() - 1
            });
            Type::Var(at)
        }
        name => super::named_type::find(name).map_or(Type::Dyn, Type::Named),
    };
    (type_, rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signatures_are_read() {
        let overload = parse("x", ".(map<A, list<B>>, Quantity, int) -> optional<B>");
        assert!(overload.is_method);
        assert_eq!(overload.vars, 2);
        let map = Type::map(Type::Var(0), Type::list(Type::Var(1)));
        assert_eq!(overload.args, [map, Type::Named("kubernetes.Quantity"), Type::Int]);
        assert_eq!(overload.result, Type::optional(Type::Var(1)));
        assert!(parse("y", "() -> bool").args.is_empty());
    }
}
