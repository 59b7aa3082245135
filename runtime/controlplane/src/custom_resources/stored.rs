//! Definitions as they are stored: kube-apiserver keeps them in `v1beta1`, which it has not served for years.
//!
//! There, what all versions have in common stands once beside them, columns name their path `JSONPath`, and the parts of a
//! conversion webhook lie flat. Everything else is as in `v1`, so only documents are turned, and there is no type.

use std::sync::Arc;

use kubeforge_api::apiextensions::v1::CustomResourceDefinition;
use kubeforge_machinery::{
    ConversionError, GroupVersionKind, Kind, KindInfo, Object, SchemeBuilder, Unstructured,
    codec::{self, MediaType},
};
use serde_json::{Map, Value, json};

type Fields = Map<String, Value>;

/// What each version has of its own in `v1`, and what that is called where all have the same in `v1beta1`. The last one
/// is shared only if the schema is.
const SHARED: [(&str, &str); 4] = [
    ("subresources", "subresources"),
    ("schema", "validation"),
    ("additionalPrinterColumns", "additionalPrinterColumns"),
    ("selectableFields", "selectableFields"),
];

/// The kind that is stored.
pub(crate) fn stored_kind() -> GroupVersionKind {
    GroupVersionKind::new(CustomResourceDefinition::GROUP, "v1beta1", CustomResourceDefinition::KIND)
}

/// Teaches a Scheme to read and write what is stored.
pub(crate) fn register(builder: &mut SchemeBuilder) {
    let (stored, served) = (stored_kind(), CustomResourceDefinition::default().gvk());
    let made = stored.clone();
    builder.entry(
        stored.clone(),
        KindInfo::default(),
        false,
        Arc::new(move || Box::new(Unstructured::new(made.clone()))),
    );
    let (to, from) = (served.clone(), stored.clone());
    builder.conversion(
        &stored,
        &served,
        move |object| convert(object.as_ref(), &to, into_served),
        move |object| convert(object.as_ref(), &from, into_stored),
    );
}

/// Turns the specification of a definition, and says that it is of another version.
fn convert(
    object: &dyn Object,
    to: &GroupVersionKind,
    turn: fn(&mut Fields),
) -> Result<Box<dyn Object>, ConversionError> {
    let failed = |err: &dyn std::fmt::Display| ConversionError(format!("{to}: {err}"));
    let encoded = codec::encode(object, MediaType::Json).ok_or_else(|| failed(&"it has no JSON form"))?;
    let mut document: Fields = serde_json::from_slice(&encoded).map_err(|err| failed(&err))?;
    if let Some(Value::Object(spec)) = document.get_mut("spec") {
        turn(spec);
    }
    document.insert("apiVersion".to_owned(), to.api_version().into());
    let encoded = serde_json::to_vec(&document).map_err(|err| failed(&err))?;
    let mut turned: Box<dyn Object> = if *to == stored_kind() {
        Box::new(Unstructured::new(to.clone()))
    } else {
        Box::new(CustomResourceDefinition::default())
    };
    let mut reader = codec::JsonReader::new(&encoded);
    turned.read_json(&mut reader).map_err(|err| failed(&err))?;
    Ok(turned)
}

/// From `v1` to `v1beta1`.
fn into_stored(spec: &mut Fields) {
    let mut shared: Vec<(&str, Value)> = Vec::new();
    if let Some(Value::Array(versions)) = spec.get_mut("versions") {
        let mut is_schema_shared = false;
        for (own, common) in SHARED {
            let is_same = versions.windows(2).all(|pair| matches!(pair, [a, b] if a.get(own) == b.get(own)));
            if own == "schema" {
                is_schema_shared = is_same;
            }
            if !is_same || (own == "selectableFields" && !is_schema_shared) {
                continue;
            }
            let taken = versions.iter_mut().filter_map(|version| version.as_object_mut()?.remove(own));
            shared.extend(taken.last().map(|value| (common, value)));
        }
        if let Some(name) = versions.first().and_then(|first| first.get("name")).cloned() {
            shared.push(("version", name));
        }
    }
    spec.extend(shared.into_iter().map(|(name, value)| (name.to_owned(), value)));
    each_columns(spec, |column| rename(column, "jsonPath", "JSONPath"));
    if let Some(Value::Object(conversion)) = spec.get_mut("conversion")
        && let Some(Value::Object(mut webhook)) = conversion.remove("webhook")
    {
        for (from, to) in [("clientConfig", "webhookClientConfig"), REVIEW_VERSIONS] {
            if let Some(value) = webhook.remove(from) {
                conversion.insert(to.to_owned(), value);
            }
        }
    }
    // what is left out means true there
    spec.entry("preserveUnknownFields").or_insert(Value::Bool(false));
}

const REVIEW_VERSIONS: (&str, &str) = ("conversionReviewVersions", "conversionReviewVersions");

