//! Semantic versions. Follows apiserver pkg/cel/library/semverlib.go and the library behind it, blang/semver.

use std::sync::Arc;

use semver::Version;

use super::{Answer, operators::no};
use crate::value::Value;

fn parse(args: &[Value]) -> Result<Version, String> {
    match args {
        [Value::String(text)] | [Value::String(text), Value::Bool(false)] => strict(text),
        [Value::String(text), Value::Bool(true)] => strict(&normal(text)?),
        _ => no(),
    }
}

/// A version in its one form.
pub(crate) fn strict(text: &str) -> Result<Version, String> {
    if text.is_empty() {
        return Err("Version string empty".to_owned());
    }
    let parts: Vec<&str> = text.splitn(3, '.').collect();
    let [major, minor, rest] = parts.as_slice() else {
        return Err("No Major.Minor.Patch elements found".to_owned());
    };
    let patch = rest.split(['-', '+']).next().unwrap_or_default();
    for (name, part) in [("Major", major), ("Minor", minor), ("Patch", &patch)] {
        if part.is_empty() || !part.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(format!("Invalid character(s) found in {} number {:?}", name.to_lowercase(), part));
        }
        if part.len() > 1 && part.starts_with('0') {
            return Err(format!("{name} number must not contain leading zeroes {part:?}"));
        }
    }
    Version::parse(text).map_err(|err| err.to_string())
}

/// A version with all three numbers, none with zeros before it, and no `v`.
fn normal(text: &str) -> Result<String, String> {
    let text = text.strip_prefix('v').unwrap_or(text);
    let mut parts: Vec<String> = text.splitn(3, '.').map(str::to_owned).collect();
    for part in &mut parts {
        if part.len() > 1 {
            let trimmed = part.trim_start_matches('0');
            *part = if trimmed.starts_with(|c: char| c.is_ascii_digit()) {
                trimmed.to_owned()
            } else {
                format!("0{trimmed}")
            };
        }
    }
    if parts.len() < 3 && parts.last().is_some_and(|last| last.contains(['+', '-'])) {
        return Err("short version cannot contain PreRelease/Build meta data".to_owned());
    }
    parts.resize(3, "0".to_owned());
    Ok(parts.join("."))
}

pub(super) fn semver(args: &[Value]) -> Answer {
    parse(args).map(|version| Value::Semver(Arc::new(version)))
}

pub(super) fn is_semver(args: &[Value]) -> Answer {
    match args {
        [Value::String(_), ..] => Ok(Value::Bool(parse(args).is_ok())),
        _ => no(),
    }
}

fn number(args: &[Value], of: fn(&Version) -> u64) -> Answer {
    match args {
        [Value::Semver(version)] => Ok(Value::Int(i64::try_from(of(version)).unwrap_or(i64::MAX))),
        _ => no(),
    }
}

pub(super) fn major(args: &[Value]) -> Answer {
    number(args, |version| version.major)
}

pub(super) fn minor(args: &[Value]) -> Answer {
    number(args, |version| version.minor)
}

pub(super) fn patch(args: &[Value]) -> Answer {
    number(args, |version| version.patch)
}
