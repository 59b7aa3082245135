//! What the loader says of wrong input, and where.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{error::Error, fs};

use kubeforge_gen::{
    load::{self, PackageSource},
    model::Package,
};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// A package of one file.
struct Input {
    name: &'static str,
    text: &'static str,
}

fn sources(root: &std::path::Path, inputs: &[Input]) -> Result<Vec<PackageSource>> {
    let one = |input: &Input| {
        let dir = root.join(input.name);
        fs::create_dir_all(&dir)?;
        fs::write(dir.join("types.rs"), input.text)?;
        Ok(PackageSource {
            dir,
            shown: input.name.to_owned(),
            package: Package {
                group: "shop.example.com".into(),
                version: input.name.into(),
                definition_prefix: format!("com.example.shop.{}", input.name),
                module: format!("shop::{}", input.name),
                machinery: "::kubeforge_machinery".into(),
                ..Package::default()
            },
        })
    };
    inputs.iter().map(one).collect()
}

/// All findings on the packages, as `line:column message [hint]`.
fn findings(inputs: &[Input]) -> Result<Vec<String>> {
    let root = tempfile::tempdir()?;
    Ok(match load::packages(&sources(root.path(), inputs)?) {
        Ok(_) => Vec::new(),
        Err(diagnostics) => diagnostics
            .iter()
            .map(|finding| {
                let place = finding.at.as_ref().map_or_else(String::new, |at| {
                    let (line, column) = at.line_and_column();
                    format!("{line}:{column} ")
                });
                let hint = finding.hint.as_ref().map_or_else(String::new, |hint| format!(" [{hint}]"));
                format!("{place}{}{hint}", finding.message)
            })
            .collect(),
    })
}

#[track_caller]
fn check(rule: &str, text: &'static str, want: &[&str]) {
    assert_eq!(findings(&[Input { name: "v1", text }]).unwrap(), want, "{rule}");
}

const METADATA: &str = "use kubeforge_machinery::meta::v1::{ListMeta, ObjectMeta};\n";

/// A kind with what `markers` say of it, on line 2, and these fields below its metadata.
macro_rules! kind {
    ($markers:literal, $fields:literal) => {
        concat!(
            "use kubeforge_machinery::meta::v1::{ListMeta, ObjectMeta};\n#[derive(ApiSource)] #[api(kind",
            $markers,
            ")]\npub struct Gadget {\n    pub metadata: ObjectMeta,\n",
            $fields,
            "\n}\n"
        )
    };
}

/// A struct with these fields from line 3 on.
macro_rules! fields {
    ($fields:literal) => {
        concat!("#[derive(ApiSource)]\npub struct Part {\n", $fields, "\n}\n")
    };
}

#[test]
fn what_is_right_is_not_reported() {
    assert!(kind!("", "").starts_with(METADATA));
    check("a kind", kind!(", namespaced", "    pub color: String,"), &[]);
    check("fields", fields!("    #[api(tag = 1)] pub a: String,\n    #[api(tag = 2)] pub b: Option<i32>,"), &[]);
}

#[test]
fn markers_are_known_and_in_their_place() {
    check(
        "unknown marker",
        fields!("    #[api(requried)] pub a: String,"),
        &["3:11 unknown marker `requried` [did you mean `required`?]"],
    );
    check(
        "unknown marker without a neighbour",
        fields!("    #[api(frobnicate)] pub a: String,"),
        &["3:11 unknown marker `frobnicate` [`kubeforge-gen markers` lists all]"],
    );
    check(
        "type marker on a field",
        fields!("    #[api(namespaced)] pub a: String,"),
        &["3:11 `namespaced` does not go on a field [it goes on a type]"],
    );
    check("marker given twice", fields!("    #[api(tag = 1, tag = 2)] pub a: String,"), &["3:20 `tag` is given twice"]);
    check(
        "kind marker without kind",
        "#[derive(ApiSource)] #[api(namespaced)] pub struct Part {}",
        &["1:28 `namespaced` is for kinds [add `kind`]"],
    );
}

