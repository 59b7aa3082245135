//! Storage classes: what they are made of never changes.

use std::collections::{BTreeMap, BTreeSet};

use kubeforge_api::{
    core::v1::{PersistentVolumeReclaimPolicy, TopologySelectorLabelRequirement, TopologySelectorTerm},
    storage::v1::{StorageClass, VolumeBindingMode},
};
use kubeforge_machinery::{
    field::{Error, ErrorList, Path},
    validation::{CheckContext, Checks, is_qualified_name},
};

use super::{
    GROUP,
    parameters::{parameters, provisioner},
};
use crate::{
    BuiltIn,
    common::{immutable, invalid_each},
    groups::deprecation,
};

pub(super) fn register(all: &mut BuiltIn) {
    let checks = Checks::new(|_: &CheckContext<'_>, class: &StorageClass| validate(class))
        .update(|_: &CheckContext<'_>, new: &StorageClass, old: &StorageClass| validate_update(new, old))
        .warnings(|_: &CheckContext<'_>, class: &StorageClass, _| warnings(class));
    all.add(GROUP, "storageclasses", checks);
}

fn validate(class: &StorageClass) -> ErrorList {
    let mut errors = ErrorList::new();
    provisioner(&class.provisioner, &Path::new("provisioner"), &mut errors);
    parameters(&class.parameters, &Path::new("parameters"), &mut errors);
    let policy = class.reclaim_policy.as_ref().map_or("", PersistentVolumeReclaimPolicy::as_str);
    if !matches!(policy, "" | "Delete" | "Retain") {
        errors.push(Error::not_supported(&Path::new("reclaimPolicy"), policy, &["Delete", "Retain"]));
    }
    let mode = Path::new("volumeBindingMode");
    match &class.volume_binding_mode {
        None => errors.push(Error::required(&mode, "")),
        Some(VolumeBindingMode::Other(other)) => {
            errors.push(Error::not_supported(&mode, other, &["Immediate", "WaitForFirstConsumer"]));
        }
        Some(_) => {}
    }
    topologies(&class.allowed_topologies, &Path::new("allowedTopologies"), &mut errors);
    errors
}

fn validate_update(new: &StorageClass, old: &StorageClass) -> ErrorList {
    let mut errors = ErrorList::new();
    immutable(&new.parameters, &old.parameters, &Path::new("parameters"), &mut errors);
    immutable(&new.provisioner, &old.provisioner, &Path::new("provisioner"), &mut errors);
    immutable(&new.reclaim_policy, &old.reclaim_policy, &Path::new("reclaimPolicy"), &mut errors);
    immutable(&new.volume_binding_mode, &old.volume_binding_mode, &Path::new("volumeBindingMode"), &mut errors);
    errors
}

type Labels<'a> = BTreeMap<&'a str, BTreeSet<&'a str>>;

fn topologies(terms: &[TopologySelectorTerm], path: &Path<'_>, errors: &mut ErrorList) {
    // upstream compares with as many empty terms as there are terms, so that an empty one is a duplicate of each
    let mut seen: Vec<Labels<'_>> = vec![Labels::new(); terms.len()];
    for (at, term) in terms.iter().enumerate() {
        let path = path.index(at);
        let labels = topology(term, &path, errors);
        for _same in seen.iter().filter(|earlier| **earlier == labels) {
            errors.push(Error::duplicate(&path.child("matchLabelExpressions"), ""));
        }
        seen.push(labels);
    }
}

fn topology<'a>(term: &'a TopologySelectorTerm, path: &Path<'_>, errors: &mut ErrorList) -> Labels<'a> {
    let mut labels = Labels::new();
    let expressions = path.child("matchLabelExpressions");
    for (at, requirement) in term.match_label_expressions.iter().enumerate() {
        let path = expressions.index(at);
        let values = topology_values(requirement, &path, errors);
        if labels.insert(&requirement.key, values).is_some() {
            errors.push(Error::duplicate(&path.child("key"), &requirement.key));
        }
    }
    labels
}

fn topology_values<'a>(
    requirement: &'a TopologySelectorLabelRequirement,
    path: &Path<'_>,
    errors: &mut ErrorList,
) -> BTreeSet<&'a str> {
    let values = path.child("values");
    if requirement.values.is_empty() {
        errors.push(Error::required(&values, ""));
    }
    let mut seen = BTreeSet::new();
    for (at, value) in requirement.values.iter().enumerate() {
        if !seen.insert(value.as_str()) {
            errors.push(Error::duplicate(&values.index(at), value));
        }
    }
    invalid_each(&path.child("key"), &requirement.key, is_qualified_name(&requirement.key), errors);
    seen
}

fn warnings(class: &StorageClass) -> Vec<String> {
    let terms = class.allowed_topologies.iter().enumerate();
    let keys = terms.flat_map(|(term, it)| {
        it.match_label_expressions.iter().enumerate().map(move |(at, expression)| (term, at, &expression.key))
    });
    let told = keys.filter_map(|(term, at, key)| {
        let text = deprecation(key)?;
        Some(format!("allowedTopologies[{term}].matchLabelExpressions[{at}].key: {key} is {text}"))
    });
    told.collect()
}
