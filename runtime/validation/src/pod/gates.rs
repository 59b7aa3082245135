//! What holds a pod back: conditions for its readiness, gates before its scheduling, groups that it is scheduled with.

use std::collections::BTreeSet;

use kubeforge_api::core::v1::{PodReadinessGate, PodSchedulingGate, PodSchedulingGroup};
use kubeforge_machinery::{
    field::{BadValue, Error, ErrorList, Path},
    validation::{is_dns1123_subdomain, is_qualified_name},
};

use crate::common::invalid_each;

/// What is wrong with conditions of readiness.
pub(super) fn readiness_gates(gates: &[PodReadinessGate], path: &Path<'_>, errors: &mut ErrorList) {
    for (at, gate) in gates.iter().enumerate() {
        let path = path.index(at);
        invalid_each(
            &path.child("conditionType"),
            &gate.condition_type,
            is_qualified_name(&gate.condition_type),
            errors,
        );
    }
}

/// What is wrong with gates before the scheduling.
pub(super) fn scheduling_gates(gates: &[PodSchedulingGate], path: &Path<'_>, errors: &mut ErrorList) {
    let mut names = BTreeSet::new();
    for (at, gate) in gates.iter().enumerate() {
        let path = path.index(at);
        invalid_each(&path, &gate.name, is_qualified_name(&gate.name), errors);
        if !names.insert(&gate.name) {
            errors.push(Error::duplicate(&path, &gate.name));
        }
    }
}

/// Gates may only be taken away.
pub(super) fn only_deleted(
    new: &[PodSchedulingGate],
    old: &[PodSchedulingGate],
    path: &Path<'_>,
    errors: &mut ErrorList,
) {
    let mut seen = BTreeSet::new();
    // of gates of one name the last is told of
    for (at, gate) in new.iter().enumerate().rev() {
        if seen.insert(&gate.name) && !old.contains(gate) {
            let text = format!("only deletion is allowed, but found new scheduling gate '{}'", gate.name);
            errors.push(Error::forbidden(&path.index(at).child("name"), text));
        }
    }
}

/// What is wrong with the group that the pod is scheduled with.
pub(super) fn scheduling_group(group: &PodSchedulingGroup, path: &Path<'_>, errors: &mut ErrorList) {
    let path = path.child("podGroupName");
    match &group.pod_group_name {
        Some(name) => invalid_each(&path, name, is_dns1123_subdomain(name), errors),
        None => errors.push(Error::invalid(&path, BadValue::Null, "must specify one of: `podGroupName`")),
    }
}
