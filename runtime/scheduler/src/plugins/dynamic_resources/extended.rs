//! Extended resources that nodes give as devices: the claim that is made up for them.
//!
//! PreFilter makes it up with no requests in it. What it asks for depends on the node: a node that has the resource itself
//! gives that. PreBind writes it, under a name that the API server makes.

use std::{collections::BTreeSet, sync::Arc};

use kubeforge_api::{
    core::v1::{Container, ContainerExtendedResourceRequest, Pod},
    resource::v1::{
        DeviceAllocationMode, DeviceRequest, EXTENDED_RESOURCE_CLAIM_ANNOTATION, ExactDeviceRequest, ResourceClaim,
    },
};
use kubeforge_machinery::{
    Quantity,
    meta::v1::{ObjectMeta, OwnerReference},
};
use uuid::Uuid;

use super::{claims::is_made_for, state::PodClaims};
use crate::{
    devices::extended::{class_of, may_be_devices},
    framework::{NodeInfo, Objects, PodInfo, Status},
    resources::is_restartable,
};

/// The name of a claim that was not written. No real one has it.
const MADE_UP: &str = "<extended-resources>";

/// The claim as it is on a node.
#[derive(Debug)]
pub(super) struct OnNode {
    pub(super) claim: Arc<ResourceClaim>,
    pub(super) mappings: Vec<ContainerExtendedResourceRequest>,
}

/// Whether the claim was not written.
pub(super) fn is_made_up(claim: &ResourceClaim) -> bool {
    claim.metadata.name == MADE_UP
}

/// The resources that the pod asks for and that may be given as devices.
fn wanted(pod: &PodInfo) -> impl Iterator<Item = &String> {
    let scalar = pod.resources().requests.scalar.iter();
    scalar.filter(|(name, amount)| **amount != 0 && may_be_devices(name)).map(|(name, _)| name)
}

/// The claim for extended resources, where the pod asks for some that may be devices: the one that was written the last
/// time the pod was tried, else one that is made up.
pub(super) fn claim_for(objects: &Objects, pod: &PodInfo) -> Option<Arc<ResourceClaim>> {
    wanted(pod).find_map(|name| class_of(objects, name))?;
    let is_its = |claim: &&Arc<ResourceClaim>| {
        let annotation = claim.metadata.annotations.get(EXTENDED_RESOURCE_CLAIM_ANNOTATION);
        annotation.is_some_and(|value| value == "true") && is_made_for(claim, pod.pod())
    };
    let claims = objects.resource_claims.list_namespace(pod.key().namespace());
    Some(claims.iter().find(is_its).cloned().unwrap_or_else(|| Arc::new(made_up(pod.pod()))))
}

fn made_up(pod: &Pod) -> ResourceClaim {
    let owner = OwnerReference {
        api_version: "v1".to_owned(),
        kind: "Pod".to_owned(),
        name: pod.metadata.name.clone(),
        uid: pod.metadata.uid.clone(),
        controller: Some(true),
        ..Default::default()
    };
    let metadata = ObjectMeta {
        namespace: pod.metadata.namespace.clone(),
        name: MADE_UP.to_owned(),
        generate_name: format!("{}-extended-resources-", pod.metadata.name),
        uid: Uuid::new_v4().to_string(),
        owner_references: vec![owner],
        annotations: [(EXTENDED_RESOURCE_CLAIM_ANNOTATION.to_owned(), "true".to_owned())].into(),
        ..Default::default()
    };
    ResourceClaim { metadata, ..Default::default() }
}

/// The claim as it is sent to the API server.
pub(super) fn to_create(claim: &ResourceClaim) -> ResourceClaim {
    let mut claim = claim.clone();
    claim.status = Default::default();
    claim.metadata.name.clear();
    claim.metadata.uid.clear();
    claim
}

/// The claim as it is on a node; none where the node has all of the extended resources itself.
///
/// # Errors
/// Why the pod can't go to the node.
pub(super) fn on_node(claims: &PodClaims, pod: &PodInfo, node: &NodeInfo) -> Result<Option<OnNode>, Status> {
    let Some(claim) = claims.extended() else { return Ok(None) };
    if !claim.spec.devices.requests.is_empty() {
        // it is left from a time when the pod could not be bound, and is deleted if no node will do
        return Err(Status::unresolvable("cannot schedule extended resource claim"));
    }
    let mut as_devices = BTreeSet::new();
    for name in wanted(pod) {
        let is_device = class_of(claims.objects(), name).is_some();
        if is_device && node.allocatable().get(name) == 0 {
            as_devices.insert(name.as_str());
        } else if !node.allocatable().scalar.contains_key(name) {
            return Err(Status::unresolvable("cannot fit resource"));
        }
    }
    if as_devices.is_empty() && !claims.has_users() || claim.status.allocation.is_some() {
        return Ok(None);
    }
    let Requests { requests, mappings } = requests(claims.objects(), pod.pod(), &as_devices);
    let mut claim = ResourceClaim::clone(claim);
    claim.spec.devices.requests = requests.into();
    Ok(Some(OnNode { claim: Arc::new(claim), mappings }))
}

/// What a claim asks for, and for whom.
#[derive(Debug, Default)]
struct Requests {
    requests: Vec<DeviceRequest>,
    mappings: Vec<ContainerExtendedResourceRequest>,
}

