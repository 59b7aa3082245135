//! What the devices of a claim must have in common, or not.

use serde_json::{Value, json};

use super::{check, check_with, claim, slice};
use crate::devices::features::Features;

#[test]
fn constraints_are_met_by_trying_others() {
    let on = |name: &str, numa: u32| json!({"name": name, "attributes": {"numa": {"int": numa}}});
    let pool = [slice("p", json!([on("a", 0), on("b", 1), on("c", 1)]))];
    check(&pool, &[claim(json!([{"count": 2}]), json!([{"matchAttribute": "d/numa"}]))], "r0=p/b r0=p/c");
    check(&pool, &[claim(json!([{"count": 3}]), json!([{"matchAttribute": "d/numa"}]))], "-");
    check(&pool, &[claim(json!([{}, {}]), json!([{"distinctAttribute": "d/numa"}]))], "r0=p/a r1=p/b");
    check(&pool, &[claim(json!([{}, {}, {}]), json!([{"distinctAttribute": "d/numa"}]))], "-");
    let only_two = json!([{"requests": ["r1", "r2"], "matchAttribute": "d/numa"}]);
    check(&pool, &[claim(json!([{}, {}, {}]), only_two)], "r0=p/a r1=p/b r2=p/c");
    check(&pool, &[claim(json!([{}]), json!([{"matchAttribute": "d/other"}]))], "-");
    let at = |name: &str, numa: u32, slot: u32| json!({"name": name, "attributes": {"numa": {"int": numa}, "slot": {"int": slot}}});
    let pool = [slice("p", json!([at("a", 0, 0), at("b", 0, 1), at("c", 1, 1), at("d", 1, 1)]))];
    let both = json!([{"matchAttribute": "d/numa"}, {"matchAttribute": "d/slot"}]);
    check(&pool, &[claim(json!([{"count": 2}]), both)], "r0=p/c r0=p/d");
}

#[test]
fn constraints_are_for_requests_or_for_one_of_their_alternatives() {
    let device = |name: &str, version: &str, size: u32| {
        let attributes = json!({"version": {"version": version}, "size": {"int": size}});
        json!({"name": name, "attributes": attributes})
    };
    let of_size = |size: u32| json!([{"cel": {"expression": format!("device.attributes['d'].size == {size}")}}]);
    let pool = [slice("p", json!([device("a", "1.0.0", 8), device("b", "2.0.0", 2), device("c", "1.0.0", 1)]))];
    let list = json!({"firstAvailable": [{"name": "big", "selectors": of_size(2)}, {"name": "small", "selectors": of_size(1)}]});
    let requests = json!([{"selectors": of_size(8)}, list]);
    let same = |of: Value| json!([{"requests": of, "matchAttribute": "d/version"}]);
    check(&pool, &[claim(requests.clone(), same(json!(["r0", "r1"])))], "r0=p/a r1/small=p/c");
    check(&pool, &[claim(requests.clone(), same(json!(["r0", "r1/big"])))], "r0=p/a r1/small=p/c");
    check(&pool, &[claim(requests.clone(), same(json!(["r0", "r1/small"])))], "r0=p/a r1/big=p/b");
    check(&pool, &[claim(requests, same(json!(["r0"])))], "r0=p/a r1/big=p/b");
}

#[test]
fn attributes_may_have_several_values() {
    let device = |name: &str, values: Value| json!({"name": name, "attributes": {"roots": values}});
    let pool = [slice(
        "p",
        json!([
            device("a", json!({"strings": ["r1", "r2"]})),
            device("b", json!({"strings": ["r2", "r3"]})),
            device("c", json!({"strings": ["r3", "r1"]})),
            device("d", json!({"string": "r2"})),
            device("e", json!({"ints": [2, 4]})),
            device("f", json!({"versions": ["1.0.0"]})),
        ]),
    )];
    let same = |count: u32| [claim(json!([{"count": count}]), json!([{"matchAttribute": "d/roots"}]))];
    let other = |count: u32| [claim(json!([{"count": count}]), json!([{"distinctAttribute": "d/roots"}]))];
    let on = Features { lists: true, ..Features::default() };
    // all have one in common: each two of a, b and c do, the three of them do not
    check_with(on, &pool, &same(2), "r0=p/a r0=p/b");
    check_with(on, &pool, &same(3), "r0=p/a r0=p/b r0=p/d");
    check_with(on, &pool, &same(4), "-");
    // no two have any in common
    check_with(on, &pool, &other(3), "r0=p/a r0=p/e r0=p/f");
    check_with(on, &pool, &other(4), "r0=p/c r0=p/d r0=p/e r0=p/f");
    check_with(on, &pool, &other(5), "-");
    // where that is off, lists are like nothing else
    check(&pool, &same(1), "r0=p/a");
    check(&pool, &same(2), "-");
    check(&pool, &other(2), "r0=p/a r0=p/d");
    check(&pool, &other(3), "-");
}

#[test]
fn selectors_see_all_values_of_an_attribute() {
    let pool = [slice(
        "p",
        json!([
            {"name": "a", "attributes": {"model": {"strings": ["x", "y"]}}},
            {"name": "b", "attributes": {"model": {"string": "z"}}},
        ]),
    )];
    let like = |expression: &str| [claim(json!([{"selectors": [{"cel": {"expression": expression}}]}]), json!([]))];
    check(&pool, &like("device.attributes['d'].model.includes('y')"), "r0=p/a");
    check(&pool, &like("device.attributes['d'].model.includes('z')"), "r0=p/b");
    check(&pool, &like("device.attributes['d'].model == 'z'"), "r0=p/b");
    check(&pool, &like("device.attributes['d'].model.exists(model, model == 'y')"), "r0=p/a");
}
