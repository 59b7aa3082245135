//! NodeResourcesBalancedAllocation: nodes whose resources would be taken more evenly than now.

use std::sync::OnceLock;

use kubeforge_machinery::feature_gates::FeatureGates;
use serde::Deserialize;
use serde_json::Value;

use super::arguments::{self, ResourceSpec};
use super::device_scoring::{DeviceScoring, SharedTotals};
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
    devices: OnceLock<DeviceScoring>,
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
            None => Ok(Self { resources, devices: OnceLock::new() }),
            Some(resource) => {
                Err(arguments::wrong(Self::NAME, format_args!("resource weight of {} should be 1", resource.name)))
            }
        }
    }

    fn devices(&self) -> &DeviceScoring {
        self.devices.get_or_init(DeviceScoring::default)
    }
}

impl Plugin for NodeResourcesBalancedAllocation {
    fn name(&self) -> &'static str {
        Self::NAME
    }

    fn scope(&self) -> Scope {
        self.devices().scope(&self.resources)
    }

    fn obey(&self, gates: &FeatureGates) {
        self.devices.get_or_init(|| DeviceScoring::new(gates));
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
    fn pre_score_pod(&self, state: &mut CycleState, pod: &PodInfo, nodes: &Snapshot, _rows: Option<&[Row]>) -> Status {
        let requests = &pod.resources().requests;
        if self.resources.iter().all(|resource| requests.get(&resource.name) == 0) {
            return Status::skip();
        }
        self.devices().prepare(state, nodes.objects(), &self.resources);
        Status::success()
    }
}

impl ScorePlugin for NodeResourcesBalancedAllocation {
    fn score_node(&self, state: &CycleState, pod: &PodInfo, node: &NodeInfo) -> Result<i64, Status> {
        let names = self.resources.iter().map(|resource| resource.name.as_str());
        let devices = state.read::<SharedTotals>();
        let counted = names.filter_map(|name| {
            let added = pod.resources().requests.get(name);
            let allocatable = node.allocatable().get(name);
            let of_devices = || {
                let total = devices?.of(node, name)?;
                Some((Fraction { requested: total.taken, allocatable: total.reached }, added))
            };
            match allocatable {
                _ if added == 0 && is_scalar(name) => None,
                0 => of_devices(),
                _ => Some((Fraction { requested: node.requested().get(name), allocatable }, added)),
            }
        });
        let without_pod = counted.clone().map(|(fraction, _)| fraction);
        let with_pod = counted.map(|(taken, added)| Fraction { requested: taken.requested + added, ..taken });
        Ok(balance(with_pod, without_pod))
    }
}
