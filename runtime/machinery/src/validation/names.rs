use super::messages::{EMPTY, max_bytes, max_length, regex};
use crate::field::{Error, ErrorList, Path};

/// How long a label of RFC 1123 may be.
pub const DNS1123_LABEL_LENGTH_MAX: usize = 63;
/// How long a subdomain of RFC 1123 may be.
pub const DNS1123_SUBDOMAIN_LENGTH_MAX: usize = 253;
/// How long a label of RFC 1035 may be.
pub const DNS1035_LABEL_LENGTH_MAX: usize = 63;
/// How long a label's value may be.
pub const LABEL_VALUE_LENGTH_MAX: usize = 63;
/// How long the name part of a label's key may be.
const LABEL_KEY_LENGTH_MAX: usize = 63;

const DNS1123_LABEL: &str = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
const DNS1123_SUBDOMAIN: &str = r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*";
const DNS1035_LABEL: &str = "[a-z]([-a-z0-9]*[a-z0-9])?";
const LABEL_KEY: &str = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]";

const LABEL_KEY_RULE: &str =
    "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character";

fn is_lower_alphanumeric(byte: u8) -> bool {
    byte.is_ascii_lowercase() || byte.is_ascii_digit()
}

/// Whether all bytes are `inner`, the first is `first` and the last is `last`. No byte is none of them.
fn has_form(text: &str, first: fn(u8) -> bool, inner: fn(u8) -> bool, last: fn(u8) -> bool) -> bool {
    match text.as_bytes() {
        [] => false,
        &[only] => first(only) && last(only),
        &[begin, ref middle @ .., end] => first(begin) && last(end) && middle.iter().all(|&byte| inner(byte)),
    }
}

fn matches_dns1123_label(text: &str) -> bool {
    has_form(text, is_lower_alphanumeric, |byte| is_lower_alphanumeric(byte) || byte == b'-', is_lower_alphanumeric)
}

fn matches_dns1123_subdomain(text: &str) -> bool {
    text.split('.').all(matches_dns1123_label)
}

fn matches_label_key(text: &str) -> bool {
    let alphanumeric = |byte: u8| byte.is_ascii_alphanumeric();
    has_form(text, alphanumeric, |byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte), alphanumeric)
}

/// A label of a domain name by RFC 1123: `my-name`.
pub fn is_dns1123_label(value: &str) -> Vec<String> {
    dns1123_label(value, max_length)
}

/// The same check, telling a text that is too long with `too_long`.
pub(super) fn dns1123_label(value: &str, too_long: fn(usize) -> String) -> Vec<String> {
    let mut wrong = Vec::new();
    if value.len() > DNS1123_LABEL_LENGTH_MAX {
        wrong.push(too_long(DNS1123_LABEL_LENGTH_MAX));
    }
    if !matches_dns1123_label(value) {
        if matches_dns1123_subdomain(value) {
            wrong.push("must not contain dots".to_owned());
        } else {
            let rule = "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character";
            wrong.push(regex(rule, DNS1123_LABEL, &["my-name", "123-abc"]));
        }
    }
    wrong
}

/// A domain name by RFC 1123: `example.com`. Most objects' names are such.
pub fn is_dns1123_subdomain(value: &str) -> Vec<String> {
    dns1123_subdomain(value, max_length)
}

/// The same check, telling a text that is too long with `too_long`.
pub(super) fn dns1123_subdomain(value: &str, too_long: fn(usize) -> String) -> Vec<String> {
    let mut wrong = Vec::new();
    if value.len() > DNS1123_SUBDOMAIN_LENGTH_MAX {
        wrong.push(too_long(DNS1123_SUBDOMAIN_LENGTH_MAX));
    }
    if !matches_dns1123_subdomain(value) {
        let rule = "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character";
        wrong.push(regex(rule, DNS1123_SUBDOMAIN, &["example.com"]));
    }
    wrong
}

/// A domain name by RFC 1123 in letters of either case.
pub fn is_dns1123_subdomain_caseless(value: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    if value.len() > DNS1123_SUBDOMAIN_LENGTH_MAX {
        wrong.push(max_bytes(DNS1123_SUBDOMAIN_LENGTH_MAX));
    }
    if !matches_dns1123_subdomain(&value.to_ascii_lowercase()) {
        let rule = "an RFC 1123 subdomain must consist of alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character";
        wrong.push(regex(rule, DNS1123_SUBDOMAIN, &["Example.com"]));
    }
    wrong
}

/// What fits between two slashes of a path.
pub fn is_path_segment_name(name: &str) -> Vec<String> {
    match name {
        "." | ".." => vec![format!("may not be '{name}'")],
        _ => ["/", "%"]
            .into_iter()
            .filter(|illegal| name.contains(illegal))
            .map(|illegal| format!("may not contain '{illegal}'"))
            .collect(),
    }
}

