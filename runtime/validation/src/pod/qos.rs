//! How well a pod is protected when its node runs short of memory. Follows pkg/apis/core/helper/qos.

use std::collections::BTreeMap;

use kubeforge_api::core::v1::{PodQOSClass, PodSpec, ResourceRequirements};
use kubeforge_machinery::Quantity;

const COUNTED: [&str; 2] = ["cpu", "memory"];

/// The class that comes out of what a pod asks for and is limited to.
pub fn qos_class(spec: &PodSpec) -> PodQOSClass {
    let of_pod = spec.resources.as_deref().filter(|it| !(it.requests.is_empty() && it.limits.is_empty()));
    let containers = spec.containers.iter().chain(&spec.init_containers).map(|container| &container.resources);
    let mut sums = Sums { guaranteed: true, ..Sums::default() };
    match of_pod {
        Some(resources) => sums.add(resources),
        None => containers.for_each(|resources| sums.add(resources)),
    }
    sums.class()
}

#[derive(Default)]
struct Sums<'a> {
    requests: BTreeMap<&'a str, Quantity>,
    limits: BTreeMap<&'a str, Quantity>,
    /// Whether everything so far has all limits.
    guaranteed: bool,
}

impl<'a> Sums<'a> {
    fn add(&mut self, resources: &'a ResourceRequirements) {
        for resource in COUNTED {
            let set =
                |amounts: &'a BTreeMap<String, Quantity>| amounts.get(resource).filter(|amount| !amount.is_zero());
            if let Some(request) = set(&resources.requests) {
                *self.requests.entry(resource).or_default() += request;
            }
            match set(&resources.limits) {
                Some(limit) => *self.limits.entry(resource).or_default() += limit,
                None => self.guaranteed = false,
            }
        }
    }

    fn class(&self) -> PodQOSClass {
        if self.requests.is_empty() && self.limits.is_empty() {
            return PodQOSClass::BestEffort;
        }
        if self.guaranteed && self.requests == self.limits { PodQOSClass::Guaranteed } else { PodQOSClass::Burstable }
    }
}
