//! Devices (resource.k8s.io): which there are, which are taken, and how claims are given some.
//!
//! - [`id`], [`view`]: devices as slices offer them. [`selector`]: expressions that pick some, compiled once, their answers
//!   remembered. [`pools`]: what a node can reach, and whether the drivers are done telling of it.
//! - [`features`]: which parts of all this are on. [`totals`]: how many devices of a class there are, for scores.
//! - [`taken`]: what claims have, those included that the API server does not know of yet. [`extended`]: which class stands
//!   for an extended resource.
//! - [`plan`]: what claims ask for. [`search`]: finds devices for all of it on one node, with [`constraint`], [`counters`],
//!   [`capacity`] and [`taint`] as its rules. [`result`](mod@result): what is written into the claims.
//!
//! Follows dynamic-resource-allocation structured/internal/incubating.

pub(crate) mod capacity;
pub(crate) mod constraint;
pub(crate) mod counters;
pub(crate) mod extended;
pub(crate) mod features;
pub(crate) mod id;
pub(crate) mod plan;
pub(crate) mod pools;
pub(crate) mod result;
pub(crate) mod search;
pub(crate) mod selector;
pub(crate) mod taint;
pub(crate) mod taken;
pub(crate) mod totals;
pub(crate) mod view;

#[cfg(test)]
mod naive;
#[cfg(test)]
mod tests;

use std::{collections::BTreeMap, sync::Arc, time::Instant};

use kubeforge_api::resource::v1::{AllocationResult, ResourceClaim};

use crate::framework::Objects;
use taken::Taken;

/// What is known of devices beside the objects: kept with them, so that all profiles share it.
#[derive(Debug, Default)]
pub(crate) struct DeviceState {
    /// What was decided about claims and is not known to everybody yet.
    pub(crate) allocations: taken::Allocations,
    /// Compiled expressions.
    pub(crate) selectors: selector::Selectors,
    /// Slices in the form in which they are searched.
    pub(crate) views: view::Views,
}

/// The node that devices must be reached from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NodePlace<'a> {
    /// Its name.
    pub(crate) name: &'a str,
    /// Its labels.
    pub(crate) labels: &'a BTreeMap<String, String>,
}

/// Why claims could not be looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum AllocateError {
    /// Something is wrong with a claim or a class, whatever the node.
    Fatal(String),
    /// Something is wrong with what the node has.
    OnNode(String),
    /// It took too long.
    TimedOut,
}

/// Gives claims devices that a node reaches; none where there are not enough. Each claim gets one result, in their order.
///
/// # Errors
/// See [`AllocateError`].
pub(crate) fn allocate(
    objects: &Objects,
    taken: &Taken,
    node: NodePlace<'_>,
    claims: &[Arc<ResourceClaim>],
    deadline: Option<Instant>,
) -> Result<Option<Vec<AllocationResult>>, AllocateError> {
    let pools = pools::gather(objects, taken, node);
    let plans = plan::of_claims(objects, taken, claims, &pools, node)?;
    let mut search = search::Search::new(&plans, &pools, taken, node, deadline);
    if search.run()? {
        return result::of(&search.found(), &plans, node.name).map(Some);
    }
    match pools.iter().any(pools::Pool::is_invalid) {
        true => Err(AllocateError::OnNode("invalid resource pools were encountered".to_owned())),
        false => Ok(None),
    }
}