#[test]
fn a_transient_field_is_of_any_type_and_says_nothing_else() {
    check("any type", fields!("    #[api(transient)] pub cache: Option<std::sync::Arc<[u8]>>,"), &[]);
    check(
        "with a marker of the wire",
        fields!("    #[api(transient, tag = 1)] pub a: String,"),
        &["3:22 `tag` says nothing of a `transient` field: it is no part of the API [leave one of the two out]"],
    );
}

#[test]
fn arguments_have_their_type() {
    check(
        "text for a number",
        fields!("    #[api(tag = \"1\")] pub a: String,"),
        &["3:11 `tag` is not written like that: expected `tag = …` with an integer [for example tag = 1]"],
    );
    check(
        "flag with a value",
        fields!("    #[api(required = 1)] pub a: String,"),
        &["3:11 `required` is not written like that: expected `required` [for example required]"],
    );
    check(
        "unknown word",
        fields!("    #[api(patch = marge)] pub a: Vec<String>,"),
        &["3:11 `patch` is not written like that: expected `patch = …` with merge, replace, retain_keys or \
           \"merge,retainKeys\" [for example patch = merge]"],
    );
    check(
        "unknown argument",
        kind!(", subresource(scale, specs = \".spec.replicas\")", ""),
        &["2:53 `subresource` has no argument `specs` [did you mean `spec`?]"],
    );
    check(
        "missing argument",
        kind!(", method(name = \"Evict\")", ""),
        &[
            "2:34 `method` needs `verb` [for example method(name = \"UpdateResize\", verb = update, subresource = \"resize\")]",
        ],
    );
    check(
        "unknown rule in each",
        fields!("    #[api(each(max_lenn = 3))] pub a: Vec<String>,"),
        &["3:16 `max_lenn` is no validation rule [did you mean `max_len`?]"],
    );
    check(
        "unknown verb",
        kind!(", verbs = [\"gett\"]", ""),
        &["2:34 `gett` is no verb of the API [did you mean `get`?]"],
    );
    check(
        "release",
        kind!(", introduced = \"yesterday\"", ""),
        &["2:34 `yesterday` is no release [releases are written major.minor, for example \"1.22\"]"],
    );
    check(
        "syntax",
        fields!("    #[api(tag = )] pub a: String,"),
        &["3:17 can't read this: unexpected end of input, \
        expected an expression"],
    );
}

#[test]
fn markers_agree() {
    check("scope", kind!(", namespaced, cluster", ""), &["2:46 a kind is namespaced or cluster-wide, not both"]);
    check(
        "lossy and no spoke",
        kind!(", lossy = \"why\"", ""),
        &["2:34 `lossy` is for spokes [add `spoke_of = \"…\"`]"],
    );
    check(
        "hub and spoke",
        kind!(", hub, spoke_of = \"v2\"", ""),
        &[
            "2:39 a version is the hub or a spoke, not both",
            "2:39 spoke without a hub: group \"shop.example.com\" has no version \"v2\" [its versions are v1]",
        ],
    );
    check(
        "list and spoke",
        "use kubeforge_machinery::meta::v1::ListMeta;\n#[derive(ApiSource)] #[api(list = \"RawExtension\", spoke_of = \"v1\")]\n\
         pub struct GadgetList {\n    pub metadata: ListMeta,\n    pub items: Vec<kubeforge_machinery::RawExtension>,\n}\n",
        &[
            "2:51 a list has no hub: what it lists has",
            "2:51 `GadgetList` of version \"v1\" is a spoke of itself [name the version of the hub, or mark it `hub`]",
        ],
    );
    check(
        "required and optional",
        fields!("    #[api(required, optional)] pub a: String,"),
        &["3:21 a field is `required` or `optional`, not both"],
    );
    check(
        "required and always",
        fields!("    #[api(required, always)] pub a: String,"),
        &["3:21 `always` stands alone: `required` already says that it is written"],
    );
}

