//! Nodes: well-formed taints, ranges and amounts; what is set once stays.

mod annotations;
mod config_source;
mod taints;

use std::collections::{BTreeMap, BTreeSet};

use kubeforge_api::core::v1::Node;
use kubeforge_machinery::{
    Quantity,
    field::{Error, ErrorList, Path},
    validation::{CheckContext, Checks, MetadataOnUpdate, is_valid_cidr_sloppy, parse_cidr},
};

use crate::{
    BuiltIn,
    common::{cidr_warnings, is_dual_stack_cidrs, resource_name::resource_quantity, shown_internal, shown_list},
};

pub(super) fn register(all: &mut BuiltIn) {
    let checks = Checks::new(|_: &CheckContext<'_>, node: &Node| validate(node))
        .update(|_: &CheckContext<'_>, new: &Node, old: &Node| {
            let mut errors = validate(new);
            errors.extend(validate_update(new, old));
            errors
        })
        .metadata_on_update(MetadataOnUpdate::Whole)
        .subresource("status", |_: &CheckContext<'_>, new: &Node, old: &Node| validate_update(new, old))
        .warnings(warnings);
    all.add("", "nodes", checks);
}

fn validate(node: &Node) -> ErrorList {
    let mut errors = ErrorList::new();
    annotations::validate(&node.metadata.annotations, &mut errors);
    taints::validate(&node.spec.taints, &Path::new("metadata.taints"), &mut errors);
    amounts(node, &mut errors);
    pod_cidrs(&node.spec.pod_cidrs, &mut errors);
    errors
}

fn amounts(node: &Node, errors: &mut ErrorList) {
    let status = Path::new("status");
    let mut check = |amounts: &BTreeMap<String, Quantity>, field: &'static str| {
        for (name, amount) in amounts {
            resource_quantity(name, amount, &status.child(field).child(name), errors);
        }
    };
    check(&node.status.capacity, "capacity");
    check(&node.status.allocatable, "allocatable");
}

fn pod_cidrs(ranges: &[String], errors: &mut ErrorList) {
    let path = Path::new("spec.podCIDRs");
    for (index, range) in ranges.iter().enumerate() {
        errors.extend(is_valid_cidr_sloppy(&path.index(index), range));
    }
    if ranges.len() < 2 {
        return;
    }
    let dual_stack = is_dual_stack_cidrs(ranges);
    let bad = ranges.iter().enumerate().find(|(_, range)| parse_cidr(range).is_none());
    if let Some((index, range)) = bad {
        let text = format!(
            "invalid PodCIDRs. failed to check with dual stack with error:invalid CIDR[{index}]: <nil> (invalid CIDR \
             address: {range})"
        );
        errors.push(Error::internal(&path, text));
    }
    if dual_stack != Some(true) || ranges.len() > 2 {
        let text = "may specify no more than one CIDR for each IP family";
        errors.push(Error::invalid(&path, shown_list(ranges), text));
    }
    let mut seen = BTreeSet::new();
    for (index, range) in ranges.iter().enumerate() {
        if !seen.insert(range) {
            errors.push(Error::duplicate(&path.index(index), range));
        }
    }
}

fn validate_update(new: &Node, old: &Node) -> ErrorList {
    let mut errors = ErrorList::new();
    annotations::validate(&new.metadata.annotations, &mut errors);
    amounts(new, &mut errors);
    addresses(new, &mut errors);
    let spec = Path::new("spec");
    let mut refuse = |field: &'static str, text: &str| errors.push(Error::forbidden(&spec.child(field), text));
    let (new_ranges, old_ranges) = (&new.spec.pod_cidrs, &old.spec.pod_cidrs);
    let changed = if new_ranges.len() == old_ranges.len() {
        new_ranges.iter().zip(old_ranges).filter(|(new, old)| new != old).count()
    } else {
        usize::from(!old_ranges.is_empty())
    };
    for _ in 0..changed {
        refuse("podCIDRs", r#"node updates may not change podCIDR except from "" to valid"#);
    }
    if !old.spec.provider_id.is_empty() && new.spec.provider_id != old.spec.provider_id {
        refuse("providerID", r#"node updates may not change providerID except from "" to valid"#);
    }
    config_source::validate(new, &mut errors);
    taints::validate(&new.spec.taints, &Path::new("metadata.taints"), &mut errors);
    if new.spec.do_not_use_external_id != old.spec.do_not_use_external_id {
        errors.push(Error::forbidden(&spec.child("externalID"), "may not be updated"));
    }
    errors
}

fn addresses(node: &Node, errors: &mut ErrorList) {
    let path = Path::new("status.addresses");
    let mut seen = BTreeSet::new();
    for (index, address) in node.status.addresses.iter().enumerate() {
        if !seen.insert((&address.type_, &address.address)) {
            errors.push(Error::duplicate(&path.index(index), shown_internal(address)));
        }
    }
}

fn warnings(ctx: &CheckContext<'_>, new: &Node, _: Option<&Node>) -> Vec<String> {
    if ctx.subresource == "status" {
        return Vec::new();
    }
    let mut found = Vec::new();
    if new.spec.config_source.is_some() {
        found.push("spec.configSource: the feature is removed".to_owned());
    }
    if !new.spec.do_not_use_external_id.is_empty() {
        found.push("spec.externalID: this field is deprecated, and is unused by Kubernetes".to_owned());
    }
    let path = Path::new("spec.podCIDRs");
    for (index, range) in new.spec.pod_cidrs.iter().enumerate() {
        found.extend(cidr_warnings(range, &path.index(index)));
    }
    found
}
