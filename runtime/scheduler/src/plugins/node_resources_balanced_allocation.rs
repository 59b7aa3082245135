//! NodeResourcesBalancedAllocation: nodes whose resources would be taken more evenly than now.

use serde::Deserialize;
use serde_json::Value;

use super::arguments::{self, ResourceSpec};
use super::resource_scoring::{Fraction, balance};
use crate::framework::{
    Changes, CycleState, NodeInfo, Plugin, PluginError, PodInfo, PreScorePlugin, Row, Scope, ScorePlugin, Snapshot,
    Status,
};
use crate::resources::is_scalar;

/// Prefers nodes whose resources the pod would balance.
#[derive(Clone, Debug)]
pub struct NodeResourcesBalancedAllocation {
    resources: Vec<ResourceSpec>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Arguments {
    #[serde(default)]
    resources: Vec<ResourceSpec>,
}

impl NodeResourcesBalancedAllocation {
    /// Its name.
    pub const NAME: &'static str = "NodeResourcesBalancedAllocation";

    /// The plugin with its arguments (NodeResourcesBalancedAllocationArgs).
    ///
    /// # Errors
    /// Where they can't be used.
    pub fn new(arguments: Option<&Value>) -> Result<Self, PluginError> {
        let arguments: Arguments = arguments::read(Self::NAME, arguments)?;
        let resources = arguments::resources(Self::NAME, arguments.resources)?;
        match resources.iter().find(|resource| resource.weight != 1) {
            None => Ok(Self { resources }),
            Some(resource) => {
                Err(arguments::wrong(Self::NAME, format_args!("resource weight of {} should be 1", resource.name)))
            }
        }
    }
}

impl Plugin for NodeResourcesBalancedAllocation {
    fn name(&self) -> &'static str {
        Self::NAME
    }

    fn scope(&self) -> Scope {
        Scope::Node
    }

    fn events_to_register(&self) -> Changes {
        Changes::NONE
    }

    fn pre_score(&self) -> Option<&dyn PreScorePlugin> {
        Some(self)
    }

    fn score(&self) -> Option<&dyn ScorePlugin> {
        Some(self)
    }
}

impl PreScorePlugin for NodeResourcesBalancedAllocation {
    /// A pod that asks for none of the resources balances nothing.
    fn pre_score_pod(
        &self,
        _state: &mut CycleState,
        pod: &PodInfo,
        _nodes: &Snapshot,
        _rows: Option<&[Row]>,
    ) -> Status {
        let requests = &pod.resources().requests;
        if self.resources.iter().all(|resource| requests.get(&resource.name) == 0) {
            return Status::skip();
        }
        Status::success()
    }
}

impl ScorePlugin for NodeResourcesBalancedAllocation {
    fn score_node(&self, _state: &CycleState, pod: &PodInfo, node: &NodeInfo) -> Result<i64, Status> {
        let names = self.resources.iter().map(|resource| resource.name.as_str());
        let counted = names.filter_map(|name| {
            let added = pod.resources().requests.get(name);
            let allocatable = node.allocatable().get(name);
            let is_left_out = allocatable == 0 || (added == 0 && is_scalar(name));
            (!is_left_out).then(|| (Fraction { requested: node.requested().get(name), allocatable }, added))
        });
        let without_pod = counted.clone().map(|(fraction, _)| fraction);
        let with_pod = counted.map(|(taken, added)| Fraction { requested: taken.requested + added, ..taken });
        Ok(balance(with_pod, without_pod))
    }
}
