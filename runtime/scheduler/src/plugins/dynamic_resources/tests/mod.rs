//! Pods with claims, from the queue to what the API server has in the end.

mod binding;
mod extended;
mod hints;
mod scores;
mod world;

use std::sync::Arc;

use kubeforge_api::{core::v1::Pod, resource::v1beta2::DeviceTaintRule};
use serde_json::{Value, from_value, json};
use tokio::time::Duration;

use super::DynamicResources;
use world::{NONE_LEFT, World, claim, class, devices_of, node, pod, pod_with, slice, users_of};

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
fn administrators_can_taint_devices() {
    let rule = |effect: &str| {
        let spec = json!({"deviceSelector": {"driver": "d"}, "taint": {"key": "k", "value": "v", "effect": effect}});
        json!({"kind": "DeviceTaintRule", "metadata": {"name": "r"}, "spec": spec})
    };
    let all = [node("n1"), class("c"), slice("n1", json!([{"name": "a"}])), claim("one", 1), pod("p", "one")];
    let tainted = [&[rule("NoSchedule")][..], &all].concat();
    World::new(&tainted).placed();
    let mut world = World::gated("DRADeviceTaintRules", true, &tainted);
    world.rejected(NONE_LEFT);
    world.add(&rule("NoExecute"));
    world.rejected(NONE_LEFT);
    world.add(&rule("None"));
    world.placed();
    let mut world = World::gated("DRADeviceTaintRules", true, &tainted);
    world.rejected(NONE_LEFT);
    world.idle();
    let rule: DeviceTaintRule = from_value(rule("NoSchedule")).unwrap();
    world.core.remove_object(&Arc::new(rule).into(), world.now);
    world.placed();
}

#[test]
fn arguments_are_checked() {
    let error = |arguments: Value| DynamicResources::new(Some(&arguments)).unwrap_err().to_string();
    assert!(
        error(json!({"filterTimeout": "-1s"}))
            .contains("filterTimeout: Invalid value: \"-1s\": must be zero or positive")
    );
    let short = "bindingTimeout: Invalid value: \"500ms\": must be at least 1 second";
    assert!(error(json!({"bindingTimeout": "500ms"})).contains(short));
    assert!(error(json!({"timeout": "1s"})).contains("unknown field `timeout`"));
    let plugin = DynamicResources::new(Some(&json!({"filterTimeout": "0s"}))).unwrap();
    assert_eq!((plugin.filter_timeout, plugin.binding_timeout), (None, Duration::from_secs(600)));
}