/// A domain name by RFC 1123 whose labels may also hold underscores, and begin with one: `_sip.example.com`.
pub fn is_dns1123_subdomain_with_underscore(value: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    if value.len() > DNS1123_SUBDOMAIN_LENGTH_MAX {
        wrong.push(max_length(DNS1123_SUBDOMAIN_LENGTH_MAX));
    }
    let is_inner = |byte| is_lower_alphanumeric(byte) || byte == b'-' || byte == b'_';
    let is_label = |label: &str| {
        let label = label.strip_prefix('_').unwrap_or(label);
        has_form(label, is_lower_alphanumeric, is_inner, is_lower_alphanumeric)
    };
    if !value.split('.').all(is_label) {
        let rule = "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' or '.', and must start and end with an alphanumeric character";
        let label = "_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?";
        wrong.push(regex(rule, &format!(r"{label}(\.{label})*"), &["example.com"]));
    }
    wrong
}

/// A label of a domain name by RFC 1035, which starts with a letter: `my-name`.
pub fn is_dns1035_label(value: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    if value.len() > DNS1035_LABEL_LENGTH_MAX {
        wrong.push(max_length(DNS1035_LABEL_LENGTH_MAX));
    }
    let letter = |byte: u8| byte.is_ascii_lowercase();
    if !has_form(value, letter, |byte| is_lower_alphanumeric(byte) || byte == b'-', is_lower_alphanumeric) {
        let rule = "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character";
        wrong.push(regex(rule, DNS1035_LABEL, &["my-name", "abc-123"]));
    }
    wrong
}

/// A domain name whose first label is `*`.
pub fn is_wildcard_dns1123_subdomain(value: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    if value.len() > DNS1123_SUBDOMAIN_LENGTH_MAX {
        wrong.push(max_length(DNS1123_SUBDOMAIN_LENGTH_MAX));
    }
    if !value.strip_prefix("*.").is_some_and(matches_dns1123_subdomain) {
        let rule = "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character";
        wrong.push(regex(rule, &format!(r"\*\.{DNS1123_SUBDOMAIN}"), &["*.example.com"]));
    }
    wrong
}

/// A label's key, an annotation's key or the like: a name, a domain and a slash before it if wanted.
pub fn is_qualified_name(value: &str) -> Vec<String> {
    let examples = ["MyName", "my.name", "123-abc"];
    let mut wrong = Vec::new();
    let name = match value.split_once('/') {
        None => value,
        Some((_, name)) if name.contains('/') => {
            return vec![format!(
                "a valid label key {} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')",
                regex(LABEL_KEY_RULE, LABEL_KEY, &examples)
            )];
        }
        Some(("", name)) => {
            wrong.push(format!("prefix part {EMPTY}"));
            name
        }
        Some((prefix, name)) => {
            let messages = dns1123_subdomain(prefix, max_bytes);
            wrong.extend(messages.into_iter().map(|message| format!("prefix part {message}")));
            name
        }
    };
    if name.is_empty() {
        wrong.push(format!("name part {EMPTY}"));
    } else if name.len() > LABEL_KEY_LENGTH_MAX {
        wrong.push(format!("name part {}", max_bytes(LABEL_KEY_LENGTH_MAX)));
    }
    if !matches_label_key(name) {
        wrong.push(format!("name part {}", regex(LABEL_KEY_RULE, LABEL_KEY, &examples)));
    }
    wrong
}

/// A label's value, which may be empty.
pub fn is_label_value(value: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    if value.len() > LABEL_VALUE_LENGTH_MAX {
        wrong.push(max_bytes(LABEL_VALUE_LENGTH_MAX));
    }
    if !value.is_empty() && !matches_label_key(value) {
        let rule = "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character";
        wrong.push(regex(rule, &format!("({LABEL_KEY})?"), &["MyValue", "my_value", "12345"]));
    }
    wrong
}

/// A domain name of three labels or more.
pub fn is_fully_qualified_name(path: &Path<'_>, name: &str) -> ErrorList {
    if name.is_empty() {
        return vec![Error::required(path, "")];
    }
    let wrong = is_dns1123_subdomain(name);
    if !wrong.is_empty() {
        return vec![Error::invalid(path, name, wrong.join(","))];
    }
    if name.split('.').count() < 3 {
        return vec![Error::invalid(path, name, "should be a domain with at least three segments separated by dots")];
    }
    Vec::new()
}

/// A domain name of two labels or more, a dot after it if wanted.
pub fn is_fully_qualified_domain_name(path: &Path<'_>, name: &str) -> ErrorList {
    if name.is_empty() {
        return vec![Error::required(path, "")];
    }
    let name = name.strip_suffix('.').unwrap_or(name);
    let wrong = is_dns1123_subdomain(name);
    if !wrong.is_empty() {
        return vec![Error::invalid(path, name, wrong.join(","))];
    }
    if !name.contains('.') {
        return vec![Error::invalid(path, name, "should be a domain with at least two segments separated by dots")];
    }
    let labels = name.split('.').map(|label| (label, is_dns1123_label(label)));
    match labels.into_iter().find(|(_, wrong)| !wrong.is_empty()) {
        Some((label, wrong)) => vec![Error::invalid(path, label, wrong.join(","))],
        None => Vec::new(),
    }
}

