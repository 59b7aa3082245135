//! Pods with claims, from the queue to what the API server has in the end.

use std::sync::Arc;

use kubeforge_api::{
    core::v1::{Node, Pod},
    resource::v1::{DeviceClass, ResourceClaim, ResourceSlice},
};
use kubeforge_client_set::fake;
use kubeforge_machinery::{Object, feature_gates::FeatureGates};
use serde::de::DeserializeOwned;
use serde_json::{Value, from_value, json};
use tokio::time::{Duration, Instant};

use crate::{
    config::KubeSchedulerConfiguration,
    core::{Binding, Core, Decision, Rejection, unreserve_follow_ups},
    framework::{BindContext, ClusterObject, Status},
    metrics::SchedulerMetrics,
    plugins,
};

/// A scheduler without its loop, and the API server that it writes to.
struct World {
    core: Core,
    clients: fake::Clientset,
    metrics: SchedulerMetrics,
    now: Instant,
}

fn node(name: &str) -> Value {
    json!({"kind": "Node", "apiVersion": "v1", "metadata": {"name": name}, "status": {"allocatable": {"pods": "9"}}})
}

fn class(name: &str) -> Value {
    json!({"kind": "DeviceClass", "metadata": {"name": name}, "spec": {}})
}

/// A slice of a node's devices.
fn slice(node: &str, devices: Value) -> Value {
    let pool = json!({"name": node, "generation": 1, "resourceSliceCount": 1});
    let spec = json!({"driver": "d", "pool": pool, "nodeName": node, "devices": devices});
    json!({"kind": "ResourceSlice", "metadata": {"name": node}, "spec": spec})
}

/// A claim that asks for so many devices of the class `c`.
fn claim(name: &str, count: u32) -> Value {
    let exactly = json!({"deviceClassName": "c", "allocationMode": "ExactCount", "count": count});
    let requests = json!([{"name": "r", "exactly": exactly}]);
    json!({"kind": "ResourceClaim", "apiVersion": "resource.k8s.io/v1", "metadata": {"name": name, "namespace": "ns", "uid": name},
        "spec": {"devices": {"requests": requests}}})
}

/// A pod that uses a claim.
fn pod(name: &str, claim: &str) -> Value {
    let claims = json!([{"name": "it", "resourceClaimName": claim}]);
    pod_with(name, json!({"resourceClaims": claims, "containers": [{"name": "c"}]}))
}

fn pod_with(name: &str, spec: Value) -> Value {
    let mut spec = spec;
    spec["schedulerName"] = json!("default-scheduler");
    json!({"kind": "Pod", "apiVersion": "v1", "metadata": {"name": name, "namespace": "ns", "uid": name}, "spec": spec})
}

impl World {
    fn new(objects: &[Value]) -> Self {
        Self::with(&KubeSchedulerConfiguration::default(), objects)
    }

    /// With one plugin's arguments.
    fn configured(plugin: &str, args: Value, objects: &[Value]) -> Self {
        let profile = json!({"pluginConfig": [{"name": plugin, "args": args}]});
        let head = json!({"apiVersion": "kubescheduler.config.k8s.io/v1", "kind": "KubeSchedulerConfiguration", "profiles": [profile]});
        Self::with(&KubeSchedulerConfiguration::from_value(head).unwrap(), objects)
    }

    /// With a gate turned off.
    fn without(gate: &'static str, objects: &[Value]) -> Self {
        let text = "{apiVersion: kubescheduler.config.k8s.io/v1, kind: KubeSchedulerConfiguration}";
        let gates = FeatureGates::default().with(gate, false);
        Self::with(&KubeSchedulerConfiguration::parse_with(text, &gates).unwrap(), objects)
    }

    fn with(configuration: &KubeSchedulerConfiguration, objects: &[Value]) -> Self {
        let core = Core::new(configuration.profiles(&plugins::in_tree()).unwrap(), configuration.backoff());
        let clients = fake::Clientset::new(&[]).unwrap();
        let mut world = Self { core, clients, metrics: SchedulerMetrics::default(), now: Instant::now() };
        objects.iter().for_each(|object| world.add(object));
        world
    }

