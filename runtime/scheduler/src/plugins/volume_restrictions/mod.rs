//! VolumeRestrictions: volumes that not every pod may use at once.

use std::collections::BTreeSet;

use kubeforge_api::core::v1::{PersistentVolumeAccessMode, Pod, VolumeSource};

use crate::{
    framework::{
        Action, Change, ChangeKind, Changes, ClusterObject, CycleState, FilterPlugin, FilteredSet, NodeInfo,
        ObjectKind, Plugin, PodInfo, PreFilterOutcome, PreFilterPlugin, QueueingHint, RowSet, Snapshot, Status,
    },
    volumes::claims::{ClaimKind, claim_not_found},
};

const DISK_CONFLICT: &str = "node(s) had no available disk";
const CLAIM_IN_USE: &str = "node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already \
                            in-use by another pod";

/// Turns away nodes with pods that use a disk that this one would write to, and all nodes while another pod uses a claim
/// that is for one pod.
#[derive(Clone, Copy, Debug)]
pub struct VolumeRestrictions;

impl VolumeRestrictions {
    /// Its name.
    pub const NAME: &'static str = "VolumeRestrictions";
}

/// What of the pod's volumes is not for everybody.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Exclusive {
    has_disks: bool,
    /// The claims that are for one pod.
    claims: BTreeSet<String>,
    /// How often other pods use them.
    in_use: i64,
}

impl Exclusive {
    fn uses_by(&self, pod: &PodInfo) -> i64 {
        let named = pod.claims().iter().filter(|claim| claim.kind == ClaimKind::Named);
        named.map(|claim| i64::from(self.claims.contains(&claim.name))).sum()
    }
}

/// Whether it is a disk of a kind that pods must not share at will.
const fn is_disk(source: &VolumeSource) -> bool {
    source.gce_persistent_disk.is_some()
        || source.aws_elastic_block_store.is_some()
        || source.rbd.is_some()
        || source.iscsi.is_some()
}

fn has_disks(pod: &Pod) -> bool {
    pod.spec.volumes.iter().any(|volume| is_disk(&volume.volume_source))
}

fn conflict(wanted: &VolumeSource, used: &VolumeSource) -> bool {
    if let (Some(wanted), Some(used)) = (&wanted.gce_persistent_disk, &used.gce_persistent_disk)
        && wanted.pd_name == used.pd_name
        && !(wanted.read_only && used.read_only)
    {
        return true;
    }
    if let (Some(wanted), Some(used)) = (&wanted.aws_elastic_block_store, &used.aws_elastic_block_store)
        && wanted.volume_id == used.volume_id
    {
        return true;
    }
    if let (Some(wanted), Some(used)) = (&wanted.iscsi, &used.iscsi)
        && wanted.iqn == used.iqn
        && !(wanted.read_only && used.read_only)
    {
        return true;
    }
    let (Some(wanted), Some(used)) = (&wanted.rbd, &used.rbd) else { return false };
    wanted.ceph_monitors.iter().any(|monitor| used.ceph_monitors.contains(monitor))
        && wanted.rbd_pool == used.rbd_pool
        && wanted.rbd_image == used.rbd_image
        && !(wanted.read_only && used.read_only)
}

fn disks_conflict(wanted: &Pod, used: &Pod) -> bool {
    let disks = wanted.spec.volumes.iter().map(|volume| &volume.volume_source).filter(|source| is_disk(source));
    let mut pairs = disks.flat_map(|disk| used.spec.volumes.iter().map(move |other| (disk, &other.volume_source)));
    pairs.any(|(disk, other)| conflict(disk, other))
}

fn names_claim(pod: &PodInfo, name: &str) -> bool {
    pod.claims().iter().any(|claim| claim.kind == ClaimKind::Named && claim.name == name)
}

fn share_claim(pod: &PodInfo, other: &Pod) -> bool {
    let claims = other.spec.volumes.iter().filter_map(|volume| volume.volume_source.persistent_volume_claim.as_ref());
    claims.into_iter().any(|claim| names_claim(pod, &claim.claim_name))
}