/// A domain name, a slash, and a path of HTTP: `example.com/any/path`.
pub fn is_domain_prefixed_path(path: &Path<'_>, value: &str) -> ErrorList {
    if value.is_empty() {
        return vec![Error::required(path, "")];
    }
    let Some((host, rest)) = value.split_once('/').filter(|(host, rest)| !host.is_empty() && !rest.is_empty()) else {
        return vec![Error::invalid(path, value, r#"must be a domain-prefixed path (such as "acme.io/foo")"#)];
    };
    let mut errors: ErrorList =
        is_dns1123_subdomain(host).into_iter().map(|wrong| Error::invalid(path, host, wrong)).collect();
    let is_path_byte = |byte: u8| byte.is_ascii_alphanumeric() || b"/-._~%!$&'()*+,;=:".contains(&byte);
    if !rest.bytes().all(is_path_byte) {
        errors.push(Error::invalid(path, rest, regex("Invalid path", r"[A-Za-z0-9/\-._~%!$&'()*+,;=:]+", &[])));
    }
    errors
}

/// A domain name, a slash, and a name: `example.com/name`.
pub fn is_domain_prefixed_key(path: &Path<'_>, key: &str) -> ErrorList {
    if key.is_empty() {
        return vec![Error::required(path, "")];
    }
    let errors: ErrorList = is_qualified_name(key).into_iter().map(|wrong| Error::invalid(path, key, wrong)).collect();
    if errors.is_empty() && !key.contains('/') {
        return vec![Error::invalid(path, key, r#"must be a domain-prefixed key (such as "acme.io/foo")"#)];
    }
    errors
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(rule: fn(&str) -> Vec<String>, good: &[&str], bad: &[&str]) {
        for text in good {
            assert_eq!(rule(text), Vec::<String>::new(), "{text}");
        }
        for text in bad {
            assert!(!rule(text).is_empty(), "{text}");
        }
    }

    #[test]
    fn forms_of_names() {
        let long = "a".repeat(64);
        check(is_dns1123_label, &["a", "0", "a-b", "0a"], &["", "-", "a-", "-a", "A", "a_b", "a.b", &long]);
        check(is_dns1123_subdomain, &["a", "a.b", "a-b.0"], &["", ".", "a.", ".a", "a..b", "A.b", &"a.".repeat(127)]);
        check(is_dns1123_subdomain_with_underscore, &["a.b", "_a._b-c_d"], &["", "__a", "a_", "-a", "a..b"]);
        check(is_dns1035_label, &["a", "a-0"], &["", "0", "0a", "a-", "A", &long]);
        check(is_wildcard_dns1123_subdomain, &["*.a", "*.a.b"], &["*", "a", "*a", "*.", "*.*.a", "a.*.b"]);
        check(
            is_qualified_name,
            &["a", "A.b_c-d", "example.com/a", "0/1"],
            &["", "/", "a/", "/a", "a/b/c", "-a", "a-", "A/b", &long],
        );
        check(is_label_value, &["", "a", "A.b_c"], &["-a", "a b", "a.", &long]);
    }

    #[test]
    fn messages_hold_rule_examples_and_expression() {
        assert_eq!(is_dns1123_label("a.b"), ["must not contain dots"]);
        assert_eq!(
            is_dns1123_label("A"),
            [
                "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')"
            ]
        );
        assert_eq!(is_qualified_name("/a"), ["prefix part must be non-empty"]);
        assert_eq!(is_qualified_name("a/").len(), 2);
        assert_eq!(is_label_value(&"a".repeat(64)), ["must be no more than 63 bytes"]);
        assert_eq!(is_qualified_name(&"a".repeat(64)), ["name part must be no more than 63 bytes"]);
        assert_eq!(is_dns1035_label(&"a".repeat(64)), ["must be no more than 63 characters"]);
    }

    #[test]
    fn names_with_domains() {
        let path = Path::new("f");
        assert!(is_fully_qualified_name(&path, "a.b.c").is_empty());
        assert_eq!(is_fully_qualified_name(&path, "a.b").len(), 1);
        assert!(is_fully_qualified_domain_name(&path, "a.b.").is_empty());
        assert_eq!(is_fully_qualified_domain_name(&path, "a").len(), 1);
        assert!(is_domain_prefixed_path(&path, "a.b/c/d?".trim_end_matches('?')).is_empty());
        assert_eq!(
            is_domain_prefixed_path(&path, "a/b c")[0].to_string(),
            r#"f: Invalid value: "b c": Invalid path (regex used for validation is '[A-Za-z0-9/\-._~%!$&'()*+,;=:]+')"#
        );
        assert_eq!(is_domain_prefixed_key(&path, "a").len(), 1);
        assert!(is_domain_prefixed_key(&path, "a/b").is_empty());
    }
}
