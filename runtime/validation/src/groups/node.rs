//! Runtime classes.

use kubeforge_api::{
    core::v1::{ResourceList, TaintEffect, Toleration, TolerationOperator},
    node::v1::RuntimeClass,
};
use kubeforge_machinery::{
    field::{Error, ErrorList, Path},
    validation::{CheckContext, Checks, is_dns1123_label, is_label_value, is_qualified_name, labels},
};

use crate::{
    BuiltIn,
    common::{immutable, internal, invalid_each, non_negative_quantity, shown_internal},
};

use super::node_labels::deprecation;

internal!(TolerationOperator, TaintEffect);
internal!(Toleration {
    "Key": key, "Operator": operator, "Value": value, "Effect": effect, "TolerationSeconds": toleration_seconds,
});

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
        check_resource_name(name, &path, errors);
        non_negative_quantity(amount, &path, errors);
        if is_extended_resource(name) && amount.milli_value() % 1000 != 0 {
            errors.push(Error::invalid(&path, amount.to_string(), "must be an integer"));
        }
        huge_pages |= name.starts_with(HUGE_PAGES);
        computes |= matches!(name.as_str(), "cpu" | "memory");
    }
    if huge_pages && !computes {
        errors.push(Error::forbidden(path, "HugePages require cpu or memory"));
    }
}

const HUGE_PAGES: &str = "hugepages-";
const NATIVE_DOMAIN: &str = "kubernetes.io/";

fn is_native_resource(name: &str) -> bool {
    !name.contains('/') || name.contains(NATIVE_DOMAIN)
}

fn is_extended_resource(name: &str) -> bool {
    !is_native_resource(name)
        && !name.starts_with("requests.")
        && is_qualified_name(&format!("requests.{name}")).is_empty()
}

fn check_resource_name(name: &str, path: &Path<'_>, errors: &mut ErrorList) {
    let malformed = is_qualified_name(name);
    let is_well_formed = malformed.is_empty();
    invalid_each(path, name, malformed, errors);
    if name.contains('/') {
        if !is_native_resource(name) && !is_extended_resource(name) {
            errors.push(Error::invalid(path, name, "doesn't follow extended resource name standard"));
        }
        return;
    }
    let for_containers = matches!(name, "cpu" | "memory" | "ephemeral-storage") || name.starts_with(HUGE_PAGES);
    if is_well_formed && !for_containers && !is_standard_resource(name) {
        let text = "must be a standard resource type or fully qualified";
        errors.push(Error::invalid(path, name, text));
    }
    if !for_containers {
        errors.push(Error::invalid(path, name, "must be a standard resource for containers"));
    }
}

/// Resources that some object of Kubernetes counts.
fn is_standard_resource(name: &str) -> bool {
    let counted = [
        "pods",
        "services",
        "replicationcontrollers",
        "resourcequotas",
        "secrets",
        "configmaps",
        "persistentvolumeclaims",
        "storage",
        "requests.cpu",
        "requests.memory",
        "requests.storage",
        "requests.ephemeral-storage",
        "limits.cpu",
        "limits.memory",
        "limits.ephemeral-storage",
        "services.loadbalancers",
        "services.nodeports",
    ];
    counted.contains(&name) || name.starts_with("requests.hugepages-")
}

fn check_tolerations(tolerations: &[Toleration], path: &Path<'_>, errors: &mut ErrorList) {
    for (at, toleration) in tolerations.iter().enumerate() {
        check_toleration(toleration, &path.index(at), errors);
    }
}

fn check_toleration(toleration: &Toleration, path: &Path<'_>, errors: &mut ErrorList) {
    let Toleration { key, operator, value, effect, .. } = toleration;
    if !key.is_empty() {
        invalid_each(&path.child("key"), key, is_qualified_name(key), errors);
    }
    let operator_path = path.child("operator");
    if key.is_empty() && *operator != TolerationOperator::Exists {
        let text = "operator must be Exists when `key` is empty, which means \"match all values and all keys\"";
        errors.push(Error::invalid(&operator_path, operator.as_str(), text));
    }
    let effect_path = path.child("effect");
    if toleration.toleration_seconds.is_some() && *effect != TaintEffect::NoExecute {
        let text = "effect must be 'NoExecute' when `tolerationSeconds` is set";
        errors.push(Error::invalid(&effect_path, effect.as_str(), text));
    }
    match operator {
        TolerationOperator::Exists => {
            if !value.is_empty() {
                let text = "value must be empty when `operator` is 'Exists'";
                errors.push(Error::invalid(&operator_path, shown_internal(toleration), text));
            }
        }
        operator if *operator == TolerationOperator::Equal || operator.is_empty() => {
            let wrong = is_label_value(value);
            if !wrong.is_empty() {
                errors.push(Error::invalid(&operator_path, value, wrong.join(";")));
            }
        }
        other => errors.push(Error::not_supported(&operator_path, other.as_str(), &["Equal", "Exists"])),
    }
    if let TaintEffect::Other(other) = effect
        && !other.is_empty()
    {
        let known = ["NoSchedule", "PreferNoSchedule", "NoExecute"];
        errors.push(Error::not_supported(&effect_path, other, &known));
    }
}
