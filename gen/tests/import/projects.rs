//! Definitions of real projects: imported without a loss, and given back. `runtime/examples/imported` holds them, the types that
//! import made of them, and samples that a control plane takes.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use kubeforge_gen::{
    config,
    document::CRDS,
    emit::crd::definitions,
    import::{self, Imported, Request},
    load::{self, Loaded},
    output,
};
use serde_json::{Map, Value, json};

use crate::support::{check_format, comparable, files};

fn example() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../runtime/examples/imported")
}

fn definition_files() -> Vec<PathBuf> {
    let entries = fs::read_dir(example().join("definitions")).unwrap();
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    files.sort_unstable();
    assert_eq!(files.len(), 3);
    files
}

/// What is imported of files, for the places that the example's gen.toml says.
fn read(files: Vec<PathBuf>) -> Imported {
    let configs = vec![example().join("gen.toml")];
    let mut imported =
        import::read(&Request { files, configs, ..Request::default() }).unwrap_or_else(|error| panic!("{error}"));
    let places = import::places(&imported.packages, &example().join("src"), None, &imported.configs);
    import::settle(&mut imported.packages, &places, &imported.configs);
    imported
}

#[test]
fn definitions_are_imported_without_a_loss_as_the_example_has_them() {
    let imported = read(definition_files());
    assert_eq!(imported.report.lost_problems(), []);
    let places = import::places(&imported.packages, &example().join("src"), None, &imported.configs);
    for (package, place) in imported.packages.iter().zip(&places) {
        let empty = tempfile::tempdir().unwrap();
        let elsewhere = import::Place { dir: empty.path().to_owned(), ..place.clone() };
        let wanted: BTreeMap<String, String> = import::write_new(package, &elsewhere)
            .unwrap()
            .into_iter()
            .map(|write| (write.path.file_name().unwrap().to_string_lossy().into_owned(), write.text))
            .collect();
        let found = files(&place.dir);
        let fix = "in runtime/examples/imported: rm -r src/*/ && kubeforge-gen import --out src definitions/*.yaml && \
                   kubeforge-gen generate";
        assert_eq!(found.keys().collect::<Vec<_>>(), wanted.keys().collect::<Vec<_>>(), "{}: {fix}", place.shown);
        for (name, text) in &wanted {
            assert!(found.get(name) == Some(text), "{}/{name} is not what import makes: {fix}", place.shown);
        }
        check_format(&place.dir);
    }
}

/// The example's types, loaded, with definitions wanted of them.
fn types() -> Loaded {
    let config = config::read(&example().join("gen.toml")).unwrap();
    let sources: Vec<_> = config.packages.into_iter().map(|package| package.source).collect();
    let mut loaded = load::packages(&sources).unwrap_or_else(|error| panic!("{error}"));
    loaded.workspace.packages.iter_mut().for_each(|package| package.crds = true);
    loaded
}

#[test]
fn the_types_give_the_definitions_back() {
    let loaded = types();
    let emitted = definitions(&loaded.workspace, 0..loaded.workspace.packages.len()).unwrap();
    assert_eq!(emitted.len(), definition_files().len());
    for path in definition_files() {
        let original: Value = serde_saphyr::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        let found = emitted.iter().find(|found| found.definition["metadata"]["name"] == original["metadata"]["name"]);
        let (mut differences, found) = (Vec::new(), canonical(&found.unwrap().definition));
        compare(&canonical(&original), &found, "", &mut differences);
        assert!(differences.is_empty(), "{}:\n{}", path.display(), differences.join("\n"));
    }
}

#[test]
fn what_is_given_back_is_imported_as_the_same_types() {
    let loaded = types();
    let dir = tempfile::tempdir().unwrap();
    let files = (CRDS.emit)(&loaded.workspace, 0..loaded.workspace.packages.len()).unwrap();
    let paths = files.iter().map(|file| {
        let path = dir.path().join(&file.path);
        fs::write(&path, output::render_document(CRDS.name, file)).unwrap();
        path
    });
    let (first, again) = (read(definition_files()), read(paths.collect()));
    assert_eq!(again.report.lost_problems(), []);
    for (first, again) in first.packages.iter().zip(&again.packages) {
        let (want, found) = (comparable(&first.types), comparable(&again.types));
        assert_eq!(want.keys().collect::<Vec<_>>(), found.keys().collect::<Vec<_>>());
    }
}

