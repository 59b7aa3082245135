//! Runtime classes.

use kubeforge_api::{
    core::v1::{ResourceList, Toleration},
    node::v1::RuntimeClass,
};
use kubeforge_machinery::{
    field::{Error, ErrorList, Path},
    validation::{CheckContext, Checks, is_dns1123_label, labels},
};

use crate::{
    BuiltIn,
    common::{
        immutable, invalid_each,
        resource_name::{container_resource_name, is_huge_page, resource_quantity},
        shown_internal,
        tolerations::{self, Comparison, TolerationRules},
    },
};

use super::node_labels::deprecation;

pub(super) fn register(all: &mut BuiltIn) {
    let checks = Checks::new(|_: &CheckContext<'_>, class: &RuntimeClass| validate(class))
        .update(|_: &CheckContext<'_>, new: &RuntimeClass, old: &RuntimeClass| {
            let mut errors = ErrorList::new();
            immutable(&new.handler, &old.handler, &Path::new("handler"), &mut errors);
            errors
        })
        .warnings(|_: &CheckContext<'_>, class: &RuntimeClass, _| warnings(class));
    all.add("node.k8s.io", "runtimeclasses", checks);
}

fn warnings(class: &RuntimeClass) -> Vec<String> {
    let selector = class.scheduling.iter().flat_map(|scheduling| scheduling.node_selector.keys());
    selector.filter_map(|key| Some(format!("scheduling.nodeSelector: {}", deprecation(key)?))).collect()
}

fn validate(class: &RuntimeClass) -> ErrorList {
    let mut errors = ErrorList::new();
    let handler = Path::new("handler");
    if class.handler.is_empty() {
        errors.push(Error::required(&handler, ""));
    } else {
        invalid_each(&handler, &class.handler, is_dns1123_label(&class.handler), &mut errors);
    }
    if let Some(overhead) = &class.overhead {
        check_overhead(&overhead.pod_fixed, &Path::new("overhead"), &mut errors);
    }
    if let Some(scheduling) = &class.scheduling {
        let path = Path::new("scheduling");
        labels(&scheduling.node_selector, &path.child("nodeSelector"), &mut errors);
        check_tolerations(&scheduling.tolerations, &path.child("tolerations"), &mut errors);
    }
    errors
}

/// An overhead is checked like the limits of a container.
fn check_overhead(amounts: &ResourceList, path: &Path<'_>, errors: &mut ErrorList) {
    let limits = path.child("limits");
    let mut huge_pages = false;
    let mut computes = false;
    for (name, amount) in amounts {
        let path = limits.key(name);
        container_resource_name(name, &path, errors);
        resource_quantity(name, amount, &path, errors);
        huge_pages |= is_huge_page(name);
        computes |= matches!(name.as_str(), "cpu" | "memory");
    }
    if huge_pages && !computes {
        errors.push(Error::forbidden(path, "HugePages require cpu or memory"));
    }
}

fn check_tolerations(tolerations: &[Toleration], path: &Path<'_>, errors: &mut ErrorList) {
    for (at, toleration) in tolerations.iter().enumerate() {
        check_toleration(toleration, &path.index(at), errors);
    }
}

fn check_toleration(toleration: &Toleration, path: &Path<'_>, errors: &mut ErrorList) {
    // unlike that of pods, this check shows all of the toleration
    let rules = TolerationRules { comparison: Comparison::Unknown, value_of_exists: |it| shown_internal(it) };
    tolerations::check(toleration, rules, path, errors);
}