#[test]
fn protobuf_numbers_are_valid_and_unique() {
    check(
        "tag reuse",
        fields!("    #[api(tag = 1)] pub a: String,\n    #[api(tag = 1)] pub b: String,"),
        &["4:11 tag 1 is given twice: to `a` and to `b` [2 is free; a number that was ever used must not come back]"],
    );
    check(
        "tag out of range",
        fields!("    #[api(tag = 0)] pub a: String,\n    #[api(tag = 19500)] pub b: String,"),
        &[
            "3:11 no protobuf number: they go from 1 to 536870911, without 19000 to 19999",
            "4:11 no protobuf number: they go from 1 to 536870911, without 19000 to 19999",
        ],
    );
}

#[test]
fn json_names_are_unique() {
    check(
        "same name",
        fields!("    pub a_b: String,\n    #[api(json = \"aB\")] pub c: String,"),
        &["4:11 JSON name `aB` is given twice: to `a_b` and to `c` [see `json = \"…\"`]"],
    );
    check(
        "name of an inlined struct's field",
        "#[derive(ApiSource)]\npub struct Part {\n    pub a: String,\n    #[api(inline)] pub inner: Inner,\n}\n\
         #[derive(ApiSource)]\npub struct Inner {\n    pub a: String,\n}\n",
        &["4:24 JSON name `a` is given twice: to `a` and to `inner` [see `json = \"…\"`]"],
    );
    check(
        "kind is taken",
        kind!("", "    pub kind: String,"),
        &["5:9 `kind` is in every kind already [see `json = \"…\"`]"],
    );
}

#[test]
fn types_have_a_form_on_the_wire() {
    let message = |what: &str| format!("unsupported type: {what} has no form on the wire");
    let rows = [
        ("u64", fields!("    pub a: u64,"), "3:12", "`u64`", "use i64, or i32"),
        (
            "HashSet",
            fields!("    pub a: HashSet<String>,"),
            "3:12",
            "`HashSet`",
            "use Vec<T>, with `list = set` for a set",
        ),
        ("bytes", fields!("    pub a: Vec<u8>,"), "3:12", "`Vec<u8>`", "use kubeforge_machinery::ByteString"),
        ("reference", fields!("    pub a: &'static str,"), "3:12", "a reference", "own it: String, Vec<T>, Box<T>"),
        ("tuple", fields!("    pub a: (i32, i32),"), "3:12", "a tuple", "use a struct with named fields"),
        (
            "optional list",
            fields!("    pub a: Option<Vec<String>>,"),
            "3:12",
            "an optional list or map",
            "leave out Option: an empty one is not written",
        ),
    ];
    for (rule, text, place, what, hint) in rows {
        check(rule, text, &[&format!("{place} {} [{hint}]", message(what))]);
    }
    check(
        "generic type",
        "#[derive(ApiSource)]\npub struct Part<T> {\n    pub a: T,\n}\n",
        &[
            "2:16 generic type: `Part` has no form on the wire that all its instances share [write a type for each instance]",
            "3:12 unsupported type: nothing is known of `T` [import it by name, or derive ApiSource on it]",
        ],
    );
    check(
        "map key",
        fields!("    pub a: BTreeMap<i32, String>,"),
        &["3:21 unsupported map key: keys are text on the wire [use BTreeMap<String, T>]"],
    );
    check(
        "unknown type",
        "#[derive(ApiSource)]\npub struct Part {\n    pub a: Wheell,\n}\n#[derive(ApiSource)]\npub struct Wheel {}\n",
        &["3:12 unsupported type: nothing is known of `Wheell` [did you mean `Wheel`?]"],
    );
    check(
        "enum without Other",
        "#[derive(ApiSource)]\npub enum Color { Red }\n",
        &["2:10 `Color` has no variant `Other(String)` [add it: values that this version does not know are kept, for \
           validation to reject]"],
    );
    check(
        "variant with fields",
        "#[derive(ApiSource)]\npub enum Color { Red(i32), Other(String) }\n",
        &["2:18 unsupported type: a variant with fields; an enum is a closed set of texts [use a struct with one \
           optional field per variant, and `one_of`]"],
    );
}

