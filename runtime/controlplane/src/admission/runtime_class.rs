//! RuntimeClass: pods of a runtime class get its overhead and go where it is found (KEP-585, KEP-688).

use std::sync::Arc;

use async_trait::async_trait;
use kubeforge_api::{
    core::v1::{Pod, Toleration, TolerationOperator},
    node::v1::{RuntimeClass, Scheduling},
};
use kubeforge_apiserver::admission::{Admission, Attributes, Operation};
use kubeforge_machinery::{GroupResource, Object, status::ApiError};
use kubeforge_storage::storage::ReadAt;

use super::{is_resource, look_up, storage_error, typed};

const CLASSES: GroupResource = GroupResource::new("node.k8s.io", "runtimeclasses");
const PODS: GroupResource = GroupResource::new("", "pods");

pub(super) struct RuntimeClassPlugin;

#[async_trait]
impl Admission for RuntimeClassPlugin {
    fn name(&self) -> &'static str {
        "RuntimeClass"
    }

    fn handles(&self, operation: Operation) -> bool {
        operation == Operation::Create
    }

    async fn mutate(&self, attributes: &Attributes<'_>, object: Option<&mut dyn Object>) -> Result<(), ApiError> {
        if !is_resource(attributes, "", "pods") {
            return Ok(());
        }
        let Some(pod) = object.and_then(|object| object.downcast_mut::<Pod>()) else { return Ok(()) };
        let Some(class) = class_of(attributes, pod).await? else { return Ok(()) };
        if let Some(overhead) = &class.overhead {
            if !pod.spec.overhead.is_empty() && pod.spec.overhead != overhead.pod_fixed {
                return Err(mismatch(attributes));
            }
            pod.spec.overhead.clone_from(&overhead.pod_fixed);
        }
        match &class.scheduling {
            Some(scheduling) => schedule(attributes, pod, scheduling),
            None => Ok(()),
        }
    }

    async fn validate(&self, attributes: &Attributes<'_>, object: Option<&dyn Object>) -> Result<(), ApiError> {
        if !is_resource(attributes, "", "pods") {
            return Ok(());
        }
        let Some(pod) = object.and_then(|object| object.downcast_ref::<Pod>()) else { return Ok(()) };
        match class_of(attributes, pod).await?.and_then(|class| class.overhead.clone()) {
            Some(overhead) if overhead.pod_fixed != pod.spec.overhead => Err(mismatch(attributes)),
            None if !pod.spec.overhead.is_empty() => {
                let text = "pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead";
                Err(ApiError::forbidden(&PODS, attributes.name, text))
            }
            _ => Ok(()),
        }
    }
}

fn mismatch(attributes: &Attributes<'_>) -> ApiError {
    let text = "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead";
    ApiError::forbidden(&PODS, attributes.name, text)
}

/// The class that the pod names; the cache may not know yet what was made a moment ago.
async fn class_of(attributes: &Attributes<'_>, pod: &Pod) -> Result<Option<Arc<RuntimeClass>>, ApiError> {
    let Some(name) = &pod.spec.runtime_class_name else { return Ok(None) };
    let failed = |err| storage_error(err, &CLASSES, name);
    for at in [ReadAt::Any, ReadAt::Latest] {
        if let Some(entry) = look_up(attributes.ctx, &CLASSES, "", name, at).await.map_err(failed)? {
            return typed::<RuntimeClass>(&entry).map_err(failed);
        }
    }
    let text = format!("pod rejected: RuntimeClass {name:?} not found");
    Err(ApiError::forbidden(&PODS, attributes.name, &text))
}

/// Where the class is found is where the pod goes, and what taints it puts up with.
fn schedule(attributes: &Attributes<'_>, pod: &mut Pod, scheduling: &Scheduling) -> Result<(), ApiError> {
    let selector = &mut pod.spec.node_selector;
    for (key, value) in &scheduling.node_selector {
        if let Some(own) = selector.get(key).filter(|own| *own != value) {
            let text = format!(
                "conflict: runtimeClass.scheduling.nodeSelector[{key}] = {value}; pod.spec.nodeSelector[{key}] = {own}"
            );
            return Err(ApiError::forbidden(&PODS, attributes.name, &text));
        }
    }
    selector.extend(scheduling.node_selector.clone());
    pod.spec.tolerations = merged(&pod.spec.tolerations, &scheduling.tolerations);
    Ok(())
}

/// The tolerations of both, but for those that another one includes. Follows `MergeTolerations` of
/// pkg/util/tolerations.
fn merged(first: &[Toleration], second: &[Toleration]) -> Vec<Toleration> {
    let all: Vec<&Toleration> = first.iter().chain(second).collect();
    let mut merged: Vec<Toleration> = Vec::new();
    for (at, toleration) in all.iter().enumerate() {
        let is_included = merged.iter().any(|kept| is_superset(kept, toleration))
            || all.iter().skip(at + 1).any(|later| *later != *toleration && is_superset(later, toleration));
        if !is_included {
            merged.push((*toleration).clone());
        }
    }
    merged
}

/// Whether whatever `other` tolerates, `toleration` does as well, and for as long.
fn is_superset(toleration: &Toleration, other: &Toleration) -> bool {
    if toleration == other {
        return true;
    }
    if toleration.key != other.key && !(toleration.key.is_empty() && toleration.operator == TolerationOperator::Exists)
    {
        return false;
    }
    if toleration.effect != other.effect && !toleration.effect.is_empty() {
        return false;
    }
    match (toleration.toleration_seconds, other.toleration_seconds) {
        (Some(_), None) => return false,
        (Some(own), Some(others)) if own < others => return false,
        _ => {}
    }
    let is_equal = |operator: &TolerationOperator| operator.is_empty() || *operator == TolerationOperator::Equal;
    match &toleration.operator {
        TolerationOperator::Exists => true,
        operator if is_equal(operator) => is_equal(&other.operator) && toleration.value == other.value,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tolerations_that_others_include_are_left_out() {
        let toleration = |key: &str, operator, value: &str| Toleration {
            key: key.to_owned(),
            operator,
            value: value.to_owned(),
            ..Toleration::default()
        };
        let any = toleration("", TolerationOperator::Exists, "");
        let a = toleration("a", TolerationOperator::Exists, "");
        let a1 = toleration("a", TolerationOperator::Equal, "1");
        for (first, second, want) in [
            (vec![a1.clone()], vec![a.clone()], vec![a.clone()]),
            (vec![a.clone()], vec![a1.clone()], vec![a.clone()]),
            (vec![a.clone(), a1], vec![any.clone()], vec![any]),
            (vec![a.clone()], vec![a.clone()], vec![a]),
        ] {
            assert_eq!(merged(&first, &second), want);
        }
    }
}