    fn add(&mut self, value: &Value) {
        fn typed<T: DeserializeOwned>(value: &Value) -> T {
            from_value(value.clone()).unwrap()
        }
        let tracker = self.clients.cluster().tracker();
        let add = |object: &dyn Object| tracker.add(object).unwrap();
        match value["kind"].as_str().unwrap() {
            "Node" => self.core.set_node(Arc::new(typed::<Node>(value)), self.now),
            "Pod" => {
                let pod: Pod = typed(value);
                add(&pod);
                self.core.set_pod(Arc::new(pod), self.now);
            }
            "ResourceClaim" => add(&typed::<ResourceClaim>(value)),
            "DeviceClass" => self.set(Arc::new(typed::<DeviceClass>(value))),
            _ => self.set(Arc::new(typed::<ResourceSlice>(value))),
        }
        self.tell();
    }

    fn set(&mut self, object: impl Into<ClusterObject>) {
        self.core.set_object(object.into(), self.now);
    }

    /// Tells the scheduler of the claims as the API server has them.
    fn tell(&mut self) {
        let claims = self.clients.cluster().tracker().list::<ResourceClaim>().unwrap();
        let known = self.core.nodes().objects().resource_claims.list();
        for gone in known.iter().filter(|known| !claims.iter().any(|it| it.metadata.name == known.metadata.name)) {
            self.core.remove_object(&Arc::clone(gone).into(), self.now);
        }
        for claim in claims {
            let is_news = !known.iter().any(|known| known.metadata.resource_version == claim.metadata.resource_version);
            if is_news {
                self.set(Arc::new(claim));
            }
        }
    }

    fn claim(&self, name: &str) -> ResourceClaim {
        self.clients.cluster().tracker().get("ns", name).unwrap()
    }

    fn change(&mut self, name: &str, change: impl FnOnce(&mut ResourceClaim)) {
        self.clients.cluster().tracker().modify("ns", name, change).unwrap();
        self.tell();
    }

    /// The next pod is placed.
    #[track_caller]
    fn placed(&mut self) -> Binding {
        self.now += Duration::from_secs(60);
        match self.core.schedule_next(self.now) {
            Some(Decision::Bind(binding)) => binding,
            Some(Decision::Reject(rejection)) => panic!("{}", rejection.message),
            None => panic!("no pod waits"),
        }
    }

    /// The next pod is not.
    #[track_caller]
    fn rejected(&mut self, want: &str) -> Rejection {
        self.now += Duration::from_secs(60);
        match self.core.schedule_next(self.now) {
            Some(Decision::Reject(rejection)) => {
                assert_eq!(rejection.message, want);
                rejection
            }
            Some(Decision::Bind(binding)) => panic!("placed on {}", binding.node),
            None => panic!("no pod waits"),
        }
    }

    #[track_caller]
    fn idle(&mut self) {
        self.now += Duration::from_secs(60);
        assert!(self.core.schedule_next(self.now).is_none());
    }

    /// What PreBind says.
    async fn pre_bind(&self, binding: &Binding) -> Status {
        let context = BindContext {
            clientset: kubeforge_client_set::Clientset::clone(&self.clients),
            state: Arc::clone(&binding.state),
            interruption: binding.interruption.clone(),
            devices: self.metrics.of_devices("p"),
        };
        for plugin in &binding.profile.pre_bind {
            let pre_bind = plugin.pre_bind().unwrap();
            if pre_bind.pre_flight(&binding.state, &binding.pod, &binding.node).is_success() {
                let status = pre_bind.pre_bind_pod(&context, &binding.pod, &binding.node).await;
                if !status.is_success() {
                    return status;
                }
            }
        }
        Status::success()
    }

    /// Binds a pod as far as claims are concerned.
    async fn bind(&mut self, binding: &Binding) {
        assert_eq!(self.pre_bind(binding).await, Status::success());
        self.core.bound(binding);
        self.tell();
    }

