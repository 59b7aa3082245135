//! Regular expressions, which are those of RE2: the regex crate has the same language but for how it tells errors.

use regex::Regex;

use super::{Answer, operators::no};
use crate::value::Value;

/// The compiled program of an expression may have so many bytes.
const PROGRAM_BYTES_MAX: usize = 1 << 20;

/// Compiles an expression.
///
/// # Errors
/// That it is none, in Go's form where the cause is plain.
pub(crate) fn compile(pattern: &str) -> Result<Regex, String> {
    regex::RegexBuilder::new(pattern)
        .size_limit(PROGRAM_BYTES_MAX)
        .build()
        .map_err(|_| format!("error parsing regexp: {}", cause(pattern)))
}

/// Go's words for what is wrong with an expression.
fn cause(pattern: &str) -> String {
    use regex_syntax::ast::ErrorKind as E;
    let Err(error) = regex_syntax::ast::parse::Parser::new().parse(pattern) else {
        return format!("invalid regexp: `{pattern}`");
    };
    let part = pattern.get(error.span().start.offset..error.span().end.offset).unwrap_or(pattern);
    match error.kind() {
        E::GroupUnclosed => format!("missing closing ): `{pattern}`"),
        E::GroupUnopened => format!("unexpected ): `{pattern}`"),
        E::ClassUnclosed => {
            let rest = pattern.get(error.span().start.offset..).unwrap_or(pattern);
            format!("missing closing ]: `{rest}`")
        }
        E::ClassRangeInvalid => format!("invalid character class range: `{part}`"),
        E::RepetitionMissing => {
            let rest = pattern.get(error.span().start.offset..).unwrap_or_default();
            let operator = rest.chars().next().unwrap_or('*');
            format!("missing argument to repetition operator: `{operator}`")
        }
        E::RepetitionCountInvalid => format!("invalid repeat count: `{part}`"),
        E::EscapeUnexpectedEof => "trailing backslash at end of expression: ``".to_owned(),
        E::EscapeUnrecognized => format!("invalid escape sequence: `{part}`"),
        E::UnsupportedLookAround => "invalid or unsupported Perl syntax: `(?`".to_owned(),
        _ => format!("invalid regexp: `{pattern}`"),
    }
}

pub(super) fn matches(args: &[Value]) -> Answer {
    match args {
        [Value::String(text), Value::String(pattern)] => Ok(Value::Bool(compile(pattern)?.is_match(text))),
        _ => no(),
    }
}

fn illegal(pattern: &str) -> Result<Regex, String> {
    compile(pattern).map_err(|why| format!("Illegal regex: {why}"))
}

pub(super) fn find(args: &[Value]) -> Answer {
    let [Value::String(text), Value::String(pattern)] = args else { return no() };
    let found = illegal(pattern)?.find(text).map(|found| found.as_str().to_owned());
    Ok(Value::string(found.unwrap_or_default()))
}

pub(super) fn find_all(args: &[Value]) -> Answer {
    let (text, pattern, limit) = match args {
        [Value::String(text), Value::String(pattern)] => (text, pattern, -1),
        [Value::String(text), Value::String(pattern), Value::Int(limit)] => (text, pattern, *limit),
        _ => return no(),
    };
    // a negative limit is none
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let found = illegal(pattern)?;
    Ok(Value::list(found.find_iter(text).take(limit).map(|found| Value::string(found.as_str())).collect()))
}

/// The evaluation keeps compiled expressions of literals and asks this instead of [`matches`].
pub(crate) fn matches_compiled(text: &Value, regex: &Regex) -> Answer {
    match text {
        Value::String(text) => Ok(Value::Bool(regex.is_match(text))),
        _ => no(),
    }
}
