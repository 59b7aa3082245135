//! Which devices claims are given.

mod constraints;
mod pools;

use std::{
    collections::BTreeMap,
    sync::Arc,
    time::{Duration, Instant},
};

use kubeforge_api::resource::v1::{AllocationResult, DeviceClass, ResourceClaim, ResourceSlice};
use serde_json::{Value, from_value, json};

use super::{AllocateError, NodePlace, allocate, features::Features, taken::Taken};
use crate::framework::{ClusterObject, Objects};

/// The node of all tests; its label `zone` is `a`.
pub(super) const NODE: &str = "n1";

fn typed<T: serde::de::DeserializeOwned>(value: Value) -> Arc<T> {
    Arc::new(from_value(value).unwrap())
}

/// A slice of driver `d` for the node, in a pool that it is all of.
pub(super) fn slice(pool: &str, devices: Value) -> Value {
    json!({"kind": "ResourceSlice", "metadata": {"name": pool}, "spec": {
        "driver": "d", "pool": {"name": pool, "generation": 1, "resourceSliceCount": 1}, "nodeName": NODE, "devices": devices,
    }})
}

/// The same with some fields of the spec changed; those that are null are taken out.
fn slice_with(pool: &str, devices: Value, fields: Value) -> Value {
    let mut slice = slice(pool, devices);
    for (name, value) in fields.as_object().unwrap() {
        let spec = slice["spec"].as_object_mut().unwrap();
        if value.is_null() {
            spec.remove(name)
        } else {
            spec.insert(name.clone(), value.clone())
        };
    }
    slice
}

fn named(slice: Value, name: &str) -> Value {
    let mut slice = slice;
    slice["metadata"]["name"] = json!(name);
    slice
}

/// Devices of these names.
fn devices(names: &[&str]) -> Value {
    names.iter().map(|name| json!({"name": name})).collect()
}

/// A claim with these requests and constraints. Requests get what the API server fills in.
pub(super) fn claim(requests: Value, constraints: Value) -> Value {
    let fill = |request: &mut Value| {
        let fields = request.as_object_mut().unwrap();
        fields.entry("deviceClassName").or_insert(json!("c"));
        let mode = fields.entry("allocationMode").or_insert(json!("ExactCount"));
        if mode == "ExactCount" {
            fields.entry("count").or_insert(json!(1));
        }
    };
    let requests: Vec<Value> = requests.as_array().unwrap().clone();
    let requests = requests.into_iter().enumerate().map(|(place, mut request)| {
        let name = format!("r{place}");
        if let Some(list) = request.get_mut("firstAvailable") {
            list.as_array_mut().unwrap().iter_mut().for_each(fill);
            return json!({"name": name, "firstAvailable": list});
        }
        fill(&mut request);
        json!({"name": name, "exactly": request})
    });
    let devices = json!({"requests": requests.collect::<Vec<_>>(), "constraints": constraints});
    json!({"metadata": {"name": "mine", "namespace": "ns", "uid": "mine"}, "spec": {"devices": devices}})
}

/// A claim that has these results.
pub(super) fn holder(results: Value) -> Value {
    let allocation = json!({"devices": {"results": results}});
    json!({"kind": "ResourceClaim", "metadata": {"name": "other", "namespace": "ns", "uid": "other"},
        "spec": {"devices": {"requests": null}}, "status": {"allocation": allocation}})
}

/// A claim that has these devices of a pool.
fn held(pool: &str, names: &[&str]) -> Value {
    let device = |name: &&str| json!({"request": "r", "driver": "d", "pool": pool, "device": name});
    holder(names.iter().map(device).collect())
}

pub(super) fn cluster(objects: &[Value]) -> Arc<Objects> {
    let all = Arc::new(Objects::default());
    let class = json!({"kind": "DeviceClass", "metadata": {"name": "c"}, "spec": {}});
    for object in objects.iter().chain([&class]) {
        all.insert(match object["kind"].as_str().unwrap() {
            "ResourceSlice" => ClusterObject::ResourceSlice(typed::<ResourceSlice>(object.clone())),
            "DeviceClass" => ClusterObject::DeviceClass(typed::<DeviceClass>(object.clone())),
            _ => ClusterObject::ResourceClaim(typed::<ResourceClaim>(object.clone())),
        });
    }
    all
}