#[test]
fn kinds_have_what_makes_them_kinds() {
    check(
        "metadata",
        "#[derive(ApiSource)] #[api(kind)]\npub struct Gadget {}\n",
        &[
            "1:28 the kind has no field `metadata: ObjectMeta` [#[api(tag = 1)] pub metadata: ObjectMeta; a request or an \
           answer without one is `kind, no_resource`]",
        ],
    );
    check(
        "list of an unknown kind",
        "use kubeforge_machinery::meta::v1::ListMeta;\n#[derive(ApiSource)] #[api(list = \"Gadgit\")]\n\
         pub struct GadgetList {\n    pub metadata: ListMeta,\n    #[api(required)] pub items: Vec<Gadget>,\n}\n\
         #[derive(ApiSource)] #[api(kind, no_resource)]\npub struct Gadget {}\n",
        &["2:28 list kind of unknown kind `Gadgit` [did you mean `Gadget`?]"],
    );
    check(
        "selectable path",
        kind!(", selectable(\"colour\")", "    pub color: String,"),
        &["2:34 path `colour` leads nowhere: `Gadget` has no field `colour` [did you mean `color`?]"],
    );
    check(
        "half a scale",
        kind!(", subresource(scale, spec = \".size\")", "    pub size: i32,"),
        &["2:34 a scale needs the paths of both wanted and observed replicas [subresource(scale, spec = \
           \".spec.replicas\", status = \".status.replicas\")]"],
    );
}

#[test]
fn lists_know_their_keys() {
    let text = "#[derive(ApiSource)]\npub struct Part {\n    #[api(list = map(\"nam\"))] pub wheels: Vec<Wheel>,\n}\n\
                #[derive(ApiSource)]\npub struct Wheel {\n    pub name: String,\n}\n";
    check("key", text, &["3:11 `Wheel` has no field `nam` [did you mean `name`?]"]);
    check(
        "list on a map",
        fields!("    #[api(list = set)] pub a: BTreeMap<String, String>,"),
        &["3:11 `list` goes on a Vec"],
    );
}

#[test]
fn spokes_need_their_hub() {
    const SPOKE: &str = kind!(", spoke_of = \"v2\"", "");
    const NO_HUB: &str = kind!("", "");
    const HUB: &str = kind!(", hub", "");
    let with = |v2| findings(&[Input { name: "v1", text: SPOKE }, Input { name: "v2", text: v2 }]).unwrap();
    assert_eq!(with(HUB), Vec::<String>::new());
    let not_marked =
        "2:34 spoke without a hub: `Gadget` of shop.example.com/v2 is not marked `hub` [add `hub` to its attributes]";
    assert_eq!(with(NO_HUB), [not_marked]);
    assert_eq!(with(""), ["2:34 spoke without a hub: shop.example.com/v2 has no kind `Gadget`"]);
}

