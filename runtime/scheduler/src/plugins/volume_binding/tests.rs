use kubeforge_api::core::v1::{PersistentVolume, PersistentVolumeClaim, PersistentVolumeClaimSpec};
use kubeforge_client_set::fake;
use serde_json::json;

use super::*;
use crate::{
    framework::{Code, Interruption},
    plugins::testing::{objects, pod, snapshot},
};

const LOCAL: &str = "kubernetes.io/no-provisioner";

fn plugin() -> VolumeBinding {
    VolumeBinding::new(None).unwrap()
}

fn claimed(names: &[&str]) -> PodInfo {
    let volume = |name: &&str| json!({"name": name, "persistentVolumeClaim": {"claimName": name}});
    pod(json!({"volumes": names.iter().map(volume).collect::<Vec<_>>()}))
}

fn class(name: &str, mode: &str, provisioner: &str) -> Value {
    json!({"kind": "StorageClass", "metadata": {"name": name}, "volumeBindingMode": mode, "provisioner": provisioner})
}

fn claim(name: &str, class: &str) -> Value {
    let metadata = json!({"name": name, "namespace": "ns", "uid": name, "resourceVersion": "5"});
    json!({"kind": "PersistentVolumeClaim", "metadata": metadata, "spec": {"storageClassName": class}})
}

fn bound(name: &str, volume: &str) -> Value {
    let annotations = json!({"pv.kubernetes.io/bind-completed": "yes"});
    let metadata = json!({"name": name, "namespace": "ns", "annotations": annotations});
    json!({"kind": "PersistentVolumeClaim", "metadata": metadata, "spec": {"volumeName": volume}})
}

/// A volume of the class `wait` on one node.
fn volume(name: &str, host: &str) -> Value {
    let here = json!({"matchExpressions": [{"key": "host", "operator": "In", "values": [host]}]});
    let affinity = json!({"required": {"nodeSelectorTerms": [here]}});
    json!({"kind": "PersistentVolume", "metadata": {"name": name, "resourceVersion": "5"},
        "spec": {"storageClassName": "wait", "nodeAffinity": affinity}, "status": {"phase": "Available"}})
}

fn cluster(more: &[Value]) -> Snapshot {
    let mut all = vec![class("wait", "WaitForFirstConsumer", LOCAL), class("now", "Immediate", LOCAL)];
    all.extend_from_slice(more);
    snapshot(&[("n1", vec![]), ("n2", vec![])], objects(&all))
}

#[track_caller]
fn check_refused(claim: Value, want: &str) {
    let refused = plugin().pre_filter_pod(&mut CycleState::default(), &claimed(&["c"]), &cluster(&[claim]));
    assert_eq!(refused, PreFilterOutcome::Rejected(Status::unresolvable(want.to_owned())));
}

#[test]
fn claims_that_no_node_can_help() {
    let changed = |field: &str, value: Value| {
        let mut claim = bound("c", "v");
        claim[field] = value;
        claim
    };
    check_refused(claim("other", "wait"), "persistentvolumeclaim \"c\" not found");
    let lost = "persistentvolumeclaim \"c\" bound to non-existent persistentvolume \"v\"";
    check_refused(changed("status", json!({"phase": "Lost"})), lost);
    let going = json!({"name": "c", "namespace": "ns", "deletionTimestamp": "2026-01-01T00:00:00Z"});
    check_refused(changed("metadata", going), "persistentvolumeclaim \"c\" is being deleted");
    check_refused(claim("c", "now"), UNBOUND_IMMEDIATE);
    check_refused(claim("c", ""), UNBOUND_IMMEDIATE);
    check_refused(changed("metadata", json!({"name": "c", "namespace": "ns"})), UNBOUND_IMMEDIATE);
}

/// Checks what `n1` and `n2` say to a pod.
#[track_caller]
fn check(plugin: &VolumeBinding, nodes: &Snapshot, pod: &PodInfo, want: [&str; 2]) -> CycleState {
    let mut state = CycleState::default();
    assert_eq!(plugin.pre_filter_pod(&mut state, pod, nodes), PreFilterOutcome::AllNodes);
    let said = ["n1", "n2"].map(|name| plugin.filter_node(&state, pod, nodes.by_name(name).unwrap()).message());
    assert_eq!([said[0].as_str(), said[1].as_str()], want);
    let mut rows: RowSet = nodes.iter().map(|(row, _)| row).collect();
    match plugin.filter_set(&state, pod, nodes, &mut rows) {
        FilteredSet::Told => assert_eq!(["n1", "n2"].map(|name| is_in(&rows, nodes, name)), want.map(str::is_empty)),
        FilteredSet::OneByOne => assert_eq!(rows.len(), 2),
    }
    state
}

