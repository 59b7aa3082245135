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
                let volumes = [name, other].map(|it| json!({"name": it, "persistentVolumeClaim": {"claimName": it}}));
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

/// What the node says to a pod with these volumes, with a pod with others there; empty where it can have them. It may have
/// so many volumes of the driver that took one of the old types over, and says so in its annotation where it did.
#[track_caller]
fn check_old(limit: i32, is_migrated: bool, placed: Value, wanted: Value, want: &str) {
    const EBS: &str = "ebs.csi.aws.com";
    let plugins = if is_migrated { "kubernetes.io/cinder,kubernetes.io/aws-ebs" } else { "kubernetes.io/cinder" };
    let metadata = json!({"name": "n1", "annotations": {"storage.alpha.kubernetes.io/migrated-plugins": plugins}});
    let driver = json!({"name": EBS, "nodeID": "n1", "allocatable": {"count": limit}});
    let volume = |name: &str, source: Value| {
        let mut volume = json!({"kind": "PersistentVolume", "metadata": {"name": name}, "spec": source});
        volume["spec"]["capacity"] = json!({"storage": "1Gi"});
        volume
    };
    let claim = |name: &str, owners: Value, spec: Value| {
        let metadata = json!({"name": name, "namespace": "ns", "ownerReferences": owners});
        json!({"kind": "PersistentVolumeClaim", "metadata": metadata, "spec": spec})
    };
    let objects = objects(&[
        json!({"kind": "CSINode", "metadata": metadata, "spec": {"drivers": [driver]}}),
        json!({"kind": "StorageClass", "metadata": {"name": "old"}, "provisioner": "kubernetes.io/aws-ebs"}),
        volume("new", json!({"csi": {"driver": EBS, "volumeHandle": "vol-1"}})),
        volume("old", json!({"awsElasticBlockStore": {"volumeID": "aws://zone/vol-2"}})),
        volume("odd", json!({"awsElasticBlockStore": {"volumeID": "aws://zone/odd"}})),
        volume("path", json!({"hostPath": {"path": "/"}})),
        claim("new", json!([]), json!({"volumeName": "new"})),
        claim("old", json!([]), json!({"volumeName": "old"})),
        claim("odd", json!([]), json!({"volumeName": "odd"})),
        claim("path", json!([]), json!({"volumeName": "path"})),
        claim("unbound", json!([]), json!({"storageClassName": "old"})),
        claim("lost", json!([]), json!({"storageClassName": "old", "volumeName": "gone"})),
        claim("p-own", json!([{"uid": "p", "controller": true}]), json!({"volumeName": "new"})),
        claim("p-other", json!([{"uid": "q", "controller": true}]), json!({"volumeName": "new"})),
    ]);
    let pod = |volumes: Value| {
        let metadata = json!({"name": "p", "namespace": "ns", "uid": "p"});
        let pod = json!({"metadata": metadata, "spec": {"volumes": volumes}});
        PodInfo::new(Arc::new(serde_json::from_value(pod).unwrap()))
    };
    let nodes = snapshot(&[("n1", vec![pod(placed)])], objects);
    let (plugin, mut state, pod) = (NodeVolumeLimits::default(), CycleState::default(), pod(wanted));
    let said = match plugin.pre_filter_pod(&mut state, &pod, &nodes) {
        PreFilterOutcome::Skip => Status::success(),
        _ => plugin.filter_node(&state, &pod, nodes.by_name("n1").unwrap()),
    };
    assert_eq!(said.message(), want);
    assert_eq!(said.code() == crate::framework::Code::Error, !want.is_empty() && want != LIMIT_REACHED);
    count_again(&mut state, nodes.by_name("n1").unwrap());
    assert_eq!(plugin.filter_node(&state, &pod, nodes.by_name("n1").unwrap()).message(), want, "from scratch");
}

#[test]
fn volumes_of_old_types_count_where_the_driver_serves_them() {
    let claim = |name: &str| json!({"name": "v", "persistentVolumeClaim": {"claimName": name}});
    let ebs = |id: &str| json!({"name": "v", "awsElasticBlockStore": {"volumeID": id}});
    check_old(1, true, json!([claim("old")]), json!([claim("new")]), LIMIT_REACHED);
    check_old(1, false, json!([claim("old")]), json!([claim("new")]), "");
    check_old(1, true, json!([claim("new")]), json!([claim("old")]), LIMIT_REACHED);
    check_old(1, false, json!([claim("new")]), json!([claim("old")]), "");
    check_old(2, true, json!([claim("new")]), json!([claim("old")]), "");
    check_old(1, true, json!([ebs("vol-3")]), json!([claim("old")]), LIMIT_REACHED);
    check_old(1, true, json!([claim("old")]), json!([ebs("vol-3")]), LIMIT_REACHED);
    check_old(1, true, json!([claim("new")]), json!([ebs("vol-1")]), "");
    check_old(1, true, json!([claim("new")]), json!([claim("unbound")]), LIMIT_REACHED);
    check_old(1, false, json!([claim("new")]), json!([claim("unbound")]), "");
    check_old(1, true, json!([claim("unbound")]), json!([claim("unbound")]), "");
    check_old(1, true, json!([claim("new")]), json!([claim("lost")]), LIMIT_REACHED);
    check_old(0, true, json!([]), json!([claim("path")]), "");
    check_old(0, true, json!([]), json!([{"name": "v", "azureFile": {"secretName": "s", "shareName": "s"}}]), "");
}

