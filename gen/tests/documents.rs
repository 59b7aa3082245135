//! Documents: protobuf definitions held against Kubernetes' own numbers, and reference pages.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{
    collections::{BTreeMap, BTreeSet},
    env, fs,
    path::{Path, PathBuf},
};

use kubeforge_gen::{
    config::Directory,
    document::{DOCS, Document, PROTO},
    run,
};

/// What a generator writes of these configurations, by path.
fn written(document: &Document, configs: &[&str]) -> BTreeMap<String, String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let configs: Vec<PathBuf> = configs.iter().map(|config| root.join(config)).collect();
    let run =
        run::documents(&configs, document, &Directory::at(Path::new("out"))).unwrap_or_else(|err| panic!("{err}"));
    let (_, _, files) = run.output.wanted().next().unwrap();
    files.map(|(path, text)| (path.to_owned(), text.to_owned())).collect()
}

/// `package,message,field,number,proto_type,label,map_key`, as the facts have it.
type Row = [String; 7];

/// Reads a `.proto` file as far as the generator uses the language; anything else fails the test.
fn rows_of(path: &str, text: &str) -> Vec<Row> {
    let (mut package, mut message, mut fields) = (String::new(), None::<String>, 0);
    let mut rows = Vec::new();
    let mut imports = BTreeSet::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("//")) {
        let row = |message: &str, rest: [&str; 5]| -> Row {
            let [field, number, ty, label, key] = rest.map(str::to_owned);
            [package.clone(), message.to_owned(), field, number, ty, label, key]
        };
        if let Some(name) = line.strip_prefix("package ") {
            package = name.trim_end_matches(';').to_owned();
        } else if let Some(import) = line.strip_prefix("import \"") {
            imports.insert(import.trim_end_matches("/generated.proto\";").replace('/', ".").replace('-', "_"));
        } else if let Some(name) = line.strip_prefix("message ") {
            assert!(message.is_none(), "{path}: a message in a message");
            (message, fields) = (Some(name.trim_end_matches(" {").to_owned()), 0);
        } else if line == "}" {
            let name = message.take().unwrap_or_else(|| panic!("{path}: a brace too many"));
            if fields == 0 {
                rows.push(row(&name, [""; 5]));
            }
        } else if let Some(message) = &message {
            let (left, number) =
                line.trim_end_matches(';').trim_end_matches(" [deprecated = true]").split_once(" = ").unwrap();
            let (ty, field) = left.rsplit_once(' ').unwrap();
            let (label, key, ty) = match ty.strip_prefix("map<") {
                Some(map) => {
                    let (key, value) = map.trim_end_matches('>').split_once(", ").unwrap();
                    ("map", key, value)
                }
                None => {
                    let (label, ty) = ty.split_once(' ').unwrap();
                    (label, "", ty)
                }
            };
            if let Some((of, _)) = ty.strip_prefix('.').and_then(|ty| ty.rsplit_once('.')) {
                assert!(imports.contains(of), "{path}: {of} is not imported");
            }
            rows.push(row(message, [field, number, ty.trim_start_matches('.'), label, key]));
            fields += 1;
        } else {
            assert!(line == "syntax = \"proto2\";", "{path}: {line}");
        }
    }
    rows
}

/// Messages of Kubernetes that the types here don't have, and why.
const NOT_HERE: &[(&str, &str)] = &[
    ("k8s.io.api.core.v1.List", "the same as meta/v1's List, which is here"),
    ("k8s.io.api.core.v1.Preconditions", "nothing uses it; meta/v1's is here"),
    ("k8s.io.apimachinery.pkg.apis.meta.v1.Patch", "a body of any form, which no codec reads"),
];

/// Fields that differ for a reason: the field, by message and number, and why.
const DIFFERENT: &[(&str, &str, &str)] = &[
    ("k8s.io.api.core.v1.Probe", "1", "an inlined struct, whose name is neither in JSON nor on the wire"),
    ("k8s.io.apiserver.pkg.apis.audit.v1.Event", "11", "audit events are JSON; upstream has another envelope here"),
    ("k8s.io.apiserver.pkg.apis.audit.v1.Event", "12", "audit events are JSON; upstream has another envelope here"),
];

fn is_different(row: &Row) -> bool {
    let message = format!("{}.{}", row[0], row[1]);
    DIFFERENT.iter().any(|(of, number, _)| *of == message && *number == row[3])
}

/// Names are not on the wire. Where upstream's tags give none they are made of Go's, and spelled like `aPIGroup`.
fn with_plain_name(mut row: Row) -> Row {
    row[2] = row[2].to_lowercase();
    row
}

