//! The search against a naive one, that tries all devices for all requests and checks each whole assignment.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use serde_json::{Value, json};

use super::tests::{NODE, claim, cluster, find, holder, slice};

#[derive(Clone, Debug)]
struct ADevice {
    kind: u32,
    numa: Option<u32>,
    slot: u32,
    is_tainted: bool,
    /// Not of this node.
    is_elsewhere: bool,
    /// How much of the pool's counter it needs.
    counter: u32,
    /// How much there is of it, where it can be shared.
    bandwidth: Option<u32>,
    /// A claim has it, or this much of it.
    held: Option<u32>,
}

#[derive(Clone, Debug)]
struct ARequest {
    claim: usize,
    kind: Option<u32>,
    count: usize,
    is_admin: bool,
    tolerates: bool,
    bandwidth: Option<u32>,
    /// One device of any kind will do as well, if need be.
    has_fallback: bool,
    /// Its place among the requests.
    place: usize,
}

/// What devices of a claim must have in common, or not.
#[derive(Clone, Debug)]
struct AConstraint {
    is_numa: bool,
    is_match: bool,
}

#[derive(Clone, Debug)]
struct Case {
    devices: Vec<ADevice>,
    /// How much there is of the pool's counter.
    counter: u32,
    requests: Vec<ARequest>,
    /// For each claim.
    constraints: [Vec<AConstraint>; 2],
}

fn a_device() -> impl Strategy<Value = ADevice> {
    let held = prop::option::weighted(0.3, 1..4_u32);
    let numa = prop::option::weighted(0.8, 0..3_u32);
    let bandwidth = prop::option::weighted(0.3, 2..8_u32);
    (0..2_u32, (numa, 0..2_u32), prop::bool::weighted(0.2), prop::bool::weighted(0.15), 0..3_u32, bandwidth, held)
        .prop_map(|(kind, (numa, slot), is_tainted, is_elsewhere, counter, bandwidth, held)| ADevice {
            kind,
            numa,
            slot,
            is_tainted,
            is_elsewhere,
            counter,
            bandwidth,
            held,
        })
}

fn a_request() -> impl Strategy<Value = ARequest> {
    let kind = prop::option::of(0..2_u32);
    let bandwidth = prop::option::weighted(0.2, 1..5_u32);
    (0..2_usize, kind, 1..3_usize, 0..6_u32, any::<bool>(), bandwidth).prop_map(
        |(claim, kind, count, what, tolerates, bandwidth)| ARequest {
            claim,
            kind,
            count,
            is_admin: what == 0,
            has_fallback: what == 1 || what == 2,
            tolerates,
            bandwidth,
            place: 0,
        },
    )
}

fn a_case() -> impl Strategy<Value = Case> {
    let one = || (any::<bool>(), any::<bool>()).prop_map(|(is_numa, is_match)| AConstraint { is_numa, is_match });
    let constraint = || prop::collection::vec(one(), 0..3);
    let devices = prop::collection::vec(a_device(), 1..6);
    let requests = prop::collection::vec(a_request(), 1..4);
    (devices, 0..7_u32, requests, constraint(), constraint()).prop_map(|(devices, counter, requests, a, b)| {
        let mut requests = requests;
        requests.sort_by_key(|request| request.claim);
        requests.iter_mut().enumerate().for_each(|(place, request)| request.place = place);
        Case { devices, counter, requests, constraints: [a, b] }
    })
}

