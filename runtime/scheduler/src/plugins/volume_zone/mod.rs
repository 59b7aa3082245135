//! VolumeZone: volumes that say in labels where they are.

use std::collections::BTreeSet;

use kubeforge_api::core::v1::PersistentVolume;
use kubeforge_api::storage::v1::VolumeBindingMode;

use crate::{
    framework::{
        Action, Change, ChangeKind, Changes, ClusterObject, CycleState, FilterPlugin, FilteredSet, NodeInfo,
        ObjectKind, Plugin, PodInfo, PreFilterOutcome, PreFilterPlugin, QueueingHint, RowSet, Snapshot, Status,
    },
    volumes::{
        claims::{ClaimKind, PodClaim, claim_not_found, class_of_claim},
        in_tree::ZONE_DELIMITER,
    },
};

const CONFLICT: &str = "node(s) had no available volume zone";

/// The labels that say where a volume or a node is, and what the label is called since.
const LABELS: [(&str, &str); 4] = [
    ("failure-domain.beta.kubernetes.io/zone", "topology.kubernetes.io/zone"),
    ("failure-domain.beta.kubernetes.io/region", "topology.kubernetes.io/region"),
    ("topology.kubernetes.io/zone", "topology.kubernetes.io/zone"),
    ("topology.kubernetes.io/region", "topology.kubernetes.io/region"),
];

/// Turns away nodes that are not where the pod's bound volumes are.
#[derive(Clone, Copy, Debug)]
pub struct VolumeZone;

impl VolumeZone {
    /// Its name.
    pub const NAME: &'static str = "VolumeZone";
}

/// Where a volume is: what one of its labels says.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Whereabouts {
    label: &'static str,
    newer_label: &'static str,
    values: BTreeSet<String>,
}

impl Whereabouts {
    fn of(volume: &PersistentVolume) -> Vec<Self> {
        let labels = LABELS.iter().filter_map(|&(label, newer_label)| {
            let values = zones(volume.metadata.labels.get(label)?)?;
            Some(Self { label, newer_label, values })
        });
        labels.collect()
    }

    /// The rows where it is, of all.
    fn rows(&self, nodes: &Snapshot) -> RowSet {
        let with_value = |label: &str| {
            let column = nodes.label_column(label);
            let mut rows = RowSet::default();
            let domains = self.values.iter().filter_map(|value| column.domain_of(value));
            domains.for_each(|domain| column.add_rows_of(domain, &mut rows));
            (column, rows)
        };
        let (column, mut rows) = with_value(self.label);
        if self.newer_label != self.label {
            // the newer label counts where there is not the older
            let (_, mut newer) = with_value(self.newer_label);
            newer.subtract(column.labelled_rows());
            rows.unite(&newer);
        }
        rows
    }

    fn is_at(&self, node: &NodeInfo) -> bool {
        let value = node.label(self.label).or_else(|| node.label(self.newer_label));
        value.is_some_and(|value| self.values.contains(value))
    }
}

/// The zones in a label; none where one of them is empty.
fn zones(value: &str) -> Option<BTreeSet<String>> {
    let zones: BTreeSet<_> = value.split(ZONE_DELIMITER).map(|zone| zone.trim().to_owned()).collect();
    (!zones.contains("")).then_some(zones)
}

/// Where the pod's bound volumes are.
fn whereabouts(pod: &PodInfo, nodes: &Snapshot) -> Result<Vec<Whereabouts>, String> {
    let objects = nodes.objects();
    let mut all = Vec::new();
    for claim in pod.claims().iter().filter(|claim| claim.kind == ClaimKind::Named) {
        if claim.name.is_empty() {
            return Err("PersistentVolumeClaim had no name".to_owned());
        }
        let found = objects.persistent_volume_claims.get(pod.key().namespace(), &claim.name);
        let found = found.ok_or_else(|| claim_not_found(&claim.name))?;
        let volume = &found.spec.volume_name;
        if !volume.is_empty() {
            let volume = objects.persistent_volumes.get("", volume);
            let missing = || format!("persistentvolume {:?} not found", found.spec.volume_name);
            all.extend(Whereabouts::of(&*volume.ok_or_else(missing)?));
            continue;
        }
        let class = class_of_claim(&found);
        if class.is_empty() {
            return Err("PersistentVolumeClaim had no pv name and storageClass name".to_owned());
        }
        let found = objects.storage_classes.get("", class);
        let found = found.ok_or_else(|| format!("storageclass.storage.k8s.io {class:?} not found"))?;
        match &found.volume_binding_mode {
            None => return Err(format!("VolumeBindingMode not set for StorageClass {class:?}")),
            Some(VolumeBindingMode::WaitForFirstConsumer) => {}
            Some(_) => return Err("PersistentVolume had no name".to_owned()),
        }
    }
    Ok(all)
}