impl Plugin for VolumeRestrictions {
    fn name(&self) -> &'static str {
        Self::NAME
    }

    fn events_to_register(&self) -> Changes {
        Changes::of(&[
            ChangeKind::AssignedPodDeleted,
            ChangeKind::NodeAdded,
            ChangeKind::Object(ObjectKind::PersistentVolumeClaim, Action::Added),
        ])
    }

    fn queueing_hint(&self, pod: &PodInfo, change: &Change<'_>) -> QueueingHint {
        let is_near = |namespace: &str| namespace == pod.key().namespace();
        let helps = match change {
            Change::AssignedPodDeleted(old) => {
                is_near(&old.metadata.namespace) && (disks_conflict(pod.pod(), old) || share_claim(pod, old))
            }
            Change::ObjectAdded(ClusterObject::PersistentVolumeClaim(claim)) => {
                is_near(&claim.metadata.namespace) && names_claim(pod, &claim.metadata.name)
            }
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

impl PreFilterPlugin for VolumeRestrictions {
    fn pre_filter_pod(&self, state: &mut CycleState, pod: &PodInfo, nodes: &Snapshot) -> PreFilterOutcome {
        let has_disks = has_disks(pod.pod());
        let mut exclusive = Exclusive { has_disks, claims: BTreeSet::new(), in_use: 0 };
        let namespace = pod.key().namespace();
        for claim in pod.claims().iter().filter(|claim| claim.kind == ClaimKind::Named) {
            let Some(found) = nodes.objects().persistent_volume_claims.get(namespace, &claim.name) else {
                return PreFilterOutcome::Rejected(Status::unresolvable(claim_not_found(&claim.name)));
            };
            let is_for_one_pod = found.spec.access_modes.contains(&PersistentVolumeAccessMode::ReadWriteOncePod);
            if is_for_one_pod && exclusive.claims.insert(claim.name.clone()) {
                // pods whose node is gone use nothing
                let mut rows = nodes.pods().rows_naming_claim(namespace, &claim.name);
                exclusive.in_use += i64::from(rows.any(|row| nodes.node(row).is_some()));
            }
        }
        if !has_disks && exclusive.in_use == 0 {
            return PreFilterOutcome::Skip;
        }
        state.write(exclusive);
        PreFilterOutcome::AllNodes
    }

    fn add_pod(&self, state: &mut CycleState, pod: &PodInfo, other: &PodInfo, _node: &NodeInfo) -> Status {
        change(state, pod, other, 1);
        Status::success()
    }

    fn remove_pod(&self, state: &mut CycleState, pod: &PodInfo, other: &PodInfo, _node: &NodeInfo) -> Status {
        change(state, pod, other, -1);
        Status::success()
    }
}

fn change(state: &mut CycleState, pod: &PodInfo, other: &PodInfo, by: i64) {
    if pod.key().namespace() != other.key().namespace() {
        return;
    }
    if let Some(exclusive) = state.read_mut::<Exclusive>() {
        exclusive.in_use += by * exclusive.uses_by(other);
    }
}

impl FilterPlugin for VolumeRestrictions {
    fn filter_node(&self, state: &CycleState, pod: &PodInfo, node: &NodeInfo) -> Status {
        let Some(exclusive) = state.read::<Exclusive>() else { return Status::success() };
        if exclusive.has_disks && node.pods().iter().any(|other| disks_conflict(pod.pod(), other.pod())) {
            return Status::unschedulable(DISK_CONFLICT);
        }
        if exclusive.in_use > 0 {
            return Status::unschedulable(CLAIM_IN_USE);
        }
        Status::success()
    }

    fn filter_set(&self, state: &CycleState, _pod: &PodInfo, _nodes: &Snapshot, rows: &mut RowSet) -> FilteredSet {
        match state.read::<Exclusive>() {
            // pods that use a disk are not known by disk
            Some(exclusive) if exclusive.has_disks => return FilteredSet::OneByOne,
            Some(exclusive) if exclusive.in_use > 0 => rows.clear(),
            Some(_) | None => {}
        }
        FilteredSet::Told
    }
}

#[cfg(test)]
mod tests;