#[test]
fn protobuf_definitions_have_kubernetes_numbers() {
    let shared = env::var_os("KUBEFORGE_SHARED")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared"), PathBuf::from);
    let Ok(facts) = fs::read_to_string(shared.join("kubernetes-1.36/protobuf-tags.csv")) else {
        println!("skipped: there are no facts of Kubernetes beside the workspace");
        return;
    };
    let ours: BTreeSet<Row> = written(&PROTO, &["runtime/machinery/gen.toml", "api/gen.toml"])
        .iter()
        .flat_map(|(path, text)| rows_of(path, text))
        .map(with_plain_name)
        .collect();
    let packages: BTreeSet<&str> = ours.iter().map(|row| row[0].as_str()).collect();
    assert!(packages.len() > 10, "{packages:?}");
    let all: BTreeSet<Row> = facts
        .lines()
        .skip(1)
        .map(|line| line.split(',').map(str::to_owned).collect::<Vec<_>>().try_into().unwrap())
        .filter(|row: &Row| packages.contains(row[0].as_str()))
        .map(with_plain_name)
        .collect();
    let is = |row: &Row, name: &str| format!("{}.{}", row[0], row[1]) == name;
    for (name, _) in NOT_HERE {
        assert!(all.iter().any(|row| is(row, name)), "{name} is no message of Kubernetes");
        assert!(!ours.iter().any(|row| is(row, name)), "{name} is here after all");
    }
    let known = |row: &&Row| NOT_HERE.iter().any(|(name, _)| is(row, name));
    let theirs: BTreeSet<Row> = all.iter().filter(|row| !known(row)).cloned().collect();
    for (message, number, _) in DIFFERENT {
        let row = theirs.iter().find(|row| is(row, message) && row[3] == *number).unwrap();
        assert!(!ours.contains(row), "{message}, {number} is the same after all");
    }
    let told = |row: &&Row| (!is_different(row)).then(|| row.join(","));
    let missing: Vec<String> = theirs.difference(&ours).filter_map(|row| told(&row)).collect();
    let further: Vec<String> = ours.difference(&theirs).filter_map(|row| told(&row)).collect();
    assert!(missing.is_empty() && further.is_empty(), "missing: {missing:#?}\nnot upstream: {further:#?}");
}

#[test]
fn a_group_of_ones_own_imports_kubernetes_definitions() {
    let files = written(&PROTO, &["runtime/examples/shop/gen.toml"]);
    let text = &files["shop.example.com/v1/generated.proto"];
    assert!(text.starts_with("// @generated by kubeforge-gen proto from shop.example.com.v1."), "{text}");
    for want in [
        "package shop.example.com.v1;",
        "import \"k8s.io/apimachinery/pkg/apis/meta/v1/generated.proto\";",
        "optional .k8s.io.apimachinery.pkg.apis.meta.v1.ObjectMeta metadata = 1;",
        "repeated Gadget items = 2;",
        "optional int32 replicas = 2;",
    ] {
        assert!(text.contains(want), "{want} in {text}");
    }
    rows_of("shop", text);
}

#[test]
fn reference_pages_link_to_what_there_is() {
    let files = written(&DOCS, &["runtime/machinery/gen.toml", "api/gen.toml"]);
    let mut anchors: BTreeSet<String> = BTreeSet::new();
    for (page, text) in &files {
        for heading in text.lines().filter_map(|line| line.strip_prefix("### ")) {
            assert!(anchors.insert(format!("{page}#{}", heading.to_lowercase())), "{page}: {heading} twice");
        }
    }
    let mut links = 0;
    for (page, text) in &files {
        for link in text.split("](").skip(1).filter_map(|rest| rest.split_once(')')).map(|(link, _)| link) {
            let full = if link.starts_with('#') { format!("{page}{link}") } else { link.to_owned() };
            let known = if full.contains('#') { anchors.contains(&full) } else { files.contains_key(&full) };
            // links of documentation texts lead out
            assert!(known || link.contains("://"), "{page}: {link} leads nowhere");
            links += 1;
        }
    }
    assert!(links > 500, "{links}");
    let apps = &files["apps_v1.md"];
    for want in [
        "Resource `deployments`, namespaced; short `deploy`; in `all`.",
        "Subresource `scale`: get, patch, update; takes `autoscaling/v1.Scale`.",
        "[PodTemplateSpec](core_v1.md#podtemplatespec)",
    ] {
        assert!(apps.contains(want), "{want} in {apps}");
    }
}

#[test]
fn every_row_of_a_table_has_as_many_cells_as_its_heading() {
    for (page, text) in written(&DOCS, &["runtime/machinery/gen.toml", "api/gen.toml"]) {
        let mut cells = None;
        for line in text.lines() {
            let count = line.starts_with('|').then(|| line.replace("\\|", "").matches('|').count());
            assert!(cells.is_none() || count.is_none() || cells == count, "{page}: {line}");
            cells = count;
        }
    }
}