/// From `v1beta1` to `v1`, with the defaults that `v1beta1` has.
fn into_served(spec: &mut Fields) {
    let only = spec.remove("version");
    spec.entry("scope").or_insert_with(|| "Namespaced".into());
    spec.entry("conversion").or_insert_with(|| json!({"strategy": "None"}));
    let versions = spec.entry("versions").or_insert_with(|| json!([]));
    if let (Some(name), Value::Array(versions)) = (only, versions)
        && versions.is_empty()
    {
        versions.push(json!({"name": name, "served": true, "storage": true}));
    }
    for (own, common) in SHARED {
        let Some(value) = spec.remove(common) else { continue };
        if let Some(Value::Array(versions)) = spec.get_mut("versions") {
            for version in versions.iter_mut().filter_map(Value::as_object_mut) {
                version.insert(own.to_owned(), value.clone());
            }
        }
    }
    each_columns(spec, |column| rename(column, "JSONPath", "jsonPath"));
    if let Some(Value::Object(conversion)) = spec.get_mut("conversion") {
        let mut webhook = Fields::new();
        for (from, to) in [("webhookClientConfig", "clientConfig"), REVIEW_VERSIONS] {
            if let Some(value) = conversion.remove(from) {
                webhook.insert(to.to_owned(), value);
            }
        }
        if !webhook.is_empty() {
            webhook.entry("conversionReviewVersions").or_insert_with(|| json!(["v1beta1"]));
            conversion.insert("webhook".to_owned(), webhook.into());
        }
    }
    match spec.get("preserveUnknownFields") {
        None => drop(spec.insert("preserveUnknownFields".to_owned(), Value::Bool(true))),
        Some(Value::Bool(false)) => drop(spec.remove("preserveUnknownFields")),
        Some(_) => {}
    }
}

/// Calls `change` with each column of a specification: beside the versions, and in them.
fn each_columns(spec: &mut Fields, change: impl Fn(&mut Fields)) {
    let columns = |of: &mut Fields| {
        if let Some(Value::Array(columns)) = of.get_mut("additionalPrinterColumns") {
            columns.iter_mut().filter_map(Value::as_object_mut).for_each(&change);
        }
    };
    columns(spec);
    if let Some(Value::Array(versions)) = spec.get_mut("versions") {
        versions.iter_mut().filter_map(Value::as_object_mut).for_each(columns);
    }
}

fn rename(fields: &mut Fields, from: &str, to: &str) {
    if let Some(value) = fields.remove(from) {
        fields.insert(to.to_owned(), value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(served: Value, stored: Value) {
        let turned = |value: &Value, turn: fn(&mut Fields)| {
            let mut fields = value.as_object().unwrap().clone();
            turn(&mut fields);
            Value::Object(fields)
        };
        assert_eq!(turned(&served, into_stored), stored);
        assert_eq!(turned(&stored, into_served), served);
    }

    #[test]
    fn what_all_versions_share_stands_once() {
        let schema = json!({"openAPIV3Schema": {"type": "object"}});
        let version = |name: &str, extra: Value| {
            let mut version = json!({"name": name, "served": true, "storage": name == "v1"});
            version.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
            version
        };
        let [old, new] = [json!([{"name": "a", "JSONPath": ".a"}]), json!([{"name": "a", "jsonPath": ".a"}])];
        let rest = |versions: Value, more: Value| {
            let mut spec = json!({"scope": "Cluster", "conversion": {"strategy": "None"}, "versions": versions});
            spec.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            spec
        };
        let own = json!({"schema": schema, "subresources": {"status": {}}, "additionalPrinterColumns": new});
        let common = json!({
            "version": "v1", "preserveUnknownFields": false,
            "validation": schema, "subresources": {"status": {}}, "additionalPrinterColumns": old,
        });
        check(rest(json!([version("v1", own)]), json!({})), rest(json!([version("v1", json!({}))]), common));

        let fields = json!([{"jsonPath": ".spec.color"}]);
        let (first, second) =
            (json!({"schema": schema, "selectableFields": fields}), json!({"selectableFields": fields}));
        let [first, second] = [version("v1", first), version("v2", second)];
        check(
            rest(json!([first, second]), json!({"preserveUnknownFields": true})),
            rest(json!([first, second]), json!({"preserveUnknownFields": true, "version": "v1"})),
        );
    }

    #[test]
    fn webhooks_lie_flat() {
        let webhook = json!({"clientConfig": {"url": "https://x"}, "conversionReviewVersions": ["v1"]});
        let spec = |conversion| json!({"scope": "Cluster", "conversion": conversion, "versions": []});
        let mut stored = spec(json!({
            "strategy": "Webhook", "webhookClientConfig": {"url": "https://x"}, "conversionReviewVersions": ["v1"],
        }));
        stored["preserveUnknownFields"] = false.into();
        check(spec(json!({"strategy": "Webhook", "webhook": webhook})), stored);
    }

    #[test]
    fn one_version_may_be_named_alone() {
        let mut spec = json!({"version": "v1"}).as_object().unwrap().clone();
        into_served(&mut spec);
        assert_eq!(spec["versions"], json!([{"name": "v1", "served": true, "storage": true}]));
        assert_eq!((&spec["scope"], &spec["preserveUnknownFields"]), (&json!("Namespaced"), &json!(true)));
    }
}