#[test]
fn hubs_have_full_names() {
    const HUB: &str = kind!(", hub", "");
    let with = |v1| findings(&[Input { name: "v1", text: v1 }, Input { name: "v2", text: HUB }]).unwrap();
    assert_eq!(with(kind!(", spoke_of = \"shop.example.com/v2.Gadget\"", "")), Vec::<String>::new());
    assert_eq!(
        with(kind!(", spoke_of = \"shop.example.com/v2.Gadgit\"", "")),
        ["2:34 spoke without a hub: shop.example.com/v2 has no kind `Gadgit` [did you mean `Gadget`?]"]
    );
    assert_eq!(
        with(kind!(", spoke_of = \"shop.exmple.com/v2.Gadget\"", "")),
        ["2:34 spoke without a hub: no package of group \"shop.exmple.com\" is in this run [did you mean \
          `shop.example.com`?]"]
    );
    assert_eq!(
        with(kind!(", spoke_of = \"v1.Gadget\"", "")),
        [
            "2:34 spoke without a hub: no package of group \"\" is in this run [the hub's package must be in the same run]"
        ]
    );
    assert_eq!(
        with(kind!(", spoke_of = \"shop.example.com/v2\"", "")),
        [
            "2:34 `spoke_of` is not written like that: expected `spoke_of = …` with a version of the same group: \"v2\", or \
          a kind: \"group/version.Kind\" [for example spoke_of = \"v2\"]"
        ]
    );
}

#[test]
fn a_version_is_no_spoke_of_itself_and_a_kind_has_one_hub() {
    check(
        "spoke of itself",
        kind!(", spoke_of = \"v1\"", ""),
        &["2:34 `Gadget` of version \"v1\" is a spoke of itself [name the version of the hub, or mark it `hub`]"],
    );
    const HUB: &str = kind!(", hub", "");
    let two = findings(&[Input { name: "v1", text: HUB }, Input { name: "v2", text: HUB }]).unwrap();
    assert_eq!(two, ["2:34 two hubs: `Gadget` of version \"v1\" is the hub already [`spoke_of = \"v1\"` instead]"]);
}

#[test]
fn no_struct_contains_itself() {
    let hint = "a Box, Vec or BTreeMap between them ends it: `Option<Box<T>>`; an Option alone does not";
    check(
        "directly",
        fields!("    pub a: String,\n    pub part: Part,"),
        &[&format!("4:9 `Part` contains itself: Part.part -> Part [{hint}]")],
    );
    check(
        "around three corners, with an option and an alias, once",
        "#[derive(ApiSource)]\npub struct A {\n    pub b: Option<B>,\n}\n#[derive(ApiSource)]\npub struct B {\n    \
         pub c: See,\n}\npub type See = C;\n#[derive(ApiSource)]\npub struct C {\n    pub x: String,\n    pub a: A,\n}\n",
        &[&format!("3:9 `A` contains itself: A.b -> B.c -> C.a -> A [{hint}]")],
    );
    check(
        "behind a pointer",
        fields!("    pub a: Option<Box<Part>>,\n    pub b: Vec<Part>,\n    pub c: BTreeMap<String, Part>,"),
        &[],
    );
}

#[test]
fn a_name_means_one_kind_of_a_group() {
    let two = |first: &str, second: &str| {
        let text = format!(
            "use kubeforge_machinery::meta::v1::ObjectMeta;\n#[derive(ApiSource)] #[api(kind{first})]\npub struct Gadget {{\n    \
             pub metadata: ObjectMeta,\n}}\n#[derive(ApiSource)] #[api(kind{second})]\npub struct Widget {{\n    pub \
             metadata: ObjectMeta,\n}}\n"
        );
        findings(&[Input { name: "v1", text: text.leak() }]).unwrap()
    };
    let hint = "[a name means one kind in its group]";
    assert_eq!(two("", ""), Vec::<String>::new());
    assert_eq!(
        two(", short = [\"g\", \"gd\"]", ", short = [\"gd\"]"),
        [format!("6:34 short name `gd` of `Widget` is a name of `Gadget` already {hint}")]
    );
    assert_eq!(
        two("", ", short = [\"gadget\"]"),
        [format!("6:34 short name `gadget` of `Widget` is a name of `Gadget` already {hint}")]
    );
    assert_eq!(
        two("", ", plural = \"gadgets\""),
        [format!("6:34 plural `gadgets` of `Widget` is a name of `Gadget` already {hint}")]
    );
}

