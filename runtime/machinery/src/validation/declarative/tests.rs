use super::*;
use crate::field::{BadValue, ErrorList, Path};

const F: Path<'static> = Path::new("f");

#[track_caller]
fn check(what: &str, found: impl FnOnce(&mut ErrorList), want: &[&str]) {
    let mut errors = ErrorList::new();
    found(&mut errors);
    let texts: Vec<String> = errors.iter().map(|error| error.to_string()).collect();
    assert_eq!(texts, want, "{what}");
}

#[test]
fn numbers_are_bounded() {
    check("least", |e| rule::min(e, &F, 0, 0), &[]);
    check("below", |e| rule::min(e, &F, -1, 0), &["f: Invalid value: -1: must be greater than or equal to 0"]);
    check("above", |e| rule::max(e, &F, 9_i64, 8), &["f: Invalid value: 9: must be less than or equal to 8"]);
    check(
        "at an open end",
        |e| rule::exclusive_min(e, &F, 1.5, 1.5),
        &["f: Invalid value: 1.5: must be greater than 1.5"],
    );
    check("below an open end", |e| rule::exclusive_max(e, &F, 1, 2), &[]);
    check("no multiple", |e| rule::multiple_of(e, &F, -3, 2), &["f: Invalid value: -3: must be a multiple of 2"]);
    let allowed = [301, 302];
    check("a number of a set", |e| rule::values(e, &F, 302, &allowed), &[]);
    check(
        "a number outside of a set",
        |e| rule::values(e, &F, 303, &allowed),
        &["f: Unsupported value: 303: supported values: \"301\", \"302\""],
    );
    check("multiple", |e| rule::multiple_of(e, &F, -4, 2), &[]);
    check(
        "excluded",
        |e| rule::not_equal(e, &F, true, || "a".into()),
        &[r#"f: Invalid value: "a": must not be equal to "a""#],
    );
}

#[test]
fn lengths_count_characters_or_bytes() {
    check("four bytes each", |e| text::max_len(e, &F, "🦀🦀", 2), &[]);
    check("too long", |e| text::max_len(e, &F, "🦀🦀", 1), &["f: Too long: may not be more than 1 character"]);
    check("too short", |e| text::min_len(e, &F, "🦀", 2), &["f: Too short: must be at least 2 characters"]);
    check("long enough", |e| text::min_len(e, &F, "ab", 2), &[]);
    check("bytes", |e| text::max_bytes(e, &F, "🦀", 3), &["f: Too long: may not be more than 3 bytes"]);
}

#[test]
fn patterns_are_compiled_once_and_matched_anywhere() {
    static PATTERN: text::Pattern = text::Pattern::new("b+$");
    check("match", |e| text::pattern(e, &F, "abb", &PATTERN), &[]);
    check(
        "no match",
        |e| text::pattern(e, &F, "ba", &PATTERN),
        &[r#"f: Invalid value: "ba": must match the pattern (regex used for validation is 'b+$')"#],
    );
}

#[test]
fn the_later_duplicate_is_reported_in_short_and_long_lists() {
    let mut long: Vec<String> = (0..40).map(|number| number.to_string()).collect();
    long[39] = "3".to_owned();
    let shown = |text: &String| BadValue::from(text);
    check("long", |e| list::unique(e, &F, &long, String::as_str, shown), &[r#"f[39]: Duplicate value: "3""#]);
    let short: Vec<String> = ["a", "b", "a", "a"].map(str::to_owned).to_vec();
    let want = [r#"f[2]: Duplicate value: "a""#, r#"f[3]: Duplicate value: "a""#];
    check("short", |e| list::unique(e, &F, &short, String::as_str, shown), &want);
    check("compared", |e| list::distinct(e, &F, &short, shown), &want);
}

#[test]
fn elements_are_found_where_they_were_or_elsewhere() {
    let old = [("a", 1), ("b", 2)];
    for (index, element, want) in
        [(0, ("a", 9), Some(1)), (0, ("b", 9), Some(2)), (5, ("a", 9), Some(1)), (0, ("c", 9), None)]
    {
        let found = list::by_key(Some(&old), index, &element, |element| element.0);
        assert_eq!(found.map(|found| found.1), want, "{element:?} at {index}");
    }
    assert_eq!(list::by_value(Some(&old), 0, &("b", 2)), Some(&("b", 2)));
    assert_eq!(list::by_value(Some(&old), 0, &("b", 3)), None);
}

#[test]
fn unions_count_their_members() {
    use union::Count::{AtLeastOne, AtMostOne, ExactlyOne};
    let run = |want, set: [bool; 2], old: Option<[bool; 2]>| {
        move |e: &mut ErrorList| union::count(e, &F, want, &["a", "b"], &set, old.as_ref().map(|old| old.as_slice()))
    };
    check("one", run(ExactlyOne, [true, false], None), &[]);
    check("none", run(ExactlyOne, [false, false], None), &[r#"f: Invalid value: "": must specify one of: `a`, `b`"#]);
    check(
        "both",
        run(ExactlyOne, [true, true], None),
        &[r#"f: Invalid value: "{a, b}": must specify exactly one of: `a`, `b`"#],
    );
    check("both, as before", run(ExactlyOne, [true, true], Some([true, true])), &[]);
    check("none of at most one", run(AtMostOne, [false, false], None), &[]);
    check(
        "both of at most one",
        run(AtMostOne, [true, true], Some([true, false])),
        &[r#"f: Invalid value: "{a, b}": must specify at most one of: `a`, `b`"#],
    );
    check(
        "none of at least one",
        run(AtLeastOne, [false, false], None),
        &[r#"f: Invalid value: "": must specify at least one of: `a`, `b`"#],
    );
}

#[test]
fn a_discriminator_names_the_member() {
    let members = [union::Member { field: "a", value: "A" }, union::Member { field: "b", value: "B" }];
    let run = |value, old, set: [bool; 2]| {
        move |e: &mut ErrorList| {
            let discriminator = union::Discriminator { field: "type", value, old };
            union::discriminated(e, &F, discriminator, &members, &set, old.map(|_| set.as_slice()));
        }
    };
    check("right", run("A", None, [true, false]), &[]);
    check(
        "wrong",
        run("A", None, [false, true]),
        &[
            r#"f.a: Invalid value: "": must be specified when `type` is "A""#,
            r#"f.b: Invalid value: "": may only be specified when `type` is "B""#,
        ],
    );
    check("wrong, as before", run("A", Some("A"), [false, true]), &[]);
    check("names none", run("C", None, [false, false]), &[]);
}

#[test]
fn formats() {
    type Format = fn(&mut ErrorList, &Path<'_>, &str);
    let bytes = "must be no more than 63 bytes";
    let rows: &[(&str, Format, &str, &str)] = &[
        ("short-name", format::short_name, &"a".repeat(64), bytes),
        ("short-name", format::short_name, "a.b", "must not contain dots"),
        ("long-name", format::long_name, &"a".repeat(254), "must be no more than 253 bytes"),
        (
            "long-name-caseless",
            format::long_name_caseless,
            "A_",
            "an RFC 1123 subdomain must consist of alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'Example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')",
        ),
        ("label-key", format::label_key, "/a", "prefix part must be non-empty"),
        ("prefixed-label-key", format::prefixed_label_key, "a", "must include a prefix (e.g. 'example.com/key')"),
        ("label-value", format::label_value, &"a".repeat(64), bytes),
        ("path-segment-name", format::path_segment_name, "..", "may not be '..'"),
        ("uuid", format::uuid, "0", "must be a lowercase UUID in 8-4-4-4-12 format"),
        ("uuid", format::uuid, "123e4567-e89b-12d3-a456-42661417400G", "must be a lowercase UUID in 8-4-4-4-12 format"),
        ("ip", format::ip, "1.2.3", "must be a valid IP address (e.g. 10.9.8.7 or 2001:db8::ffff)"),
        ("cidr", format::cidr, "10.0.0.1/8", "must not have bits set beyond the prefix length"),
        ("resource-pool-name", format::resource_pool_name, "a//b", "segment 1: must not be empty"),
        (
            "extended-resource-name",
            format::extended_resource_name,
            "kubernetes.io/a",
            "must not have \"kubernetes.io/\" domain",
        ),
        (
            "resource-fully-qualified-name",
            format::resource_fully_qualified_name,
            "a/b/c",
            "must not contain more than one slash",
        ),
        ("resource-fully-qualified-name", format::resource_fully_qualified_name, "/b", "prefix must not be empty"),
        (
            "resource-fully-qualified-name",
            format::resource_fully_qualified_name,
            "a",
            "a fully qualified name must be a domain and a name separated by a slash",
        ),
    ];
    for (name, check, value, want) in rows {
        let mut errors = ErrorList::new();
        check(&mut errors, &F, value);
        let details: Vec<&str> = errors.iter().map(|error| error.detail.as_str()).collect();
        assert_eq!(details, [*want], "{name}: {value}");
        assert!(!errors[0].origin.is_empty(), "{name}");
    }
    let good: &[(Format, &str)] = &[
        (format::short_name, "a-b"),
        (format::long_name_caseless, "A.b"),
        (format::prefixed_label_key, "a/B_c"),
        (format::uuid, "123e4567-e89b-12d3-a456-426614174000"),
        (format::ip, "010.0.0.1"),
        (format::cidr, "10.0.0.0/8"),
        (format::resource_pool_name, "a.b/c"),
        (format::extended_resource_name, "example.com/a"),
        (format::resource_fully_qualified_name, "example.com/a_b"),
    ];
    for (check, value) in good {
        let mut errors = ErrorList::new();
        check(&mut errors, &F, value);
        assert_eq!(errors, [], "{value}");
    }
}

#[test]
fn stages_decide_where_findings_go() {
    let gates = FeatureGates::default();
    let off = FeatureGates::default().with("DeclarativeValidationBeta", false);
    let place = |stage, gates, observe| {
        let mut found = Findings::default();
        let ctx = ValidationContext { observe, ..ValidationContext::new(gates) };
        if let Some(errors) = found.at(stage, &ctx) {
            rule::present(errors, &F, true);
        }
        (found.errors.len(), found.observed.len())
    };
    assert_eq!(place(Stage::Stable, &gates, false), (1, 0));
    assert_eq!(place(Stage::Beta, &gates, false), (1, 0));
    assert_eq!(place(Stage::Beta, &off, true), (0, 1));
    assert_eq!(place(Stage::Alpha, &gates, true), (0, 1));
    assert_eq!(place(Stage::Alpha, &gates, false), (0, 0));
}
