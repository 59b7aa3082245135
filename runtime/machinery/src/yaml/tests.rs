use std::path::PathBuf;

use serde_json::json;

use super::*;

#[track_caller]
fn check(yaml: &str, want: Value) {
    assert_eq!(to_value(yaml.as_bytes()).unwrap(), want, "{yaml}");
}

#[track_caller]
fn check_error(yaml: &str, want: &str) {
    assert_eq!(to_value(yaml.as_bytes()).unwrap_err().to_string(), want, "{yaml}");
}

#[test]
fn documents_become_json() {
    check("", Value::Null);
    check("a: [1, x, {b: yes}]\n", json!({"a": [1, "x", {"b": true}]}));
    check(
        "a: 'yes'\nb: \"1\"\nc: |\n  x\n  y\nd: >-\n  x\n  y\n",
        json!({"a": "yes", "b": "1", "c": "x\ny\n", "d": "x y"}),
    );
    check("{\"a\": \"\\u003c\", \"b\": 1.5}", json!({"a": "<", "b": 1.5}));
    check("1: a\ntrue: b\n1.5: c\n", json!({"1": "a", "true": "b", "1.5": "c"}));
    check("a: !!str 1\nb: !!binary aGk=\nc: !local x\n", json!({"a": "1", "b": "hi", "c": "x"}));
    check("---\na: 1\n---\nb: 2\n", json!({"a": 1}));
    check("- a\n-\n- - b\n", json!(["a", null, ["b"]]));
    check("t: 2024-01-02T03:04:05Z\n", json!({"t": "2024-01-02T03:04:05Z"}));
}

#[test]
fn anchors_and_merges() {
    check("a: &x {b: 1}\nc: *x\n", json!({"a": {"b": 1}, "c": {"b": 1}}));
    check("base: &x {b: 1, c: 2}\nd:\n  <<: *x\n  b: 3\n", json!({"base": {"b": 1, "c": 2}, "d": {"b": 3, "c": 2}}));
    let mut bomb = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n".to_owned();
    for level in 1..9 {
        let aliases = vec![format!("*a{}", level - 1); 10].join(",");
        bomb.push_str(&format!("a{level}: &a{level} [{aliases}]\n"));
    }
    check_error(&bomb, "yaml: document contains excessive aliasing");
    assert!(to_value("[".repeat(10_000).as_bytes()).is_err());
}

#[test]
fn aliases_of_long_texts_cannot_unfold_to_gigabytes() {
    let aliases = format!("a: &a {}\nb: [{}]\n", "x".repeat(100_000), "*a,".repeat(1_000));
    check_error(&aliases, "yaml: document contains excessive aliasing");
    let anchors: String = (0..200).map(|at| format!("&a{at} [")).collect();
    check_error(
        &format!("{anchors}{}{}", "x".repeat(100_000), "]".repeat(200)),
        "yaml: document contains excessive aliasing",
    );
}

#[test]
fn deep_values_are_written_as_yaml_too() {
    let deep = format!("{}1{}", "[".repeat(190), "]".repeat(190));
    assert_eq!(from_json(deep.as_bytes()), format!("{}1\n", "- ".repeat(190)).into_bytes());
}

#[test]
fn json_made_of_yaml_is_as_go_writes_it() {
    let json = |yaml: &str| String::from_utf8(to_json(yaml.as_bytes(), Strictness::Strict).unwrap().json).unwrap();
    assert_eq!(
        json("b: <&>\na: 1.0\nc: 18446744073709551615\nd: 1e21\n"),
        r#"{"a":1,"b":"\u003c\u0026\u003e","c":18446744073709551615,"d":1e+21}"#
    );
}