    /// The pod can't be bound after all.
    async fn give_up(&mut self, binding: &Binding, status: &Status) {
        for follow_up in unreserve_follow_ups(binding).collect::<Vec<_>>() {
            follow_up.carry_out(&self.clients).await;
        }
        self.core.bind_failed(binding, status, self.now);
        self.tell();
    }
}

fn devices_of(claim: &ResourceClaim) -> Vec<String> {
    let results = claim.status.allocation.iter().flat_map(|allocation| &allocation.devices.results);
    results.map(|it| format!("{}/{}", it.pool, it.device)).collect()
}

fn users_of(claim: &ResourceClaim) -> Vec<&str> {
    claim.status.reserved_for.iter().map(|it| it.name.as_str()).collect()
}

const NONE_LEFT: &str = "0/1 nodes are available: 1 cannot allocate all claims. still not schedulable, preemption: 0/1 \
                         nodes are available: 1 Preemption is not helpful for scheduling.";

#[tokio::test(start_paused = true)]
async fn a_claim_gets_devices_where_its_pod_goes() {
    let mut world = World::new(&[
        node("n1"),
        class("c"),
        slice("n1", json!([{"name": "a"}])),
        claim("one", 1),
        claim("two", 1),
        pod("p1", "one"),
    ]);
    let binding = world.placed();
    assert!(binding.is_announced);
    // the device is set aside before anybody is told
    world.add(&pod("p2", "two"));
    world.rejected(NONE_LEFT);
    world.bind(&binding).await;
    let claim = world.claim("one");
    assert_eq!(devices_of(&claim), ["n1/a"]);
    assert_eq!(users_of(&claim), ["p1"]);
    assert_eq!(claim.metadata.finalizers, ["resource.kubernetes.io/delete-protection"]);
    let allocation = claim.status.allocation.unwrap();
    let selector = serde_json::to_value(allocation.node_selector).unwrap();
    assert_eq!(selector["nodeSelectorTerms"][0]["matchFields"][0]["values"], json!(["n1"]));
    assert!(allocation.allocation_timestamp.is_some());
    // what helps is that the device is given back
    world.idle();
    world.change("one", |claim| claim.status = Default::default());
    let binding = world.placed();
    world.bind(&binding).await;
    assert_eq!(devices_of(&world.claim("two")), ["n1/a"]);
}

#[tokio::test(start_paused = true)]
async fn pods_share_a_claim_once_it_has_its_devices() {
    let all =
        [node("n1"), node("n2"), class("c"), slice("n2", json!([{"name": "a"}])), claim("one", 1), pod("p1", "one")];
    let mut world = World::new(&all);
    let binding = world.placed();
    world.add(&pod("p2", "one"));
    let pending = "0/2 nodes are available: resource claim ns/one is in the process of being allocated. no new claims to \
                   deallocate, preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling.";
    world.rejected(pending);
    world.bind(&binding).await;
    let binding = world.placed();
    assert_eq!(&*binding.node, "n2");
    world.bind(&binding).await;
    assert_eq!(users_of(&world.claim("one")), ["p1", "p2"]);
}

#[test]
fn pods_wait_outside_of_the_queue_until_their_claims_are_there() {
    let mut world = World::new(&[node("n1"), class("c"), slice("n1", json!([{"name": "a"}])), pod("p", "one")]);
    world.idle();
    world.add(&claim("other", 1));
    world.idle();
    world.add(&claim("one", 1));
    world.placed();
    let template = json!([{"name": "it", "resourceClaimTemplateName": "t"}]);
    let mut made = pod_with("q", json!({"resourceClaims": template, "containers": [{"name": "c"}]}));
    let mut world = World::new(&[node("n1"), class("c"), made.clone()]);
    world.idle();
    made["status"] = json!({"resourceClaimStatuses": [{"name": "it"}]});
    let changed: Pod = from_value(made).unwrap();
    world.core.set_pod(Arc::new(changed), world.now);
    // it turned out that it needs none
    assert!(!world.placed().is_announced);
}

