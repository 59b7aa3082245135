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
    /// What PreFilter saw of the cluster; it is the same every time, and queueing hints need it.
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
        let objects = Arc::clone(self.objects.get_or_init(|| Arc::clone(nodes.objects())));
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
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::{
        columns::Columns,
        framework::PodKey,
        plugins::testing::{objects, pod, snapshot},
    };

    fn claimed(names: &[&str]) -> PodInfo {
        let volume = |name: &&str| json!({"name": name, "persistentVolumeClaim": {"claimName": name}});
        pod(json!({"volumes": names.iter().map(volume).collect::<Vec<_>>()}))
    }

    /// Three bound claims of one driver, and a node that may have so many of its volumes.
    fn cluster(limit: i32, attached: &[&str]) -> Vec<Value> {
        let driver = json!({"name": "d", "nodeID": "n1", "allocatable": {"count": limit}});
        let node = json!({"kind": "CSINode", "metadata": {"name": "n1"}, "spec": {"drivers": [driver]}});
        let mut all = vec![node];
        for name in ["a", "b", "c"] {
            all.push(json!({"kind": "PersistentVolume", "metadata": {"name": name},
                "spec": {"csi": {"driver": "d", "volumeHandle": name}}}));
            all.push(json!({"kind": "PersistentVolumeClaim", "metadata": {"name": name, "namespace": "ns"},
                "spec": {"volumeName": name}}));
        }
        all.extend(attached.iter().map(|name| {
            json!({"kind": "VolumeAttachment", "metadata": {"name": name},
                "spec": {"attacher": "d", "nodeName": "n1", "source": {"persistentVolumeName": name}}})
        }));
        all
    }

    /// Checks what the columns say, and what counting from scratch says.
    #[track_caller]
    fn check(limit: i32, attached: &[&str], placed: &[&[&str]], wanted: &[&str], want: bool) {
        let placed = placed.iter().map(|names| claimed(names)).collect();
        let nodes = snapshot(&[("n1", placed)], objects(&cluster(limit, attached)));
        let (plugin, mut state, pod) = (NodeVolumeLimits::default(), CycleState::default(), claimed(wanted));
        assert_eq!(plugin.pre_filter_pod(&mut state, &pod, &nodes), PreFilterOutcome::AllNodes);
        let node = nodes.by_name("n1").unwrap();
        assert_eq!(plugin.filter_node(&state, &pod, node).is_success(), want, "by row");
        count_again(&mut state, node);
        assert_eq!(plugin.filter_node(&state, &pod, node).is_success(), want, "from scratch");
    }

    #[test]
    fn volumes_of_the_nodes_pods_and_attached_ones_count_once() {
        check(1, &[], &[&["a"]], &["b"], false);
        check(2, &[], &[&["a"]], &["b"], true);
        check(2, &[], &[&["a"]], &["b", "c"], false);
        check(1, &[], &[&["a"]], &["a"], true);
        check(2, &[], &[&["a"], &["a"]], &["b"], true);
        check(2, &["a"], &[&["a"]], &["b"], true);
        check(1, &["c"], &[], &["b"], false);
        check(0, &[], &[], &["b"], false);
    }

    #[test]
    fn what_does_not_free_room_does_not_wake() {
        let plugin = NodeVolumeLimits::default();
        let hint = |change: &Change<'_>| plugin.queueing_hint(&claimed(&["a"]), change);
        let node = |count: Value| -> ClusterObject {
            let driver = json!({"name": "d", "nodeID": "n1", "allocatable": count});
            let node = json!({"metadata": {"name": "n1"}, "spec": {"drivers": [driver]}});
            Arc::new(serde_json::from_value::<CSINode>(node).unwrap()).into()
        };
        let changed = |old: Value, new: Value| hint(&Change::ObjectUpdated { old: &node(old), new: &node(new) });
        assert_eq!(changed(json!({"count": 1}), json!({"count": 2})), QueueingHint::Queue);
        assert_eq!(changed(json!({"count": 1}), json!(null)), QueueingHint::QueueSkip);
        assert_eq!(changed(json!(null), json!({"count": 1})), QueueingHint::Queue);
        assert_eq!(changed(json!({"count": 2}), json!({"count": 1})), QueueingHint::QueueSkip);
        assert_eq!(hint(&Change::AssignedPodDeleted(pod(json!({})).pod())), QueueingHint::QueueSkip);
        assert_eq!(hint(&Change::AssignedPodDeleted(claimed(&["b"]).pod())), QueueingHint::Queue);
    }

    /// A cluster in which anything happens that may change what nodes have of volumes.
    struct Cluster {
        columns: Columns,
        pods: Vec<(&'static str, PodKey)>,
        random: u64,
    }

    impl Cluster {
        const NODES: [&str; 3] = ["n0", "n1", "n2"];
        const NAMES: [&str; 4] = ["a", "b", "c", "d"];

        fn below(&mut self, bound: u64) -> usize {
            self.random = self.random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            usize::try_from((self.random >> 33) % bound).unwrap()
        }

        fn set(&mut self, object: Value, is_there: bool) {
            let object = objects(&[object]).remove(0);
            let known = self.columns.snapshot().objects();
            let old = if is_there { known.insert(object.clone()) } else { known.remove(&object) };
            self.columns.object_changed(&object);
            old.iter().for_each(|old| self.columns.object_changed(old));
        }

        fn happen(&mut self) {
            let (node, name) = (Self::NODES[self.below(3)], Self::NAMES[self.below(4)]);
            let (other, is_there) = (Self::NAMES[self.below(4)], self.below(4) > 0);
            match self.below(7) {
                0 | 1 => {
                    let volumes =
                        [name, other].map(|it| json!({"name": it, "persistentVolumeClaim": {"claimName": it}}));
                    let metadata = json!({"name": self.random.to_string(), "namespace": "ns"});
                    let pod = json!({"metadata": metadata, "spec": {"volumes": volumes}});
                    let pod = Arc::new(PodInfo::new(Arc::new(serde_json::from_value(pod).unwrap())));
                    self.pods.push((node, pod.key().clone()));
                    self.columns.add_pod(node, pod);
                }
                2 if !self.pods.is_empty() => {
                    let place = self.below(self.pods.len() as u64);
                    let (node, key) = self.pods.swap_remove(place);
                    self.columns.remove_pod(node, &key);
                }
                2 | 3 => {
                    let bound = if self.below(2) == 0 { "" } else { other };
                    let spec = json!({"volumeName": bound, "storageClassName": "s"});
                    let metadata = json!({"name": name, "namespace": "ns"});
                    let claim = json!({"kind": "PersistentVolumeClaim", "metadata": metadata, "spec": spec});
                    self.set(claim, is_there);
                }
                4 => {
                    let csi = json!({"driver": "d", "volumeHandle": other});
                    let volume = json!({"kind": "PersistentVolume", "metadata": {"name": name}, "spec": {"csi": csi}});
                    self.set(volume, is_there);
                }
                5 => {
                    let spec = json!({"attacher": "d", "nodeName": node, "source": {"persistentVolumeName": other}});
                    self.set(json!({"kind": "VolumeAttachment", "metadata": {"name": name}, "spec": spec}), is_there);
                }
                _ => {
                    let driver = json!({"name": "d", "nodeID": node, "allocatable": {"count": self.below(4)}});
                    let spec = json!({"drivers": [driver]});
                    self.set(json!({"kind": "CSINode", "metadata": {"name": node}, "spec": spec}), is_there);
                    let class = json!({"kind": "StorageClass", "metadata": {"name": "s"}, "provisioner": "d"});
                    self.set(class, is_there);
                }
            }
        }
    }

    #[test]
    fn what_is_kept_by_row_is_what_is_counted_from_scratch() {
        for seed in 0..20 {
            let mut cluster = Cluster { columns: Columns::default(), pods: Vec::new(), random: seed };
            for name in Cluster::NODES {
                let node = json!({"metadata": {"name": name}});
                cluster.columns.set_node(Arc::new(serde_json::from_value(node).unwrap()));
            }
            for step in 0..100 {
                cluster.happen();
                let wanted = [Cluster::NAMES[cluster.below(4)], Cluster::NAMES[cluster.below(4)]];
                let nodes = cluster.columns.snapshot();
                let Ok(volumes) = csi::of_new_pod(nodes.objects(), &claimed(&wanted)) else { continue };
                let rooms = nodes.rooms_for(&volumes);
                let mut fitting: RowSet = nodes.iter().map(|(row, _)| row).collect();
                assert_eq!(rooms.keep(&mut fitting), Some(()));
                for (row, node) in nodes.iter() {
                    let from_scratch = NodeVolumes::count(nodes.objects(), node).has_room_for(&volumes);
                    assert_eq!(Ok(fitting.contains(row)), from_scratch, "seed {seed}, step {step}");
                    assert_eq!(rooms.fit(row), from_scratch, "seed {seed}, step {step}, node {}", node.name());
                }
            }
        }
    }
}