#[test]
fn duplicate_keys_are_strict_errors() {
    let yaml = b"a: 1\nb:\n  c: 1\n  c: 2\n";
    let strict = to_json(yaml, Strictness::Strict).unwrap();
    assert_eq!(strict.json, br#"{"a":1,"b":{"c":2}}"#);
    let errors: Vec<String> = strict.strict_errors.iter().map(ToString::to_string).collect();
    assert_eq!(errors, ["yaml: unmarshal errors:\n  line 4: key \"c\" already set in map"]);
    assert!(to_json(yaml, Strictness::Lenient).unwrap().strict_errors.is_empty());
}

#[test]
fn errors_are_go_yamls() {
    check_error("a: [", "yaml: line 1: did not find expected node content");
    check_error("a: [1\n", "yaml: line 1: did not find expected ',' or ']'");
    check_error("a: b: c\n", "yaml: mapping values are not allowed in this context");
    check_error("x: 1\na: b: c\n", "yaml: line 2: mapping values are not allowed in this context");
    check_error("a: *x\n", "yaml: unknown anchor 'x' referenced");
    check_error("a: \"b\n", "yaml: line 2: found unexpected end of stream");
    check_error("a: \0\n", "yaml: control characters are not allowed");
    check_error("a:\n\t- b\n", "yaml: line 2: found character that cannot start any token");
    check_error("a: @b\n", "yaml: found character that cannot start any token");
    check_error("x:\n  a: 1\n b: 2\n", "yaml: line 2: did not find expected key");
    check_error("a: .inf\n", "json: unsupported value: +Inf");
}

#[test]
fn texts_split_at_document_markers() {
    assert_eq!(documents("a: 1\n---\nb: 2\n--- # c\n# only a comment\n---\n"), ["a: 1\n", "\nb: 2\n"]);
    assert_eq!(documents("---x: 1\n"), ["---x: 1\n"]);
}

#[test]
fn what_is_written_reads_the_same() {
    let tricky = json!({
        "words": ["yes", "null", "~", "1", "1.5", "0x1f", "1e3", "<<", "2024-01-02", "1:30", "", " ", "a b", "-", "- a"],
        "marks": ["a: b", "a #b", "#", "'", "\"", "\\", "{", "[a]", "a,b", "&a", "*a", "!a", "|", ">", "%", "@", "`", "?", ":"],
        "lines": ["a\nb", "a\nb\n", "a\nb\n\n", "\na", "\n", " a\nb", "a \nb", "a\n b", "a\r\nb", "\t", "a\tb\n"],
        "odd": ["é", "😀", "\u{2028}", "\u{85}", "\u{0}", "\u{7f}", "\u{feff}"],
        "long": ["x ".repeat(100), "x  y ".repeat(40), format!("{}: y", "x ".repeat(100)), format!("\t{}", "x ".repeat(90))],
        "k".repeat(200): {"a": [[]]}, "a\nb": 1, "true": 2, "": 3,
    });
    let Value::Object(fields) = tricky else { panic!("an object") };
    for (key, value) in fields {
        let one = json!({ key: value });
        let text = from_value(&one);
        assert_eq!(to_value(text.as_bytes()).unwrap(), one, "{text}");
    }
}

/// The recorded facts about Kubernetes, where they are at hand.
fn shared() -> Option<PathBuf> {
    let shared = match std::env::var_os("KUBEFORGE_SHARED") {
        Some(path) => PathBuf::from(path),
        None => PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared"),
    };
    shared.is_dir().then_some(shared)
}

#[test]
fn fixtures_are_written_byte_for_byte() {
    let Some(shared) = shared() else {
        eprintln!("skipped: no recorded facts at hand");
        return;
    };
    let mut count = 0;
    for entry in std::fs::read_dir(shared.join("kubernetes-1.36/fixtures")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "json") {
            let yaml = std::fs::read(path.with_extension("yaml")).unwrap();
            let json = std::fs::read(&path).unwrap();
            let written = from_json(&json);
            assert_eq!(String::from_utf8(written).unwrap(), String::from_utf8(yaml.clone()).unwrap(), "{path:?}");
            assert_eq!(to_value(&yaml).unwrap(), serde_json::from_slice::<Value>(&json).unwrap(), "{path:?}");
            count += 1;
        }
    }
    assert!(count > 100, "{count}");
}

#[test]
fn recorded_answers_are_written_byte_for_byte() {
    let Some(shared) = shared() else {
        eprintln!("skipped: no recorded facts at hand");
        return;
    };
    let golden = std::fs::read(shared.join("goldens/api/rest-media-types.json")).unwrap();
    let golden: Value = serde_json::from_slice(&golden).unwrap();
    let texts = golden["steps"].as_array().unwrap().iter().filter_map(|step| {
        let is_yaml = step["request"]["headers"]["Accept"].as_str().is_some_and(|accept| accept.contains("yaml"));
        step["response"]["bodyText"].as_str().filter(|text| is_yaml && text.starts_with("apiVersion"))
    });
    let mut count = 0;
    for text in texts {
        // what the recorder replaced stands for texts that look like times and numbers
        let text = text.replace("<time>", "2024-01-02T03:04:05Z").replace("\"<rv-1>\"", "\"1\"");
        assert_eq!(from_value(&to_value(text.as_bytes()).unwrap()), text);
        count += 1;
    }
    assert!(count > 1, "{count}");
}
