//! Which slices make a pool, and which nodes reach it.

use serde_json::{Value, json};

use super::{NODE, check, claim, cluster, devices, find, held, named, slice, slice_with};

#[test]
fn all_means_all_of_pools_that_can_be_relied_on() {
    let all = claim(json!([{"allocationMode": "All"}]), json!([]));
    check(&[slice("p", devices(&["a", "b"]))], std::slice::from_ref(&all), "r0=p/a r0=p/b");
    check(&[], std::slice::from_ref(&all), "-");
    check(&[slice("p", devices(&["a", "b"])), held("p", &["b"])], std::slice::from_ref(&all), "-");
    let count = |count: u32| json!({"pool": {"name": "p", "generation": 1, "resourceSliceCount": count}});
    let updated =
        "fatal: claim ns/mine, request r0: asks for all devices, but resource pool d/p is currently being updated";
    check(&[slice_with("p", devices(&["a"]), count(2))], std::slice::from_ref(&all), updated);
    let twins = slice("p", devices(&["a", "a"]));
    let invalid = "fatal: claim ns/mine, request r0: asks for all devices, but resource pool d/p is currently invalid";
    check(std::slice::from_ref(&twins), std::slice::from_ref(&all), invalid);
    check(&[twins], &[claim(json!([{}]), json!([]))], "on node: invalid resource pools were encountered");
    check(&[slice_with("p", devices(&["a"]), count(2))], &[claim(json!([{}]), json!([]))], "-");
    let match_ = json!([{"matchAttribute": "d/x"}]);
    let ruled_out =
        "fatal: claim ns/mine, request r0: cannot add device d/p/a because a claim constraint would not be satisfied";
    check(&[slice("p", devices(&["a"]))], &[claim(json!([{"allocationMode": "All"}]), match_)], ruled_out);
}

#[test]
fn pools_count_in_their_newest_generation_and_in_order() {
    let of = |name: &str, generation: u32, count: u32, names: &[&str]| {
        let pool = json!({"name": "p", "generation": generation, "resourceSliceCount": count});
        named(slice_with("p", devices(names), json!({"pool": pool})), name)
    };
    let one = [claim(json!([{}]), json!([]))];
    check(&[of("s1", 1, 1, &["old"]), of("s2", 2, 1, &["new"])], &one, "r0=p/new");
    check(&[of("s1", 1, 1, &["old"]), of("s2", 2, 2, &["new"])], &one, "-");
    check(&[of("s2", 1, 2, &["b"]), of("s1", 1, 2, &["a"])], &one, "r0=p/a");
    check(&[slice("p2", devices(&["a"])), slice("p1", devices(&["z"]))], &one, "r0=p1/z");
    let slow = json!([{"name": "a", "bindingConditions": ["Ready"], "bindingFailureConditions": ["Failed"]}]);
    check(&[slice("p1", slow), slice("p2", devices(&["z"]))], &one, "r0=p2/z");
}

#[test]
fn pools_of_several_nodes_are_complete_where_all_slices_are_near_or_all_are_told_of() {
    let of = |name: &str, node: &str, generation: u32, count: u32, device: &str| {
        let pool = json!({"name": "p", "generation": generation, "resourceSliceCount": count});
        named(slice_with("p", devices(&[device]), json!({"pool": pool, "nodeName": node})), name)
    };
    let one = [claim(json!([{}]), json!([]))];
    let all = [claim(json!([{"allocationMode": "All"}]), json!([]))];
    let split = [of("s1", "n2", 1, 2, "a"), of("s2", NODE, 1, 2, "b")];
    check(&split, &one, "r0=p/b");
    check(&split, &all, "r0=p/b");
    // the pool moved to another node
    check(&[of("s1", NODE, 1, 2, "a"), of("s2", "n2", 2, 2, "b")], &one, "-");
    check(&[of("s1", NODE, 1, 2, "a"), of("s2", "n2", 2, 2, "b")], &all, "-");
    let old = [of("s1", NODE, 1, 2, "a"), of("s2", NODE, 1, 2, "b")];
    let new = [of("s3", "n2", 2, 2, "a"), of("s4", "n2", 2, 2, "b")];
    check(&[&old[..], &new[..1]].concat(), &one, "r0=p/a");
    check(&[&old[..], &new].concat(), &one, "r0=p/a");
    let away = [of("s1", "n2", 1, 2, "a"), of("s2", "n2", 1, 2, "b")];
    let here = [of("s3", NODE, 2, 2, "a"), of("s4", NODE, 2, 2, "b")];
    check(&[&away[..], &here].concat(), &one, "r0=p/a");
    check(&[&away[..], &here[..1]].concat(), &one, "-");
}

