//! CustomResourceDefinitions: what is in them, and what keeps a kind from having one.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{fs, path::Path};

use kubeforge_gen::{
    cache::Cache,
    document::CRDS,
    emit::{PackageError, crd::definitions},
    generate::{Generated, generate as generate_with},
    load::{self, Loaded, PackageSource},
    model::Package,
    output,
    run::{self, Options, RunError},
};
use serde_json::{Value, json};

fn source(dir: &Path, version: &str) -> PackageSource {
    PackageSource {
        dir: dir.to_owned(),
        shown: version.to_owned(),
        package: Package {
            group: "shop.example.com".into(),
            version: version.into(),
            definition_prefix: format!("com.example.shop.{version}"),
            module: format!("shop::{version}"),
            machinery: "::kubeforge_machinery".into(),
            crds: true,
            ..Package::default()
        },
    }
}

/// The meta/v1 package of machinery, whose kinds get no CRDs.
fn meta() -> PackageSource {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("../runtime/machinery/src/meta/v1");
    let package = Package {
        group: "meta.k8s.io".into(),
        module: "kubeforge_machinery::meta::v1".into(),
        crds: false,
        ..source(&dir, "v1").package
    };
    PackageSource { package, ..source(&dir, "v1") }
}

fn example(gates: &[&str]) -> Loaded {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/crds");
    let mut sources = [meta(), source(&dir.join("v1alpha1"), "v1alpha1"), source(&dir.join("v1"), "v1")];
    for source in &mut sources {
        source.package.crd_gates = gates.iter().map(|gate| (*gate).to_owned()).collect();
    }
    load::packages(&sources).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn the_example_is_what_the_snapshot_says() {
    let resources = definitions(&example(&[]).workspace, 0..3).unwrap();
    let names: Vec<&str> = resources.iter().map(|resource| resource.file_name.as_str()).collect();
    assert_eq!(names, ["shop.example.com_gadgets.yaml"]);
    let files = (CRDS.emit)(&example(&[]).workspace, 0..3).unwrap();
    let text = output::render_document(CRDS.name, &files[0]);
    insta::with_settings!({snapshot_path => "crds", prepend_module_to_snapshot => false, omit_expression => true}, {
        insta::assert_snapshot!("gadgets", text);
    });
    let read: Value = serde_saphyr::from_str(&text).unwrap();
    assert_eq!(read, resources[0].definition);
}

/// Upstream's rules, written down a second time and shorter than where the generator checks them.
fn structural(schema: &Value, nested: bool, path: &str) {
    let fields = schema.as_object().unwrap_or_else(|| panic!("{path} is no schema"));
    let is = |key: &str| fields.get(key) == Some(&json!(true));
    let is_mixed = is("x-kubernetes-int-or-string");
    if nested {
        let structure = ["type", "description", "default", "nullable", "title", "additionalProperties"];
        let found = fields.keys().find(|key| structure.contains(&key.as_str()) || key.starts_with("x-kubernetes-"));
        assert_eq!(found, None, "{path}");
    } else {
        let is_open = is_mixed || is("x-kubernetes-preserve-unknown-fields");
        assert!(is_open || fields.get("type").is_some_and(Value::is_string), "{path} has no type");
    }
    let forbidden = ["$ref", "definitions", "dependencies", "deprecated", "uniqueItems", "id", "patternProperties"];
    assert_eq!(fields.keys().find(|key| forbidden.contains(&key.as_str()) || key.starts_with('$')), None, "{path}");
    for (name, property) in fields.get("properties").and_then(Value::as_object).into_iter().flatten() {
        structural(property, nested, &format!("{path}.{name}"));
    }
    for key in ["items", "additionalProperties"] {
        fields.get(key).iter().for_each(|inner| structural(inner, nested, &format!("{path}.{key}")));
    }
    for key in ["allOf", "anyOf", "oneOf"].into_iter().filter(|key| !(is_mixed && *key == "anyOf")) {
        let all = fields.get(key).and_then(Value::as_array).into_iter().flatten();
        all.for_each(|inner| structural(inner, true, &format!("{path}.{key}")));
    }
    fields.get("not").iter().for_each(|inner| structural(inner, true, &format!("{path}.not")));
}

#[test]
fn the_examples_schemas_are_structural() {
    for gates in [&[][..], &["Turbo"]] {
        let resources = definitions(&example(gates).workspace, 0..3).unwrap();
        for version in resources[0].definition["spec"]["versions"].as_array().unwrap() {
            structural(&version["schema"]["openAPIV3Schema"], false, version["name"].as_str().unwrap());
        }
    }
}

#[test]
fn gates_are_off_unless_they_are_on() {
    let spec = |gates: &[&str]| {
        let resources = definitions(&example(gates).workspace, 0..3).unwrap();
        resources[0].definition["spec"]["versions"][0]["schema"]["openAPIV3Schema"]["properties"]["spec"]["properties"]
            .clone()
    };
    let (off, on) = (spec(&[]), spec(&["Turbo"]));
    assert_eq!((off.get("turbo"), &off["color"]["enum"]), (None, &json!(["Red", "deep-blue"])));
    assert_eq!(
        (&on["turbo"]["type"], &on["color"]["enum"]),
        (&json!("integer"), &json!(["Red", "deep-blue", "Chrome"]))
    );
    assert_eq!((&off["gears"]["maxItems"], &on["gears"]["maxItems"]), (&json!(2), &json!(4)));
}

/// What is wrong with packages of one file each, as `Type.field: message [hint]`.
fn errors(files: &[(&str, &str)]) -> Vec<String> {
    let root = tempfile::tempdir().unwrap();
    let sources: Vec<PackageSource> = files
        .iter()
        .map(|(version, text)| {
            let dir = root.path().join(version);
            fs::create_dir_all(&dir).unwrap();
            fs::write(dir.join("types.rs"), text).unwrap();
            source(&dir, version)
        })
        .collect();
    let loaded = load::packages(&sources).unwrap_or_else(|error| panic!("{error}"));
    let found = definitions(&loaded.workspace, 0..files.len()).err().unwrap_or_default();
    found
        .into_iter()
        .map(|PackageError { error, .. }| {
            let field = error.field.map_or_else(String::new, |field| format!(".{field}"));
            let hint = error.hint.map_or_else(String::new, |hint| format!(" [{hint}]"));
            format!("{}{field}: {}{hint}", error.type_name, error.message)
        })
        .collect()
}

/// A kind with these markers and fields.
fn kind(markers: &str, fields: &str) -> String {
    format!(
        "use kubeforge_machinery::meta::v1::{{Condition, ObjectMeta}};\nuse std::collections::BTreeMap;\n#[derive(Api)] #[api(kind{markers})]\n\
         pub struct Gadget {{ pub metadata: ObjectMeta, {fields} }}\n"
    )
}

#[track_caller]
fn refuses(rule: &str, text: &str, want: &[&str]) {
    assert_eq!(errors(&[("v1", text)]), want, "{rule}");
}

#[test]
fn what_a_schema_cannot_say_is_refused() {
    refuses("nothing", &kind("", "pub color: String,"), &[]);
    refuses(
        "recursion",
        &(kind("", "pub tree: Option<Tree>,")
            + "#[derive(Api)] pub struct Tree { pub branch: Option<Box<Branch>> }\n\
               #[derive(Api)] pub struct Branch { pub trees: Vec<Tree> }\n"),
        &[
            "Gadget: a structural schema can't hold itself, and these types do: Tree -> Branch -> Tree [`preserve_unknown` \
           or `schemaless` on a field ends the recursion]",
        ],
    );
    refuses(
        "another package",
        &kind("", "pub conditions: Vec<Condition>,"),
        &[
            "Gadget.conditions: nothing is known of `kubeforge_machinery::meta::v1::Condition`: its package is not in this \
           run [name the gen.toml of its package with another --config, or say `schemaless`]",
        ],
    );
    refuses("another package, cut", &kind("", "#[api(schemaless)] pub conditions: Vec<Condition>,"), &[]);
    refuses(
        "a function",
        &kind("", "#[api(schema_with = \"f\")] pub color: String,"),
        &["Gadget.color: only the compiler can ask this type for its schema [derive CustomResource instead, or say \
           `schemaless`]"],
    );
    refuses(
        "rules without a form",
        &(kind(
            "",
            "#[api(item(\"name\" = \"a\", immutable))] pub parts: Vec<Part>, #[api(each_key(not_equal = \"a\"))] pub \
             labels: BTreeMap<String, String>,",
        ) + "#[derive(Api)] pub struct Part { pub name: String }\n"),
        &[
            "Gadget.parts: `item` has no form in a custom resource's schema: say it with `cel`",
            "Gadget.labels: `not_equal = \"a\"` on a map's keys has no form in CEL: say it with `cel`",
        ],
    );
    refuses(
        "rules for one value of a discriminator",
        &kind(
            "",
            "#[api(discriminator)] pub type_: String, #[api(member(\"Tape\", present, max_len = 3))] pub tape: \
             Option<String>,",
        ),
        &["Gadget.tape: `max_len = 3` for one value of the discriminator has no form in a custom resource's schema \
           [say it with `cel`]"],
    );
    refuses(
        "a constant",
        &kind("", "#[api(default = super::RED)] pub color: String,"),
        &["Gadget.color: the default is a constant, `super::RED`, whose value is not known here [write the value out]"],
    );
}

#[test]
fn what_a_server_would_refuse_is_refused() {
    refuses(
        "a default",
        &(kind("", "pub spec: Spec,") + "#[derive(Api)] pub struct Spec { #[api(default = 1)] pub color: String }"),
        &["Gadget: spec.color.default: 1 is no string"],
    );
    refuses(
        "a list's key",
        &(kind("", "#[api(list = map(\"name\"))] pub parts: Vec<Part>,")
            + "#[derive(Api)] pub struct Part { pub name: String }"),
        &[
            "Gadget: parts[].name.default: this property is in x-kubernetes-list-map-keys, so it must have a default or be a \
           required property",
        ],
    );
    refuses(
        "a subresource",
        &kind(", subresource(sale, create = \"Sale\")", ""),
        &["Gadget: a custom resource has no subresource `sale`, only status and scale [`skip` leaves the kind out]"],
    );
    refuses("left out", &kind(", skip, subresource(sale, create = \"Sale\")", ""), &[]);
}

#[test]
fn versions_share_one_definition() {
    let check = |rule: &str, v1: &str, v2: &str, want: &[&str]| {
        assert_eq!(errors(&[("v1", &kind(v1, "")), ("v2", &kind(v2, ""))]), want, "{rule}");
    };
    check("one is stored", "", ", storage", &[]);
    check("the hub is stored", "", ", hub", &[]);
    check(
        "none is stored",
        "",
        "",
        &["Gadget: none of the versions v1, v2 says `storage` [mark the version that is stored]"],
    );
    check(
        "two are stored",
        ", storage",
        ", storage",
        &["Gadget: the versions v1 and v2 both say `storage` [exactly one version is stored]"],
    );
    check(
        "labels differ",
        ", storage, label(\"app\" = \"a\")",
        ", label(\"app\" = \"b\")",
        &["Gadget: the versions differ in the value of labels app: \"a\" and \"b\" [all versions of a kind share one \
           definition]"],
    );
}

const CONFIG: &str = r#"
crds = "deploy"

[[package]]
path = "src/v1"
group = "shop.example.com"
version = "v1"
definition_prefix = "com.example.shop.v1"
module = "shop::v1"
"#;

fn crate_with(config: &str, text: &str) -> tempfile::TempDir {
    let root = tempfile::tempdir().unwrap();
    fs::create_dir_all(root.path().join("src/v1")).unwrap();
    fs::write(root.path().join("gen.toml"), config).unwrap();
    fs::write(root.path().join("src/v1/gadget.rs"), text).unwrap();
    root
}

fn generate(root: &Path, only: &[&str]) -> Vec<String> {
    let only: Vec<String> = only.iter().map(|name| (*name).to_owned()).collect();
    let run = run::run(&[root.join("gen.toml")], &only).unwrap_or_else(|error| panic!("{error}"));
    let changes = run.output.changes().unwrap().changes;
    changes.iter().for_each(|change| change.apply().unwrap());
    let shown = changes.iter().map(|change| change.shown.rsplit_once("/").unwrap().1.to_owned());
    shown.filter(|name| name.ends_with(".yaml")).collect()
}

#[test]
fn files_are_written_verified_and_removed() {
    let root = crate_with(CONFIG, &kind("", ""));
    assert_eq!(generate(root.path(), &["crds"]), ["shop.example.com_gadgets.yaml"]);
    let path = root.path().join("deploy/shop.example.com_gadgets.yaml");
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.starts_with("# @generated by kubeforge-gen crds from shop.example.com."), "{text}");
    assert_eq!(generate(root.path(), &[]), [""; 0]);

    fs::write(&path, text.replace("Gadget", "Widget")).unwrap();
    fs::write(root.path().join("deploy/shop.example.com_gone.yaml"), &text).unwrap();
    fs::write(root.path().join("deploy/kustomization.yaml"), "resources: []\n").unwrap();
    assert_eq!(generate(root.path(), &[]), ["shop.example.com_gadgets.yaml", "shop.example.com_gone.yaml"]);
    assert_eq!(fs::read_to_string(&path).unwrap(), text);
    assert!(root.path().join("deploy/kustomization.yaml").exists());
}