impl Case {
    fn objects(&self) -> Vec<Value> {
        let device = |(place, it): (usize, &ADevice)| {
            let mut device =
                json!({"name": format!("x{place}"), "nodeName": if it.is_elsewhere { "n2" } else { NODE }});
            device["attributes"] = json!({"kind": {"int": it.kind}, "slot": {"int": it.slot}});
            if let Some(numa) = it.numa {
                device["attributes"]["numa"] = json!({"int": numa});
            }
            if it.is_tainted {
                device["taints"] = json!([{"key": "k", "effect": "NoSchedule"}]);
            }
            if it.counter > 0 {
                let counters = json!({"n": {"value": it.counter.to_string()}});
                device["consumesCounters"] = json!([{"counterSet": "s", "counters": counters}]);
            }
            if let Some(bandwidth) = it.bandwidth {
                device["allowMultipleAllocations"] = json!(true);
                device["capacity"] =
                    json!({"bandwidth": {"value": bandwidth.to_string(), "requestPolicy": {"default": "1"}}});
            }
            device
        };
        let mut devices = slice("p", self.devices.iter().enumerate().map(device).collect());
        let mut counters = slice("p", json!([]));
        for (slice, name) in [(&mut devices, "s1"), (&mut counters, "s2")] {
            slice["metadata"]["name"] = json!(name);
            slice["spec"]["pool"]["resourceSliceCount"] = json!(2);
        }
        devices["spec"].as_object_mut().unwrap().remove("nodeName");
        devices["spec"]["perDeviceNodeSelection"] = json!(true);
        counters["spec"]["sharedCounters"] =
            json!([{"name": "s", "counters": {"n": {"value": self.counter.to_string()}}}]);
        let held = self.devices.iter().enumerate().filter_map(|(place, it)| {
            let amount = it.held?;
            let mut result = json!({"request": "r", "driver": "d", "pool": "p", "device": format!("x{place}")});
            if it.bandwidth.is_some() {
                result["shareID"] = json!("s");
                result["consumedCapacity"] = json!({"bandwidth": amount.to_string()});
            }
            Some(result)
        });
        vec![devices, counters, holder(held.collect())]
    }

    fn claims(&self) -> Vec<Value> {
        let of_claim = |place: usize| {
            let requests = self.requests.iter().filter(|it| it.claim == place).map(|it| {
                let mut request = json!({"count": it.count});
                if let Some(kind) = it.kind {
                    let expression = format!("device.attributes['d'].kind == {kind}");
                    request["selectors"] = json!([{"cel": {"expression": expression}}]);
                }
                if it.is_admin {
                    request["adminAccess"] = json!(true);
                }
                if it.tolerates {
                    request["tolerations"] = json!([{"operator": "Exists"}]);
                }
                if let Some(bandwidth) = it.bandwidth {
                    request["capacity"] = json!({"requests": {"bandwidth": bandwidth.to_string()}});
                }
                if !it.has_fallback {
                    return request;
                }
                request["name"] = json!("first");
                let mut fallback = json!({"name": "second"});
                if it.tolerates {
                    fallback["tolerations"] = json!([{"operator": "Exists"}]);
                }
                json!({"firstAvailable": [request, fallback]})
            });
            let constraint = |it: &AConstraint| {
                let attribute = if it.is_numa { "d/numa" } else { "d/slot" };
                if it.is_match { json!({"matchAttribute": attribute}) } else { json!({"distinctAttribute": attribute}) }
            };
            claim(requests.collect(), self.constraints[place].iter().map(constraint).collect())
        };
        vec![of_claim(0), of_claim(1)]
    }

    /// The ways to meet the requests, by their fallbacks or not: in each, one entry for each device that is wanted.
    fn ways(&self) -> Vec<Vec<ARequest>> {
        self.requests.iter().fold(vec![Vec::new()], |ways, request| {
            let mut all = Vec::new();
            for way in ways {
                if request.has_fallback {
                    let fallback = ARequest { kind: None, count: 1, bandwidth: None, ..request.clone() };
                    all.push([way.as_slice(), &[fallback]].concat());
                }
                all.push([way, vec![request.clone(); request.count]].concat());
            }
            all
        })
    }

    fn is_valid(&self, way: &[ARequest], devices: &[usize]) -> bool {
        if way.len() != devices.len() {
            return false;
        }
        let devices = devices.iter().map(|place| (*place, &self.devices[*place]));
        let picked: Vec<_> = way.iter().zip(devices).collect();
        let is_fit = |(request, (_, device)): &(&ARequest, (usize, &ADevice))| {
            !device.is_elsewhere
                && request.kind.is_none_or(|kind| kind == device.kind)
                && (request.tolerates || !device.is_tainted)
                && (request.bandwidth.is_none() || device.bandwidth.is_some())
        };
        picked.iter().all(is_fit)
            && self.are_apart(&picked)
            && self.is_bandwidth_there(&picked)
            && self.is_counter_there(&picked)
            && [0, 1].into_iter().all(|claim| self.is_constraint_met(claim, &picked))
    }