#[track_caller]
fn check_assessment(objects: &[Value], asked: Value, want: &str) {
    let mut all = vec![node("n1")];
    all.extend_from_slice(objects);
    let mut world = World::new(&all);
    let answer = world.core.assess(Arc::new(from_value(asked).unwrap())).map(|nodes| nodes.len().to_string());
    assert_eq!(answer.unwrap_or_else(|message| message), want);
}

#[test]
fn what_is_wrong_is_said_in_kube_schedulers_words() {
    let none = |reason: &str| format!("0/1 nodes are available: {reason}.");
    let ask = pod("p", "one");
    check_assessment(&[], ask.clone(), &none("could not find ResourceClaim \"ns/one\""));
    check_assessment(&[claim("one", 1)], ask.clone(), &none("request r: device class c does not exist"));
    check_assessment(&[class("c"), claim("one", 1)], ask.clone(), &none("1 cannot allocate all claims"));
    let mut going = claim("one", 1);
    going["metadata"]["deletionTimestamp"] = json!("2026-01-01T00:00:00Z");
    going["metadata"]["finalizers"] = json!(["x"]);
    check_assessment(&[going], ask.clone(), &none("resourceclaim \"one\" is being deleted"));
    let template = json!([{"name": "it", "resourceClaimTemplateName": "t"}]);
    let mut made = pod_with("p", json!({"resourceClaims": template, "containers": []}));
    check_assessment(&[], made.clone(), &none("pod \"ns/p\": ResourceClaim not created yet"));
    made["status"] = json!({"resourceClaimStatuses": [{"name": "it", "resourceClaimName": "one"}]});
    let not_its = none("ResourceClaim ns/one was not created for pod ns/p (pod is not owner)");
    check_assessment(&[claim("one", 1)], made.clone(), &not_its);
    let mut its = claim("one", 0);
    its["metadata"]["ownerReferences"] =
        json!([{"apiVersion": "v1", "kind": "Pod", "name": "p", "uid": "p", "controller": true}]);
    check_assessment(&[class("c"), its], made, "1");
    let mut alternatives = claim("one", 1);
    alternatives["spec"]["devices"]["requests"] =
        json!([{"name": "r", "firstAvailable": [{"name": "s", "deviceClassName": "gone"}]}]);
    check_assessment(&[alternatives], ask.clone(), &none("request r/s: device class gone does not exist"));
    let mut elsewhere = claim("one", 1);
    let selector =
        json!({"nodeSelectorTerms": [{"matchFields": [{"key": "metadata.name", "operator": "In", "values": ["n2"]}]}]});
    elsewhere["status"] = json!({"allocation": {"devices": {}, "nodeSelector": selector}});
    check_assessment(&[elsewhere], ask.clone(), &none("1 resourceclaim not available on the node"));
    let mut broken = claim("one", 1);
    broken["spec"]["devices"]["requests"][0]["exactly"]["selectors"] =
        json!([{"cel": {"expression": "device.attributes['d'].model == 'x'"}}]);
    let failure =
        "running \"DynamicResources\" filter plugin: claim ns/one: selector #0: CEL runtime error: no such key: model";
    check_assessment(&[class("c"), slice("n1", json!([{"name": "a"}])), broken], ask, failure);
}

#[test]
fn a_filter_that_fails_on_one_node_ends_the_cycle() {
    let mut broken = claim("one", 1);
    broken["spec"]["devices"]["requests"][0]["exactly"]["selectors"] =
        json!([{"cel": {"expression": "device.attributes['d'].model == 'x'"}}]);
    let good = json!([{"name": "a", "attributes": {"model": {"string": "x"}}}]);
    let all = [
        node("n1"),
        node("n2"),
        class("c"),
        slice("n1", good),
        slice("n2", json!([{"name": "a"}])),
        broken,
        pod("p", "one"),
    ];
    let mut world = World::new(&all);
    let failure =
        "running \"DynamicResources\" filter plugin: claim ns/one: selector #0: CEL runtime error: no such key: model";
    assert_eq!(world.rejected(failure).reason, "SchedulerError");
}

