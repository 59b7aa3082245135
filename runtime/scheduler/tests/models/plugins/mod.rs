//! What each plugin of kube-scheduler is documented to do, computed anew from all objects for every question.

mod image_locality;
mod inter_pod_affinity;
mod node_affinity;
mod node_name;
mod node_ports;
mod node_resources_balanced_allocation;
mod node_resources_fit;
mod node_unschedulable;
mod node_volume_limits;
mod pod_topology_spread;
mod requests;
mod taint_toleration;
mod volume_binding;
mod volume_restrictions;
mod volume_zone;
mod volumes;

use std::collections::BTreeSet;

use serde_json::Value;

use crate::world::{View, World};

pub(crate) use volume_binding::matches as volume_matches;
pub(crate) use volumes::all_claims;

/// Whether other pods' going may help.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Code {
    Unschedulable,
    Unresolvable,
}

/// Why a node, or all of them, can't take a pod.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) code: Code,
    pub(crate) reasons: Vec<String>,
}

impl Refusal {
    pub(crate) fn unschedulable(reason: impl Into<String>) -> Self {
        Self { code: Code::Unschedulable, reasons: vec![reason.into()] }
    }

    pub(crate) fn unresolvable(reason: impl Into<String>) -> Self {
        Self { code: Code::Unresolvable, reasons: vec![reason.into()] }
    }
}

/// What is said of a pod before nodes are tried.
pub(crate) enum PreFilter {
    All,
    Only(BTreeSet<String>),
    /// The filter has nothing to say.
    Skip,
    Refused(Refusal),
}

/// The rules of one plugin.
pub(crate) trait Model {
    fn name(&self) -> &'static str;

    fn pre_filter(&self, _world: &World, _pod: &Value) -> PreFilter {
        PreFilter::All
    }

    fn filter(&self, _view: &View<'_>, _pod: &Value, _node: &Value) -> Result<(), Refusal> {
        Ok(())
    }

    /// The normalised scores of the nodes that can take the pod; none where the plugin has nothing to say.
    fn scores(&self, _world: &World, _pod: &Value, _nodes: &[&Value]) -> Option<Vec<i64>> {
        None
    }
}

/// A plugin and its weight.
pub(crate) struct Weighted {
    pub(crate) model: Box<dyn Model>,
    pub(crate) weight: i64,
}

/// The plugins of the default profile in their order. `arguments` are those of the configuration.
pub(crate) fn all(arguments: impl Fn(&str) -> Value) -> Vec<Weighted> {
    fn weighted(weight: i64, model: impl Model + 'static) -> Weighted {
        Weighted { model: Box::new(model), weight }
    }
    vec![
        weighted(0, node_unschedulable::NodeUnschedulable),
        weighted(0, node_name::NodeName),
        weighted(3, taint_toleration::TaintToleration),
        weighted(2, node_affinity::NodeAffinity { added: arguments("NodeAffinity")["addedAffinity"].clone() }),
        weighted(0, node_ports::NodePorts),
        weighted(1, node_resources_fit::NodeResourcesFit { arguments: arguments("NodeResourcesFit") }),
        weighted(0, volume_restrictions::VolumeRestrictions),
        weighted(0, node_volume_limits::NodeVolumeLimits),
        weighted(0, volume_binding::VolumeBinding),
        weighted(0, volume_zone::VolumeZone),
        weighted(2, pod_topology_spread::PodTopologySpread { arguments: arguments("PodTopologySpread") }),
        weighted(2, inter_pod_affinity::InterPodAffinity { arguments: arguments("InterPodAffinity") }),
        weighted(1, node_resources_balanced_allocation::NodeResourcesBalancedAllocation),
        weighted(1, image_locality::ImageLocality),
    ]
}

/// The highest becomes 100, the others their share of it.
fn by_maximum(scores: Vec<i64>) -> Vec<i64> {
    let highest = scores.iter().copied().max().unwrap_or(0);
    scores.into_iter().map(|score| if highest == 0 { 0 } else { 100 * score / highest }).collect()
}
