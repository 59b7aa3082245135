//! Inputs to begin with.

use std::{env, fs, path::PathBuf};

use kubeforge_machinery::{
    FieldsV1, Object,
    arbitrary::{Limits, Source},
    codec::{MediaType, Strictness, decode, encode},
};

use crate::targets::{SCHEME, SEPARATOR};

/// Inputs for a target: encodings of arbitrary objects, Kubernetes' test objects where they are at hand, villains.
pub fn seeds(target: &str) -> Vec<Vec<u8>> {
    let mut seeds = match target {
        "decode_json" => documents(MediaType::Json, "json"),
        "decode_yaml" => documents(MediaType::Yaml, "yaml"),
        "decode_protobuf" => documents(MediaType::Protobuf, "pb"),
        "unstructured" => documents(MediaType::Json, "json"),
        "strategic_merge_patch" => pairs(),
        "managed_fields" => [pairs(), field_sets()].concat(),
        "json_patch" => json_patches(),
        _ => Vec::new(),
    };
    seeds.extend(villains(target));
    if seeds.is_empty() {
        seeds.push(Vec::new());
    }
    seeds
}

fn arbitrary(kind: usize, seed: u64) -> Option<Box<dyn Object>> {
    let entries = SCHEME.entries();
    let limits = Limits { depth: 10, values: 60 };
    entries[kind].arbitrary(&mut Source::from_seed(seed).with_limits(limits))
}

fn documents(media: MediaType, extension: &str) -> Vec<Vec<u8>> {
    let made = (0..SCHEME.entries().len()).flat_map(|kind| (0..2).filter_map(move |seed| arbitrary(kind, seed)));
    let made = made.filter_map(|object| encode(object.as_ref(), media));
    made.chain(fixtures(extension)).collect()
}

/// Kubernetes' test objects; none where they are not at hand.
fn fixtures(extension: &str) -> Vec<Vec<u8>> {
    let shared = match env::var_os("KUBEFORGE_SHARED") {
        Some(path) => PathBuf::from(path),
        None => PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../../shared"),
    };
    let Ok(entries) = fs::read_dir(shared.join("kubernetes-1.36/fixtures")) else { return Vec::new() };
    let mut paths: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.retain(|path| path.extension().is_some_and(|found| found == extension));
    paths.sort();
    paths.into_iter().filter_map(|path| fs::read(path).ok()).collect()
}

/// Two objects of one kind.
fn pairs() -> Vec<Vec<u8>> {
    let json = |kind, seed| encode(arbitrary(kind, seed)?.as_ref(), MediaType::Json);
    let kinds = (0..SCHEME.entries().len()).step_by(3);
    kinds.filter_map(|kind| Some([json(kind, 1)?, json(kind, 2)?].join(&SEPARATOR))).collect()
}

fn field_sets() -> Vec<Vec<u8>> {
    (0..50).map(|seed| Source::from_seed(seed).any::<FieldsV1>().raw().to_vec()).collect()
}

/// A document with a schema in a schema, and so on.
fn deep_schema(depth: usize) -> String {
    format!(
        r#"{{"kind":"CustomResourceDefinition","apiVersion":"apiextensions.k8s.io/v1","spec":{{"versions":[{{"schema":{{"openAPIV3Schema":{}{{}}{}}}}}]}}}}"#,
        r#"{"not":"#.repeat(depth),
        "}".repeat(depth)
    )
}