#[test]
fn versions_of_a_kind_are_one_resource() {
    const V1: &str = kind!(", namespaced", "");
    const CLUSTER: &str = kind!(", cluster", "");
    const PLURAL: &str = kind!(", namespaced, plural = \"gadgetry\"", "");
    let with = |v2| findings(&[Input { name: "v1", text: V1 }, Input { name: "v2", text: v2 }]).unwrap();
    assert_eq!(with(V1), Vec::<String>::new());
    let scope = "2:28 `Gadget` is namespaced in version \"v1\", and not here [a kind has one scope in all versions]";
    assert_eq!(with(CLUSTER), [scope]);
    assert_eq!(
        with(PLURAL),
        [
            "2:46 `Gadget` is `gadgetry` here, and `gadgets` in version \"v1\" [a kind is the same resource in all versions]"
        ]
    );
}

#[test]
fn subresources_and_columns_have_what_they_show() {
    check(
        "status without a field",
        kind!(", subresource(scale, spec = \".size\", status = \".size\"), subresource(status)", "    pub size: i32,"),
        &["2:88 subresource `status` without a field: `Gadget` has no field `status` [#[api(tag = 3)] pub status: \
           GadgetStatus]"],
    );
    check(
        "scale path",
        kind!(", subresource(scale, spec = \".siz\", status = \".size\")", "    pub size: i32,"),
        &["2:34 path `.siz` leads nowhere: `Gadget` has no field `siz` [did you mean `size`?]"],
    );
    check(
        "the second column",
        kind!(
            ", column(name = \"A\", type = \"integer\", path = \".size\"), column(name = \"B\", type = \"int\", path = \".siz\")",
            "    pub size: i32,"
        ),
        &[
            "2:88 `int` is no type of a column [there are boolean, date, integer, number, string]",
            "2:88 path `.siz` leads nowhere: `Gadget` has no field `siz` [did you mean `size`?]",
        ],
    );
    check(
        "life",
        kind!(", introduced = \"1.9\", deprecated = \"1.22\", removed = \"1.21\"", ""),
        &["2:75 `removed` in 1.21 is before `deprecated` in 1.22"],
    );
}

#[test]
fn unions_of_types_are_of_fields() {
    check(
        "unknown discriminator and member",
        "#[derive(ApiSource)] #[api(union(discriminator = \"typ\", \"aa\" = \"A\"))]\npub struct Part {\n    pub type_: \
         String,\n    pub a: String,\n}\n",
        &["1:28 `Part` has no field `aa` [did you mean `a`?]", "1:28 `Part` has no field `typ` [did you mean `type`?]"],
    );
}

#[test]
fn names_collide_after_camel_case() {
    check(
        "trailing underscore",
        fields!("    pub type_: String,\n    pub r#type: String,"),
        &["4:9 JSON name `type` is given twice: to `type_` and to `type` [see `json = \"…\"`]"],
    );
    check(
        "two inlined structs",
        "#[derive(ApiSource)]\npub struct Part {\n    #[api(inline)] pub one: Inner,\n    #[api(inline)] pub two: Inner,\n}\n\
         #[derive(ApiSource)]\npub struct Inner {\n    pub a: String,\n}\n",
        &["4:24 JSON name `a` is given twice: to `one` and to `two` [see `json = \"…\"`]"],
    );
}

#[test]
fn one_run_reports_everything_with_its_source_line() {
    let root = tempfile::tempdir().unwrap();
    let text = "#[derive(ApiSource)]\npub struct Part {\n    #[api(tagg = 1)]\n    pub a: u64,\n}\n";
    let sources = sources(root.path(), &[Input { name: "v1", text }]).unwrap();
    let report = load::packages(&sources).unwrap_err().to_string();
    insta::assert_snapshot!(report);
}

