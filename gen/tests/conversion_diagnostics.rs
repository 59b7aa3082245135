//! What the conversion generator says of types that it can't convert alone, and of markers that lead nowhere.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;

use kubeforge_gen::run::{self, RunError};

const CONFIG: &str = r#"
[[package]]
path = "v1"
group = "shop.example.com"
version = "v1"
definition_prefix = "com.example.shop.v1"
module = "shop::v1"

[[package]]
path = "v2"
group = "shop.example.com"
version = "v2"
definition_prefix = "com.example.shop.v2"
module = "shop::v2"
"#;

/// A package with a kind `Gadget`, the fields of its spec, and further items.
fn types(marker: &str, spec: &str, items: &str) -> String {
    format!(
        "use kubeforge_machinery::meta::v1::ObjectMeta;
         #[derive(ApiSource)] #[api(kind, {marker})]
         pub struct Gadget {{ pub metadata: ObjectMeta, pub spec: GadgetSpec }}
         #[derive(ApiSource)]
         pub struct GadgetSpec {{ {spec} }}
         {items}"
    )
}

/// The report of a run over the two versions, without the quoted lines.
fn report(v1: &str, v2: &str, conversion: &str) -> Vec<String> {
    let root = tempfile::tempdir().unwrap();
    for (version, types) in [("v1", v1), ("v2", v2)] {
        fs::create_dir_all(root.path().join(version)).unwrap();
        fs::write(root.path().join(version).join("gadget.rs"), types).unwrap();
    }
    fs::write(root.path().join("gen.toml"), CONFIG).unwrap();
    fs::write(root.path().join("v1/conversion.rs"), conversion).unwrap();
    match run::run(&[root.path().join("gen.toml")], &["conversion".into()]) {
        Ok(_) => Vec::new(),
        Err(RunError::Input(found)) => found
            .iter()
            .map(|finding| {
                let line = finding.at.as_ref().map_or(0, |at| at.line_and_column().0);
                let hint = finding.hint.as_ref().map_or_else(String::new, |hint| format!(" [{hint}]"));
                format!("{line}: {}{hint}", finding.message)
            })
            .collect(),
        Err(error) => panic!("{error}"),
    }
}

#[track_caller]
fn check(v1: &str, v2: &str, conversion: &str, want: &[&str]) {
    assert_eq!(report(v1, v2, conversion), want);
}

fn spoke(spec: &str, items: &str) -> String {
    types("spoke_of = \"v2\"", spec, items)
}

fn hub(spec: &str, items: &str) -> String {
    types("hub", spec, items)
}

#[test]
fn what_agrees_needs_no_function() {
    check(&spoke("pub color: String,", ""), &hub("pub color: String,", ""), "", &[]);
}

#[test]
fn what_differs_needs_functions_both_ways() {
    let (v1, v2) = (
        spoke("pub a: i32, pub b: Vec<String>, pub c: Option<i32>, pub d: String, pub same: bool,", ""),
        hub(
            "pub a: i64, pub b: std::collections::BTreeMap<String, String>, pub c: i32, pub e: String, pub same: bool,",
            "",
        ),
    );
    let differences = "`a` is i32 in v1 and i64 in v2; `b` is Vec<String> in v1 and BTreeMap<String, String> in v2; \
                       `c` is Option<i32> in v1 and i32 in v2; `d` is in v1 only; `e` is in v2 only";
    let missing = |function: &str, from: &str, to: &str| {
        format!(
            "5: conversion: `GadgetSpec` differs from the `GadgetSpec` of v2, and conversion.rs has no function \
             `{function}`: {differences} [write `pub fn {function}(from: &{from}, to: &mut {to}) -> Result<(), \
             ConversionError>`; it is called when the other fields are converted"
        )
    };
    let to = missing("gadget_spec_to_hub", "GadgetSpec", "crate::v2::GadgetSpec");
    let from = missing("gadget_spec_from_hub", "crate::v2::GadgetSpec", "GadgetSpec");
    check(&v1, &v2, "", &[&format!("{to}]"), &format!("{from}]")]);
    let close = "; did you mean `gadget_spec_frm_hub`?]";
    check(&v1, &v2, "pub fn gadget_spec_to_hub() {} pub fn gadget_spec_frm_hub() {}", &[&format!("{from}{close}")]);
    check(&v1, &v2, "pub use parts::{gadget_spec_to_hub, other as gadget_spec_from_hub};", &[]);
}

#[test]
fn structs_of_other_names_differ_until_a_marker_joins_them() {
    let part =
        |name: &str, marker: &str| format!("#[derive(ApiSource)] {marker} pub struct {name} {{ pub size: i32 }}");
    let v2 = hub("pub part: Option<Part>,", &part("Part", ""));
    let found = report(&spoke("pub part: Option<Piece>,", &part("Piece", "")), &v2, "");
    assert_eq!(found.len(), 2);
    assert!(found[0].contains("`part` is Option<Piece> in v1 and Option<Part> in v2"), "{}", found[0]);
    check(&spoke("pub part: Option<Piece>,", &part("Piece", "#[api(converts_to = \"Part\")]")), &v2, "", &[]);
}

#[test]
fn markers_lead_somewhere() {
    let part = |marker: &str, field: &str| {
        format!("#[derive(ApiSource)] {marker} pub struct Part {{ {field} pub size: i32 }}")
    };
    let v2 = hub("pub color: String,", &part("", ""));
    let with = |spec: &str, part: &str| report(&spoke(spec, part), &v2, "");
    assert_eq!(
        with("pub color: String,", &part("#[api(converts_to = \"Prt\")]", "")),
        ["6: conversion: shop.example.com/v2 has no type `Prt` [did you mean `Part`?]"]
    );
    assert_eq!(
        with("pub color: String,", &part("", "#[api(converts_to = \"size\")]")),
        [
            "6: conversion: `converts_to` on a field of `Part`, which is not converted [no spoke of the package holds the \
          type; `converts_to` on the type itself has it converted]"
        ]
    );
    let found = with("#[api(converts_to = \"colour\")] pub color: String,", "");
    assert!(
        found.contains(
            &"5: conversion: the `GadgetSpec` of shop.example.com/v2 has no field `colour` [did you mean `color`?]"
                .into()
        ),
        "{found:#?}"
    );
    let twice = "#[api(converts_to = \"color\")] pub one: String, #[api(converts_to = \"color\")] pub other: String,";
    assert_eq!(with(twice, ""), ["5: conversion: two fields convert to `color`"]);
    assert_eq!(
        report(&types("namespaced", "", &part("#[api(converts_to = \"Part\")]", "")), &v2, ""),
        ["6: conversion: `converts_to` in a package without spokes"]
    );
}

#[test]
fn functions_have_names_of_their_own() {
    let parts = "#[derive(ApiSource)] pub struct HTTPPart { } #[derive(ApiSource)] pub struct HttpPart { }";
    let fields = "pub one: HTTPPart, pub other: HttpPart,";
    check(
        &spoke(fields, parts),
        &hub(fields, parts),
        "",
        &[
            "6: conversion: the conversions of two types would be called `http_part_to_shop_v2` [give one of the types another name]",
        ],
    );
}
