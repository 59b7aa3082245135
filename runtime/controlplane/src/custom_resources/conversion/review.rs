//! Questions to a conversion webhook and what its answers must be. Follows apiextensions
//! pkg/apiserver/conversion/webhook_converter.go.

use std::{collections::BTreeMap, sync::Arc};

use kubeforge_extensions::{CustomObject, Version};
use kubeforge_machinery::{GroupVersionKind, quote::quote};
use serde_json::{Map, Value, json};

/// A version of `ConversionReview`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ReviewVersion {
    V1,
    /// Of which neither kind nor uid are looked at, as it was always.
    V1Beta1,
}

impl ReviewVersion {
    /// The first version that both sides know.
    ///
    /// # Errors
    /// That there is none.
    pub(super) fn first_of(accepted: &[String]) -> Result<Self, String> {
        let known = accepted.iter().find_map(|version| match version.as_str() {
            "v1" => Some(Self::V1),
            "v1beta1" => Some(Self::V1Beta1),
            _ => None,
        });
        known.ok_or_else(|| "no supported conversion review versions".to_owned())
    }

    fn api_version(self) -> &'static str {
        match self {
            Self::V1 => "apiextensions.k8s.io/v1",
            Self::V1Beta1 => "apiextensions.k8s.io/v1beta1",
        }
    }
}

/// A kind as Go prints it.
pub(super) fn shown(kind: &GroupVersionKind) -> String {
    format!("{}, Kind={}", kind.api_version(), kind.kind)
}

/// The question.
pub(super) fn question(version: ReviewVersion, uid: &str, to: &str, objects: &[Value]) -> Vec<u8> {
    let mut review = json!({
        "kind": "ConversionReview",
        "apiVersion": version.api_version(),
        "request": {"uid": uid, "desiredAPIVersion": to, "objects": objects},
    });
    if version == ReviewVersion::V1Beta1
        && let Some(review) = review.as_object_mut()
    {
        let response = json!({"uid": "", "convertedObjects": null, "result": {"metadata": {}}});
        review.insert("response".to_owned(), response);
    }
    serde_json::to_vec(&review).unwrap_or_default()
}

/// The objects that an answer holds.
///
/// # Errors
/// That it is no answer to this question, or a refusal.
pub(super) fn answer(version: ReviewVersion, uid: &str, body: &[u8]) -> Result<Vec<Value>, String> {
    let review: Value =
        serde_json::from_slice(body).map_err(|err| format!("couldn't get version/kind; json parse error: {err}"))?;
    let text = |value: &Value, name: &str| value.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let (api_version, kind) = (text(&review, "apiVersion"), text(&review, "kind"));
    if version == ReviewVersion::V1 && (api_version != version.api_version() || kind != "ConversionReview") {
        return Err(format!(
            "expected webhook response of {}, Kind=ConversionReview, got {api_version}, Kind={kind}",
            version.api_version()
        ));
    }
    let Some(response) = review.get("response").filter(|response| !response.is_null()) else {
        return Err("no response provided".to_owned());
    };
    let found = text(response, "uid");
    if version == ReviewVersion::V1 && found != uid {
        return Err(format!("expected response.uid={}, got {}", quote(uid), quote(&found)));
    }
    let result = response.get("result").cloned().unwrap_or_default();
    let status = text(&result, "status");
    if status != "Success" {
        let message = text(&result, "message");
        return Err(if message.is_empty() {
            format!("response.result.status was '{status}', not 'Success'")
        } else {
            message
        });
    }
    Ok(response.get("convertedObjects").and_then(Value::as_array).cloned().unwrap_or_default())
}

/// What a webhook made of an object: its content, and of its metadata what it may change.
#[derive(Debug)]
pub(super) struct Converted {
    content: Map<String, Value>,
    labels: BTreeMap<String, String>,
    annotations: BTreeMap<String, String>,
}

/// The objects that were asked for, in their order.
///
/// # Errors
/// That one is another one, or that they are more or fewer.
pub(super) fn each(objects: Vec<Value>, asked: &[CustomObject], to: &Arc<Version>) -> Result<Vec<Converted>, String> {
    if objects.len() != asked.len() {
        return Err(format!("returned {} objects, expected {}", objects.len(), asked.len()));
    }
    objects.into_iter().zip(asked).enumerate().map(|(at, (object, asked))| one(at, object, asked, to)).collect()
}

