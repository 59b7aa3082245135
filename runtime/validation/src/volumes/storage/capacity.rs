//! How much a driver can still provision for a class in a part of the cluster: the part and the class are fixed.

use kubeforge_api::storage::v1::CSIStorageCapacity;
use kubeforge_machinery::{
    field::{BadValue, Error, ErrorList, Path},
    validation::{CheckContext, Checks, is_dns1123_subdomain},
};

use super::GROUP;
use crate::{
    BuiltIn,
    common::{
        IMMUTABLE, SelectorOptions, immutable, invalid_each, label_selector, non_negative_quantity, shown_internal,
    },
    groups::deprecation,
};

pub(super) fn register(all: &mut BuiltIn) {
    let checks = Checks::new(|_: &CheckContext<'_>, capacity: &CSIStorageCapacity| validate(capacity))
        .update(|_: &CheckContext<'_>, new: &CSIStorageCapacity, old: &CSIStorageCapacity| validate_update(new, old))
        .warnings(|_: &CheckContext<'_>, capacity: &CSIStorageCapacity, _| warnings(capacity));
    all.add(GROUP, "csistoragecapacities", checks);
}

fn validate(capacity: &CSIStorageCapacity) -> ErrorList {
    let mut errors = ErrorList::new();
    let topology = Path::new("nodeTopology");
    label_selector(capacity.node_topology.as_deref(), SelectorOptions::Strict, &topology, &mut errors);
    let class = &capacity.storage_class_name;
    invalid_each(&Path::new("storageClassName"), class, is_dns1123_subdomain(class), &mut errors);
    if let Some(amount) = &capacity.capacity {
        non_negative_quantity(amount, &Path::new("capacity"), &mut errors);
    }
    errors
}

fn validate_update(new: &CSIStorageCapacity, old: &CSIStorageCapacity) -> ErrorList {
    let mut errors = ErrorList::new();
    if new.node_topology != old.node_topology {
        let shown = new.node_topology.as_deref().map_or(BadValue::Null, shown_internal);
        errors.push(Error::invalid(&Path::new("nodeTopology"), shown, IMMUTABLE));
    }
    immutable(&new.storage_class_name, &old.storage_class_name, &Path::new("storageClassName"), &mut errors);
    errors
}

fn warnings(capacity: &CSIStorageCapacity) -> Vec<String> {
    let Some(topology) = &capacity.node_topology else { return Vec::new() };
    let expressions = topology.match_expressions.iter().enumerate().filter_map(|(at, expression)| {
        let (key, text) = (&expression.key, deprecation(&expression.key)?);
        Some(format!("nodeTopology.matchExpressions[{at}].key: {key} is {text}"))
    });
    let labels = topology
        .match_labels
        .keys()
        .filter_map(|label| Some(format!("nodeTopology.matchLabels.{label}: {}", deprecation(label)?)));
    expressions.chain(labels).collect()
}
