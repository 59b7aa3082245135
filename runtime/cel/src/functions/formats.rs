//! Named formats of texts. Follows apiserver pkg/cel/library/format.go.

use std::sync::LazyLock;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use kubeforge_machinery::{
    Time,
    validation::{is_dns1035_label, is_dns1123_label, is_dns1123_subdomain, is_label_value, is_qualified_name},
};
use regex::Regex;

use super::{Answer, operators::no, url::Url};
use crate::value::Value;

/// A format.
#[derive(Debug)]
pub struct Format {
    /// Its name as it calls itself.
    pub(crate) name: &'static str,
    /// Its name as expressions call it.
    key: &'static str,
    /// The length of a regular expression that would do the same: the measure of what it costs.
    pub(crate) regex_size: u64,
    check: fn(&str) -> Vec<String>,
}

static FORMATS: [Format; 13] = [
    format("dns1123Label", "DNS1123Label", 30, is_dns1123_label),
    format("dns1123Subdomain", "DNS1123Subdomain", 60, is_dns1123_subdomain),
    format("dns1035Label", "DNS1035Label", 30, is_dns1035_label),
    format("qualifiedName", "QualifiedName", 60, is_qualified_name),
    format("dns1123LabelPrefix", "DNS1123LabelPrefix", 30, |text| is_dns1123_label(&without_dash(text))),
    format("dns1123SubdomainPrefix", "DNS1123SubdomainPrefix", 60, |text| is_dns1123_subdomain(&without_dash(text))),
    format("dns1035LabelPrefix", "DNS1035LabelPrefix", 30, |text| is_dns1035_label(&without_dash(text))),
    format("labelValue", "LabelValue", 40, is_label_value),
    format("uri", "URI", 1103, |text| Url::parse(text).err().into_iter().collect()),
    format("uuid", "uuid", 81, |text| told(UUID.is_match(text), "does not match the UUID format")),
    format("byte", "byte", 78, |text| told(!text.is_empty() && STANDARD.decode(text).is_ok(), "invalid base64")),
    format("date", "date", 76, |text| told(is_date(text), "invalid date")),
    format("datetime", "datetime", 76, |text| told(is_date_time(text), "invalid datetime")),
];

/// The format that all others stand for where a call is estimated.
pub(crate) const REGEX_SIZE_MAX: u64 = 128;
/// A format counts as so large where two are compared.
pub(crate) const SIZE_MAX: u64 = 64;

static UUID: LazyLock<Regex> = LazyLock::new(|| {
    let pattern = "(?i)^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$";
    Regex::new(pattern).unwrap_or_else(|err| unreachable!("a pattern of this file: {err}"))
});

const fn format(key: &'static str, name: &'static str, regex_size: u64, check: fn(&str) -> Vec<String>) -> Format {
    Format { name, key, regex_size, check }
}

/// A prefix may end in what may stand in the middle only.
fn without_dash(text: &str) -> String {
    match text.strip_suffix('-') {
        Some(rest) if !rest.is_empty() => format!("{rest}a"),
        _ => text.to_owned(),
    }
}

fn told(is_right: bool, wrong: &str) -> Vec<String> {
    if is_right { Vec::new() } else { vec![wrong.to_owned()] }
}

fn is_date(text: &str) -> bool {
    text.len() == 10 && Time::parse(&format!("{text}T00:00:00Z")).is_ok()
}

fn is_date_time(text: &str) -> bool {
    super::convert::parse_timestamp(&text.to_uppercase()).is_some()
}

/// The format of a name.
fn find(key: &str) -> Option<&'static Format> {
    FORMATS.iter().find(|format| format.key == key)
}

/// The format of a name that there is.
pub(super) fn constant(key: &str) -> Answer {
    find(key).map(Value::Format).ok_or_else(|| format!("no such format: {key}"))
}

pub(super) fn named(args: &[Value]) -> Answer {
    match args {
        [Value::String(name)] => {
            Ok(find(name).map_or(Value::Optional(None), |format| Value::some(Value::Format(format))))
        }
        _ => no(),
    }
}

pub(super) fn validate(args: &[Value]) -> Answer {
    let [Value::Format(format), Value::String(text)] = args else { return no() };
    let wrong = (format.check)(text);
    Ok(if wrong.is_empty() {
        Value::Optional(None)
    } else {
        Value::some(Value::list(wrong.into_iter().map(Value::string).collect()))
    })
}