    /// Devices that can't be shared are had once, those that can be once by each request; who watches over one that can't may do
    /// so beside others, not twice in a claim.
    fn are_apart(&self, picked: &[(&ARequest, (usize, &ADevice))]) -> bool {
        picked.iter().enumerate().all(|(order, (request, (place, device)))| {
            let before = || picked[..order].iter().filter(|(_, (other, _))| other == place);
            match request.is_admin {
                _ if before().any(|(other, _)| other.place == request.place) => false,
                _ if device.bandwidth.is_some() => true,
                true => before().all(|(other, _)| other.claim != request.claim),
                false => device.held.is_none() && before().next().is_none(),
            }
        })
    }

    fn is_bandwidth_there(&self, picked: &[(&ARequest, (usize, &ADevice))]) -> bool {
        let mut sums = BTreeMap::new();
        for (request, (place, device)) in picked.iter().filter(|(_, (_, device))| device.bandwidth.is_some()) {
            *sums.entry(*place).or_insert(device.held.unwrap_or(0)) += request.bandwidth.unwrap_or(1);
        }
        sums.into_iter().all(|(place, sum)| Some(sum) <= self.devices[place].bandwidth)
    }

    fn is_counter_there(&self, picked: &[(&ARequest, (usize, &ADevice))]) -> bool {
        let held: u32 = self.devices.iter().filter(|device| device.held.is_some()).map(|device| device.counter).sum();
        // a device is taken by the first that does not only watch over it; one that watched over a share took it already
        let mut seen = BTreeSet::new();
        let mut wanted = Vec::new();
        for (request, (place, device)) in picked {
            let is_shared = device.bandwidth.is_some();
            let is_first = !(is_shared && (device.held.is_some() || seen.contains(place)));
            seen.insert(place);
            if is_first && !request.is_admin && device.counter > 0 {
                wanted.push(device.counter);
            }
        }
        wanted.is_empty() || held + wanted.iter().sum::<u32>() <= self.counter
    }

    fn is_constraint_met(&self, claim: usize, picked: &[(&ARequest, (usize, &ADevice))]) -> bool {
        let devices = || picked.iter().filter(|(request, _)| request.claim == claim).map(|(_, (_, device))| device);
        self.constraints[claim].iter().all(|constraint| {
            let value = |device: &&ADevice| if constraint.is_numa { device.numa } else { Some(device.slot) };
            let values: Vec<_> = devices().map(value).collect();
            let different: BTreeSet<_> = values.iter().collect();
            let wanted = if constraint.is_match { values.len().min(1) } else { values.len() };
            values.iter().all(Option::is_some) && different.len() == wanted
        })
    }

    fn is_feasible(&self) -> bool {
        let base = self.devices.len();
        self.ways().iter().any(|way| {
            let count = base.pow(u32::try_from(way.len()).unwrap());
            (0..count).any(|number| {
                let digits = way.iter().scan(number, |rest, _| {
                    let digit = *rest % base;
                    *rest /= base;
                    Some(digit)
                });
                self.is_valid(way, &digits.collect::<Vec<_>>())
            })
        })
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn there_is_an_allocation_where_a_naive_search_finds_one(case in a_case()) {
        prop_assume!(case.ways().iter().all(|way| way.len() <= 5));
        let found = find(&cluster(&case.objects()), &case.claims()).unwrap();
        prop_assert_eq!(found.is_some(), case.is_feasible(), "{:?}", found);
        if let Some(results) = found {
            let devices = results.iter().flat_map(|result| &result.devices.results);
            let places: Vec<usize> = devices.map(|it| it.device[1..].parse().unwrap()).collect();
            prop_assert!(case.ways().iter().any(|way| case.is_valid(way, &places)), "{:?}", results);
        }
    }
}