#[tokio::test(start_paused = true)]
async fn devices_that_are_out_of_reach_are_given_up() {
    let mut held = claim("one", 1);
    let selector =
        json!({"nodeSelectorTerms": [{"matchFields": [{"key": "metadata.name", "operator": "In", "values": ["n2"]}]}]});
    held["status"] = json!({"allocation": {"devices": {}, "nodeSelector": selector}});
    let mut world = World::new(&[node("n1"), class("c"), slice("n1", json!([{"name": "a"}])), held, pod("p", "one")]);
    let message = "0/1 nodes are available: 1 resourceclaim not available on the node. deallocation of ResourceClaim \
                   completed, preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.";
    let rejection = world.rejected(message);
    for follow_up in &rejection.follow_ups {
        follow_up.carry_out(&world.clients).await;
    }
    assert!(world.claim("one").status.allocation.is_none());
    world.tell();
    world.placed();
}

#[tokio::test(start_paused = true)]
async fn what_was_written_for_a_pod_that_is_not_bound_is_taken_back() {
    let all = [node("n1"), class("c"), slice("n1", json!([{"name": "a"}])), claim("one", 1), pod("p", "one")];
    let mut world = World::new(&all);
    let binding = world.placed();
    assert_eq!(world.pre_bind(&binding).await, Status::success());
    world.give_up(&binding, &Status::error("no")).await;
    let claim = world.claim("one");
    assert_eq!((devices_of(&claim).len(), users_of(&claim).len()), (1, 0));
    let binding = world.placed();
    world.bind(&binding).await;
    assert_eq!(users_of(&world.claim("one")), ["p"]);
    // where nothing was written, nothing is left
    let mut world = World::new(&all);
    let binding = world.placed();
    world.give_up(&binding, &Status::error("no")).await;
    assert_eq!(devices_of(&world.claim("one")), [""; 0]);
    world.placed();
}

#[tokio::test(start_paused = true)]
async fn pods_wait_for_devices_that_have_to_be_made_ready() {
    let slow = json!([{"name": "a", "bindingConditions": ["Ready"], "bindingFailureConditions": ["Broken"]}]);
    let all = [node("n1"), class("c"), slice("n1", slow), claim("one", 1), pod("p", "one")];
    let report = |type_: &str| {
        let conditions =
            json!([{"type": type_, "status": "True", "reason": "R", "message": "m", "lastTransitionTime": null}]);
        json!([{"driver": "d", "pool": "n1", "device": "a", "conditions": conditions}])
    };
    for (type_, want, label) in [
        ("Ready", Status::success(), "success"),
        ("Broken", Status::error("device binding failed: claim=one, reason=R, message=\"m\""), "failure"),
        ("Other", Status::error("device binding timeout: context deadline exceeded"), "timeout"),
    ] {
        let mut world = World::new(&all);
        let binding = world.placed();
        let objects = Arc::clone(world.core.nodes().objects());
        let tracker = world.clients.cluster().tracker();
        let (status, ()) = tokio::join!(world.pre_bind(&binding), async {
            tokio::time::sleep(Duration::from_secs(3)).await;
            let devices = from_value(report(type_)).unwrap();
            tracker.modify("ns", "one", |claim: &mut ResourceClaim| claim.status.devices = devices).unwrap();
            objects.resource_claims.insert(Arc::new(tracker.get::<ResourceClaim>("ns", "one").unwrap()));
        });
        assert_eq!(status, want);
        let counted = format!(
            r#"scheduler_dra_bindingconditions_allocations_total{{driver="d",profile="p",status="{label}"}} 1"#
        );
        assert!(world.metrics.render().contains(&counted), "{counted}");
    }
    // where nothing waits for them, such devices are not given
    World::without("DRADeviceBindingConditions", &all).rejected(NONE_LEFT);
}