/// A struct with one field, on line 4, beside types that it may use.
macro_rules! ruled {
    ($markers:literal, $type:literal) => {
        concat!(
            "use std::collections::BTreeMap;\n#[derive(ApiSource)]\npub struct Part {\n    #[api(",
            $markers,
            ")] pub a: ",
            $type,
            ",\n}\n#[derive(ApiSource)]\npub struct Wheel {\n    pub name: String,\n    pub size: i32,\n}\n",
            "#[derive(ApiSource)]\npub enum Color {\n    Red,\n    Other(String),\n}\n"
        )
    };
}

#[test]
fn rules_that_fit_are_not_reported() {
    for text in [
        ruled!("min = 1, max = 2, multiple_of = 2", "Option<i32>"),
        ruled!("exclusive_min = 0.5", "f64"),
        ruled!("min_len = 1, pattern = \"^a\", format = \"k8s-uuid\", not_equal = \"x\"", "Color"),
        ruled!("min_items = 1, unique(\"name\"), each(field(\"size\", min = 1))", "Vec<Wheel>"),
        ruled!("item(\"name\" = \"x\", \"size\" = 1, field(\"size\", max = 2))", "Vec<Wheel>"),
        ruled!("max_entries = 1, each_key(max_len = 1), each(min = 1)", "BTreeMap<String, i64>"),
        ruled!("closed, if_enabled(\"G\", enum_exclude(\"Red\"))", "Color"),
        ruled!("present, update(no_set), immutable", "Option<Box<Wheel>>"),
        ruled!("alpha(since = \"1.36\", optional, max_items = 1)", "Vec<String>"),
        ruled!("format = \"date-time\"", "Vec<String>"),
        ruled!("values(301, 302)", "Option<i64>"),
        ruled!("each(values(0.5, 1))", "Vec<f64>"),
    ] {
        check("fits", text, &[]);
    }
}