/// A run with a note of the last one.
fn generate_noted(root: &Path) -> Generated {
    let options = Options::all(&[root.join("gen.toml")]);
    generate_with(&options, Some(&Cache::at(&root.join("notes")))).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn a_note_hides_no_stale_definition() {
    let field = "#[api(gate = \"Turbo\")] pub turbo: Option<i32>,";
    let root = crate_with(CONFIG, &kind("", field));
    let path = root.path().join("deploy/shop.example.com_gadgets.yaml");
    let runs = |what: &str, change: &dyn Fn(), written: bool| {
        change();
        let files = generate_noted(root.path()).written;
        assert_eq!(files.iter().any(|file| file.ends_with("shop.example.com_gadgets.yaml")), written, "{what}");
        assert!(path.exists(), "{what}");
    };
    runs("the first run", &|| {}, true);
    runs("the same again", &|| {}, false);
    runs("a missing file", &|| fs::remove_file(&path).unwrap(), true);
    let config = |text: &str| fs::write(root.path().join("gen.toml"), text).unwrap();
    runs("a gate", &|| config(&format!("crd_gates = [\"Turbo\"]\n{CONFIG}")), true);
    assert!(fs::read_to_string(&path).unwrap().contains("turbo:"));
    config(&format!("{CONFIG}crds = false\n"));
    assert_eq!(generate_noted(root.path()).removed.len(), 1, "a package without");
    assert!(!path.exists());
}

#[test]
fn documents_may_be_inside_of_others() {
    let root = crate_with(&CONFIG.replace("\"deploy\"", "\"docs/deploy\"\ndocs = \"docs\""), &kind("", ""));
    let first = generate_noted(root.path());
    assert!(first.written.iter().any(|file| file.ends_with("docs/deploy/shop.example.com_gadgets.yaml")));
    let second = generate_noted(root.path());
    assert_eq!((second.written.len(), second.removed.len()), (0, 0));
    assert_eq!(generate(root.path(), &[]), [""; 0]);
}

#[test]
fn packages_may_do_without() {
    let root = crate_with(&format!("{CONFIG}crds = false\n"), &kind("", ""));
    assert_eq!(generate(root.path(), &[]), [""; 0]);
}

#[test]
fn findings_stand_where_they_belong() {
    let root = crate_with(CONFIG, &kind("", "\n#[api(schema_with = \"f\")] pub color: String,"));
    let Err(RunError::Input(diagnostics)) = run::run(&[root.path().join("gen.toml")], &["crds".to_owned()]) else {
        panic!("an error")
    };
    let text = diagnostics.to_string();
    assert!(text.starts_with("error: crds: only the compiler can ask"), "{text}");
    assert!(text.contains("src/v1/gadget.rs:5:31"), "{text}");
}