#[tokio::test(start_paused = true)]
async fn a_claim_that_lost_its_devices_meanwhile_is_not_used() {
    let mut held = claim("one", 1);
    held["status"] = json!({"allocation": {"devices": {}}});
    let mut world = World::new(&[node("n1"), class("c"), held.clone(), pod("p", "one")]);
    let binding = world.placed();
    world.change("one", |claim| claim.status = Default::default());
    let lost = Status::error("claim ns/one got deallocated elsewhere in the meantime");
    assert_eq!(world.pre_bind(&binding).await, lost);
}

#[test]
fn a_search_that_takes_too_long_fails() {
    let all = [node("n1"), class("c"), slice("n1", json!([{"name": "a"}])), claim("one", 1), pod("p", "one")];
    let mut world = World::configured("DynamicResources", json!({"filterTimeout": "1ns"}), &all);
    let late = "running \"DynamicResources\" filter plugin: node n1: timed out trying to allocate devices";
    assert_eq!(world.rejected(late).reason, "SchedulerError");
    World::configured("DynamicResources", json!({"filterTimeout": "0s"}), &all).placed();
}

#[test]
fn alternatives_can_be_turned_off() {
    let mut either = claim("one", 1);
    let alternative = json!({"name": "s", "deviceClassName": "c", "allocationMode": "ExactCount", "count": 1});
    either["spec"]["devices"]["requests"] = json!([{"name": "r", "firstAvailable": [alternative]}]);
    let all = [node("n1"), class("c"), slice("n1", json!([{"name": "a"}])), either, pod("p", "one")];
    let off = "0/1 nodes are available: resource claim ns/one, request r: has subrequests, but the DRAPrioritizedList \
               feature is disabled. no new claims to deallocate, preemption: 0/1 nodes are available: 1 Preemption is not \
               helpful for scheduling.";
    World::without("DRAPrioritizedList", &all).rejected(off);
}

#[test]
fn devices_count_in_scores_as_the_resource_that_they_stand_for() {
    let gpus = |name: &str| json!({"kind": "DeviceClass", "metadata": {"name": name}, "spec": {"extendedResourceName": "example.com/gpu"}});
    let asks = json!({"requests": {"example.com/gpu": "1", "cpu": "2"}});
    let wants = pod_with("p", json!({"containers": [{"name": "c", "resources": asks}]}));
    let mut held = claim("one", 1);
    let result = json!({"request": "r", "driver": "d", "pool": "n1", "device": "a"});
    held["status"] = json!({"allocation": {"devices": {"results": [result]}}});
    let node = |name: &str| {
        let mut node = node(name);
        node["status"]["allocatable"]["cpu"] = json!("4");
        node
    };
    let devices: Value = ["a", "b", "c", "d"].iter().map(|name| json!({"name": name})).collect();
    let all = [node("n1"), node("n2"), gpus("gpus"), held, slice("n1", devices.clone()), slice("n2", devices)];
    let scores = |plugin: &str, args: Value| {
        let mut world = World::configured(plugin, args, &all);
        let nodes = world.core.assess(Arc::new(from_value(wants.clone()).unwrap())).unwrap();
        ["n1", "n2"].map(|node| {
            let found = nodes.iter().find(|it| it.node == node).unwrap();
            found.plugins.iter().find(|(name, _)| *name == plugin).unwrap().1
        })
    };
    let resources = json!([{"name": "example.com/gpu", "weight": 1}]);
    let fit = |type_: &str| json!({"scoringStrategy": {"type": type_, "resources": resources}});
    assert_eq!(scores("NodeResourcesFit", fit("LeastAllocated")), [50, 75]);
    assert_eq!(scores("NodeResourcesFit", fit("MostAllocated")), [50, 25]);
    let two = json!([{"name": "example.com/gpu", "weight": 1}, {"name": "cpu", "weight": 1}]);
    let balanced = scores("NodeResourcesBalancedAllocation", json!({"resources": two}));
    assert_eq!(balanced, [81, 68]);
}

