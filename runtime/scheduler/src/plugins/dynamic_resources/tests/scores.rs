//! How much nodes score for their devices.

use std::sync::Arc;

use serde_json::{Value, from_value, json};

use super::world::{World, claim, class, node, pod, pod_with, slice};

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
fn alternatives_of_all_requests_of_all_claims_count() {
    // a request that is content with any of these counts, those before others
    let request = |name: &str, counts: &[u32]| {
        let alternatives: Vec<_> = counts
            .iter()
            .map(|count| json!({"name": format!("of-{count}"), "deviceClassName": "c", "allocationMode": "ExactCount", "count": count}))
            .collect();
        json!({"name": name, "firstAvailable": alternatives})
    };
    let with = |name: &str, requests: Value| {
        let mut claim = claim(name, 1);
        claim["spec"]["devices"]["requests"] = requests;
        claim
    };
    let both = pod_with(
        "p",
        json!({
            "resourceClaims": [{"name": "a", "resourceClaimName": "one"}, {"name": "b", "resourceClaimName": "two"}],
            "containers": [{"name": "c"}],
        }),
    );
    let (twice, thrice) = (request("r", &[2, 1]), request("s", &[3, 2, 1]));
    for (what, claims, pod, want) in [
        // 8 + 7, 7 + 7 and 7 + 6 as percentages of the most, and twice as much of it all
        ("two claims", vec![with("one", json!([twice])), with("two", json!([thrice]))], &both, [200, 186, 172]),
        // 8 + 8, 8 + 7 and 7 + 7
        ("two requests", vec![with("one", json!([twice, request("s", &[2, 1])]))], &pod("p", "one"), [200, 186, 174]),
    ] {
        let mut all = vec![class("c")];
        for (name, devices) in [("n4", 4), ("n3", 3), ("n2", 2)] {
            let devices: Value = (0..devices).map(|place| json!({"name": format!("d{place}")})).collect();
            all.extend([node(name), slice(name, devices)]);
        }
        all.extend(claims);
        let mut world = World::new(&all);
        let nodes = world.core.assess(Arc::new(from_value(pod.clone()).unwrap())).unwrap();
        let scores = ["n4", "n3", "n2"].map(|node| {
            let found = nodes.iter().find(|it| it.node == node).unwrap();
            found.plugins.iter().find(|(plugin, _)| *plugin == "DynamicResources").unwrap().1
        });
        assert_eq!(scores, want, "{what}");
    }
}
