//! Volumes that are there already, for claims that have none yet.
//!
//! Of the volumes that fit a claim, the smallest is taken; one that is kept for the claim goes before all. Follows
//! component-helpers `storage/volume` FindMatchingVolume.

use std::sync::Arc;

use kubeforge_api::core::v1::{
    PersistentVolume, PersistentVolumeClaim, PersistentVolumeMode, PersistentVolumePhase, RESOURCE_STORAGE,
};
use kubeforge_machinery::{Quantity, labels::Selector};

use super::affinity::Affinities;
use crate::{
    framework::{RowSet, Snapshot},
    volumes::{
        claims::is_bound_to,
        reach::{Place, Reach, RowSelector},
    },
};

/// The volumes that a claim may be bound to.
#[derive(Clone)]
pub(super) struct Candidates {
    /// The one that is kept for it.
    kept: Option<(Option<RowSelector>, Arc<PersistentVolume>)>,
    /// The others that fit, smallest first.
    others: Reach<Arc<PersistentVolume>>,
}

impl Candidates {
    /// Those of the volumes, all of the claim's class, that fit the claim.
    pub(super) fn new(
        claim: &PersistentVolumeClaim,
        volumes: &[Arc<PersistentVolume>],
        affinities: &Affinities,
        nodes: &Snapshot,
    ) -> Result<Self, String> {
        let selector = claim.spec.selector.as_deref().map(|selector| Selector::from_label_selector(Some(selector)));
        let selector = selector.transpose().map_err(|error| {
            let (namespace, name) = (&claim.metadata.namespace, &claim.metadata.name);
            format!("error creating internal label selector for claim: {namespace}/{name}: {error}")
        })?;
        let with_affinity = |volume: &Arc<PersistentVolume>| (affinities.by_row(volume, nodes), Arc::clone(volume));
        let mut fitting: Vec<_> = volumes.iter().filter(|volume| may_take(claim, volume)).collect();
        fitting.sort_by_cached_key(|volume| (size_of(volume), volume.metadata.name.clone()));
        let kept = fitting.iter().find(|volume| is_bound_to(volume, claim)).copied().map(with_affinity);
        fitting.retain(|volume| is_offered(claim, volume, selector.as_ref()));
        let others = Reach::new(fitting.into_iter().map(with_affinity).collect());
        Ok(Self { kept, others })
    }

    /// The volume for the claim on a node, other than those chosen for other claims of the pod.
    pub(super) fn find(&self, place: Place<'_>, chosen: &[Arc<PersistentVolume>]) -> Option<Arc<PersistentVolume>> {
        let is_free = |volume: &Arc<PersistentVolume>| !chosen.iter().any(|other| Arc::ptr_eq(other, volume));
        match &self.kept {
            // a pod may name a claim twice: then one volume is found for each time
            Some((selector, volume)) if is_free(volume) => {
                selector.as_ref().is_none_or(|selector| selector.holds(place)).then(|| Arc::clone(volume))
            }
            _ => self.others.first(place, is_free).cloned(),
        }
    }

    /// Whether there are none.
    pub(super) const fn is_empty(&self) -> bool {
        self.kept.is_none() && self.others.is_empty()
    }

    /// Leaves the rows of the nodes on which there is a volume for the claim, if no other claim of the pod takes it.
    pub(super) fn keep(&self, rows: &mut RowSet) {
        match &self.kept {
            Some((Some(selector), _)) => selector.keep(rows),
            Some((None, _)) => {}
            None => self.others.keep(rows),
        }
    }
}

/// How much a claim asks for.
pub(super) fn size_asked(claim: &PersistentVolumeClaim) -> Quantity {
    claim.spec.resources.requests.get(RESOURCE_STORAGE).cloned().unwrap_or_default()
}

fn size_of(volume: &PersistentVolume) -> Quantity {
    volume.spec.capacity.get(RESOURCE_STORAGE).cloned().unwrap_or_default()
}

/// Whether the volume is not another claim's, and as large and of the kind as is asked for.
fn may_take(claim: &PersistentVolumeClaim, volume: &PersistentVolume) -> bool {
    let mode = |mode: &Option<PersistentVolumeMode>| mode.clone().unwrap_or(PersistentVolumeMode::Filesystem);
    let attributes = |class: &Option<String>| class.clone().unwrap_or_default();
    (volume.spec.claim_ref.is_none() || is_bound_to(volume, claim))
        && size_of(volume) >= size_asked(claim)
        && mode(&volume.spec.volume_mode) == mode(&claim.spec.volume_mode)
        && attributes(&volume.spec.volume_attributes_class_name) == attributes(&claim.spec.volume_attributes_class_name)
        && volume.metadata.deletion_timestamp.is_none()
}

