//! What may change of a pod: little, once it exists. Follows `ValidatePodUpdate`.

use kubeforge_api::core::v1::{Affinity, Container, NodeAffinity, NodeSelectorTerm, Pod, PodSpec};
use kubeforge_machinery::{
    field::{BadValue, Error, ErrorList, Path},
    validation::out_of_range,
};

use super::{annotations, gates, metadata_and_spec, only_pods, options::PodOptions, tolerations::only_added};
use crate::common::{difference, shown, shown_internal, shown_structs};

const UPDATABLE: &str = "pod updates may not change fields other than `spec.containers[*].image`,\
    `spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing \
    tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)";
const ONLY_ADDITIONS: &str = "only additions are allowed (no mutations or deletions)";

/// What is wrong with an update.
pub(super) fn updated(new: &Pod, old: &Pod, options: &PodOptions<'_>) -> ErrorList {
    let mut errors = metadata_and_spec(new, options);
    annotations::updated(new, old, options, &Path::new("metadata.annotations"), &mut errors);
    let path = Path::new("spec");
    let (before, after) = (&old.spec, &new.spec);
    let same_containers = images(&after.containers, &before.containers, &path.child("containers"), &mut errors)
        && images(&after.init_containers, &before.init_containers, &path.child("initContainers"), &mut errors)
        && deadline(after, before, &path.child("activeDeadlineSeconds"), &mut errors);
    if !same_containers {
        return errors;
    }
    only_added(&after.tolerations, &before.tolerations, options, &path.child("tolerations"), &mut errors);
    gates::only_deleted(&after.scheduling_gates, &before.scheduling_gates, &path.child("schedulingGates"), &mut errors);
    let mut rest = without_updatable(after, before);
    if !before.scheduling_gates.is_empty() {
        narrowed(&mut rest, before, &path, &mut errors);
    }
    if rest != *before {
        let difference = difference(before, &rest);
        errors.push(Error::forbidden(&path, format!("{UPDATABLE}\n{difference}")));
    }
    errors
}

/// Containers stay, though their images may change; false if none may be compared any further.
fn images(new: &[Container], old: &[Container], path: &Path<'_>, errors: &mut ErrorList) -> bool {
    if new.len() != old.len() {
        errors.push(Error::forbidden(path, "pod updates may not add or remove containers"));
        return false;
    }
    for (at, container) in new.iter().enumerate() {
        let path = path.index(at);
        if container.image.is_empty() {
            errors.push(Error::required(&path.child("image"), ""));
        }
        only_pods::image(&container.image, &path, errors);
    }
    true
}

/// A deadline may be set or brought nearer; false if nothing else is to be told.
fn deadline(new: &PodSpec, old: &PodSpec, path: &Path<'_>, errors: &mut ErrorList) -> bool {
    match (new.active_deadline_seconds, old.active_deadline_seconds) {
        (Some(now), _) if !(0..=i64::from(i32::MAX)).contains(&now) => {
            errors.push(Error::invalid(path, now, out_of_range(0, i64::from(i32::MAX))));
            false
        }
        (Some(now), Some(before)) if before < now => {
            errors.push(Error::invalid(path, now, "must be less than or equal to previous value"));
            false
        }
        (None, Some(_)) => {
            let text = "must not update from a positive integer to nil value";
            errors.push(Error::invalid(path, BadValue::Null, text));
            true
        }
        _ => true,
    }
}

/// The new spec with the old values of what may change.
fn without_updatable(new: &PodSpec, old: &PodSpec) -> PodSpec {
    let mut rest = new.clone();
    for (list, olds) in [(&mut rest.containers, &old.containers), (&mut rest.init_containers, &old.init_containers)] {
        for (container, old) in list.iter_mut().zip(olds) {
            container.image.clone_from(&old.image);
        }
    }
    rest.active_deadline_seconds = old.active_deadline_seconds;
    rest.scheduling_gates.clone_from(&old.scheduling_gates);
    rest.tolerations.clone_from(&old.tolerations);
    // the old name of the service account's is no field of its own
    rest.deprecated_service_account.clone_from(&old.deprecated_service_account);
    let was_negative = old.termination_grace_period_seconds.is_some_and(|seconds| seconds < 0);
    if was_negative && rest.termination_grace_period_seconds == Some(1) {
        rest.termination_grace_period_seconds = old.termination_grace_period_seconds;
    }
    rest
}

