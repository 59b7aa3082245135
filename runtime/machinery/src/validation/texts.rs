use super::{
    messages::{EMPTY, max_length, out_of_range, regex},
    names::DNS1123_SUBDOMAIN_LENGTH_MAX,
};

fn all(text: &str, allowed: fn(u8) -> bool) -> bool {
    !text.is_empty() && text.bytes().all(allowed)
}

/// A number of a port.
pub fn is_port_number(port: i64) -> Vec<String> {
    is_in_range(port, 1, 65_535)
}

/// A number within a range, ends included.
pub fn is_in_range(value: i64, min: i64, max: i64) -> Vec<String> {
    if (min..=max).contains(&value) { Vec::new() } else { vec![out_of_range(min, max)] }
}

/// A number of a user or group on Linux.
pub fn is_user_or_group_id(id: i64) -> Vec<String> {
    is_in_range(id, 0, i64::from(u32::MAX))
}

/// A port's name: up to 15 lower-case letters, digits and single hyphens, at least one letter.
pub fn is_port_name(port: &str) -> Vec<String> {
    const LENGTH_MAX: usize = 15;
    let mut wrong = Vec::new();
    if port.len() > LENGTH_MAX {
        wrong.push(max_length(LENGTH_MAX));
    }
    if !all(port, |byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-') {
        wrong.push("must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)".to_owned());
    }
    if !port.bytes().any(|byte| byte.is_ascii_lowercase()) {
        wrong.push("must contain at least one letter (a-z)".to_owned());
    }
    if port.contains("--") {
        wrong.push("must not contain consecutive hyphens".to_owned());
    }
    if port.starts_with('-') || port.ends_with('-') {
        wrong.push("must not begin or end with a hyphen".to_owned());
    }
    wrong
}

/// A percentage: digits and `%`.
pub fn is_percent(percent: &str) -> Vec<String> {
    if percent.strip_suffix('%').is_some_and(|digits| all(digits, |byte| byte.is_ascii_digit())) {
        return Vec::new();
    }
    let rule = "a valid percent string must be a numeric string followed by an ending '%'";
    vec![regex(rule, "[0-9]+%", &["1%", "93%"])]
}

/// A header's name.
pub fn is_http_header_name(name: &str) -> Vec<String> {
    if all(name, |byte| byte.is_ascii_alphanumeric() || byte == b'-') {
        return Vec::new();
    }
    let rule = "a valid HTTP header must consist of alphanumeric characters or '-'";
    vec![regex(rule, "[-A-Za-z0-9]+", &["X-Header-Name"])]
}

/// A name in the programming language C.
pub fn is_c_identifier(name: &str) -> Vec<String> {
    if all(name, |byte| byte.is_ascii_alphanumeric() || byte == b'_') && !name.starts_with(|c: char| c.is_ascii_digit())
    {
        return Vec::new();
    }
    let rule = "a valid C identifier must start with alphabetic character or '_', followed by a string of alphanumeric characters or '_'";
    vec![regex(rule, "[A-Za-z_][A-Za-z0-9_]*", &["my_name", "MY_NAME", "MyName"])]
}

/// An environment variable's name, by the rule of old.
pub fn is_env_var_name(name: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    let allowed = all(name, |byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte));
    if !allowed || name.starts_with(|c: char| c.is_ascii_digit()) {
        let rule = "a valid environment variable name must consist of alphabetic characters, digits, '_', '-', or '.', and must not start with a digit";
        wrong.push(regex(rule, "[-._a-zA-Z][-._a-zA-Z0-9]*", &["my.env-name", "MY_ENV.NAME", "MyEnvName1"]));
    }
    wrong.extend(climbs(name));
    wrong
}

/// An environment variable's name: any printable ASCII but `=`.
pub fn is_relaxed_env_var_name(name: &str) -> Vec<String> {
    if name.is_empty() {
        return vec![format!("environment variable name {EMPTY}")];
    }
    if all(name, |byte| matches!(byte, b' '..=b'~') && byte != b'=') {
        return Vec::new();
    }
    vec!["a valid environment variable name must consist only of printable ASCII characters other than '='".to_owned()]
}

/// A key of a `ConfigMap` or `Secret`, which may become a file's name.
pub fn is_config_map_key(key: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    if key.len() > DNS1123_SUBDOMAIN_LENGTH_MAX {
        wrong.push(max_length(DNS1123_SUBDOMAIN_LENGTH_MAX));
    }
    if !all(key, |byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte)) {
        let rule = "a valid config key must consist of alphanumeric characters, '-', '_' or '.'";
        wrong.push(regex(rule, "[-._a-zA-Z0-9]+", &["key.name", "KEY_NAME", "key-name"]));
    }
    wrong.extend(climbs(key));
    wrong
}

/// What is wrong with a name that a file system would take for the way up.
fn climbs(name: &str) -> Option<String> {
    match name {
        "." => Some("must not be '.'".to_owned()),
        ".." => Some("must not be '..'".to_owned()),
        _ if name.starts_with("..") => Some("must not start with '..'".to_owned()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(rule: fn(&str) -> Vec<String>, good: &[&str], bad: &[(&str, usize)]) {
        for text in good {
            assert_eq!(rule(text), Vec::<String>::new(), "{text}");
        }
        for (text, messages) in bad {
            assert_eq!(rule(text).len(), *messages, "{text}");
        }
    }

    #[test]
    fn forms_of_texts() {
        check(
            is_port_name,
            &["http", "a-1"],
            &[("", 2), ("1", 1), ("a--b", 1), ("-a", 1), ("A", 2), ("abcdefghijklmnop", 1)],
        );
        check(is_percent, &["0%", "93%"], &[("", 1), ("%", 1), ("5", 1), ("5%%", 1), ("-5%", 1)]);
        check(is_http_header_name, &["X-A"], &[("", 1), ("a b", 1)]);
        check(is_c_identifier, &["_a1", "A"], &[("", 1), ("1a", 1), ("a-b", 1)]);
        check(is_env_var_name, &["A_B", "a.b", "-"], &[("", 1), ("1a", 1), ("a b", 1), ("..", 1)]);
        check(is_relaxed_env_var_name, &["1 a", ".."], &[("", 1), ("a=b", 1), ("é", 1)]);
        check(is_config_map_key, &["a", "A_b.c-d"], &[("", 1), ("a b", 1), (".", 1), ("..", 1), ("..a", 1)]);
    }

    #[test]
    fn ranges_include_their_ends() {
        assert!(is_port_number(1).is_empty() && is_port_number(65_535).is_empty());
        assert_eq!(is_port_number(0), ["must be between 1 and 65535, inclusive"]);
        assert_eq!(is_user_or_group_id(-1), ["must be between 0 and 4294967295, inclusive"]);
    }
}