fn is_in(rows: &RowSet, nodes: &Snapshot, name: &str) -> bool {
    rows.contains(nodes.row(name).unwrap())
}

const FAR: &str = "node(s) didn't match PersistentVolume's node affinity";
const NONE: &str = "node(s) didn't find available persistent volumes to bind";

#[test]
fn nodes_must_reach_bound_volumes_and_have_others() {
    let here = [bound("c", "v"), volume("v", "n1")];
    check(&plugin(), &cluster(&here), &claimed(&["c"]), ["", FAR]);
    let missing = "node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)";
    check(&plugin(), &cluster(&[bound("c", "w")]), &claimed(&["c"]), [missing, missing]);
    let free = [claim("c", "wait"), volume("v", "n1")];
    check(&plugin(), &cluster(&free), &claimed(&["c"]), ["", NONE]);
    let mut taken = volume("v", "n1");
    taken["spec"]["claimRef"] = json!({"name": "c", "namespace": "ns"});
    let both = [bound("c", "v"), taken, claim("d", "wait")];
    check(&plugin(), &cluster(&both), &claimed(&["c", "d"]), [NONE, &format!("{FAR}, {NONE}")]);
    let two = [claim("c", "wait"), claim("d", "wait"), volume("v", "n1"), volume("w", "n1"), volume("x", "n2")];
    check(&plugin(), &cluster(&two), &claimed(&["c", "d"]), ["", NONE]);
    let kept = |mut volume: Value, uid: &str| {
        volume["spec"]["claimRef"] = json!({"name": "c", "namespace": "ns", "uid": uid});
        volume
    };
    let one_is_kept = [claim("c", "wait"), kept(volume("v", "n1"), "c"), volume("w", "n2")];
    check(&plugin(), &cluster(&one_is_kept), &claimed(&["c"]), ["", NONE]);
    let for_another = [claim("c", "wait"), kept(volume("v", "n1"), "before"), volume("w", "n2")];
    check(&plugin(), &cluster(&for_another), &claimed(&["c"]), [NONE, ""]);
    let twice = [claim("c", "wait"), volume("v", "n1"), volume("w", "n1"), volume("x", "n2")];
    check(&plugin(), &cluster(&twice), &claimed(&["c", "c"]), ["", NONE]);
    let kept_twice = [claim("c", "wait"), kept(volume("v", "n1"), "c"), volume("w", "n1")];
    check(&plugin(), &cluster(&kept_twice), &claimed(&["c", "c"]), ["", NONE]);
}

#[test]
fn volumes_are_made_where_the_class_and_the_drivers_reports_say() {
    let topologies = |host: &str| json!([{"matchLabelExpressions": [{"key": "host", "values": [host]}]}]);
    let made = |topologies: Value| {
        let mut class = class("made", "WaitForFirstConsumer", "d");
        class["allowedTopologies"] = topologies;
        class
    };
    let asking = |name: &str| {
        let mut claim = claim(name, "made");
        claim["spec"]["resources"] = json!({"requests": {"storage": "5Gi"}});
        claim
    };
    let here = [made(topologies("n2")), asking("c")];
    check(&plugin(), &cluster(&here), &claimed(&["c"]), [NONE, ""]);
    let driver = json!({"kind": "CSIDriver", "metadata": {"name": "d"}, "spec": {"storageCapacity": true}});
    let report = |host: &str, size: &str| {
        let topology = json!({"matchLabels": {"host": host}});
        json!({"kind": "CSIStorageCapacity", "metadata": {"name": host, "namespace": "ns"}, "nodeTopology": topology,
            "storageClassName": "made", "capacity": size})
    };
    let little = "node(s) did not have enough free storage";
    let reported = [made(json!(null)), asking("c"), driver.clone(), report("n1", "4Gi"), report("n2", "5Gi")];
    check(&plugin(), &cluster(&reported), &claimed(&["c"]), [little, ""]);
    let far = [volume("v", "n2"), bound("e", "v"), made(json!(null)), asking("c"), driver, report("n2", "5Gi")];
    check(&plugin(), &cluster(&far), &claimed(&["e", "c"]), [&format!("{FAR}, {little}"), ""]);
    // one claim has a volume there, the other's can be made there
    let both = [made(topologies("n1")), asking("c"), claim("d", "wait"), volume("v", "n1"), volume("w", "n2")];
    check(&plugin(), &cluster(&both), &claimed(&["c", "d"]), ["", NONE]);
}