/// A pod that is not scheduled yet may be told more narrowly where it may go. What is looked at here becomes what it
/// was.
fn narrowed(new: &mut PodSpec, old: &PodSpec, path: &Path<'_>, errors: &mut ErrorList) {
    if new.node_selector != old.node_selector {
        if old.node_selector.iter().any(|(key, value)| new.node_selector.get(key) != Some(value)) {
            let text = "only additions to spec.nodeSelector are allowed (no mutations or deletions)";
            errors.push(Error::invalid(&path.child("nodeSelector"), shown(&new.node_selector), text));
        }
        new.node_selector.clone_from(&old.node_selector);
    }
    let before = old.affinity.as_ref().and_then(|affinity| affinity.node_affinity.as_deref());
    let after = new.affinity.as_ref().and_then(|affinity| affinity.node_affinity.as_deref());
    if before == after {
        return;
    }
    narrowed_affinity(after, before, &path.child("affinity.nodeAffinity"), errors);
    let before = before.cloned().map(Box::new);
    match &mut new.affinity {
        None => new.affinity = before.map(|before| Affinity { node_affinity: Some(before), ..Affinity::default() }),
        Some(now) if old.affinity.is_none() && now.pod_affinity.is_none() && now.pod_anti_affinity.is_none() => {
            new.affinity = None;
        }
        Some(now) => now.node_affinity = before,
    }
}

fn narrowed_affinity(new: Option<&NodeAffinity>, old: Option<&NodeAffinity>, path: &Path<'_>, errors: &mut ErrorList) {
    let terms = |affinity: Option<&'_ NodeAffinity>| -> Vec<NodeSelectorTerm> {
        let required = affinity.and_then(|it| it.required_during_scheduling_ignored_during_execution.as_ref());
        required.map(|required| required.node_selector_terms.clone()).unwrap_or_default()
    };
    let (before, after) = (terms(old), terms(new));
    let path = path.child("requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms");
    if !before.is_empty() && before.len() != after.len() {
        let text = "no additions/deletions to non-empty NodeSelectorTerms list are allowed";
        errors.push(Error::invalid(&path, shown_structs(&after), text));
        return;
    }
    for (at, (before, after)) in before.iter().zip(&after).enumerate() {
        if !is_narrower(after, before) {
            let value = shown_internal(after);
            errors.push(Error::invalid(&path.index(at), value, ONLY_ADDITIONS));
        }
    }
}

/// Whether a term only got more requirements. One without any matches no node, and stays so.
fn is_narrower(new: &NodeSelectorTerm, old: &NodeSelectorTerm) -> bool {
    if old.match_expressions.is_empty() && old.match_fields.is_empty() {
        return new.match_expressions.is_empty() && new.match_fields.is_empty();
    }
    new.match_expressions.starts_with(&old.match_expressions) && new.match_fields.starts_with(&old.match_fields)
}

#[cfg(test)]
mod tests {
    use kubeforge_api::core::v1::{NodeSelectorOperator, NodeSelectorRequirement};

    use super::*;

    #[test]
    fn terms_get_narrower_by_more_requirements() {
        let requirement = |key: &str| NodeSelectorRequirement {
            key: key.to_owned(),
            operator: NodeSelectorOperator::Exists,
            values: Vec::new(),
        };
        let term = |keys: &[&str]| NodeSelectorTerm {
            match_expressions: keys.iter().map(|key| requirement(key)).collect(),
            ..NodeSelectorTerm::default()
        };
        for (new, old, want) in
            [(&["a", "b"][..], &["a"][..], true), (&["b", "a"], &["a"], false), (&["a"], &[], false), (&[], &[], true)]
        {
            assert_eq!(is_narrower(&term(new), &term(old)), want, "{old:?} to {new:?}");
        }
    }
}
