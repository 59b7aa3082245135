//! NodeVolumeLimits: how many volumes of a CSI driver a node may have.

use std::sync::{Arc, OnceLock};

use kubeforge_api::core::v1::Pod;
use kubeforge_api::storage::v1::{CSINode, CSINodeDriver, VolumeAttachment};

use crate::{
    framework::{
        Action, Change, ChangeKind, Changes, ClusterObject, CycleState, FilterPlugin, FilteredSet, NodeInfo,
        ObjectKind, Objects, Plugin, PodInfo, PreFilterOutcome, PreFilterPlugin, QueueingHint, Row, RowSet, Snapshot,
        Status,
    },
    volumes::{
        attached::{NodeVolumes, WantedRooms},
        claims::PodClaim,
        csi::{self, Attachable},
        in_tree,
    },
};

const LIMIT_REACHED: &str = "node(s) exceed max volume count";

/// Turns away nodes that can't have the pod's volumes attached besides those that they have.
#[derive(Debug, Default)]
pub struct NodeVolumeLimits {
    /// What queueing hints look at.
    objects: OnceLock<Arc<Objects>>,
}

/// What the pod needs attached.
#[derive(Clone)]
struct Wanted {
    volumes: Result<Arc<[Attachable]>, Status>,
    objects: Arc<Objects>,
    /// What nodes have, where none of the volumes depends on the node.
    rooms: Option<WantedRooms>,
    /// The nodes to or from which pods were moved in thought, so that they have to be counted again.
    changed: Vec<Row>,
}

impl NodeVolumeLimits {
    /// Its name.
    pub const NAME: &'static str = "NodeVolumeLimits";
}