fn one(at: usize, object: Value, asked: &CustomObject, to: &Arc<Version>) -> Result<Converted, String> {
    let Value::Object(mut object) = object else {
        return Err(format!("returned invalid object at index {at}: it is a {}", go_type(&object)));
    };
    let text = |object: &Map<String, Value>, name: &str| {
        object.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
    };
    let (api_version, kind) = (text(&object, "apiVersion"), text(&object, "kind"));
    let invalid = |what: &str, expected: &str, received: &str| {
        format!("returned invalid object at index {at}: invalid {what} (expected {expected}, received {received})")
    };
    if api_version != to.gvk.api_version() {
        return Err(invalid("groupVersion", &to.gvk.api_version(), &api_version));
    }
    if kind != *to.gvk.kind {
        return Err(invalid("kind", &to.gvk.kind, &kind));
    }
    let metadata = object.remove("metadata");
    object.remove("apiVersion");
    object.remove("kind");
    let had = &asked.inner.metadata;
    let empty = Map::new();
    let meta = metadata.as_ref().and_then(Value::as_object).unwrap_or(&empty);
    for (what, name, had) in
        [("name", "name", &had.name), ("namespace", "namespace", &had.namespace), ("UID", "uid", &had.uid)]
    {
        let found = text(meta, name);
        if found != *had {
            return Err(format!("returned invalid object: must have the same {what}: {had} != {found}"));
        }
    }
    let wrong = |why: String| format!("returned invalid metadata: {why}");
    match &metadata {
        None => return Err(wrong("missing metadata in converted object".to_owned())),
        Some(Value::Object(_)) => {}
        Some(other) => {
            return Err(wrong(format!("invalid metadata of type {} in converted object", go_type(other))));
        }
    }
    Ok(Converted {
        content: object,
        labels: texts(meta, "labels").map_err(wrong)?,
        annotations: texts(meta, "annotations").map_err(wrong)?,
    })
}

fn go_type(value: &Value) -> &'static str {
    match value {
        Value::Null => "<nil>",
        Value::Bool(_) => "bool",
        Value::Number(number) if number.is_f64() => "float64",
        Value::Number(_) => "int64",
        Value::String(_) => "string",
        Value::Array(_) => "[]interface {}",
        Value::Object(_) => "map[string]interface {}",
    }
}

/// Labels or annotations.
fn texts(meta: &Map<String, Value>, name: &str) -> Result<BTreeMap<String, String>, String> {
    let values = match meta.get(name) {
        None | Some(Value::Null) => return Ok(BTreeMap::new()),
        Some(Value::Object(values)) => values,
        Some(other) => return Err(format!("invalid metadata.{name} of type {} in converted object", go_type(other))),
    };
    let one = |(key, value): (&String, &Value)| match value {
        Value::String(text) => Ok((key.clone(), text.clone())),
        other => Err(format!("metadata.{name}[{key}] of type {} in converted object", go_type(other))),
    };
    values.iter().map(one).collect()
}

impl Converted {
    /// The object with this content; all of its metadata stays but labels and annotations.
    ///
    /// # Errors
    /// Where the version does not take the content.
    pub(super) fn apply(&self, mut object: CustomObject, to: &Arc<Version>) -> Result<CustomObject, String> {
        object.inner.content.clone_from(&self.content);
        object.inner.metadata.labels.clone_from(&self.labels);
        object.inner.metadata.annotations.clone_from(&self.annotations);
        object.into_version(to).map_err(|err| err.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_refused(version: ReviewVersion, body: &Value, want: &str) {
        let found = answer(version, "u", body.to_string().as_bytes());
        assert_eq!(found.unwrap_err(), want, "{body}");
    }

    #[test]
    fn answers_must_fit_questions() {
        let review = |response: Value| json!({"apiVersion": "apiextensions.k8s.io/v1", "kind": "ConversionReview", "response": response});
        check_refused(ReviewVersion::V1, &review(Value::Null), "no response provided");
        check_refused(ReviewVersion::V1, &review(json!({"uid": "x"})), r#"expected response.uid="u", got "x""#);
        let no = json!({"uid": "u", "result": {"status": "Failure", "message": "no"}});
        check_refused(ReviewVersion::V1, &review(no), "no");
        let odd = json!({"uid": "u", "result": {"status": "Odd"}});
        check_refused(ReviewVersion::V1, &review(odd), "response.result.status was 'Odd', not 'Success'");
        check_refused(
            ReviewVersion::V1,
            &json!({"kind": "X"}),
            "expected webhook response of apiextensions.k8s.io/v1, Kind=ConversionReview, got , Kind=X",
        );
        let old = json!({"response": {"result": {"status": "Success"}, "convertedObjects": [{}]}});
        assert_eq!(answer(ReviewVersion::V1Beta1, "u", old.to_string().as_bytes()), Ok(vec![json!({})]));
        let versions = |all: &[&str]| all.iter().map(|version| (*version).to_owned()).collect::<Vec<_>>();
        assert_eq!(ReviewVersion::first_of(&versions(&["v2", "v1beta1", "v1"])), Ok(ReviewVersion::V1Beta1));
        assert!(ReviewVersion::first_of(&versions(&["v2"])).is_err());
    }
}