#[test]
fn rules_fit_what_they_stand_on() {
    let rows: &[(&'static str, &str)] = &[
        (ruled!("min = 1", "String"), "4:11 `min` goes on a number, and this is a text [`min_len` bounds a text]"),
        (ruled!("values(1, 2)", "String"), "4:11 `values` goes on a number, and this is a text"),
        (ruled!("values(1, 3000000000)", "i32"), "4:11 3000000000 is no value of the field's type"),
        (ruled!("max_len = 1", "i32"), "4:11 `max_len` goes on a text, and this is a number [`max` bounds a number]"),
        (
            ruled!("max_len = 1", "Vec<String>"),
            "4:11 `max_len` goes on a text, and this is a list [on its elements: `each(max_len = 1)`]",
        ),
        (ruled!("each(min_items = 1)", "Vec<String>"), "4:11 `min_items` goes on a list, and this is a text"),
        (
            ruled!("unique", "BTreeMap<String, String>"),
            "4:11 `unique` goes on a list, and this is a map [on its elements: `each(unique)`]",
        ),
        (ruled!("closed", "String"), "4:11 `closed` goes on an enum, and this is a text"),
        (ruled!("enum_exclude(\"Rad\")", "Color"), "4:11 the enum has no value \"Rad\" [did you mean `Red`?]"),
        (ruled!("field(\"nam\", max_len = 1)", "Wheel"), "4:11 `Wheel` has no field `nam` [did you mean `name`?]"),
        (ruled!("unique(\"nam\")", "Vec<Wheel>"), "4:11 `Wheel` has no field `nam` [did you mean `name`?]"),
        (ruled!("item(\"size\" = \"x\", immutable)", "Vec<Wheel>"), "4:11 `size` is never \"x\""),
        (
            ruled!("unique = map", "Vec<Wheel>"),
            "4:11 `unique = map` without keys [`list = map(\"…\")` says them, or `unique(\"…\")`]",
        ),
        (
            ruled!("present", "Wheel"),
            "4:11 `present` does not fit a struct that is always there [make it an Option, or state rules on its fields: \
             `field(\"…\", …)`]",
        ),
        (
            ruled!("update(no_set)", "Wheel"),
            "4:11 a struct that is always there can't be set or unset [`update(no_modify)`]",
        ),
        (ruled!("each(required)", "Vec<String>"), "4:16 `required` is no validation rule [`present` demands a value]"),
    ];
    for (text, want) in rows {
        check("misfit", text, &[want]);
    }
}

#[test]
fn values_of_rules_make_sense() {
    let rows: &[(&'static str, &str)] = &[
        (ruled!("min = 3000000000", "i32"), "4:11 3000000000 is no value of the field's type"),
        (ruled!("max = 1.5", "i64"), "4:11 1.5 is no value of the field's type"),
        (ruled!("multiple_of = 0", "i32"), "4:11 `multiple_of` takes a number greater than 0"),
        (ruled!("min_len = -1", "String"), "4:11 `min_len` takes a number from 0 on"),
        (ruled!("pattern = \"a(\"", "String"), "4:11 no regular expression: unclosed group"),
        (
            ruled!("format = \"k8s-shortname\"", "String"),
            "4:11 unknown format `k8s-shortname` [did you mean `k8s-short-name`?]",
        ),
        (ruled!("not_equal = 1", "String"), "4:11 `not_equal = 1` does not fit a text"),
    ];
    for (text, want) in rows {
        check("value", text, &[want]);
    }
}

#[test]
fn unions_are_whole() {
    check(
        "unknown member, below a stage",
        "#[derive(ApiSource)] #[api(alpha(one_of(\"a\", \"bb\")))]\npub struct Part {\n    pub a: i32,\n    pub b: i32,\n}\n",
        &["1:28 `Part` has no field `bb` [did you mean `b`?]"],
    );
    check(
        "two discriminators",
        fields!(
            "    #[api(discriminator)] pub a: String,\n    #[api(discriminator)] pub b: String,\n    #[api(member)] pub c: Option<i32>,"
        ),
        &["4:11 the type's union has a discriminator already: `a` [unions of one type have names: `discriminator = \
               \"…\"`, `member(union = \"…\")`]"],
    );
    check(
        "no members",
        fields!("    #[api(discriminator = \"x\")] pub a: String,"),
        &["3:11 union \"x\" has no members [mark fields with `member`]"],
    );
    check(
        "no discriminator",
        fields!("    #[api(member(\"A\", present))] pub a: Option<i32>,"),
        &["3:11 the type's union has no discriminator [mark the field that has the value with `discriminator`]"],
    );
    check(
        "a value without rules",
        fields!("    #[api(discriminator)] pub a: String,\n    #[api(member(\"B\"))] pub b: Option<i32>,"),
        &["4:11 what holds while the discriminator has that value? [`member = \"B\"` makes it a member of a union]"],
    );
    check(
        "rules without a value",
        fields!("    #[api(discriminator)] pub a: String,\n    #[api(member(present))] pub b: Option<i32>,"),
        &[
            "4:11 for which value of the discriminator do these rules hold? [the value comes first: `member(\"Value\", …)`]",
        ],
    );
    check(
        "a discriminator that is no text",
        fields!("    #[api(discriminator)] pub a: i32,\n    #[api(member)] pub b: Option<i32>,"),
        &["3:11 `discriminator` goes on a text or an enum, and this is a number"],
    );
    check(
        "a member under a gate",
        fields!("    #[api(if_enabled(\"G\", member))] pub a: Option<i32>,"),
        &["3:11 `member` does not depend on a feature gate"],
    );
    check(
        "a member that is always there",
        "#[derive(ApiSource)]\npub struct Part {\n    #[api(member)] pub a: Inner,\n}\n#[derive(ApiSource)]\npub struct Inner {}\n",
        &["3:11 a struct that is always there can't be a member of a union [make it an Option]"],
    );
    check(
        "closed on a struct",
        "#[derive(ApiSource)] #[api(closed)]\npub struct Part {}\n",
        &["1:28 `closed` goes on an enum"],
    );
}
