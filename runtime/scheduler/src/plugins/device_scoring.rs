//! Extended resources that nodes give as devices, in the scores of NodeResourcesFit and NodeResourcesBalancedAllocation.

use std::sync::Arc;

use kubeforge_machinery::feature_gates::FeatureGates;

use super::arguments::ResourceSpec;
use crate::{
    devices::{extended::may_be_devices, features::Features, totals::Totals},
    framework::{CycleState, Objects, Scope},
};

/// What PreScore leaves for Score, where a resource that is scored stands for devices.
pub(super) type SharedTotals = Arc<Totals>;

/// Whether such resources count, and how devices are given.
#[derive(Clone, Copy, Debug)]
pub(super) struct DeviceScoring {
    is_on: bool,
    features: Features,
}

impl DeviceScoring {
    pub(super) fn new(gates: &FeatureGates) -> Self {
        Self { is_on: gates.enabled("DRAExtendedResource"), features: Features::new(gates) }
    }

    /// Whether extended resources may stand for devices.
    pub(super) const fn is_on(&self) -> bool {
        self.is_on
    }

    /// What scores by these resources depend on: devices come and go without their node changing.
    pub(super) fn scope(&self, resources: &[ResourceSpec]) -> Scope {
        let may_count = |resource: &ResourceSpec| self.is_on && may_be_devices(&resource.name);
        if resources.iter().any(may_count) { Scope::Cluster } else { Scope::Node }
    }

    /// Looks up for Score what there is of devices.
    pub(super) fn prepare(&self, state: &mut CycleState, objects: &Arc<Objects>, resources: &[ResourceSpec]) {
        if self.scope(resources) == Scope::Node {
            return;
        }
        let names = resources.iter().map(|resource| resource.name.as_str());
        if let Some(totals) = Totals::new(objects, self.features, names) {
            state.write::<SharedTotals>(Arc::new(totals));
        }
    }
}

impl Default for DeviceScoring {
    fn default() -> Self {
        Self::new(&FeatureGates::default())
    }
}