fn villains(target: &str) -> Vec<Vec<u8>> {
    let texts: Vec<String> = match target {
        "decode_json" => vec![
            deep_schema(180),
            deep_schema(5_000),
            deep_schema(60).replace("not", "items"),
            deep_schema(60).replace("{\"not\":", "{\"properties\":{\"a\":").replace("}", "}}"),
            format!(r#"{{"kind":"Pod","apiVersion":"v1","spec":{{"containers":[{}{{}}]}}}}"#, "{},".repeat(80_000)),
            format!(r#"{{"kind":"List","apiVersion":"v1","items":[{}1{}]}}"#, "[".repeat(10_000), "]".repeat(10_000)),
            format!(r#"{{"kind":"ConfigMap","apiVersion":"v1","data":{{{}"a":""}}}}"#, r#""a":"x","#.repeat(10_000)),
            format!(r#"{{"kind":"Pod","apiVersion":"v1","spec":{{"priority":{}}}}}"#, "9".repeat(100_000)),
        ],
        "decode_yaml" => vec![
            "a: &a [x,x,x]\nb: &b [*a,*a,*a]\nc: [*b,*b]\n<<: {d: 1}\n".to_owned(),
            format!("a: &a {}\nb: [{}]\n", "x".repeat(10_000), "*a,".repeat(1_000)),
            "[".repeat(1_000),
            "- ".repeat(1_000),
            "? ".repeat(1_000),
            "a: |\n  x\n  y\nb: >-\n  x\n\n  y\nc: 'it''s'\nd: \"\\x41\\u2028\"\n? e\n: f\n".to_owned(),
            "!!binary aGk=: !!str 1\n%TAG ! x\n---\n...\n".to_owned(),
            deep_schema(60),
        ],
        "selectors" => [
            "a=b,c!=d,e in (f,g),h notin (i),j,!k,l>1,m<2",
            "metadata.name=x,spec.a!=b\\,c",
            r#"{"matchLabels":{"a":"b"},"matchExpressions":[{"key":"c","operator":"In","values":["d"]}]}"#,
        ]
        .map(str::to_owned)
        .into(),
        "scalars" => [
            "1.5Gi",
            "100m",
            "12e6",
            "-1E3\u{0}",
            "9223372036854775807Ei",
            "0.000000001n",
            "1e-9",
            "2024-01-02T03:04:05.678901+01:00",
            "1h2m3.5s",
            "\"80\"",
            "-2562047h47m16.854775808s",
        ]
        .map(str::to_owned)
        .into(),
        "managed_fields" => vec![
            format!("{}{{}}{}", r#"{"f:a":"#.repeat(100), "}".repeat(100)),
            r#"{"k:{\"name\":\"a\",\"port\":1}":{".":{},"f:b":{}},"v:1":{},"i:0":{}}"#.to_owned(),
        ],
        _ => Vec::new(),
    };
    let mut seeds: Vec<Vec<u8>> = texts.into_iter().map(String::into_bytes).collect();
    if target == "decode_protobuf" {
        let schema = decode(&SCHEME, MediaType::Json, deep_schema(40).as_bytes(), None, Strictness::Lenient);
        seeds.extend(schema.ok().and_then(|decoded| encode(decoded.object.as_ref(), MediaType::Protobuf)));
    }
    if target == "scalars" {
        seeds.push([b"1Gi".as_slice(), b"-3n"].join(&SEPARATOR));
        seeds.push(b"\x08\x05\x10\x07".to_vec());
    }
    seeds
}

fn json_patches() -> Vec<Vec<u8>> {
    const DOCUMENT: &str = r#"{"metadata":{"labels":{"a/b":"c"}},"spec":{"list":[1,{"x":[2]},3],"n":null}}"#;
    let patches = [
        r#"[{"op":"add","path":"/spec/list/-","value":{"y":1}},{"op":"replace","path":"/spec/n","value":2}]"#,
        r#"[{"op":"test","path":"/spec/list/1/x/0","value":2},{"op":"remove","path":"/metadata/labels/a~1b"}]"#,
        r#"[{"op":"copy","from":"","path":"/a"},{"op":"copy","from":"","path":"/b"},{"op":"copy","from":"","path":"/c"}]"#,
        r#"[{"op":"move","from":"/spec/list/-1","path":"/spec/list/0"},{"op":"add","path":"","value":[[]]}]"#,
    ];
    patches.iter().map(|patch| [DOCUMENT.as_bytes(), patch.as_bytes()].join(&SEPARATOR)).collect()
}
