//! Whether a node reaches the devices that the pod's claims have, and can give devices to those that have none.

use std::{sync::Arc, time::Instant};

use kubeforge_api::resource::v1::ResourceClaim;

use super::{
    DynamicResources, conditions, extended,
    extended::OnNode,
    state::{Answer, NodeAllocation, PodClaims},
};
use crate::{
    devices::{AllocateError, NodePlace, allocate},
    framework::{NodeInfo, PodInfo, Status},
};

/// What is said of a node.
pub(super) fn ask(plugin: &DynamicResources, claims: &PodClaims, pod: &PodInfo, node: &NodeInfo) -> Answer {
    let Some(object) = node.node() else { return Status::success().into() };
    let place = NodePlace { name: node.name(), labels: &object.metadata.labels };
    let on_node = match extended::on_node(claims, pod, node) {
        Ok(on_node) => on_node,
        Err(status) => return status.into(),
    };
    if on_node.is_none() && !claims.has_users() {
        return Status::success().into();
    }
    let unavailable = unavailable(claims, place, plugin);
    let allocation = match find(plugin, claims, on_node, place) {
        Ok(allocation) => allocation,
        Err(status) => return status.into(),
    };
    if !unavailable.is_empty() {
        claims.note_unavailable(unavailable);
        return Status::unresolvable("resourceclaim not available on the node").into();
    }
    Answer { status: Status::success(), allocation: allocation.map(Arc::new) }
}

/// The places of the claims whose devices are of no use here.
fn unavailable(claims: &PodClaims, node: NodePlace<'_>, plugin: &DynamicResources) -> Vec<usize> {
    let is_unavailable = |claim: &ResourceClaim, reach: Option<&crate::node_selector::Selector>| {
        let is_out_of_reach = reach.is_some_and(|reach| !reach.matches(node.name, node.labels));
        let is_waited_for = claims.gates().devices.binding && claim.status.allocation.is_some();
        is_out_of_reach || is_waited_for && conditions::is_hopeless(claim, plugin.binding_timeout)
    };
    let all = claims.with_reach().enumerate();
    all.filter(|(_, (claim, reach))| is_unavailable(claim, *reach)).map(|(place, _)| place).collect()
}

/// Finds devices for the claims that have none.
fn find(
    plugin: &DynamicResources,
    claims: &PodClaims,
    on_node: Option<OnNode>,
    node: NodePlace<'_>,
) -> Result<Option<NodeAllocation>, Status> {
    let Some(taken) = claims.taken() else { return Ok(None) };
    let (extended, mappings) = on_node.map_or((None, Vec::new()), |it| (Some(it.claim), it.mappings));
    let of_node = |(place, claim): (usize, &Arc<ResourceClaim>)| {
        Arc::clone(extended.as_ref().filter(|_| claims.is_extended(place)).unwrap_or(claim))
    };
    let wanted: Vec<_> = claims.to_allocate().map(of_node).collect();
    let timeout = plugin.filter_timeout.filter(|_| claims.gates().filter_timeout);
    let deadline = timeout.map(|timeout| Instant::now() + timeout);
    match allocate(claims.objects(), taken, node, &wanted, deadline) {
        Ok(Some(results)) => Ok(Some(NodeAllocation { results, extended, mappings })),
        Ok(None) => Err(Status::unresolvable("cannot allocate all claims")),
        // no change in the cluster would wake the pod: it is tried again after a while, as after any failure
        Err(AllocateError::TimedOut) => {
            Err(Status::error(format!("node {}: timed out trying to allocate devices", node.name)))
        }
        Err(AllocateError::OnNode(reason)) => Err(Status::unresolvable(reason)),
        Err(AllocateError::Fatal(failure)) => Err(Status::error(failure)),
    }
}
