//! How many devices of a class a node reaches, and how many of them are taken: what there is of an extended resource that the
//! node gives as devices, for scores. Follows the scheduler's noderesources/resource_allocation.go
//! (calculateDRAResourceTotals): all slices count, whatever their pool's generation.

use std::sync::Arc;

use kubeforge_api::resource::v1::DeviceClass;

use super::{
    NodePlace,
    extended::class_of,
    features::Features,
    taken::Taken,
    view::{Candidate, SliceView},
};
use crate::framework::{NodeInfo, Objects};

/// What can be said of devices as of the moment at which a pod is looked at.
#[derive(Debug)]
pub(crate) struct Totals {
    objects: Arc<Objects>,
    taken: Taken,
}

/// So many devices.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Total {
    /// The node reaches.
    pub(crate) reached: i64,
    /// Of these are taken, by one claim or several.
    pub(crate) taken: i64,
}

impl Totals {
    /// What can be said; none where none of the resources stands for devices.
    pub(crate) fn new<'a>(
        objects: &Arc<Objects>,
        features: Features,
        mut resources: impl Iterator<Item = &'a str>,
    ) -> Option<Self> {
        resources
            .any(|resource| class_of(objects, resource).is_some())
            .then(|| Self { objects: Arc::clone(objects), taken: Taken::new(objects, features) })
    }

    /// How many devices a node has for a resource; none where it has no such devices, or a selector of their class fails.
    pub(crate) fn of(&self, node: &NodeInfo, resource: &str) -> Option<Total> {
        let class = class_of(&self.objects, resource)?;
        let place = NodePlace { name: node.name(), labels: &node.node()?.metadata.labels };
        let own = self.objects.resource_slices.by_index(Objects::BY_NODE, place.name);
        let own: Vec<_> = own.iter().map(|slice| self.objects.devices.views.of(slice)).collect();
        let mut total = Total::default();
        for view in own.iter().chain(self.taken.shared_slices()).filter(|view| view.is_reached(place)) {
            self.count(view, &class, place, &mut total).ok()?;
        }
        (total.reached > 0).then_some(total)
    }

    fn count(
        &self,
        slice: &SliceView,
        class: &DeviceClass,
        node: NodePlace<'_>,
        total: &mut Total,
    ) -> Result<(), String> {
        for candidate in slice.candidates(0).filter(|candidate| candidate.view.is_reached(node)) {
            if self.is_of(class, candidate)? {
                total.reached += 1;
                total.taken += i64::from(self.taken.of(candidate.view.id()).is_taken());
            }
        }
        Ok(())
    }

    fn is_of(&self, class: &DeviceClass, candidate: Candidate<'_>) -> Result<bool, String> {
        for selector in class.spec.selectors.iter().filter_map(|selector| selector.cel.as_ref()) {
            if !self.objects.devices.selectors.of(&selector.expression).picks(candidate)? {
                return Ok(false);
            }
        }
        Ok(true)
    }
}