#[test]
fn pools_that_contradict_themselves_are_left_out() {
    let slice_of = |name: &str, fields: Value| {
        let mut fields = fields;
        fields["pool"] = json!({"name": "p", "generation": 1, "resourceSliceCount": 3});
        named(slice_with("p", json!([]), fields), name)
    };
    let part = |name: &str, set: &str, counter: &str| {
        let consumes = json!([{"counterSet": set, "counters": {counter: {"value": "1"}}}]);
        json!({"devices": [{"name": name, "consumesCounters": consumes}]})
    };
    let set = |name: &str| json!({"sharedCounters": [{"name": name, "counters": {"n": {"value": "1"}}}]});
    let one = [claim(json!([{}]), json!([]))];
    let invalid = "on node: invalid resource pools were encountered";
    let check_pool = |parts: [Value; 3], want: &str| {
        let [a, b, c] = parts;
        check(&[slice_of("s1", a), slice_of("s2", b), slice_of("s3", c)], &one, want);
    };
    check_pool([set("s"), part("a", "s", "n"), part("b", "s", "n")], "r0=p/a");
    check_pool([set("s"), set("s"), part("a", "s", "n")], invalid);
    check_pool([set("s"), part("a", "other", "n"), part("b", "s", "n")], invalid);
    check_pool([set("s"), part("a", "s", "other"), part("b", "s", "n")], invalid);
    // what other nodes have must be right as well
    let far = |mut fields: Value| {
        fields["nodeName"] = json!("n2");
        fields
    };
    check_pool([set("s"), part("a", "s", "n"), far(part("b", "other", "n"))], invalid);
    check_pool([set("s"), part("a", "s", "n"), far(part("a", "s", "n"))], "r0=p/a");
    check_pool([set("s"), far(part("a", "s", "n")), far(part("b", "s", "n"))], "-");
    let twins = slice("q", devices(&["x", "x"]));
    check(&[twins.clone(), slice("r", devices(&["y"]))], &one, "r0=r/y");
    check(&[twins, slice("r", devices(&["y"])), held("r", &["y"])], &one, invalid);
}

#[track_caller]
fn check_reach(slice: Value, want: Option<Value>) {
    let found = find(&cluster(&[slice]), &[claim(json!([{}]), json!([]))]).unwrap();
    let selector = found.map(|results| serde_json::to_value(&results[0].node_selector).unwrap());
    assert_eq!(selector, want);
}

#[test]
fn nodes_reach_slices_and_devices_as_these_say() {
    let zone = |value: &str| json!([{"key": "zone", "operator": "In", "values": [value]}]);
    let selector = |value: &str| json!({"nodeSelectorTerms": [{"matchExpressions": zone(value)}]});
    let here =
        json!({"nodeSelectorTerms": [{"matchFields": [{"key": "metadata.name", "operator": "In", "values": [NODE]}]}]});
    let one = || devices(&["a"]);
    check_reach(slice("p", one()), Some(here.clone()));
    check_reach(slice_with("p", one(), json!({"nodeName": "n2"})), None);
    check_reach(slice_with("p", one(), json!({"nodeName": null, "allNodes": true})), Some(json!(null)));
    check_reach(slice_with("p", one(), json!({"nodeName": null, "nodeSelector": selector("a")})), Some(selector("a")));
    check_reach(slice_with("p", one(), json!({"nodeName": null, "nodeSelector": selector("b")})), None);
    let each =
        |device: Value| slice_with("p", json!([device]), json!({"nodeName": null, "perDeviceNodeSelection": true}));
    check_reach(each(json!({"name": "a", "nodeName": "n2"})), None);
    check_reach(each(json!({"name": "a", "nodeName": NODE})), Some(here.clone()));
    check_reach(each(json!({"name": "a", "nodeSelector": selector("a")})), Some(selector("a")));
    let bound =
        json!([{"name": "a", "bindsToNode": true, "bindingConditions": ["R"], "bindingFailureConditions": ["F"]}]);
    check_reach(slice_with("p", bound, json!({"nodeName": null, "allNodes": true})), Some(here));
}
