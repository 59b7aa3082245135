//! What is remembered of a pod's claims from PreFilter to PreBind.

use std::{
    collections::{BTreeSet, HashMap},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use kubeforge_api::{
    core::v1::ContainerExtendedResourceRequest,
    resource::v1::{AllocationResult, DeviceRequest, FINALIZER, ResourceClaim},
};

use super::{Gates, claims, extended};
use crate::{
    devices::{features::Features, plan, taken::Taken},
    framework::{NodeInfo, Objects, PodInfo, Status},
    node_selector::Selector,
};

/// What a list of alternatives scores at most (resource/v1 FirstAvailableDeviceRequestMaxSize).
const ALTERNATIVES_MAX: usize = 8;

/// What a node can give the pod's claims.
#[derive(Debug, Default)]
pub(super) struct NodeAllocation {
    /// For each claim that has no devices yet, in their order.
    pub(super) results: Vec<AllocationResult>,
    /// The claim for extended resources as it is on this node, where the node has to give devices for some.
    pub(super) extended: Option<Arc<ResourceClaim>>,
    /// Which container gets what of it.
    pub(super) mappings: Vec<ContainerExtendedResourceRequest>,
}

/// What was said of a node.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: Status,
    pub(super) allocation: Option<Arc<NodeAllocation>>,
}

impl From<Status> for Answer {
    fn from(status: Status) -> Self {
        Self { status, allocation: None }
    }
}