/// A definition without what can be said in several ways, or not at all.
fn canonical(definition: &Value) -> Value {
    let mut definition = definition.clone();
    let spec = definition["spec"].as_object_mut().unwrap();
    // it is the default
    if spec.get("conversion") == Some(&json!({"strategy": "None"})) {
        spec.remove("conversion");
    }
    for version in spec["versions"].as_array_mut().unwrap() {
        let schema = &mut version["schema"]["openAPIV3Schema"];
        // every object has them
        let properties = schema["properties"].as_object_mut().unwrap();
        ["apiVersion", "kind", "metadata"].iter().for_each(|key| drop(properties.remove(*key)));
        *schema = canonical_schema(schema);
    }
    definition
}

/// A schema without descriptions, whose order is none where order means nothing, and whose unions are said in one way.
fn canonical_schema(schema: &Value) -> Value {
    let mut fields: Map<String, Value> = schema.as_object().unwrap().clone();
    fields.remove("description");
    for key in ["properties", "items", "additionalProperties"] {
        match (key, fields.get_mut(key)) {
            ("properties", Some(Value::Object(properties))) => {
                properties.values_mut().for_each(|property| *property = canonical_schema(property));
            }
            (_, Some(inner @ Value::Object(_))) => *inner = canonical_schema(inner),
            _ => {}
        }
    }
    if let Some(Value::Array(required)) = fields.get_mut("required") {
        required.sort_by_key(Value::to_string);
    }
    // a number's widest format is that of numbers without one
    if matches!(fields.get("format").and_then(Value::as_str), Some("int64" | "double")) {
        fields.remove("format");
    }
    let mixed = fields.contains_key("x-kubernetes-int-or-string");
    if !mixed {
        let unions = unions(&mut fields);
        if !unions.is_empty() {
            fields.insert("unions".into(), json!(unions));
        }
    }
    Value::Object(fields)
}

/// Takes out what says which fields exclude or need one another: which of them, and how many.
fn unions(fields: &mut Map<String, Value>) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    if let Some(alternatives) = fields.remove("oneOf") {
        let (none, some): (Vec<&Value>, Vec<&Value>) =
            alternatives.as_array().unwrap().iter().partition(|alternative| alternative.get("not").is_some());
        let members = names(some.iter().copied());
        found.insert(format!("{} of {members:?}", if none.is_empty() { "one" } else { "at most one" }));
        none.iter().for_each(|none| assert_eq!(names(none["not"]["anyOf"].as_array().unwrap()), members));
    }
    if let Some(not) = fields.remove("not") {
        let pairs = not.get("anyOf").and_then(Value::as_array).cloned().unwrap_or_else(|| vec![not.clone()]);
        let members = names(&pairs);
        assert_eq!(pairs.len(), members.len() * (members.len() - 1) / 2, "{not}");
        found.insert(format!("at most one of {members:?}"));
    }
    if let Some(any) = fields.remove("anyOf") {
        found.insert(format!("one or more of {:?}", names(any.as_array().unwrap())));
    }
    for part in fields.remove("allOf").as_ref().and_then(Value::as_array).into_iter().flatten() {
        let mut part = part.as_object().unwrap().clone();
        found.extend(unions(&mut part));
        assert!(part.is_empty(), "{part:?}");
    }
    found
}

/// All names in the `required` of some schemas.
fn names<'a>(schemas: impl IntoIterator<Item = &'a Value>) -> BTreeSet<String> {
    let required = schemas.into_iter().flat_map(|schema| schema["required"].as_array().unwrap());
    required.map(|name| name.as_str().unwrap().to_owned()).collect()
}

/// Where two values differ, by path.
fn compare(want: &Value, found: &Value, path: &str, differences: &mut Vec<String>) {
    match (want, found) {
        (Value::Object(want), Value::Object(found)) => {
            for key in want.keys().chain(found.keys()).collect::<BTreeSet<_>>() {
                let of = |fields: &Map<String, Value>| fields.get(key).cloned().unwrap_or(Value::Null);
                compare(&of(want), &of(found), &format!("{path}.{key}"), differences);
            }
        }
        (Value::Array(want), Value::Array(found)) if want.len() == found.len() => {
            for (index, (want, found)) in want.iter().zip(found).enumerate() {
                compare(want, found, &format!("{path}[{index}]"), differences);
            }
        }
        _ if want == found => {}
        _ => differences.push(format!("{path}: {want} became {found}")),
    }
}