impl Plugin for NodeVolumeLimits {
    fn name(&self) -> &'static str {
        Self::NAME
    }

    fn attach(&self, objects: &Arc<Objects>) {
        self.objects.get_or_init(|| Arc::clone(objects));
    }

    fn events_to_register(&self) -> Changes {
        Changes::of(&[
            ChangeKind::Object(ObjectKind::CSINode, Action::Added),
            ChangeKind::Object(ObjectKind::CSINode, Action::Updated),
            ChangeKind::AssignedPodDeleted,
            ChangeKind::Object(ObjectKind::PersistentVolumeClaim, Action::Added),
            ChangeKind::Object(ObjectKind::VolumeAttachment, Action::Deleted),
        ])
    }

    fn queueing_hint(&self, pod: &PodInfo, change: &Change<'_>) -> QueueingHint {
        let helps = match change {
            Change::ObjectUpdated { old: ClusterObject::CSINode(old), new: ClusterObject::CSINode(new) } => {
                a_limit_rose(old, new)
            }
            Change::AssignedPodDeleted(old) => had_volumes(old),
            Change::ObjectAdded(ClusterObject::PersistentVolumeClaim(claim)) => {
                let is_its = |own: &PodClaim| own.name == claim.metadata.name;
                claim.metadata.namespace == pod.key().namespace() && pod.claims().iter().any(is_its)
            }
            Change::ObjectDeleted(ClusterObject::VolumeAttachment(attachment)) => self.was_its(pod, attachment),
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

impl NodeVolumeLimits {
    /// Whether what was detached is a volume of the pod, or of a driver of one that the pod names itself.
    fn was_its(&self, pod: &PodInfo, attachment: &VolumeAttachment) -> bool {
        let driver = attachment.spec.source.inline_volume_spec.as_ref();
        let driver = driver.and_then(|spec| Some(&spec.persistent_volume_source.csi.as_ref()?.driver));
        let mut inline = pod.pod().spec.volumes.iter().filter_map(|volume| in_tree::of_source(&volume.volume_source));
        let is_driver = driver.is_some_and(|driver| inline.any(|volume| volume.type_.driver == driver));
        let (Some(objects), Some(detached)) = (self.objects.get(), &attachment.spec.source.persistent_volume_name)
        else {
            return is_driver;
        };
        let is_bound = |claim: &PodClaim| {
            let claim = objects.persistent_volume_claims.get(pod.key().namespace(), &claim.name);
            claim.is_some_and(|claim| claim.spec.volume_name == *detached)
        };
        is_driver || pod.claims().iter().any(is_bound)
    }
}

/// Whether a driver may attach more than before, where none that is named counts as zero.
fn a_limit_rose(old: &CSINode, new: &CSINode) -> bool {
    let count = |driver: &CSINodeDriver| driver.allocatable.as_ref().and_then(|it| it.count).unwrap_or(0);
    let before = |name: &str| old.spec.drivers.iter().find(|other| other.name == name).map_or(0, count);
    new.spec.drivers.iter().any(|driver| count(driver) > before(&driver.name))
}

fn had_volumes(pod: &Pod) -> bool {
    let mut sources = pod.spec.volumes.iter().map(|volume| &volume.volume_source);
    sources.any(|source| {
        source.persistent_volume_claim.is_some() || source.ephemeral.is_some() || in_tree::of_source(source).is_some()
    })
}

impl PreFilterPlugin for NodeVolumeLimits {
    fn pre_filter_pod(&self, state: &mut CycleState, pod: &PodInfo, nodes: &Snapshot) -> PreFilterOutcome {
        if !pod.attaches_volumes() {
            return PreFilterOutcome::Skip;
        }
        let objects = Arc::clone(nodes.objects());
        let volumes: Result<Arc<[Attachable]>, _> = csi::of_new_pod(nodes.objects(), pod).map(Into::into);
        let rooms = match &volumes {
            Ok(volumes) if volumes.is_empty() => return PreFilterOutcome::Skip,
            Ok(volumes) if volumes.iter().all(|volume| volume.migrated.is_none()) => Some(nodes.rooms_for(volumes)),
            Ok(_) | Err(_) => None,
        };
        // it shares what changes when the pod is placed, so it must be gone by then
        state.write_for_cycle(Wanted { volumes, objects, rooms, changed: Vec::new() });
        PreFilterOutcome::AllNodes
    }

    fn add_pod(&self, state: &mut CycleState, _pod: &PodInfo, _other: &PodInfo, node: &NodeInfo) -> Status {
        count_again(state, node)
    }

    fn remove_pod(&self, state: &mut CycleState, _pod: &PodInfo, _other: &PodInfo, node: &NodeInfo) -> Status {
        count_again(state, node)
    }
}

fn count_again(state: &mut CycleState, node: &NodeInfo) -> Status {
    if let Some(wanted) = state.read_mut::<Wanted>()
        && !wanted.changed.contains(&node.row())
    {
        wanted.changed.push(node.row());
    }
    Status::success()
}

impl FilterPlugin for NodeVolumeLimits {
    fn filter_node(&self, state: &CycleState, _pod: &PodInfo, node: &NodeInfo) -> Status {
        let Some(wanted) = state.read::<Wanted>() else { return Status::success() };
        let volumes = match &wanted.volumes {
            Ok(volumes) => volumes,
            Err(status) => return status.clone(),
        };
        let is_counted = node.row() != Row::NOWHERE && !wanted.changed.contains(&node.row());
        let fits = match wanted.rooms.as_ref().filter(|_| is_counted) {
            Some(rooms) => rooms.fit(node.row()),
            None => NodeVolumes::count(&wanted.objects, node).has_room_for(volumes),
        };
        match fits {
            Ok(true) => Status::success(),
            Ok(false) => Status::unschedulable(LIMIT_REACHED),
            Err(failure) => Status::error(failure),
        }
    }

    fn filter_set(&self, state: &CycleState, _pod: &PodInfo, _nodes: &Snapshot, rows: &mut RowSet) -> FilteredSet {
        let Some(wanted) = state.read::<Wanted>() else { return FilteredSet::Told };
        let rooms = wanted.rooms.as_ref().filter(|_| wanted.changed.is_empty());
        match rooms.and_then(|rooms| rooms.keep(rows)) {
            Some(()) => FilteredSet::Told,
            None => FilteredSet::OneByOne,
        }
    }
}

#[cfg(test)]
mod tests;