/// A pod's claims.
#[derive(Debug)]
pub(super) struct PodClaims {
    objects: Arc<Objects>,
    gates: Gates,
    /// As they were when PreFilter looked. The one for extended resources comes last.
    claims: Vec<Arc<ResourceClaim>>,
    has_extended: bool,
    /// The nodes that reach what each has.
    reach: Vec<Option<Selector>>,
    /// What others have; none where nothing is to be found.
    taken: Option<Taken>,
    answers: Mutex<HashMap<String, Answer>>,
    /// The claims that were of no use on a node, though they have devices.
    unavailable: Mutex<BTreeSet<usize>>,
    /// What the chosen node gives.
    reserved: Mutex<Option<Arc<NodeAllocation>>>,
    /// The claims as PreBind wrote them.
    written: Mutex<HashMap<usize, Arc<ResourceClaim>>>,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl PodClaims {
    /// A pod's claims; none where it has none.
    ///
    /// # Errors
    /// Why the pod has to wait.
    pub(super) fn new(objects: &Arc<Objects>, pod: &PodInfo, gates: Gates) -> Result<Option<Self>, Status> {
        let mut all = claims::of_pod(objects, pod.pod()).map_err(Status::unresolvable)?;
        let extended = gates.extended.then(|| extended::claim_for(objects, pod)).flatten();
        let has_extended = extended.is_some();
        let users = all.len();
        all.extend(extended);
        if all.is_empty() {
            return Ok(None);
        }
        for (place, claim) in all.iter().enumerate().filter(|(_, claim)| claim.status.allocation.is_none()) {
            let name = plan::name_of(claim);
            if objects.devices.allocations.is_pending(claim) {
                let reason = format!("resource claim {name} is in the process of being allocated");
                return Err(Status::unresolvable(reason));
            }
            if place < users {
                claim
                    .spec
                    .devices
                    .requests
                    .iter()
                    .try_for_each(|request| check(objects, gates.devices, &name, request))?;
            }
        }
        let reach = |claim: &Arc<ResourceClaim>| {
            let selector = claim.status.allocation.as_ref()?.node_selector.as_ref()?;
            Some(Selector::new(selector))
        };
        let is_complete = all.iter().all(|claim| claim.status.allocation.is_some());
        Ok(Some(Self {
            objects: Arc::clone(objects),
            gates,
            reach: all.iter().map(reach).collect(),
            taken: (!is_complete).then(|| Taken::new(objects, gates.devices)),
            claims: all,
            has_extended,
            answers: Mutex::default(),
            unavailable: Mutex::default(),
            reserved: Mutex::default(),
            written: Mutex::default(),
        }))
    }

    /// What else is in the cluster.
    pub(super) const fn objects(&self) -> &Arc<Objects> {
        &self.objects
    }

    /// Which parts of the plugin are on.
    pub(super) const fn gates(&self) -> Gates {
        self.gates
    }

    /// The claims as they are now, as far as PreBind knows.
    pub(super) fn current(&self) -> Vec<Arc<ResourceClaim>> {
        let written = locked(&self.written);
        self.claims.iter().enumerate().map(|(place, claim)| written.get(&place).unwrap_or(claim).clone()).collect()
    }

    /// The claims as PreFilter saw them, with the nodes that reach what they have.
    pub(super) fn with_reach(&self) -> impl Iterator<Item = (&Arc<ResourceClaim>, Option<&Selector>)> {
        self.claims.iter().zip(self.reach.iter().map(Option::as_ref))
    }

    /// The claim for extended resources.
    pub(super) fn extended(&self) -> Option<&Arc<ResourceClaim>> {
        self.claims.last().filter(|_| self.has_extended)
    }

    /// Whether a claim at this place is the one for extended resources.
    pub(super) fn is_extended(&self, place: usize) -> bool {
        self.has_extended && place + 1 == self.claims.len()
    }

    /// Whether the pod names a claim itself.
    pub(super) fn has_users(&self) -> bool {
        self.claims.len() > usize::from(self.has_extended)
    }

    /// What others have; none where nothing is to be found.
    pub(super) const fn taken(&self) -> Option<&Taken> {
        self.taken.as_ref()
    }

    /// The claims that have no devices yet, with their places.
    pub(super) fn to_allocate(&self) -> impl Iterator<Item = (usize, &Arc<ResourceClaim>)> {
        self.claims.iter().enumerate().filter(|(_, claim)| claim.status.allocation.is_none())
    }

    /// What is said of a node, asked for once.
    pub(super) fn answer(&self, node: &NodeInfo, ask: impl FnOnce() -> Answer) -> Status {
        if let Some(answer) = locked(&self.answers).get(node.name()) {
            return answer.status.clone();
        }
        let answer = ask();
        let status = answer.status.clone();
        locked(&self.answers).insert(node.name().to_owned(), answer);
        status
    }

    /// Notes that claims were of no use on a node, though they have devices.
    pub(super) fn note_unavailable(&self, places: Vec<usize>) {
        locked(&self.unavailable).extend(places);
    }

    /// The claims that were of no use on a node, though they have devices.
    pub(super) fn unavailable(&self) -> Vec<(usize, &Arc<ResourceClaim>)> {
        let places = locked(&self.unavailable).clone();
        places.into_iter().filter_map(|place| Some((place, self.claims.get(place)?))).collect()
    }

    fn allocation_on(&self, node: &str) -> Option<Arc<NodeAllocation>> {
        locked(&self.answers).get(node)?.allocation.clone()
    }

    /// Whether a node may be better than others: the sooner an alternative comes in its list, the better.
    pub(super) fn has_alternatives(&self) -> bool {
        self.to_allocate().any(|(_, claim)| claim.spec.devices.requests.iter().any(|it| !it.first_available.is_empty()))
    }

    /// How good what a node gives is.
    pub(super) fn score(&self, node: &str) -> i64 {
        let Some(allocation) = self.allocation_on(node) else { return 0 };
        let scores = self
            .to_allocate()
            .zip(&allocation.results)
            .flat_map(|((_, claim), result)| claim.spec.devices.requests.iter().map(|request| score(request, result)));
        scores.sum()
    }

    /// What the chosen node gives.
    pub(super) fn reserved(&self) -> Option<Arc<NodeAllocation>> {
        locked(&self.reserved).clone()
    }

    /// What the chosen node gives a claim.
    pub(super) fn reserved_for(&self, place: usize) -> Option<AllocationResult> {
        let reserved = self.reserved()?;
        let order = self.to_allocate().position(|(other, _)| other == place)?;
        reserved.results.get(order).cloned()
    }

    /// Sets aside what the node gives.
    pub(super) fn reserve(&self, node: &str) -> Status {
        let wanted = self.to_allocate().count();
        if wanted == 0 {
            return Status::success();
        }
        let allocation = self.allocation_on(node).filter(|allocation| !allocation.results.is_empty());
        let Some(allocation) = allocation else {
            // the node has the extended resources itself
            let is_all = self.to_allocate().all(|(place, _)| self.is_extended(place));
            return if is_all { Status::success() } else { Status::error("claim allocation not found for node") };
        };
        let found = allocation.results.len();
        if found != wanted {
            return Status::error(format!(
                "internal error, have {found} allocations, {wanted} claims to allocate, want {wanted} claims"
            ));
        }
        for ((place, claim), result) in self.to_allocate().zip(&allocation.results) {
            let claim = allocation.extended.as_ref().filter(|_| self.is_extended(place)).unwrap_or(claim);
            self.objects.devices.allocations.begin(Arc::new(with_result(claim, result)));
        }
        *locked(&self.reserved) = Some(allocation);
        Status::success()
    }

    /// Gives back what was set aside. What PreBind wrote stays with the claims.
    pub(super) fn unreserve(&self) {
        if locked(&self.reserved).take().is_some() {
            self.to_allocate().for_each(|(_, claim)| self.objects.devices.allocations.end(&claim.metadata.uid));
        }
    }

    /// Notes how PreBind left a claim.
    pub(super) fn note_written(&self, place: usize, claim: Arc<ResourceClaim>) {
        locked(&self.written).insert(place, claim);
    }
}

/// The claim as it will be.
pub(super) fn with_result(claim: &ResourceClaim, result: &AllocationResult) -> ResourceClaim {
    let mut claim = claim.clone();
    if !claim.metadata.finalizers.iter().any(|finalizer| finalizer == FINALIZER) {
        claim.metadata.finalizers.push(FINALIZER.to_owned());
    }
    claim.status.allocation = Some(Box::new(result.clone()));
    claim
}

/// Whether the classes are there that a request names.
fn check(objects: &Objects, features: Features, claim: &str, request: &DeviceRequest) -> Result<(), Status> {
    let name = &request.name;
    match &request.exactly {
        Some(exact) => check_class(objects, &exact.device_class_name, name),
        None if request.first_available.is_empty() => {
            Err(Status::unresolvable(format!("resource claim {claim}, request {name}: unknown request type")))
        }
        None if !features.alternatives => Err(Status::unresolvable(format!(
            "resource claim {claim}, request {name}: has subrequests, but the DRAPrioritizedList feature is disabled"
        ))),
        None => request.first_available.iter().try_for_each(|alternative| {
            check_class(objects, &alternative.device_class_name, &format!("{name}/{}", alternative.name))
        }),
    }
}

fn check_class(objects: &Objects, class: &str, request: &str) -> Result<(), Status> {
    if class.is_empty() {
        return Err(Status::error(format!("request {request}: unsupported request type")));
    }
    match objects.device_classes.get("", class) {
        Some(_) => Ok(()),
        None => Err(Status::unresolvable(format!("request {request}: device class {class} does not exist"))),
    }
}

fn score(request: &DeviceRequest, result: &AllocationResult) -> i64 {
    if request.exactly.is_some() {
        return 0;
    }
    let alternatives = request.first_available.iter().zip((0..=ALTERNATIVES_MAX).rev());
    let is_met = |name: &str| {
        let mut devices = result.devices.results.iter();
        devices.any(|device| device.request.split_once('/') == Some((request.name.as_str(), name)))
    };
    let met = alternatives.filter(|(alternative, _)| is_met(&alternative.name));
    met.map(|(_, score)| i64::try_from(score).unwrap_or(0)).sum()
}
