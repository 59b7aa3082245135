//! CRDs of one version, and of several.

use serde_json::{Value, json};

use crate::{Error, Fields, Resolved, newest_first};

/// Puts a schema into a CRD of one version, which lacks it. Fields that the schema calls selectable are added to those
/// that the CRD names.
pub fn complete(definition: Fields, resolved: Resolved) -> Value {
    let mut definition = Value::Object(definition);
    let Some(Value::Object(version)) = definition.pointer_mut("/spec/versions/0") else { return definition };
    let mut selectable: Vec<String> = version
        .get("selectableFields")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(|field| field["jsonPath"].as_str().map(str::to_owned))
        .chain(resolved.selectable)
        .collect();
    selectable.sort_unstable();
    selectable.dedup();
    if !selectable.is_empty() {
        let fields: Vec<Value> = selectable.into_iter().map(|path| json!({"jsonPath": path})).collect();
        version.insert("selectableFields".to_owned(), Value::Array(fields));
    }
    version.insert("schema".to_owned(), json!({"openAPIV3Schema": resolved.schema}));
    definition
}

/// One CRD out of several of the same kind, each with versions of its own: the newest version first, and the one named
/// `storage` stored.
///
/// # Errors
/// Where the CRDs differ in what all versions share (names, scope, annotations, labels, conversion), where a version is
/// there twice, or where none is called `storage`.
pub fn merge_versions(definitions: impl IntoIterator<Item = Value>, storage: &str) -> Result<Value, Error> {
    let mut definitions = definitions.into_iter();
    let mut merged = definitions.next().ok_or_else(|| Error::Versions("there is no version to merge".to_owned()))?;
    let mut versions = take_versions(&mut merged);
    for mut definition in definitions {
        versions.extend(take_versions(&mut definition));
        unite(&mut merged, definition)?;
    }
    let name = |version: &Value| version["name"].as_str().unwrap_or_default().to_owned();
    versions.sort_by(|a, b| newest_first(&name(a), &name(b)));
    let names: Vec<String> = versions.iter().map(name).collect();
    if let Some([twice, _]) = names.array_windows().find(|[one, other]| one == other) {
        return Err(Error::Versions(format!("version {twice} is there twice")));
    }
    if !names.iter().any(|name| name == storage) {
        let message = format!("version {storage} is to be stored, but the versions are {}", names.join(", "));
        return Err(Error::Versions(message));
    }
    for (version, name) in versions.iter_mut().zip(&names) {
        version["storage"] = json!(name == storage);
    }
    merged["spec"]["versions"] = Value::Array(versions);
    Ok(merged)
}

fn take_versions(definition: &mut Value) -> Vec<Value> {
    match definition.pointer_mut("/spec/versions").map(Value::take) {
        Some(Value::Array(versions)) => versions,
        _ => Vec::new(),
    }
}

/// Adds what `more` says of the kind besides its versions.
fn unite(merged: &mut Value, more: Value) -> Result<(), Error> {
    for path in ["/metadata/name", "/spec/group", "/spec/names", "/spec/scope"] {
        let (one, other) = (merged.pointer(path), more.pointer(path));
        if one != other {
            let show = |value: Option<&Value>| value.map(Value::to_string).unwrap_or_default();
            let what = path.trim_start_matches('/').replace('/', ".");
            let message = format!("the versions differ in {what}: {} and {}", show(one), show(other));
            return Err(Error::Versions(message));
        }
    }
    for key in ["annotations", "labels"] {
        let Some(Value::Object(more)) = more["metadata"].get(key).cloned() else { continue };
        let metadata = &mut merged["metadata"];
        if metadata.get(key).is_none() {
            metadata[key] = json!({});
        }
        let Some(have) = metadata[key].as_object_mut() else { continue };
        for (name, value) in more {
            match have.get(&name) {
                Some(before) if *before != value => {
                    let message = format!("the versions differ in the value of {key} {name}: {before} and {value}");
                    return Err(Error::Versions(message));
                }
                _ => drop(have.insert(name, value)),
            }
        }
    }
    let none = json!({"strategy": "None"});
    let said = |definition: &Value| definition["spec"].get("conversion").filter(|value| **value != none).cloned();
    match (said(merged), said(&more)) {
        (Some(one), Some(other)) if one != other => {
            Err(Error::Versions("the versions differ in their conversion webhook".to_owned()))
        }
        (None, Some(conversion)) => {
            merged["spec"]["conversion"] = conversion;
            Ok(())
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn definition(version: &str) -> Value {
        json!({
            "metadata": {"name": "gadgets.example.com", "labels": {version: "y"}},
            "spec": {"group": "example.com", "names": {"kind": "Gadget"}, "scope": "Cluster",
                     "versions": [{"name": version, "storage": true}]},
        })
    }

    #[test]
    fn versions_are_sorted_and_one_is_stored() {
        let merged = merge_versions(["v1alpha1", "v1", "v2beta1"].map(definition), "v2beta1").unwrap();
        assert_eq!(
            merged["spec"]["versions"],
            json!([{"name": "v1", "storage": false}, {"name": "v2beta1", "storage": true},
                   {"name": "v1alpha1", "storage": false}])
        );
        assert_eq!(merged["metadata"]["labels"], json!({"v1": "y", "v1alpha1": "y", "v2beta1": "y"}));
    }

    #[test]
    fn what_does_not_fit_together_is_refused() {
        #[track_caller]
        fn check(definitions: [Value; 2], storage: &str, want: &str) {
            assert_eq!(merge_versions(definitions, storage).unwrap_err().to_string(), want);
        }
        check(["v1", "v1"].map(definition), "v1", "version v1 is there twice");
        let want = "version v3 is to be stored, but the versions are v2, v1";
        check(["v1", "v2"].map(definition), "v3", want);
        let mut namespaced = definition("v2");
        namespaced["spec"]["scope"] = json!("Namespaced");
        let want = "the versions differ in spec.scope: \"Cluster\" and \"Namespaced\"";
        check([definition("v1"), namespaced], "v1", want);
        let mut labelled = definition("v2");
        labelled["metadata"]["labels"] = json!({"v1": "n"});
        let want = "the versions differ in the value of labels v1: \"y\" and \"n\"";
        check([definition("v1"), labelled], "v1", want);
    }
}
