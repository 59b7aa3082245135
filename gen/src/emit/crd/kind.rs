//! A CRD of one version, without its schema.

use kubeforge_structural::Fields;
use serde_json::{Map, Value, json};

use crate::{
    emit::{
        EmitError, TypeIn,
        register::{is_resource, list_kind, plural, singular},
    },
    model::{Column, KindMarkers, Literal, Package, Rule, RuleValue, Scope, Type, selectable_parts},
};

/// The group and version that objects of the kind carry.
pub(super) fn group_version<'a>(package: &'a Package, kind: &'a KindMarkers) -> (&'a str, &'a str) {
    match &kind.group_version {
        Some((group, version)) => (group, version),
        None => (&package.group, &package.version),
    }
}

/// Whether the kind has a CRD.
pub(super) fn is_custom_resource(of: TypeIn<'_>, kind: &KindMarkers) -> bool {
    is_resource(of, kind) && !has(of.ty, "skip")
}

/// Whether the version is marked as the one that is stored.
pub(super) fn is_storage(ty: &Type) -> bool {
    has(ty, "storage")
}

fn find<'a>(ty: &'a Type, name: &str) -> Option<&'a Rule> {
    ty.rules.iter().find(|rule| rule.name == name)
}

fn has(ty: &Type, name: &str) -> bool {
    find(ty, name).is_some()
}

/// Everything but the schema; the version is the stored one.
pub(super) fn definition(of: TypeIn<'_>, kind: &KindMarkers) -> Result<Fields, EmitError> {
    let (group, version) = group_version(of.package, kind);
    let plural = plural(of.ty, kind);
    let mut names = json!({
        "kind": of.ty.name,
        "listKind": list_kind(of.package, of.ty).map_or_else(|| format!("{}List", of.ty.name), |list| list.name.clone()),
        "plural": plural,
        "singular": singular(of.ty, kind),
    });
    for (key, values) in [("shortNames", &kind.short), ("categories", &kind.categories)] {
        if !values.is_empty() {
            names[key] = json!(values);
        }
    }
    let mut metadata = json!({"name": format!("{plural}.{group}")});
    for (key, rule) in [("annotations", "annotation"), ("labels", "label")] {
        let pairs = pairs(of.ty, rule);
        if !pairs.is_empty() {
            metadata[key] = Value::Object(pairs);
        }
    }
    let definition = json!({
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": metadata,
        "spec": {
            "conversion": find(of.ty, "conversion_webhook").map_or_else(|| json!({"strategy": "None"}), webhook),
            "group": group,
            "names": names,
            "scope": match kind.scope { Scope::Cluster => "Cluster", Scope::Namespaced => "Namespaced" },
            "versions": [self::version(of, kind, version)?],
        },
    });
    Ok(match definition {
        Value::Object(fields) => fields,
        _ => Fields::new(),
    })
}

fn pairs(ty: &Type, name: &str) -> Map<String, Value> {
    let rules = ty.rules.iter().filter(|rule| rule.name == name);
    rules.flat_map(Rule::pairs).filter_map(|(key, value)| Some((key.to_owned(), value.json()?))).collect()
}

fn version(of: TypeIn<'_>, kind: &KindMarkers, name: &str) -> Result<Value, EmitError> {
    let mut version = json!({"name": name, "served": !has(of.ty, "served"), "storage": true});
    if let Some(deprecated) = find(of.ty, "deprecated") {
        version["deprecated"] = json!(true);
        if let RuleValue::Is(text) = &deprecated.value {
            version["deprecationWarning"] = json!(text.text());
        }
    }
    if let Some(subresources) = subresources(of, kind)? {
        version["subresources"] = subresources;
    }
    if !kind.columns.is_empty() {
        version["additionalPrinterColumns"] = kind.columns.iter().map(column).collect();
    }
    if !kind.selectable.is_empty() {
        let paths =
            kind.selectable.iter().map(|entry| selectable_parts(entry).1).filter(|path| !path.starts_with("metadata."));
        version["selectableFields"] = paths.map(|path| json!({"jsonPath": format!(".{path}")})).collect();
    }
    Ok(version)
}

fn column(column: &Column) -> Value {
    let mut out = json!({"jsonPath": column.path, "name": column.name, "type": column.ty});
    for (key, value) in [("format", &column.format), ("description", &column.description)] {
        if !value.is_empty() {
            out[key] = json!(value);
        }
    }
    if column.priority != 0 {
        out["priority"] = json!(column.priority);
    }
    out
}

fn subresources(of: TypeIn<'_>, kind: &KindMarkers) -> Result<Option<Value>, EmitError> {
    let error = |message: String, hint: &str| EmitError {
        type_name: of.ty.name.clone(),
        field: None,
        message,
        hint: Some(hint.to_owned()),
    };
    let mut out = Map::new();
    for subresource in &kind.subresources {
        match (subresource.name.as_str(), &subresource.scale) {
            ("status", _) => drop(out.insert("status".to_owned(), json!({}))),
            ("scale", Some(paths)) => {
                let mut scale = json!({"specReplicasPath": paths.spec, "statusReplicasPath": paths.status});
                if !paths.selector.is_empty() {
                    scale["labelSelectorPath"] = json!(paths.selector);
                }
                out.insert("scale".to_owned(), scale);
            }
            ("scale", None) => {
                let hint = "subresource(scale, spec = \".spec.replicas\", status = \".status.replicas\")";
                return Err(error("the scale of a custom resource needs the paths of its replicas".to_owned(), hint));
            }
            (name, _) => {
                let message = format!("a custom resource has no subresource `{name}`, only status and scale");
                return Err(error(message, "`skip` leaves the kind out"));
            }
        }
    }
    Ok((!out.is_empty()).then_some(Value::Object(out)))
}

/// `conversion_webhook(…)`
fn webhook(rule: &Rule) -> Value {
    let value = |name: &str| rule.named(name).and_then(Literal::json);
    let mut client = Map::new();
    if let Some(url) = value("url") {
        client.insert("url".to_owned(), url);
    }
    let mut service = Map::new();
    for (ours, theirs) in
        [("service_namespace", "namespace"), ("service_name", "name"), ("path", "path"), ("port", "port")]
    {
        if let Some(value) = value(ours) {
            service.insert(theirs.to_owned(), value);
        }
    }
    if !service.is_empty() {
        client.insert("service".to_owned(), Value::Object(service));
    }
    if let Some(bundle) = value("ca_bundle") {
        client.insert("caBundle".to_owned(), bundle);
    }
    let versions = value("review_versions").unwrap_or_else(|| json!(["v1"]));
    json!({"strategy": "Webhook", "webhook": {"clientConfig": client, "conversionReviewVersions": versions}})
}
