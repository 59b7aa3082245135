//! Literals that can be checked before anything is evaluated: durations, points in time, regular expressions, formats.
//! Follows cel-go cel/validator.go, ext/formatting.go.

use crate::{
    ast::{Expr, Kind},
    check::Checked,
    functions::{convert, regexes, string_format},
    nodes::Parsed,
    source::Issue,
    value::Value,
};

/// What is wrong with literals.
pub(crate) fn issues(parsed: &Parsed, checked: &Checked) -> Vec<Issue> {
    let mut issues = Vec::new();
    let at = |part: &Expr| parsed.positions.get(part.id).copied().unwrap_or_default();
    parsed.root.walk(&mut |part| {
        let Kind::Call { target, function, args } = &part.kind else { return };
        let first = args.first();
        if let Some(Expr { kind: Kind::Literal(Value::String(text)), .. }) = first {
            let is_wrong = match function.as_str() {
                "duration" => convert::parse_duration(text).is_none(),
                "timestamp" => convert::parse_timestamp(text).is_none(),
                "matches" => regexes::compile(text).is_err(),
                _ => false,
            };
            if let Some(arg) = first.filter(|_| is_wrong) {
                issues.push(Issue::new(at(arg), format!("invalid {function} argument")));
            }
        }
        if function == "format"
            && let Some(Kind::Literal(Value::String(format))) = target.as_ref().map(|target| &target.kind)
            && let Some(Expr { kind: Kind::List(elements), .. }) = first
        {
            let types: Vec<_> = elements.iter().map(|element| checked.type_of(&element.value)).collect();
            if let Err((place, text)) = string_format::check(format, &types) {
                let place = place.and_then(|place| elements.get(place)).map_or(part, |element| &element.value);
                issues.push(Issue::new(at(place), text));
            }
        }
    });
    issues
}