pub(super) fn find(objects: &Arc<Objects>, claims: &[Value]) -> Result<Option<Vec<AllocationResult>>, AllocateError> {
    find_with(objects, claims, Features::default(), None)
}

fn find_with(
    objects: &Arc<Objects>,
    claims: &[Value],
    features: Features,
    deadline: Option<Instant>,
) -> Result<Option<Vec<AllocationResult>>, AllocateError> {
    let claims: Vec<_> = claims.iter().map(|claim| typed::<ResourceClaim>(claim.clone())).collect();
    let labels = BTreeMap::from([("zone".to_owned(), "a".to_owned())]);
    let node = NodePlace { name: NODE, labels: &labels };
    allocate(objects, &Taken::new(objects, features), node, &claims, deadline)
}

/// Checks which devices are given: `request=pool/device` for each, claims apart by ` | `; `-` where there are not enough.
#[track_caller]
fn check(objects: &[Value], claims: &[Value], want: &str) {
    check_with(Features::default(), objects, claims, want);
}

#[track_caller]
fn check_with(features: Features, objects: &[Value], claims: &[Value], want: &str) {
    let text = match find_with(&cluster(objects), claims, features, None) {
        Ok(Some(results)) => {
            let of_claim = |result: &AllocationResult| {
                let devices = result.devices.results.iter();
                devices.map(|it| format!("{}={}/{}", it.request, it.pool, it.device)).collect::<Vec<_>>().join(" ")
            };
            results.iter().map(of_claim).collect::<Vec<_>>().join(" | ")
        }
        Ok(None) => "-".to_owned(),
        Err(AllocateError::Fatal(text)) => format!("fatal: {text}"),
        Err(AllocateError::OnNode(text)) => format!("on node: {text}"),
        Err(AllocateError::TimedOut) => "timed out".to_owned(),
    };
    assert_eq!(text, want);
}