impl Plugin for VolumeZone {
    fn name(&self) -> &'static str {
        Self::NAME
    }

    fn events_to_register(&self) -> Changes {
        Changes::of(&[
            ChangeKind::Object(ObjectKind::StorageClass, Action::Added),
            ChangeKind::NodeAdded,
            ChangeKind::NodeUpdated,
            ChangeKind::Object(ObjectKind::PersistentVolumeClaim, Action::Added),
            ChangeKind::Object(ObjectKind::PersistentVolumeClaim, Action::Updated),
            ChangeKind::Object(ObjectKind::PersistentVolume, Action::Added),
            ChangeKind::Object(ObjectKind::PersistentVolume, Action::Updated),
        ])
    }

    fn queueing_hint(&self, pod: &PodInfo, change: &Change<'_>) -> QueueingHint {
        let helps = match change {
            Change::NodeUpdated { what, .. } => what.labels,
            Change::ObjectAdded(ClusterObject::StorageClass(class)) => {
                class.volume_binding_mode == Some(VolumeBindingMode::WaitForFirstConsumer)
            }
            Change::ObjectAdded(ClusterObject::PersistentVolumeClaim(claim))
            | Change::ObjectUpdated { new: ClusterObject::PersistentVolumeClaim(claim), .. } => {
                let is_its = |own: &PodClaim| own.kind == ClaimKind::Named && own.name == claim.metadata.name;
                claim.metadata.namespace == pod.key().namespace() && pod.claims().iter().any(is_its)
            }
            Change::ObjectUpdated {
                old: ClusterObject::PersistentVolume(old),
                new: ClusterObject::PersistentVolume(new),
            } => Whereabouts::of(old) != Whereabouts::of(new),
            _ => true,
        };
        if helps { QueueingHint::Queue } else { QueueingHint::QueueSkip }
    }

    fn pre_filter(&self) -> Option<&dyn PreFilterPlugin> {
        Some(self)
    }

    fn filter(&self) -> Option<&dyn FilterPlugin> {
        Some(self)
    }
}

impl PreFilterPlugin for VolumeZone {
    fn pre_filter_pod(&self, state: &mut CycleState, pod: &PodInfo, nodes: &Snapshot) -> PreFilterOutcome {
        match whereabouts(pod, nodes) {
            Err(reason) => PreFilterOutcome::Rejected(Status::unresolvable(reason)),
            Ok(whereabouts) if whereabouts.is_empty() => PreFilterOutcome::Skip,
            Ok(whereabouts) => {
                state.write_for_cycle(whereabouts);
                PreFilterOutcome::AllNodes
            }
        }
    }
}

impl FilterPlugin for VolumeZone {
    fn filter_node(&self, state: &CycleState, _pod: &PodInfo, node: &NodeInfo) -> Status {
        let Some(whereabouts) = state.read::<Vec<Whereabouts>>() else { return Status::success() };
        let is_there = whereabouts.iter().all(|volume| volume.is_at(node));
        // a node that says nothing of where it is may be anywhere
        if is_there || LABELS.iter().all(|(label, _)| node.label(label).is_none()) {
            return Status::success();
        }
        Status::unresolvable(CONFLICT)
    }

    fn filter_set(&self, state: &CycleState, _pod: &PodInfo, nodes: &Snapshot, rows: &mut RowSet) -> FilteredSet {
        let Some(whereabouts) = state.read::<Vec<Whereabouts>>() else { return FilteredSet::Told };
        let mut anywhere = rows.clone();
        LABELS.iter().for_each(|(label, _)| anywhere.subtract(nodes.label_column(label).labelled_rows()));
        whereabouts.iter().for_each(|volume| rows.intersect(&volume.rows(nodes)));
        rows.unite(&anywhere);
        FilteredSet::Told
    }
}

#[cfg(test)]
mod tests;
