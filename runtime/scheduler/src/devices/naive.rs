//! The search against a naive one, that tries all devices for all requests and checks each whole assignment.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use serde_json::{Value, json};

use super::tests::{NODE, claim, cluster, find, holder, slice};

#[derive(Clone, Debug)]
struct ADevice {
    kind: u32,
    numa: Option<u32>,
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
}

#[derive(Clone, Debug)]
struct Case {
    devices: Vec<ADevice>,
    /// How much there is of the pool's counter.
    counter: u32,
    requests: Vec<ARequest>,
    /// For each claim: all on one NUMA node, or no two; nothing.
    constraints: [Option<bool>; 2],
}

fn a_device() -> impl Strategy<Value = ADevice> {
    let held = prop::option::weighted(0.3, 1..4_u32);
    let numa = prop::option::weighted(0.8, 0..3_u32);
    let bandwidth = prop::option::weighted(0.3, 2..8_u32);
    (0..2_u32, numa, prop::bool::weighted(0.2), prop::bool::weighted(0.15), 0..3_u32, bandwidth, held).prop_map(
        |(kind, numa, is_tainted, is_elsewhere, counter, bandwidth, held)| ADevice {
            kind,
            numa,
            is_tainted,
            is_elsewhere,
            counter,
            bandwidth,
            held,
        },
    )
}

fn a_request() -> impl Strategy<Value = ARequest> {
    let kind = prop::option::of(0..2_u32);
    let bandwidth = prop::option::weighted(0.2, 1..5_u32);
    (0..2_usize, kind, 1..3_usize, prop::bool::weighted(0.2), any::<bool>(), bandwidth).prop_map(
        |(claim, kind, count, is_admin, tolerates, bandwidth)| ARequest {
            claim,
            kind,
            count,
            is_admin,
            tolerates,
            bandwidth,
        },
    )
}

fn a_case() -> impl Strategy<Value = Case> {
    let constraint = || prop::option::weighted(0.4, any::<bool>());
    let devices = prop::collection::vec(a_device(), 1..6);
    let requests = prop::collection::vec(a_request(), 1..4);
    (devices, 0..7_u32, requests, constraint(), constraint()).prop_map(|(devices, counter, requests, a, b)| {
        let mut requests = requests;
        requests.sort_by_key(|request| request.claim);
        Case { devices, counter, requests, constraints: [a, b] }
    })
}

impl Case {
    fn objects(&self) -> Vec<Value> {
        let device = |(place, it): (usize, &ADevice)| {
            let mut device =
                json!({"name": format!("x{place}"), "nodeName": if it.is_elsewhere { "n2" } else { NODE }});
            device["attributes"] = json!({"kind": {"int": it.kind}});
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
                request
            });
            let constraints = match self.constraints[place] {
                Some(true) => json!([{"matchAttribute": "d/numa"}]),
                Some(false) => json!([{"distinctAttribute": "d/numa"}]),
                None => json!([]),
            };
            claim(requests.collect(), constraints)
        };
        vec![of_claim(0), of_claim(1)]
    }

    /// One for each device that is wanted.
    fn slots(&self) -> Vec<&ARequest> {
        self.requests.iter().flat_map(|request| std::iter::repeat_n(request, request.count)).collect()
    }

    fn is_valid(&self, devices: &[usize]) -> bool {
        let picked: Vec<_> =
            self.slots().into_iter().zip(devices.iter().map(|place| (*place, &self.devices[*place]))).collect();
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

    /// Devices that can't be shared are had once; who watches over one may do so beside others, not twice in a claim.
    fn are_apart(&self, picked: &[(&ARequest, (usize, &ADevice))]) -> bool {
        picked.iter().enumerate().all(|(order, (request, (place, device)))| {
            let before = || picked[..order].iter().filter(|(_, (other, _))| other == place);
            match request.is_admin {
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
        let Some(is_match) = self.constraints[claim] else { return true };
        let numas: Vec<_> =
            picked.iter().filter(|(request, _)| request.claim == claim).map(|(_, (_, device))| device.numa).collect();
        let different: BTreeSet<_> = numas.iter().collect();
        let wanted = if is_match { numas.len().min(1) } else { numas.len() };
        numas.iter().all(Option::is_some) && different.len() == wanted
    }

    fn is_feasible(&self) -> bool {
        let slots = self.slots().len();
        let base = self.devices.len();
        let count = base.pow(u32::try_from(slots).unwrap());
        (0..count).any(|number| {
            let digits = (0..slots).scan(number, |rest, _| {
                let digit = *rest % base;
                *rest /= base;
                Some(digit)
            });
            self.is_valid(&digits.collect::<Vec<_>>())
        })
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn there_is_an_allocation_where_a_naive_search_finds_one(case in a_case()) {
        prop_assume!(case.slots().len() <= 5);
        let found = find(&cluster(&case.objects()), &case.claims()).unwrap();
        prop_assert_eq!(found.is_some(), case.is_feasible(), "{:?}", found);
        if let Some(results) = found {
            let devices = results.iter().flat_map(|result| &result.devices.results);
            let places: Vec<usize> = devices.map(|it| it.device[1..].parse().unwrap()).collect();
            prop_assert!(case.is_valid(&places), "{:?}", results);
        }
    }
}