#[test]
fn what_cannot_be_told_is_an_error() {
    let claim = |name: &str| json!([{"name": "v", "persistentVolumeClaim": {"claimName": name}}]);
    let made = |name: &str| json!([{"name": name, "ephemeral": {"volumeClaimTemplate": {"spec": {}}}}]);
    let ebs = || json!([{"name": "v", "awsElasticBlockStore": {"volumeID": "aws://zone/odd"}}]);
    let untold = "converting volume(v) from inline to csi: failed to translate Kubernetes ID to EBS Volume ID Invalid \
                  format for AWS volume (aws://zone/odd)";
    check_old(1, true, json!([]), ebs(), untold);
    check_old(1, true, ebs(), claim("new"), untold);
    check_old(1, false, ebs(), ebs(), "");
    // of a volume behind a claim it does not count
    check_old(0, true, json!([]), claim("odd"), "");
    let other = "PVC ns/p-other was not created for pod ns/p (pod is not owner)";
    check_old(1, true, json!([]), made("own"), "");
    check_old(0, true, json!([]), made("own"), LIMIT_REACHED);
    check_old(1, true, json!([]), made("other"), other);
    check_old(1, true, made("other"), claim("new"), other);
    check_old(1, true, made("other"), claim("path"), "");
    let missing = "looking up PVC ns/gone: persistentvolumeclaim \"gone\" not found";
    let pod = pod(json!({"volumes": claim("gone")}));
    let nodes = snapshot(&[], vec![]);
    assert_eq!(csi::of_new_pod(nodes.objects(), &pod), Err(Status::unresolvable(missing)));
}

#[test]
fn more_than_a_few_at_once() {
    let claims = ["a", "b", "c", "d", "e", "f"];
    for limit in 0..8 {
        let mut all = cluster(limit, &[]);
        for name in claims {
            let csi = json!({"driver": "d", "volumeHandle": name});
            all.push(json!({"kind": "PersistentVolume", "metadata": {"name": name}, "spec": {"csi": csi}}));
            let metadata = json!({"name": name, "namespace": "ns"});
            all.push(json!({"kind": "PersistentVolumeClaim", "metadata": metadata, "spec": {"volumeName": name}}));
        }
        let nodes = snapshot(&[("n1", vec![claimed(&["a"])]), ("n2", vec![])], objects(&all));
        for count in 1..=claims.len() {
            let volumes = csi::of_new_pod(nodes.objects(), &claimed(&claims[..count])).unwrap();
            let mut rows: RowSet = nodes.iter().map(|(row, _)| row).collect();
            assert_eq!(nodes.rooms_for(&volumes).keep(&mut rows), Some(()));
            let fits = limit >= i32::try_from(count).unwrap();
            assert_eq!(rows.contains(nodes.row("n1").unwrap()), fits || count == 1, "{count} of {limit}");
            assert!(rows.contains(nodes.row("n2").unwrap()), "there is no limit");
        }
    }
}

#[test]
fn what_is_detached_wakes_those_that_use_it() {
    let hint = |pod: &PodInfo, attachment: Value| {
        let plugin = NodeVolumeLimits::default();
        let nodes = snapshot(&[], objects(&cluster(1, &[])));
        plugin.attach(nodes.objects());
        let metadata = json!({"name": "a"});
        let attachment = json!({"kind": "VolumeAttachment", "metadata": metadata, "spec": attachment});
        plugin.queueing_hint(pod, &Change::ObjectDeleted(&objects(&[attachment])[0]))
    };
    let of = |source: Value| json!({"attacher": "d", "nodeName": "n1", "source": source});
    let inline = |driver: &str| {
        let csi = json!({"driver": driver, "volumeHandle": "h"});
        of(json!({"inlineVolumeSpec": {"csi": csi, "capacity": {}, "accessModes": []}}))
    };
    let disk = pod(json!({"volumes": [{"name": "v", "awsElasticBlockStore": {"volumeID": "x"}}]}));
    assert_eq!(hint(&claimed(&["a"]), of(json!({"persistentVolumeName": "a"}))), QueueingHint::Queue);
    assert_eq!(hint(&claimed(&["a"]), of(json!({"persistentVolumeName": "b"}))), QueueingHint::QueueSkip);
    assert_eq!(hint(&disk, inline("ebs.csi.aws.com")), QueueingHint::Queue);
    assert_eq!(hint(&disk, inline("pd.csi.storage.gke.io")), QueueingHint::QueueSkip);
    assert_eq!(hint(&pod(json!({})), of(json!({"persistentVolumeName": "a"}))), QueueingHint::QueueSkip);
}