/// What is asked for so that each container has what it wants of each resource. Init containers that end before others
/// start use the devices of those, and of each other.
fn requests(objects: &Objects, pod: &Pod, resources: &BTreeSet<&str>) -> Requests {
    let containers: Vec<_> = pod.spec.init_containers.iter().chain(&pod.spec.containers).collect();
    let init = pod.spec.init_containers.len();
    let ends_early = |place: usize, container: &Container| place < init && !is_restartable(container);
    let mut all = Requests::default();
    for resource in resources {
        let Some(class) = class_of(objects, resource) else { continue };
        let ask = |place: usize, container: &Container, reused: &[Option<DeviceRequest>]| {
            Ask { place, container, resource, class: &class.metadata.name }.run(reused)
        };
        let mut lasting = vec![None; containers.len()];
        for (place, container) in containers.iter().enumerate().filter(|(place, it)| !ends_early(*place, it)) {
            let Requests { requests, mappings } = ask(place, container, &[]);
            all.mappings.extend(mappings);
            if let Some(slot) = lasting.get_mut(place) {
                *slot = requests.into_iter().next();
            }
        }
        let mut early = Requests::default();
        for (place, container) in containers.iter().enumerate().filter(|(place, it)| ends_early(*place, it)) {
            let Requests { requests, mappings } = ask(place, container, lasting.get(place..).unwrap_or_default());
            early.requests.extend(requests);
            early.mappings.extend(mappings);
        }
        // one after the other, they need no more than the one that needs most; the first of those that need as much
        let most = early.requests.iter().rev().max_by_key(|request| count(request)).cloned();
        if let Some(most) = &most {
            let names: BTreeSet<_> = early.requests.iter().map(|request| request.name.as_str()).collect();
            for mapping in early.mappings.iter_mut().filter(|it| names.contains(it.request_name.as_str())) {
                mapping.request_name.clone_from(&most.name);
            }
        }
        all.requests.extend(most.into_iter().chain(lasting.into_iter().flatten()));
        all.mappings.extend(early.mappings);
    }
    all.requests.sort_by(|a, b| a.name.cmp(&b.name));
    all
}

fn count(request: &DeviceRequest) -> i64 {
    request.exactly.as_ref().map_or(0, |exact| exact.count)
}

/// What a container asks for of a resource.
struct Ask<'a> {
    /// Its place among all containers, init containers first.
    place: usize,
    container: &'a Container,
    resource: &'a str,
    class: &'a str,
}

impl Ask<'_> {
    /// What it asks for beside what it uses of others.
    fn run(&self, reused: &[Option<DeviceRequest>]) -> Requests {
        let asked = &self.container.resources.requests;
        let wanted = asked.get(self.resource).and_then(Quantity::as_i64).unwrap_or(0);
        let mut all = Requests::default();
        if wanted == 0 {
            return all;
        }
        let mut has = 0;
        for request in reused.iter().flatten() {
            has += count(request);
            all.mappings.push(self.mapping(&request.name));
            if has >= wanted {
                return all;
            }
        }
        let order = asked.keys().position(|name| name == self.resource).unwrap_or(0);
        let name = format!("container-{}-request-{order}", self.place);
        all.mappings.push(self.mapping(&name));
        let exactly = ExactDeviceRequest {
            device_class_name: self.class.to_owned(),
            allocation_mode: DeviceAllocationMode::ExactCount,
            count: wanted - has,
            ..Default::default()
        };
        all.requests.push(DeviceRequest { name, exactly: Some(Box::new(exactly)), ..Default::default() });
        all
    }

    fn mapping(&self, request: &str) -> ContainerExtendedResourceRequest {
        ContainerExtendedResourceRequest {
            container_name: self.container.name.clone(),
            resource_name: self.resource.to_owned(),
            request_name: request.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{from_value, json};

    use super::*;

    #[test]
    fn containers_share_what_they_do_not_need_at_the_same_time() {
        let objects = Objects::default();
        let class = json!({"metadata": {"name": "gpus"}, "spec": {"extendedResourceName": "example.com/gpu"}});
        objects.device_classes.insert(Arc::new(from_value(class).unwrap()));
        let container = |name: &str, count: u32| json!({"name": name, "resources": {"requests": {"cpu": "1", "example.com/gpu": count.to_string()}}});
        let pod: Pod = from_value(json!({"metadata": {"name": "p"}, "spec": {
            "initContainers": [container("small", 1), container("big", 5), container("most", 9)],
            "containers": [container("a", 2), container("b", 1)],
        }}))
        .unwrap();
        let Requests { requests, mappings } = requests(&objects, &pod, &BTreeSet::from(["example.com/gpu"]));
        let requests: Vec<_> = requests.iter().map(|request| (request.name.as_str(), count(request))).collect();
        let of_a = "container-3-request-1";
        let of_b = "container-4-request-1";
        let most = "container-2-request-1";
        assert_eq!(requests, [(most, 6), (of_a, 2), (of_b, 1)]);
        let mappings: Vec<_> =
            mappings.iter().map(|it| (it.container_name.as_str(), it.request_name.as_str())).collect();
        let want = [("a", of_a), ("b", of_b), ("small", of_a), ("big", of_a), ("big", of_b), ("big", most)];
        assert_eq!(mappings[..6], want);
        assert_eq!(mappings[6..], [("most", of_a), ("most", of_b), ("most", most)]);
    }
}
