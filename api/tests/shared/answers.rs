//! The recorded answers of the real server (`goldens/api`).

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde_json::Value;

/// The answers of all scenarios, each with the place where it was found.
pub(crate) fn answers(dir: &Path) -> Vec<(String, Value)> {
    let mut files: Vec<PathBuf> = fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let mut found = Vec::new();
    for file in files {
        let mut scenario: Value = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
        let steps = scenario["steps"].take();
        for step in steps.as_array().into_iter().flatten() {
            let place =
                format!("{} {}", file.file_stem().unwrap().to_string_lossy(), step["id"].as_str().unwrap_or("?"));
            // A projection is a part of an answer.
            if step.get("projection").is_none() {
                found.push((place, step["response"].clone()));
            }
        }
    }
    found
}

/// Puts values in the place of the placeholders that stand where a text won't do.
pub(crate) fn without_placeholders(value: &mut Value) {
    match value {
        Value::String(text) if text == "<time>" => *text = "2020-01-01T00:00:00Z".to_owned(),
        Value::String(text) if text == "<microtime>" => *text = "2020-01-01T00:00:00.000001Z".to_owned(),
        Value::String(text) if text.starts_with("<port-") => *value = Value::from(30_000),
        // a token, taken apart
        Value::Object(fields) if fields.contains_key("$jwt") => *value = Value::from("a.b.c"),
        Value::Array(items) => items.iter_mut().for_each(without_placeholders),
        Value::Object(fields) => fields.values_mut().for_each(without_placeholders),
        _ => {}
    }
}