#[tokio::test(start_paused = true)]
async fn extended_resources_may_be_devices() {
    let gpus = json!({"kind": "DeviceClass", "metadata": {"name": "gpus"}, "spec": {"extendedResourceName": "example.com/gpu"}});
    let asks = json!({"requests": {"example.com/gpu": "2"}});
    let wants = pod_with("p", json!({"containers": [{"name": "c", "resources": asks}]}));
    let devices = json!([{"name": "a"}, {"name": "b"}]);
    let mut world = World::new(&[node("n1"), slice("n1", devices), wants]);
    let lacking = "0/1 nodes are available: 1 Insufficient example.com/gpu. no new claims to deallocate, preemption: 0/1 \
                   nodes are available: 1 Preemption is not helpful for scheduling.";
    world.rejected(lacking);
    world.add(&gpus);
    let binding = world.placed();
    let objects = Arc::clone(world.core.nodes().objects());
    let tracker = world.clients.cluster().tracker();
    let (status, ()) = tokio::join!(world.pre_bind(&binding), async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        for claim in tracker.list::<ResourceClaim>().unwrap() {
            objects.resource_claims.insert(Arc::new(claim));
        }
    });
    assert_eq!(status, Status::success());
    let made = r#"scheduler_resourceclaim_creates_total{admin_access="false",status="success"} 1"#;
    assert!(world.metrics.render().contains(made));
    let [claim] = &tracker.list::<ResourceClaim>().unwrap()[..] else { panic!("one claim") };
    assert_eq!((devices_of(claim), users_of(claim)), (vec!["n1/a".to_owned(), "n1/b".to_owned()], vec!["p"]));
    assert_eq!(claim.metadata.owner_references[0].uid, "p");
    assert_eq!(claim.metadata.annotations["resource.kubernetes.io/extended-resource-claim"], "true");
    let told = tracker.get::<Pod>("ns", "p").unwrap().status.extended_resource_claim_status.unwrap();
    assert_eq!(told.resource_claim_name, claim.metadata.name);
    let mapping = &told.request_mappings[0];
    assert_eq!((mapping.container_name.as_str(), mapping.request_name.as_str()), ("c", "container-0-request-0"));
    world.give_up(&binding, &Status::error("no")).await;
    assert!(world.clients.cluster().tracker().list::<ResourceClaim>().unwrap().is_empty());
}

#[test]
fn nodes_with_better_alternatives_score_more() {
    let mut either = claim("one", 1);
    let alternative = |name: &str, count: u32| json!({"name": name, "deviceClassName": "c", "allocationMode": "ExactCount", "count": count});
    either["spec"]["devices"]["requests"] =
        json!([{"name": "r", "firstAvailable": [alternative("two", 2), alternative("one", 1)]}]);
    let (two, one) = (json!([{"name": "a"}, {"name": "b"}]), json!([{"name": "a"}]));
    let mut world = World::new(&[node("n1"), node("n2"), class("c"), slice("n1", one), slice("n2", two), either]);
    let nodes = world.core.assess(Arc::new(from_value(pod("p", "one")).unwrap())).unwrap();
    let score = |node: &str| {
        let found = nodes.iter().find(|it| it.node == node).unwrap();
        found.plugins.iter().find(|(plugin, _)| *plugin == "DynamicResources").unwrap().1
    };
    // 7 of 8 as a percentage, and twice as much of it all
    assert_eq!((score("n1"), score("n2")), (174, 200));
}

#[test]
fn arguments_are_checked() {
    let error = |arguments: Value| super::DynamicResources::new(Some(&arguments)).unwrap_err().to_string();
    assert!(
        error(json!({"filterTimeout": "-1s"}))
            .contains("filterTimeout: Invalid value: \"-1s\": must be zero or positive")
    );
    let short = "bindingTimeout: Invalid value: \"500ms\": must be at least 1 second";
    assert!(error(json!({"bindingTimeout": "500ms"})).contains(short));
    assert!(error(json!({"timeout": "1s"})).contains("unknown field `timeout`"));
    let plugin = super::DynamicResources::new(Some(&json!({"filterTimeout": "0s"}))).unwrap();
    assert_eq!((plugin.filter_timeout, plugin.binding_timeout), (None, Duration::from_secs(600)));
}