/// Whether the volume waits for a claim like this.
fn is_offered(claim: &PersistentVolumeClaim, volume: &PersistentVolume, selector: Option<&Selector>) -> bool {
    volume.status.phase == PersistentVolumePhase::Available
        && selector.is_none_or(|selector| selector.matches(&volume.metadata.labels))
        && claim.spec.access_modes.iter().all(|mode| volume.spec.access_modes.contains(mode))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::plugins::testing::snapshot;

    /// A volume of so much on `n1`, and what is different about it.
    fn volume(name: &str, size: &str, different: Value) -> Arc<PersistentVolume> {
        let here = json!({"required": {"nodeSelectorTerms": [
            {"matchExpressions": [{"key": "host", "operator": "In", "values": ["n1"]}]}]}});
        let mut spec = json!({"capacity": {"storage": size}, "accessModes": ["ReadWriteOnce"], "nodeAffinity": here});
        let fields = spec.as_object_mut().unwrap();
        fields.extend(different.as_object().unwrap().clone());
        let volume =
            json!({"metadata": {"name": name, "labels": {"k": name}}, "spec": spec, "status": {"phase": "Available"}});
        Arc::new(serde_json::from_value(volume).unwrap())
    }

    #[track_caller]
    fn check(claim: Value, volumes: &[Arc<PersistentVolume>], node: &str, want: Option<&str>) {
        let mut spec = json!({"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "5Gi"}}});
        spec.as_object_mut().unwrap().extend(claim.as_object().unwrap().clone());
        let claim = json!({"metadata": {"name": "c", "namespace": "ns", "uid": "1"}, "spec": spec});
        let claim: PersistentVolumeClaim = serde_json::from_value(claim).unwrap();
        let nodes = snapshot(&[("n1", vec![]), ("n2", vec![])], vec![]);
        let candidates = Candidates::new(&claim, volumes, &Affinities::default(), &nodes).unwrap();
        let place = Place::of(nodes.by_name(node).unwrap()).unwrap();
        let nowhere = Place { row: crate::framework::Row::NOWHERE, ..place };
        for place in [place, nowhere] {
            let found = candidates.find(place, &[]).map(|volume| volume.metadata.name.clone());
            assert_eq!(found.as_deref(), want, "at row {:?}", place.row);
        }
    }

    #[test]
    fn the_smallest_that_fits_and_can_be_reached() {
        let volumes = [volume("a", "9Gi", json!({})), volume("b", "8Gi", json!({})), volume("c", "4Gi", json!({}))];
        check(json!({}), &volumes, "n1", Some("b"));
        check(json!({}), &volumes, "n2", None);
        check(json!({"selector": {"matchLabels": {"k": "a"}}}), &volumes, "n1", Some("a"));
        check(json!({"accessModes": ["ReadWriteMany"]}), &volumes, "n1", None);
        check(json!({"volumeMode": "Block"}), &volumes, "n1", None);
        check(json!({"volumeAttributesClassName": "fast"}), &volumes, "n1", None);
        let fast = |name: &str| volume(name, "5Gi", json!({"volumeAttributesClassName": "fast"}));
        check(json!({"volumeAttributesClassName": "fast"}), &[volumes[0].clone(), fast("f")], "n1", Some("f"));
        check(json!({"volumeAttributesClassName": ""}), &volumes, "n1", Some("b"));
        check(json!({}), &[fast("f")], "n1", None);
        check(json!({"resources": {}}), &volumes, "n1", Some("c"));
        check(json!({"resources": {"requests": {"storage": "9Gi"}}}), &volumes, "n1", Some("a"));
        let modes = json!({"accessModes": ["ReadWriteOnce", "ReadOnlyMany"]});
        check(modes.clone(), &[volumes[0].clone(), volume("d", "9Gi", modes)], "n1", Some("d"));
        let in_phase = |phase: &str, deleted: Value| {
            let mut volume = PersistentVolume::clone(&volumes[1]);
            volume.status.phase = phase.into();
            volume.metadata.deletion_timestamp = serde_json::from_value(deleted).unwrap();
            Arc::new(volume)
        };
        check(json!({}), &[volumes[0].clone(), in_phase("Released", Value::Null)], "n1", Some("a"));
        check(json!({}), &[in_phase("Available", json!("2026-01-01T00:00:00Z"))], "n1", None);
    }

    #[test]
    fn one_that_is_kept_for_the_claim_goes_before_all() {
        let kept = |name: &str| json!({"claimRef": {"name": name, "namespace": "ns"}, "accessModes": []});
        let small = volume("a", "6Gi", json!({}));
        check(json!({}), &[small.clone(), volume("b", "9Gi", kept("c"))], "n1", Some("b"));
        check(json!({}), &[small.clone(), volume("b", "9Gi", kept("other"))], "n1", Some("a"));
        let too_small = json!({"claimRef": {"name": "c", "namespace": "ns"}, "capacity": {"storage": "1Gi"}});
        check(json!({}), &[small.clone(), volume("b", "1Gi", too_small)], "n1", Some("a"));
        let earlier = json!({"claimRef": {"name": "c", "namespace": "ns", "uid": "0"}});
        check(json!({}), &[volume("b", "9Gi", earlier)], "n1", None);
        let anywhere = volume("c", "7Gi", json!({"nodeAffinity": null}));
        check(json!({}), &[anywhere.clone(), volume("b", "9Gi", kept("c"))], "n2", None);
        check(json!({}), &[anywhere], "n2", Some("c"));
    }
}
