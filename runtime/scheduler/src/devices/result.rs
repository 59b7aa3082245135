//! What is written into claims that were given devices.

use std::{collections::BTreeMap, ops::Range};

use kubeforge_api::{
    core::v1::{NodeSelector, NodeSelectorOperator, NodeSelectorRequirement, NodeSelectorTerm},
    resource::v1::{
        AllocationConfigSource, AllocationResult, DeviceAllocationConfiguration, DeviceAllocationResult,
        DeviceRequestAllocationResult,
    },
};

use super::{
    AllocateError,
    plan::{ClaimPlan, Want},
    search::{Found, FoundForClaim},
};

/// The results, one for each claim.
///
/// # Errors
/// Where a slice says in a way that is not known here which nodes reach it.
pub(crate) fn of(
    found: &[FoundForClaim<'_>],
    plans: &[ClaimPlan<'_>],
    node: &str,
) -> Result<Vec<AllocationResult>, AllocateError> {
    let result = |(found, plan): (&FoundForClaim<'_>, &ClaimPlan<'_>)| {
        let selector = node_selector(&found.devices, node).map_err(|why| {
            AllocateError::Fatal(format!("create NodeSelector for claim {}: {why}", plan.claim.metadata.name))
        })?;
        let results = found.devices.iter().map(device).collect();
        Ok(AllocationResult {
            devices: DeviceAllocationResult { results, config: configuration(found, plan) },
            node_selector: selector.map(Box::new),
            allocation_timestamp: None,
        })
    };
    found.iter().zip(plans).map(result).collect()
}

fn device(found: &Found<'_>) -> DeviceRequestAllocationResult {
    let Found { want, candidate, share } = found;
    let id = candidate.view.id();
    DeviceRequestAllocationResult {
        request: want.full_name(),
        driver: id.driver().to_owned(),
        pool: id.pool().to_owned(),
        device: id.device().to_owned(),
        admin_access: want.is_admin.then_some(true),
        tolerations: want.tolerations.to_vec(),
        binding_conditions: candidate.device.binding_conditions.clone(),
        binding_failure_conditions: candidate.device.binding_failure_conditions.clone(),
        share_id: share.as_ref().map(|(id, _)| id.clone()),
        consumed_capacity: share.as_ref().map(|(_, amounts)| amounts.clone()).unwrap_or_default(),
    }
}

/// The configuration of the classes, each once, then that of the claim.
fn configuration(found: &FoundForClaim<'_>, plan: &ClaimPlan<'_>) -> Vec<DeviceAllocationConfiguration> {
    let mut all = Vec::<DeviceAllocationConfiguration>::new();
    let mut of_class = BTreeMap::<&str, Range<usize>>::new();
    for want in &found.chosen {
        let name = want.full_name();
        let class = &want.class;
        if let Some(range) = of_class.get(class.metadata.name.as_str()).cloned() {
            all.get_mut(range).into_iter().flatten().for_each(|config| config.requests.push(name.clone()));
            continue;
        }
        let start = all.len();
        all.extend(class.spec.config.iter().map(|config| DeviceAllocationConfiguration {
            source: AllocationConfigSource::FromClass,
            requests: vec![name.clone()],
            device_configuration: config.device_configuration.clone(),
        }));
        of_class.insert(class.metadata.name.as_str(), start..all.len());
    }
    for config in &plan.claim.spec.devices.config {
        let is_meant = |want: &&&Want<'_>| config.requests.iter().any(|reference| want.name.is_meant_by(reference));
        let times = if config.requests.is_empty() { 1 } else { found.chosen.iter().filter(is_meant).count() };
        let entry = DeviceAllocationConfiguration {
            source: AllocationConfigSource::FromClaim,
            requests: config.requests.clone(),
            device_configuration: config.device_configuration.clone(),
        };
        all.extend(std::iter::repeat_n(entry, times));
    }
    all
}

/// The nodes that reach all of the devices; none for all nodes.
fn node_selector(devices: &[Found<'_>], node: &str) -> Result<Option<NodeSelector>, String> {
    let mut term = NodeSelectorTerm::default();
    for Found { candidate, .. } in devices {
        let (slice, device) = (&candidate.slice.spec, candidate.device);
        let (name, selector) = match slice.per_device_node_selection {
            Some(true) => (&device.node_name, &device.node_selector),
            _ => (&slice.node_name, &slice.node_selector),
        };
        if device.binds_to_node == Some(true) {
            return Ok(Some(only(node)));
        }
        if let Some(name) = name {
            return Ok(Some(only(name)));
        }
        match selector.as_ref().map_or(&[][..], |selector| &selector.node_selector_terms) {
            [] => {}
            [one] => {
                add_new(&mut term.match_fields, &one.match_fields);
                add_new(&mut term.match_expressions, &one.match_expressions);
            }
            several => {
                return Err(format!("unsupported ResourceSlice.NodeSelector with {} terms", several.len()));
            }
        }
    }
    let is_empty = term.match_fields.is_empty() && term.match_expressions.is_empty();
    Ok((!is_empty).then(|| NodeSelector { node_selector_terms: vec![term] }))
}

fn only(node: &str) -> NodeSelector {
    let name = NodeSelectorRequirement {
        key: "metadata.name".to_owned(),
        operator: NodeSelectorOperator::In,
        values: vec![node.to_owned()],
    };
    let term = NodeSelectorTerm { match_fields: vec![name], ..Default::default() };
    NodeSelector { node_selector_terms: vec![term] }
}

fn add_new(to: &mut Vec<NodeSelectorRequirement>, from: &[NodeSelectorRequirement]) {
    for requirement in from {
        let is_same = |other: &NodeSelectorRequirement| {
            other.key == requirement.key
                && other.operator == requirement.operator
                && other.values.iter().all(|value| requirement.values.contains(value))
                && requirement.values.iter().all(|value| other.values.contains(value))
        };
        if !to.iter().any(is_same) {
            to.push(requirement.clone());
        }
    }
}
