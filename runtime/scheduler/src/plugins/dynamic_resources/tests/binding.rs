//! What is written into claims, and taken back.

use std::sync::Arc;

use kubeforge_api::resource::v1::ResourceClaim;
use kubeforge_client::fake::Reaction;
use kubeforge_machinery::Time;
use serde_json::{Value, from_value, json};
use tokio::time::Duration;

use super::world::{NONE_LEFT, World, claim, class, devices_of, node, pod, slice, users_of};
use crate::framework::Status;

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

#[tokio::test(start_paused = true)]
async fn what_others_write_meanwhile_is_heeded() {
    type Write = fn(&mut ResourceClaim);
    let all = [node("n1"), class("c"), slice("n1", json!([{"name": "a"}])), claim("one", 1), pod("p", "one")];
    let cases: [(Write, Status); 3] = [
        (|claim| claim.metadata.labels = [("a".to_owned(), "b".to_owned())].into(), Status::success()),
        (
            |claim| claim.status.allocation = Some(Box::default()),
            Status::error("claim ns/one got allocated elsewhere in the meantime"),
        ),
        (
            |claim| claim.metadata.deletion_timestamp = Some(Time::now()),
            Status::error("claim ns/one got deleted in the meantime"),
        ),
    ];
    for (write, want) in cases {
        let mut world = World::new(&all);
        let binding = world.placed();
        world.clients.cluster().prepend_reactor("update", "resourceclaims", move |action, tracker| {
            // the first attempt only
            if action.object_as::<ResourceClaim>().is_some_and(|claim| claim.metadata.resource_version == "1") {
                tracker.modify("ns", "one", write).unwrap();
            }
            Reaction::Pass
        });
        let revision = world.claim("one").metadata.resource_version;
        assert_eq!(revision, "1");
        assert_eq!(world.pre_bind(&binding).await, want);
        let users = users_of(&world.claim("one")).len();
        assert_eq!(users, usize::from(want.is_success()));
    }
    // where others never stop, the pod is tried again later
    let mut world = World::new(&all);
    let binding = world.placed();
    world.clients.cluster().prepend_reactor("update", "resourceclaims", |_, tracker| {
        let touch = |claim: &mut ResourceClaim| claim.metadata.generation += 1;
        tracker.modify("ns", "one", touch).unwrap();
        Reaction::Pass
    });
    let failure = world.pre_bind(&binding).await;
    let text = "add finalizer to claim ns/one: Operation cannot be fulfilled on resourceclaims.resource.k8s.io \"one\": \
                the object has been modified; please apply your changes to the latest version and try again";
    assert_eq!(failure, Status::error(text));
    assert_eq!(world.clients.cluster().writes().len(), 5);
}

/// A claim with a device that has to be made ready.
fn waiting(allocated: &str, conditions: Value, users: &[&str]) -> Value {
    let mut claim = claim("one", 1);
    let result = json!({
        "request": "r", "driver": "d", "pool": "n1", "device": "a",
        "bindingConditions": ["Ready"], "bindingFailureConditions": ["Broken"],
    });
    let users: Value = users.iter().map(|user| json!({"resource": "pods", "name": user, "uid": user})).collect();
    claim["status"] = json!({
        "allocation": {"devices": {"results": [result]}, "allocationTimestamp": allocated},
        "devices": [{"driver": "d", "pool": "n1", "device": "a", "conditions": conditions}],
        "reservedFor": users,
    });
    claim
}

#[tokio::test(start_paused = true)]
async fn devices_that_never_become_ready_are_given_up() {
    let now = Time::now().to_string();
    let long_ago = "2020-01-01T00:00:00Z";
    let is = |type_: &str| json!([{"type": type_, "status": "True", "reason": "R", "message": "m", "lastTransitionTime": null}]);
    let unavailable = |outcome: &str| {
        format!(
            "0/1 nodes are available: 1 resourceclaim not available on the node. {outcome}, preemption: 0/1 nodes are \
             available: 1 Preemption is not helpful for scheduling."
        )
    };
    let given_up = unavailable("deallocation of ResourceClaim completed");
    for (what, held, want) in [
        ("they may become ready", waiting(&now, json!([]), &["p"]), None),
        ("they are ready", waiting(long_ago, is("Ready"), &["p"]), None),
        ("they took too long", waiting(long_ago, json!([]), &["p"]), Some(given_up.clone())),
        ("they are broken", waiting(&now, is("Broken"), &[]), Some(given_up)),
        ("others use them", waiting(&now, is("Broken"), &["p", "q"]), Some(unavailable("still not schedulable"))),
    ] {
        let is_kept = held["status"]["reservedFor"].as_array().is_some_and(|users| users.len() > 1);
        let mut world =
            World::new(&[node("n1"), class("c"), slice("n1", json!([{"name": "a"}])), held, pod("p", "one")]);
        let Some(want) = want else {
            world.placed();
            continue;
        };
        let rejection = world.rejected(&want);
        for follow_up in &rejection.follow_ups {
            follow_up.carry_out(&world.clients).await;
        }
        let claim = world.claim("one");
        let left = (claim.status.allocation.is_some(), claim.status.devices.len(), claim.status.reserved_for.len());
        assert_eq!(left, if is_kept { (true, 1, 2) } else { (false, 0, 0) }, "{what}");
    }
}