/// A bound volume of an old type, on nodes of which the driver serves the type on `n2`.
#[track_caller]
fn check_old(labels: Value, spec: Value, want: [&str; 2]) {
    let metadata = json!({"name": "v", "labels": labels});
    let annotations = json!({"storage.alpha.kubernetes.io/migrated-plugins":
        "kubernetes.io/aws-ebs,kubernetes.io/azure-disk,kubernetes.io/gce-pd"});
    let nodes = cluster(&[
        bound("c", "v"),
        json!({"kind": "PersistentVolume", "metadata": metadata, "spec": spec}),
        json!({"kind": "CSINode", "metadata": {"name": "n2", "annotations": annotations}, "spec": {"drivers": []}}),
    ]);
    let mut state = CycleState::default();
    assert_eq!(plugin().pre_filter_pod(&mut state, &claimed(&["c"]), &nodes), PreFilterOutcome::AllNodes);
    let said =
        ["n1", "n2"].map(|name| plugin().filter_node(&state, &claimed(&["c"]), nodes.by_name(name).unwrap()).message());
    assert_eq!([said[0].as_str(), said[1].as_str()], want);
}

#[test]
fn the_zone_of_an_old_volume_is_looked_for_where_the_driver_has_it() {
    let zone = || json!({"topology.kubernetes.io/zone": "z"});
    let asks = |key: &str| {
        let here = json!({"matchExpressions": [{"key": key, "operator": "In", "values": ["n1", "n2"]}]});
        json!({"required": {"nodeSelectorTerms": [here]}})
    };
    let ebs = |id: &str| json!({"awsElasticBlockStore": {"volumeID": id}, "nodeAffinity": asks("host")});
    check_old(json!({}), ebs("vol-1"), ["", ""]);
    check_old(zone(), ebs("vol-1"), ["", FAR]);
    let wrong = "could not translate pv: failed to translate Kubernetes ID to EBS Volume ID Invalid format for AWS \
                 volume (aws://z/x)";
    check_old(json!({}), ebs("aws://z/x"), ["", wrong]);
    check_old(zone(), json!({"azureDisk": {"diskName": "d", "diskURI": "u"}}), ["", ""]);
    let gce = || json!({"gcePersistentDisk": {"pdName": "d"}});
    check_old(zone(), gce(), ["", FAR]);
    let wrong = "could not translate pv: failed to get region from zones: zone in unexpected format, expected: \
                 {locale}-{region}-{zone}, got: a";
    check_old(json!({"topology.kubernetes.io/zone": "a__b"}), gce(), ["", wrong]);
    check_old(zone(), json!({"vsphereVolume": {"volumePath": "p"}}), ["", ""]);
    check_old(zone(), json!({"hostPath": {"path": "/"}, "nodeAffinity": asks("rack")}), [FAR, FAR]);
}

fn reserve(plugin: &VolumeBinding, state: &mut CycleState, nodes: &Snapshot, node: &str) {
    let info = nodes.by_name(node).unwrap();
    state.write(ChosenNode { node: Arc::clone(info.node().unwrap()), row: info.row() });
    assert_eq!(plugin.reserve_pod(state, &claimed(&[]), node), Status::success());
}

#[test]
fn what_is_reserved_is_no_longer_there_until_it_is_given_back() {
    let plugin = plugin();
    let nodes = cluster(&[claim("c", "wait"), claim("d", "wait"), volume("v", "n1")]);
    let mut state = check(&plugin, &nodes, &claimed(&["c"]), ["", NONE]);
    reserve(&plugin, &mut state, &nodes, "n1");
    check(&plugin, &nodes, &claimed(&["d"]), [NONE, NONE]);
    check(&plugin, &nodes, &claimed(&["c"]), ["", NONE]);
    plugin.unreserve_pod(&mut state, &claimed(&["c"]), "n1");
    check(&plugin, &nodes, &claimed(&["d"]), ["", NONE]);
}