#[test]
fn free_devices_are_given_in_order() {
    let two = [slice("p", devices(&["a", "b"]))];
    check(&two, &[claim(json!([{}]), json!([]))], "r0=p/a");
    check(&two, &[claim(json!([{}, {}]), json!([]))], "r0=p/a r1=p/b");
    check(&two, &[claim(json!([{}]), json!([])), claim(json!([{}]), json!([]))], "r0=p/a | r0=p/b");
    check(&two, &[claim(json!([{"count": 3}]), json!([]))], "-");
    check(&[two[0].clone(), held("p", &["a"])], &[claim(json!([{}]), json!([]))], "r0=p/b");
    let many: Vec<String> = (0..40).map(|n| format!("x{n:02}")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    let too_many = "fatal: claim ns/mine: number of requested devices 33 exceeds the claim limit of 32";
    check(&[slice("p", devices(&many))], &[claim(json!([{"count": 33}]), json!([]))], too_many);
}

#[test]
fn selectors_of_classes_and_claims_pick() {
    let models = json!([{"name": "a", "attributes": {"model": {"string": "old"}}}, {"name": "b", "attributes": {"model": {"string": "new"}}}, {"name": "c"}]);
    let cel = |text: &str| json!([{"cel": {"expression": text}}]);
    let is_new = cel("device.attributes['d'].model == 'new'");
    check(&[slice("p", models.clone())], &[claim(json!([{"selectors": is_new}]), json!([]))], "r0=p/b");
    let has_none = cel("!has(device.attributes['d'].model)");
    check(&[slice("p", models.clone())], &[claim(json!([{"selectors": has_none}]), json!([]))], "r0=p/c");
    let class = json!({"kind": "DeviceClass", "metadata": {"name": "new"}, "spec": {"selectors": is_new}});
    let of_class = claim(json!([{"deviceClassName": "new", "count": 2}]), json!([]));
    let failure = "fatal: class new: selector #0: CEL runtime error: no such key: model";
    check(&[slice("p", models.clone()), class], &[of_class], failure);
    let wrong = claim(json!([{"selectors": cel("device.nothing")}]), json!([]));
    let text = find(&cluster(&[slice("p", models.clone())]), &[wrong]);
    assert!(
        matches!(text, Err(AllocateError::Fatal(text)) if text.starts_with("claim ns/mine: selector #0: CEL compile error: compilation failed: ERROR: <input>:1:7: undefined field 'nothing'"))
    );
    let missing = claim(json!([{"deviceClassName": "gone"}]), json!([]));
    let text = "fatal: claim ns/mine, request r0: could not retrieve device class gone: deviceclass.resource.k8s.io \"gone\" not found";
    check(&[slice("p", models)], &[missing], text);
}

#[test]
fn the_first_alternative_counts_that_can_be_met() {
    let list = json!([{"firstAvailable": [{"name": "two", "count": 2}, {"name": "one"}]}]);
    check(&[slice("p", devices(&["a", "b"]))], &[claim(list.clone(), json!([]))], "r0/two=p/a r0/two=p/b");
    check(&[slice("p", devices(&["a"]))], &[claim(list.clone(), json!([]))], "r0/one=p/a");
    let and_one = json!([list[0], {}]);
    let two = [slice("p", devices(&["a", "b"]))];
    check(&two, &[claim(and_one, json!([]))], "r0/one=p/a r1=p/b");
    // all of them are not to be had as soon as one is taken
    let all = json!({"firstAvailable": [{"name": "all", "allocationMode": "All"}, {"name": "one"}]});
    check(&two, &[claim(json!([all]), json!([]))], "r0/all=p/a r0/all=p/b");
    check(&two, &[claim(json!([{}, all]), json!([]))], "r0=p/a r1/one=p/b");
    check(&[two[0].clone(), held("p", &["b"])], &[claim(json!([all]), json!([]))], "r0/one=p/a");
    check(&[slice("p", json!([]))], &[claim(json!([all]), json!([]))], "-");
    // one that is too large for a claim is left out
    let many: Vec<String> = (0..64).map(|n| format!("x{n:02}")).collect();
    let many = slice("p", many.iter().map(|name| json!({"name": name})).collect());
    let half = json!({"firstAvailable": [{"name": "much", "count": 32}, {"name": "half", "count": 16}]});
    let found = find(&cluster(&[many]), &[claim(json!([half, half]), json!([]))]).unwrap().unwrap();
    let halves = found[0].devices.results.iter().filter(|it| it.request.ends_with("/half"));
    assert_eq!((halves.count(), found[0].devices.results.len()), (32, 32));
}

#[test]
fn what_is_turned_off_is_not_given() {
    let off = |change: fn(&mut Features)| {
        let mut features = Features::default();
        change(&mut features);
        features
    };
    let one = [claim(json!([{}]), json!([]))];
    let alternatives = claim(json!([{"firstAvailable": [{"name": "one"}]}]), json!([]));
    let text = "fatal: claim ns/mine, request r0: has subrequests, but the DRAPrioritizedList feature is disabled";
    check_with(off(|it| it.alternatives = false), &[slice("p", devices(&["a"]))], &[alternatives], text);

    let no_taints = off(|it| it.taints = false);
    let tainted = [slice("p", json!([{"name": "a", "taints": [{"key": "k", "effect": "NoSchedule"}]}]))];
    check_with(no_taints, &tainted, &one, "r0=p/a");
    check(&tainted, &one, "-");

    let no_binding = off(|it| it.binding = false);
    let slow = json!([{"name": "a", "bindingConditions": ["Ready"]}, {"name": "b"}]);
    check_with(no_binding, &[slice("p", slow.clone())], &one, "r0=p/b");
    check(&[slice("p", slow)], &one, "r0=p/a");

    let no_shares = off(|it| it.shares = false);
    let shared =
        [slice("p", json!([{"name": "a", "allowMultipleAllocations": true, "capacity": {"m": {"value": "4"}}}]))];
    let wants = json!({"capacity": {"requests": {"m": "1"}}});
    let [text, of_alternative] = ["request r0", "subrequest s"].map(|whose| {
        format!(
            "fatal: claim ns/mine, {whose}: has capacity requests, but the DRAConsumableCapacity feature is disabled"
        )
    });
    check_with(no_shares, &shared, &[claim(json!([wants]), json!([]))], &text);
    let alternative = json!({"name": "s", "capacity": wants["capacity"]});
    check_with(no_shares, &shared, &[claim(json!([{"firstAvailable": [alternative]}]), json!([]))], &of_alternative);
    let two = [claim(json!([wants]), json!([])), claim(json!([wants]), json!([]))];
    check(&shared, &two, "r0=p/a | r0=p/a");
    check_with(no_shares, &shared, &[one[0].clone(), one[0].clone()], "-");
    let share = json!({"request": "r", "driver": "d", "pool": "p", "device": "a", "shareID": "x", "consumedCapacity": {"m": "1"}});
    check_with(no_shares, &[shared[0].clone(), holder(json!([share]))], &one, "-");

    let no_partitions = off(|it| it.partitions = false);
    let pool = json!({"name": "p", "generation": 1, "resourceSliceCount": 2});
    let consumes = json!([{"counterSet": "s", "counters": {"n": {"value": "1"}}}]);
    let parts =
        slice_with("p", json!([{"name": "a", "consumesCounters": consumes}, {"name": "b"}]), json!({"pool": pool}));
    let sets = json!([{"name": "s", "counters": {"n": {"value": "9"}}}]);
    let counters = named(slice_with("p", json!([]), json!({"pool": pool, "sharedCounters": sets})), "s2");
    check_with(no_partitions, &[parts.clone(), counters.clone()], &one, "r0=p/b");
    check(&[parts, counters], &one, "r0=p/a");
    let each = json!({"nodeName": null, "perDeviceNodeSelection": true});
    let each = [slice_with("p", json!([{"name": "a", "nodeName": NODE}]), each)];
    check_with(no_partitions, &each, &one, "-");
    check(&each, &one, "r0=p/a");
}

#[test]
fn who_watches_over_devices_takes_none() {
    let admin = claim(json!([{"adminAccess": true}]), json!([]));
    let taken = [slice("p", devices(&["a"])), held("p", &["a"])];
    check(&taken, std::slice::from_ref(&admin), "r0=p/a");
    let watching = json!([{"request": "r", "driver": "d", "pool": "p", "device": "a", "adminAccess": true}]);
    check(&[taken[0].clone(), holder(watching)], &[claim(json!([{}]), json!([]))], "r0=p/a");
    check(&taken, &[claim(json!([{"adminAccess": true, "count": 2}]), json!([]))], "-");
}

#[test]
fn partitions_share_their_counters() {
    let part = |name: &str, memory: &str| {
        let consumes = json!([{"counterSet": "gpu", "counters": {"memory": {"value": memory}}}]);
        json!({"name": name, "consumesCounters": consumes})
    };
    let pool = |name: &str, fields: Value| {
        let mut fields = fields;
        fields["pool"] = json!({"name": "p", "generation": 1, "resourceSliceCount": 2});
        named(slice_with("p", json!([]), fields), name)
    };
    let counters = pool("s1", json!({"sharedCounters": [{"name": "gpu", "counters": {"memory": {"value": "40Gi"}}}]}));
    let parts = json!([part("full", "40Gi"), part("half1", "20Gi"), part("half2", "20Gi"), part("half3", "20Gi")]);
    let parts = pool("s2", json!({"devices": parts}));
    let both = [counters, parts];
    check(&both, &[claim(json!([{}]), json!([]))], "r0=p/full");
    check(&both, &[claim(json!([{}, {}]), json!([]))], "r0=p/half1 r1=p/half2");
    check(&both, &[claim(json!([{"count": 3}]), json!([]))], "-");
    let with = |names: &[&str]| [both[0].clone(), both[1].clone(), held("p", names)];
    check(&with(&["half3"]), &[claim(json!([{}]), json!([]))], "r0=p/half1");
    check(&with(&["full"]), &[claim(json!([{}]), json!([]))], "-");
}

#[test]
fn shares_of_a_device_are_given_until_it_is_used_up() {
    let policy = json!({"default": "10", "validRange": {"min": "10", "step": "10"}});
    let capacity = json!({"bandwidth": {"value": "40", "requestPolicy": policy}});
    let nic = slice("p", json!([{"name": "nic", "allowMultipleAllocations": true, "capacity": capacity}]));
    let wants = |amount: &str| json!({"capacity": {"requests": {"bandwidth": amount}}});
    check(std::slice::from_ref(&nic), &[claim(json!([wants("15"), wants("15")]), json!([]))], "r0=p/nic r1=p/nic");
    check(std::slice::from_ref(&nic), &[claim(json!([wants("15"), wants("21")]), json!([]))], "-");
    let four = "r0=p/nic r1=p/nic r2=p/nic r3=p/nic";
    check(std::slice::from_ref(&nic), &[claim(json!([{}, {}, {}, {}]), json!([]))], four);
    check(std::slice::from_ref(&nic), &[claim(json!([{}, {}, {}, {}, {}]), json!([]))], "-");
    // a request gets each device once
    check(std::slice::from_ref(&nic), &[claim(json!([{"count": 2}]), json!([]))], "-");
    let either = json!({"firstAvailable": [{"name": "much", "capacity": wants("30")["capacity"]}, {"name": "less"}]});
    check(std::slice::from_ref(&nic), &[claim(json!([either, wants("30")]), json!([]))], "r0/less=p/nic r1=p/nic");
    let share = json!({"request": "r", "driver": "d", "pool": "p", "device": "nic", "shareID": "x", "consumedCapacity": {"bandwidth": "30"}});
    let shared = [nic.clone(), holder(json!([share]))];
    check(&shared, &[claim(json!([{}]), json!([]))], "r0=p/nic");
    check(&shared, &[claim(json!([wants("11")]), json!([]))], "-");
    let results = find(&cluster(&[nic]), &[claim(json!([wants("15")]), json!([]))]).unwrap().unwrap();
    let device = &results[0].devices.results[0];
    assert_eq!(device.consumed_capacity["bandwidth"].to_string(), "20");
    assert!(device.share_id.as_ref().is_some_and(|id| id.len() == 36));
}

#[test]
fn all_that_are_shared_are_those_with_enough_left() {
    let of = |name: &str, amount: u32| json!({"name": name, "allowMultipleAllocations": true, "capacity": {"m": {"value": amount.to_string()}}});
    let all = |amount: u32| json!({"allocationMode": "All", "capacity": {"requests": {"m": amount.to_string()}}});
    let one = json!({"capacity": {"requests": {"m": "1"}}});
    let pool = [slice("p", json!([of("a", 2), of("b", 1), {"name": "c", "allowMultipleAllocations": true}]))];
    check(&pool, &[claim(json!([all(2)]), json!([]))], "r0=p/a");
    check(&pool, &[claim(json!([all(1)]), json!([]))], "r0=p/a r0=p/b");
    check(&pool, &[claim(json!([one, all(1)]), json!([]))], "r0=p/a r1=p/a r1=p/b");
    // what the same pod takes does not count there
    check(&pool, &[claim(json!([one, one, all(1)]), json!([]))], "-");
    let share = json!({"request": "r", "driver": "d", "pool": "p", "device": "b", "shareID": "x", "consumedCapacity": {"m": "1"}});
    check(&[pool[0].clone(), holder(json!([share]))], &[claim(json!([all(1)]), json!([]))], "r0=p/a");
}

#[test]
fn configuration_of_classes_comes_once_and_before_that_of_the_claim() {
    let opaque = |text: &str| json!({"opaque": {"driver": "d", "parameters": {"it": text}}});
    let class = json!({"kind": "DeviceClass", "metadata": {"name": "c2"}, "spec": {"config": [opaque("class")]}});
    let mut wanted = claim(json!([{"deviceClassName": "c2"}, {"deviceClassName": "c2"}]), json!([]));
    let mut own = opaque("claim");
    own["requests"] = json!(["r1"]);
    wanted["spec"]["devices"]["config"] = json!([own, opaque("all")]);
    let found = find(&cluster(&[slice("p", devices(&["a", "b"])), class]), &[wanted]).unwrap().unwrap();
    let config: Vec<_> =
        found[0].devices.config.iter().map(|it| (it.source.as_str().to_owned(), it.requests.clone())).collect();
    let (from_class, from_claim) = ("FromClass".to_owned(), "FromClaim".to_owned());
    let r1 = vec!["r1".to_owned()];
    assert_eq!(
        config,
        [(from_class, vec!["r0".to_owned(), r1[0].clone()]), (from_claim.clone(), r1), (from_claim, vec![])]
    );
}

#[test]
fn a_search_within_one_request_ends_at_its_deadline() {
    // five devices of four kinds, each of another one: hundreds of millions of ways to fail
    let device = |place: usize| json!({"name": format!("d{place}"), "attributes": {"kind": {"int": place % 4}}});
    let pool = slice("p", (0..120).map(device).collect());
    let claim = claim(json!([{"count": 5}]), json!([{"distinctAttribute": "d/kind"}]));
    let deadline = Instant::now() + Duration::from_millis(20);
    let found = find_with(&cluster(&[pool]), &[claim], Features::default(), Some(deadline));
    assert_eq!(found, Err(AllocateError::TimedOut));
}
