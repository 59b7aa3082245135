//! Annotations of nodes that stood for fields once and must still be well formed.

use std::collections::BTreeMap;

use kubeforge_api::core::v1::{AvoidPods, Taint};
use kubeforge_machinery::{
    codec::{DecodeError, Json, JsonReader, json::syntax_error},
    field::{Error, ErrorList, Path},
};

use super::taints;

const TAINTS: &str = "scheduler.alpha.kubernetes.io/taints";
const PREFER_AVOID_PODS: &str = "scheduler.alpha.kubernetes.io/preferAvoidPods";

/// What is wrong with annotations.
pub(super) fn validate(annotations: &BTreeMap<String, String>, errors: &mut ErrorList) {
    let path = Path::new("metadata.annotations");
    let given = |name: &str| annotations.get(name).filter(|value| !value.is_empty());
    if let Some(value) = given(TAINTS) {
        match read::<Vec<Taint>>(value) {
            Ok(found) => taints::validate(&found, &path.child(TAINTS), errors),
            Err(error) => errors.push(Error::invalid(&path, TAINTS, error.to_string())),
        }
    }
    if let Some(value) = given(PREFER_AVOID_PODS) {
        match read::<AvoidPods>(value) {
            Ok(found) => avoid_pods(&found, &path.child(PREFER_AVOID_PODS), errors),
            Err(error) => {
                errors.push(Error::invalid(&path.child("AvoidPods"), PREFER_AVOID_PODS, error.to_string()));
            }
        }
    }
}

fn read<T: Json + Default>(text: &str) -> Result<T, DecodeError> {
    if let Some(error) = syntax_error(text.as_bytes()) {
        return Err(error);
    }
    JsonReader::new(text.as_bytes()).value()
}

fn avoid_pods(avoid: &AvoidPods, list: &Path<'_>, errors: &mut ErrorList) {
    for (index, entry) in avoid.prefer_avoid_pods.iter().enumerate() {
        let path = list.index(index);
        let signature = path.child("PodSignature");
        match &entry.pod_signature.pod_controller {
            None => errors.push(Error::required(&signature, "")),
            Some(owner) if owner.controller != Some(true) => {
                let path = signature.child("PodController.Controller");
                errors.push(Error::invalid(&path, false, "must point to a controller"));
            }
            Some(_) => {}
        }
    }
}