/// PreFilter of a pod whose volume `v` is made for it.
#[track_caller]
fn check_ephemeral(found: &[Value], want: &str) {
    let metadata = json!({"name": "p", "namespace": "ns", "uid": "p"});
    let volumes = json!([{"name": "v", "ephemeral": {"volumeClaimTemplate": {"spec": {}}}}]);
    let pod = json!({"metadata": metadata, "spec": {"volumes": volumes}});
    let pod = PodInfo::new(Arc::new(serde_json::from_value(pod).unwrap()));
    let said = plugin().pre_filter_pod(&mut CycleState::default(), &pod, &cluster(found));
    let want = match want {
        "" => PreFilterOutcome::AllNodes,
        reason => PreFilterOutcome::Rejected(Status::unresolvable(reason.to_owned())),
    };
    assert_eq!(said, want);
}

#[test]
fn what_is_made_for_a_pod_is_waited_for_and_must_be_its() {
    let owned = |mut claim: Value, uid: &str| {
        claim["metadata"]["ownerReferences"] = json!([{"uid": uid, "controller": true}]);
        claim
    };
    let waiting = "waiting for ephemeral volume controller to create the persistentvolumeclaim \"p-v\"";
    check_ephemeral(&[], waiting);
    check_ephemeral(&[owned(claim("p-v", "wait"), "p")], "");
    let other = "PVC ns/p-v was not created for pod ns/p (pod is not owner)";
    check_ephemeral(&[owned(claim("p-v", "wait"), "q")], other);
    check_ephemeral(&[claim("p-v", "wait")], other);
    check_ephemeral(&[owned(claim("p-v", "now"), "p")], UNBOUND_IMMEDIATE);
    let mut going = claim("p-v", "wait");
    going["metadata"]["deletionTimestamp"] = json!("2026-01-01T00:00:00Z");
    check_ephemeral(&[going], "persistentvolumeclaim \"p-v\" is being deleted");
}

#[test]
fn a_claim_whose_volume_is_being_made_stays_with_its_node() {
    let plugin = plugin();
    let nodes = cluster(&[class("made", "WaitForFirstConsumer", "d"), claim("c", "made")]);
    let mut state = check(&plugin, &nodes, &claimed(&["c"]), ["", ""]);
    assert!(plugin.pre_flight(&state, &claimed(&["c"]), "n2").is_skip(), "nothing is reserved yet");
    reserve(&plugin, &mut state, &nodes, "n2");
    assert!(plugin.pre_flight(&state, &claimed(&["c"]), "n2").is_success());
    check(&plugin, &nodes, &claimed(&["c"]), [NONE, ""]);
}

/// PreBind of a pod whose claim is to get a volume, with the API server that it writes to.
struct Binding {
    plugin: VolumeBinding,
    nodes: Snapshot,
    context: BindContext,
    clients: fake::Clientset,
}

impl Binding {
    fn start(class_name: &str) -> Self {
        let plugin = VolumeBinding::new(Some(&json!({"bindTimeoutSeconds": 30}))).unwrap();
        let clients = fake::Clientset::new(&[]).unwrap();
        let all = [class("made", "WaitForFirstConsumer", "d"), claim("c", class_name), volume("v", "n1")];
        let nodes = cluster(&all);
        let tracker = clients.cluster().tracker();
        // the scheduler knows them as the API server has them
        for volume in nodes.objects().persistent_volumes.list() {
            tracker.add(&*volume).unwrap();
        }
        for claim in nodes.objects().persistent_volume_claims.list() {
            tracker.add(&*claim).unwrap();
        }
        let mut binding = Self {
            plugin,
            nodes,
            context: BindContext {
                clientset: kubeforge_client_set::Clientset::clone(&clients),
                state: Arc::default(),
                interruption: Interruption::default(),
                devices: Default::default(),
            },
            clients,
        };
        binding.tell();
        let mut state = CycleState::default();
        binding.plugin.pre_filter_pod(&mut state, &claimed(&["c"]), &binding.nodes);
        reserve(&binding.plugin, &mut state, &binding.nodes, "n1");
        binding.context.state = Arc::new(state);
        binding
    }

