//! Names in documents, and the Rust names that stand for them.

use std::collections::BTreeSet;

use crate::model::camel_case;

/// Words that can't name a field or a module.
const KEYWORDS: &[&str] = &[
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate", "do", "dyn", "else",
    "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro", "match", "mod",
    "move", "mut", "override", "priv", "pub", "ref", "return", "self", "static", "struct", "super", "trait", "true",
    "try", "type", "typeof", "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

/// Names that a type can't have: its file needs them for something else.
const TAKEN: &[&str] = &[
    "Self",
    "String",
    "Option",
    "Box",
    "Vec",
    "BTreeMap",
    "Clone",
    "Debug",
    "Default",
    "PartialEq",
    "Eq",
    "PartialOrd",
    "Ord",
    "Hash",
    "ApiSource",
    "Some",
    "None",
    "Ok",
    "Err",
];

/// Whether a type can have the name.
pub(crate) fn is_type_name(name: &str) -> bool {
    let mut letters = name.chars();
    letters.next().is_some_and(|first| first.is_ascii_uppercase())
        && letters.all(|letter| letter.is_ascii_alphanumeric())
        && !TAKEN.contains(&name)
}

/// The words of a JSON name: `clusterIPs` is `cluster` and `ips`, `x-my.name` is `x`, `my` and `name`.
fn words(json: &str) -> Vec<String> {
    let letters: Vec<char> = json.chars().collect();
    let (mut words, mut word) = (Vec::new(), String::new());
    let at = |index: usize| letters.get(index).copied();
    let mut index = 0;
    while let Some(letter) = at(index) {
        if !letter.is_ascii_alphanumeric() {
            words.push(std::mem::take(&mut word));
            index += 1;
            continue;
        }
        if !letter.is_ascii_uppercase() {
            word.push(letter);
            index += 1;
            continue;
        }
        words.push(std::mem::take(&mut word));
        let mut end = index;
        while at(end).is_some_and(|letter| letter.is_ascii_uppercase()) {
            end += 1;
        }
        // the last capital of several begins the next word, unless that is but the s of a plural
        let plural = at(end) == Some('s') && !at(end + 1).is_some_and(|letter| letter.is_ascii_lowercase());
        match (end - index, at(end)) {
            (2.., Some('s')) if plural => end += 1,
            (2.., Some(next)) if next.is_ascii_lowercase() => end -= 1,
            _ => {}
        }
        word.extend(letters.get(index..end).unwrap_or_default().iter().map(char::to_ascii_lowercase));
        index = end;
    }
    words.push(word);
    words.retain(|word| !word.is_empty());
    words
}

/// The field name of a JSON name, unlike those in `taken`, to which it is added.
pub(crate) fn field_name(json: &str, taken: &mut BTreeSet<String>) -> String {
    let mut name = words(json).join("_");
    if name.is_empty() || name.starts_with(|first: char| first.is_ascii_digit()) {
        name.insert_str(0, if name.is_empty() { "field" } else { "n" });
    }
    if KEYWORDS.contains(&name.as_str()) {
        name.push('_');
    }
    unlike(name, "_", taken)
}

/// The module name of a type, unlike those in `taken`, to which it is added.
pub(crate) fn module_name(type_name: &str, taken: &mut BTreeSet<String>) -> String {
    let mut name = crate::model::snake_case(type_name);
    if KEYWORDS.contains(&name.as_str())
        || ["mod", "lib", "main", "generated", "defaults", "conversion"].contains(&name.as_str())
    {
        name.push_str("_type");
    }
    unlike(name, "_", taken)
}

/// What a JSON name adds to the name of a type: `retryPolicy` adds `RetryPolicy`, `clusterIPs` adds `ClusterIPs`.
pub(crate) fn type_part(json: &str) -> String {
    let parts = json.split(|letter: char| !letter.is_ascii_alphanumeric());
    parts.map(capitalized).collect()
}

fn capitalized(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect()
}

/// A type name unlike those in `taken`, to which it is added.
pub(crate) fn type_name(wanted: &str, taken: &mut BTreeSet<String>) -> String {
    let mut name = wanted.to_owned();
    if !is_type_name(&name) {
        name = capitalized(&name.chars().filter(char::is_ascii_alphanumeric).collect::<String>());
        if !is_type_name(&name) {
            name.insert_str(0, "Type");
        }
    }
    unlike(name, "", taken)
}

/// The variant of a value: `kubernetes.io/tls` is `KubernetesIoTls`, `DO_NOT_UPGRADE` is `DoNotUpgrade`. `Other` is the variant of unknown values.
pub(crate) fn variant_name(value: &str, taken: &mut BTreeSet<String>) -> String {
    let mut name = match value {
        "" => "Empty".to_owned(),
        "*" => "Any".to_owned(),
        // several words in capitals would be one
        _ if value.contains('_') && !value.contains(|letter: char| letter.is_ascii_lowercase()) => {
            type_part(&value.to_ascii_lowercase())
        }
        _ => type_part(value),
    };
    if name.is_empty() || name.starts_with(|first: char| first.is_ascii_digit()) {
        name.insert(0, 'V');
    }
    if ["Other", "Self"].contains(&name.as_str()) {
        name.push_str("Value");
    }
    unlike(name, "", taken)
}

fn unlike(name: String, separator: &str, taken: &mut BTreeSet<String>) -> String {
    let mut candidate = name.clone();
    let mut number = 2;
    while !taken.insert(candidate.clone()) {
        candidate = format!("{}{separator}{number}", name.trim_end_matches('_'));
        number += 1;
    }
    candidate
}

/// Whether the loader finds the JSON name from the field's.
pub(crate) fn is_derived(field: &str, json: &str) -> bool {
    camel_case(field) == json
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_field(json: &str, want: &str) {
        assert_eq!(field_name(json, &mut BTreeSet::new()), want, "{json}");
    }

    #[test]
    fn fields_are_snake_case() {
        check_field("nodeName", "node_name");
        check_field("clusterIPs", "cluster_ips");
        check_field("nonResourceURLs", "non_resource_urls");
        check_field("podIP", "pod_ip");
        check_field("hostIPC", "host_ipc");
        check_field("HTTPHeader", "http_header");
        check_field("clientCIDRsSeen", "client_cidrs_seen");
        check_field("fsGroup", "fs_group");
        check_field("type", "type_");
        check_field("$ref", "ref_");
        check_field("x-my.name", "x_my_name");
        check_field("2nd", "n2nd");
        check_field("é", "field");
    }

    #[test]
    fn names_are_given_once() {
        let mut taken = BTreeSet::new();
        assert_eq!(field_name("a-b", &mut taken), "a_b");
        assert_eq!(field_name("aB", &mut taken), "a_b_2");
        let mut taken = BTreeSet::new();
        assert_eq!(variant_name("a/b", &mut taken), "AB");
        assert_eq!(variant_name("a-b", &mut taken), "AB2");
        assert_eq!(variant_name("Other", &mut taken), "OtherValue");
        assert_eq!(variant_name("4xx", &mut taken), "V4xx");
        assert_eq!(variant_name("DO_NOT_UPGRADE", &mut taken), "DoNotUpgrade");
        assert_eq!(variant_name("TCP", &mut taken), "TCP");
        assert_eq!(type_name("GadgetList", &mut BTreeSet::from(["GadgetList".into()])), "GadgetList2");
    }
}
