//! Extended resources that are devices.

use std::sync::Arc;

use kubeforge_api::{core::v1::Pod, resource::v1::ResourceClaim};
use kubeforge_client::fake::Reaction;
use kubeforge_machinery::ApiError;
use serde_json::{Value, json};
use tokio::time::Duration;

use super::world::{World, claim, devices_of, node, pod_with, slice, users_of};
use crate::{core::Binding, framework::Status};

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

/// A class whose devices are an extended resource.
fn gpus() -> Value {
    json!({"kind": "DeviceClass", "metadata": {"name": "gpus"}, "spec": {"extendedResourceName": "example.com/gpu"}})
}

fn asking(requests: Value) -> Value {
    pod_with("p", json!({"containers": [{"name": "c", "resources": {"requests": requests}}]}))
}

/// A node that has more than devices.
fn node_with(allocatable: &Value) -> Value {
    let mut node = node("n1");
    for (name, amount) in allocatable.as_object().unwrap() {
        node["status"]["allocatable"][name] = amount.clone();
    }
    node
}

/// Binds, with an informer that tells of claims.
async fn bind(world: &World, binding: &Binding) -> Status {
    let objects = Arc::clone(world.core.nodes().objects());
    let tracker = world.clients.cluster().tracker();
    let (status, ()) = tokio::join!(world.pre_bind(binding), async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        for claim in tracker.list::<ResourceClaim>().unwrap() {
            objects.resource_claims.insert(Arc::new(claim));
        }
    });
    status
}

#[tokio::test(start_paused = true)]
async fn only_what_a_node_does_not_have_itself_is_claimed() {
    let devices = json!([{"name": "a"}, {"name": "b"}]);
    let by_name = "deviceclass.resource.kubernetes.io/gpus";
    for (what, allocatable, requests, want) in [
        ("all is devices", json!({}), json!({"example.com/gpu": "1"}), vec!["example.com/gpu"]),
        ("nothing is", json!({"example.com/gpu": "1"}), json!({"example.com/gpu": "1"}), vec![]),
        (
            "none left is none",
            json!({"example.com/gpu": "0"}),
            json!({"example.com/gpu": "1"}),
            vec!["example.com/gpu"],
        ),
        (
            "some is",
            json!({"example.com/nic": "1"}),
            json!({"example.com/gpu": "1", "example.com/nic": "1"}),
            vec!["example.com/gpu"],
        ),
        ("a class's own name is a resource", json!({}), json!({by_name: "2"}), vec![by_name]),
    ] {
        let all = [node_with(&allocatable), gpus(), slice("n1", devices.clone()), asking(requests)];
        let mut world = World::new(&all);
        let binding = world.placed();
        assert_eq!(bind(&world, &binding).await, Status::success(), "{what}");
        let tracker = world.clients.cluster().tracker();
        let claims = tracker.list::<ResourceClaim>().unwrap();
        let told = tracker.get::<Pod>("ns", "p").unwrap().status.extended_resource_claim_status;
        let mappings = told.iter().flat_map(|told| &told.request_mappings);
        let resources: Vec<_> = mappings.map(|mapping| mapping.resource_name.as_str()).collect();
        assert_eq!(resources, want, "{what}");
        let requests: usize = claims.iter().map(|claim| claim.spec.devices.requests.len()).sum();
        assert_eq!((claims.len(), requests), (usize::from(!want.is_empty()), want.len()), "{what}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_claim_that_was_left_is_deleted_before_the_pod_is_tried_again() {
    let mut left = claim("left", 1);
    left["metadata"]["annotations"] = json!({"resource.kubernetes.io/extended-resource-claim": "true"});
    left["metadata"]["finalizers"] = json!(["resource.kubernetes.io/delete-protection"]);
    left["metadata"]["ownerReferences"] =
        json!([{"apiVersion": "v1", "kind": "Pod", "name": "p", "uid": "p", "controller": true}]);
    let devices = json!([{"name": "a"}]);
    let mut world =
        World::new(&[node("n1"), gpus(), slice("n1", devices), left, asking(json!({"example.com/gpu": "1"}))]);
    let rejection = world.rejected(
        "0/1 nodes are available: 1 cannot schedule extended resource claim. deletion of ResourceClaim completed, \
         preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.",
    );
    for follow_up in &rejection.follow_ups {
        follow_up.carry_out(&world.clients).await;
    }
    assert!(world.clients.cluster().tracker().list::<ResourceClaim>().unwrap().is_empty());
    world.tell();
    world.placed();
}

#[tokio::test(start_paused = true)]
async fn a_claim_that_cannot_be_made_fails_the_pod() {
    let devices = json!([{"name": "a"}]);
    let all = [node("n1"), gpus(), slice("n1", devices), asking(json!({"example.com/gpu": "1"}))];
    let mut world = World::new(&all);
    let binding = world.placed();
    let refuse = |_: &_, _: &_| Reaction::Fail(ApiError::bad_request("not today"));
    world.clients.cluster().prepend_reactor("create", "resourceclaims", refuse);
    let failure = Status::error("create claim for extended resources ns/: not today");
    assert_eq!(world.pre_bind(&binding).await, failure);
    let counted = r#"scheduler_resourceclaim_creates_total{admin_access="false",status="failure"} 1"#;
    assert!(world.metrics.render().contains(counted));
    // nothing is left that would have to be deleted, and the device is free
    world.clients.cluster().clear_actions();
    world.give_up(&binding, &failure).await;
    assert_eq!(world.clients.cluster().writes(), [""; 0]);
    world.placed();
}

#[test]
fn extended_resources_can_be_of_the_node_alone() {
    let devices = json!([{"name": "a"}]);
    let all = [node("n1"), gpus(), slice("n1", devices), asking(json!({"example.com/gpu": "1"}))];
    let lacking = "0/1 nodes are available: 1 Insufficient example.com/gpu. no new claims to deallocate, preemption: 0/1 \
                   nodes are available: 1 Preemption is not helpful for scheduling.";
    World::without("DRAExtendedResource", &all).rejected(lacking);
}