    /// Tells the scheduler what the API server has.
    fn tell(&self) {
        let tracker = self.clients.cluster().tracker();
        for volume in tracker.list::<PersistentVolume>().unwrap() {
            self.nodes.objects().persistent_volumes.insert(Arc::new(volume));
        }
        for claim in tracker.list::<PersistentVolumeClaim>().unwrap() {
            self.nodes.objects().persistent_volume_claims.insert(Arc::new(claim));
        }
    }

    fn change_claim(&self, change: impl FnOnce(&mut PersistentVolumeClaim)) {
        self.clients.cluster().tracker().modify("ns", "c", change).unwrap();
        self.tell();
    }

    /// How it ends if `happening` comes about after a while.
    async fn end(&self, happening: impl AsyncFnOnce()) -> Status {
        let pod = claimed(&["c"]);
        let (status, ()) = tokio::join!(self.plugin.pre_bind_pod(&self.context, &pod, "n1"), async {
            tokio::time::sleep(Duration::from_secs(1)).await;
            self.tell();
            happening().await;
        });
        status
    }
}

fn completed(claim: &mut PersistentVolumeClaim) {
    claim.spec = PersistentVolumeClaimSpec { volume_name: "v".to_owned(), ..Default::default() };
    claim.metadata.annotations.insert("pv.kubernetes.io/bind-completed".to_owned(), "yes".to_owned());
}

#[tokio::test(start_paused = true)]
async fn a_volume_is_bound_once_its_claim_says_so() {
    let binding = Binding::start("wait");
    assert_eq!(binding.end(async || binding.change_claim(completed)).await, Status::success());
    let volume = binding.clients.cluster().tracker().get::<PersistentVolume>("", "v").unwrap();
    let reference = volume.spec.claim_ref.unwrap();
    assert_eq!((&*reference.kind, &*reference.name, &*reference.uid), ("PersistentVolumeClaim", "c", "c"));
    assert_eq!(volume.metadata.annotations["pv.kubernetes.io/bound-by-controller"], "yes");
}

#[tokio::test(start_paused = true)]
async fn a_volume_is_made_for_the_node_or_the_pod_goes_elsewhere() {
    let binding = Binding::start("made");
    assert_eq!(binding.end(async || binding.change_claim(completed)).await, Status::success());
    let failed = |reason: &str| Status::new(Code::Error, [format!("binding volumes: {reason}")]);
    let binding = Binding::start("made");
    let given_up = async || {
        binding.change_claim(|claim| {
            let node =
                claim.metadata.annotations.insert("volume.kubernetes.io/selected-node".to_owned(), String::new());
            assert_eq!(node.as_deref(), Some("n1"));
        });
    };
    assert_eq!(binding.end(given_up).await, failed("provisioning failed for PVC \"c\""));
    let binding = Binding::start("made");
    assert_eq!(binding.end(async || {}).await, failed("context deadline exceeded"));
    let binding = Binding::start("made");
    let gone = async || {
        binding.context.interruption.interrupt("pod does not exist any more".to_owned());
    };
    assert_eq!(binding.end(gone).await, failed("pod does not exist any more"));
}

#[test]
fn arguments_are_checked() {
    let error = |arguments: Value| VolumeBinding::new(Some(&arguments)).unwrap_err().to_string();
    assert!(
        error(json!({"bindTimeoutSeconds": -1})).contains(
            "bindTimeoutSeconds: Invalid value: -1: invalid BindTimeoutSeconds, should not be a negative value"
        )
    );
    // the configuration refuses it where its gate is off
    assert!(VolumeBinding::new(Some(&json!({"shape": []}))).is_ok());
    assert!(error(json!({"timeout": 1})).contains("unknown field `timeout`"));
    let plugin = VolumeBinding::new(Some(&json!({"bindTimeoutSeconds": 5}))).unwrap();
    assert_eq!((plugin.bind_timeout, super::BIND_TIMEOUT), (Duration::from_secs(5), Duration::from_secs(600)));
}
