//! What claims ask for, looked up and checked before devices are searched.

use std::sync::Arc;

use kubeforge_api::resource::v1::{
    CapacityRequirements, DeviceAllocationMode, DeviceClass, DeviceRequest, DeviceSelector, DeviceSubRequest,
    DeviceToleration, ExactDeviceRequest, ResourceClaim,
};

use super::{
    AllocateError, NodePlace, capacity,
    constraint::{Constraint, RequestName},
    features::Features,
    pools::Pool,
    selector::Selector,
    taken::Taken,
    view::Candidate,
};
use crate::framework::Objects;

/// So many devices a claim can have at most (resource/v1 AllocationResultsMaxSize).
pub(crate) const DEVICES_MAX: usize = 32;

/// What a claim asks for.
#[derive(Debug)]
pub(crate) struct ClaimPlan<'a> {
    /// The claim.
    pub(crate) claim: &'a ResourceClaim,
    /// Its requests.
    pub(crate) requests: Vec<RequestPlan<'a>>,
    /// Its constraints.
    pub(crate) constraints: Vec<Constraint<'a>>,
}

/// A request: one way to meet it, or several of which the first that can be met counts.
#[derive(Debug)]
pub(crate) struct RequestPlan<'a> {
    /// The ways.
    pub(crate) wants: Vec<Want<'a>>,
}

/// Devices that are wanted.
#[derive(Debug)]
pub(crate) struct Want<'a> {
    /// For which request.
    pub(crate) name: RequestName<'a>,
    /// The class of the devices.
    pub(crate) class: Arc<DeviceClass>,
    /// How many.
    pub(crate) count: usize,
    /// Where all that fit are wanted: which ones.
    pub(crate) all: Option<Vec<Candidate<'a>>>,
    /// Whether they are to be watched over, whoever else has them.
    pub(crate) is_admin: bool,
    /// The taints that do not matter.
    pub(crate) tolerations: &'a [DeviceToleration],
    /// How much of the capacities.
    pub(crate) capacity: Option<&'a CapacityRequirements>,
    selectors: Vec<Picks>,
    features: Features,
}

/// A selector, and what it stands in.
#[derive(Debug)]
struct Picks {
    selector: Arc<Selector>,
    /// The class or the claim, and which of its selectors it is.
    whose: String,
}

/// What a request and an alternative of one have in common.
#[derive(Clone, Copy)]
struct Asked<'a> {
    name: RequestName<'a>,
    class: &'a str,
    selectors: &'a [DeviceSelector],
    mode: &'a DeviceAllocationMode,
    count: i64,
    admin: bool,
    tolerations: &'a [DeviceToleration],
    capacity: Option<&'a CapacityRequirements>,
}

impl<'a> Asked<'a> {
    fn exactly(request: &'a DeviceRequest, exact: &'a ExactDeviceRequest) -> Self {
        Self {
            name: RequestName { request: &request.name, alternative: None },
            class: &exact.device_class_name,
            selectors: &exact.selectors,
            mode: &exact.allocation_mode,
            count: exact.count,
            admin: exact.admin_access == Some(true),
            tolerations: &exact.tolerations,
            capacity: exact.capacity.as_deref(),
        }
    }

    fn alternative(request: &'a DeviceRequest, alternative: &'a DeviceSubRequest) -> Self {
        Self {
            name: RequestName { request: &request.name, alternative: Some(&alternative.name) },
            class: &alternative.device_class_name,
            selectors: &alternative.selectors,
            mode: &alternative.allocation_mode,
            count: alternative.count,
            admin: false,
            tolerations: &alternative.tolerations,
            capacity: alternative.capacity.as_deref(),
        }
    }

    /// The name in messages.
    fn own_name(&self) -> &'a str {
        self.name.alternative.unwrap_or(self.name.request)
    }
}

impl Want<'_> {
    /// The name in the result: `request`, or `request/alternative`.
    pub(crate) fn full_name(&self) -> String {
        match self.name.alternative {
            Some(alternative) => format!("{}/{alternative}", self.name.request),
            None => self.name.request.to_owned(),
        }
    }

    /// The name in messages.
    pub(crate) fn own_name(&self) -> &str {
        self.name.alternative.unwrap_or(self.name.request)
    }

    /// Whether a device is of the kind that is wanted, and the node reaches it.
    ///
    /// # Errors
    /// Where a selector fails.
    pub(crate) fn picks(&self, candidate: Candidate<'_>, node: NodePlace<'_>) -> Result<bool, AllocateError> {
        if !self.features.binding && !candidate.device.binding_conditions.is_empty() {
            return Ok(false);
        }
        for Picks { selector, whose } in &self.selectors {
            let picks = selector.picks(candidate);
            if !picks.map_err(|failure| AllocateError::Fatal(format!("{whose}: {failure}")))? {
                return Ok(false);
            }
        }
        Ok(candidate.view.is_reached(node))
    }
}

/// Namespace and name of a claim, as messages have it.
pub(crate) fn name_of(claim: &ResourceClaim) -> String {
    format!("{}/{}", claim.metadata.namespace, claim.metadata.name)
}

/// What claims ask for.
///
/// # Errors
/// Where something is wrong with a claim, or all devices are wanted of pools that can't be relied on.
pub(crate) fn of_claims<'a>(
    objects: &Objects,
    taken: &Taken,
    claims: &'a [Arc<ResourceClaim>],
    pools: &'a [Pool],
    node: NodePlace<'_>,
) -> Result<Vec<ClaimPlan<'a>>, AllocateError> {
    claims.iter().map(|claim| Planner { objects, taken, pools, node, claim }.plan()).collect()
}

struct Planner<'a, 'b> {
    objects: &'b Objects,
    taken: &'b Taken,
    pools: &'a [Pool],
    node: NodePlace<'b>,
    claim: &'a ResourceClaim,
}

impl<'a> Planner<'a, '_> {
    fn plan(&self) -> Result<ClaimPlan<'a>, AllocateError> {
        let devices = &self.claim.spec.devices;
        let requests: Vec<_> =
            devices.requests.iter().map(|request| self.request(request)).collect::<Result<_, _>>()?;
        let fewest = |request: &RequestPlan<'_>| request.wants.iter().map(|want| want.count).min().unwrap_or(0);
        let count = requests.iter().map(fewest).fold(0, usize::saturating_add);
        if count > DEVICES_MAX {
            return Err(self.wrong(format_args!(
                ": number of requested devices {count} exceeds the claim limit of {DEVICES_MAX}"
            )));
        }
        let constraints = devices.constraints.iter().enumerate().map(|(place, constraint)| {
            Constraint::new(constraint, self.taken.features()).ok_or_else(|| {
                self.wrong(format_args!(", constraint #{place}: empty constraint (unsupported constraint type?)"))
            })
        });
        Ok(ClaimPlan { claim: self.claim, constraints: constraints.collect::<Result<_, _>>()?, requests })
    }

    fn wrong(&self, what: std::fmt::Arguments<'_>) -> AllocateError {
        AllocateError::Fatal(format!("claim {}{what}", name_of(self.claim)))
    }

    fn request(&self, request: &'a DeviceRequest) -> Result<RequestPlan<'a>, AllocateError> {
        self.check_features(request)?;
        let asked: Vec<_> = match &request.exactly {
            _ if !request.first_available.is_empty() => {
                request.first_available.iter().map(|alternative| Asked::alternative(request, alternative)).collect()
            }
            Some(exact) => vec![Asked::exactly(request, exact)],
            None => {
                let name = &request.name;
                return Err(
                    self.wrong(format_args!(", request {name}: missing device class name (unsupported request type?)"))
                );
            }
        };
        let wants = asked.into_iter().map(|asked| self.want(asked)).collect::<Result<_, _>>()?;
        Ok(RequestPlan { wants })
    }

    /// Refuses what is asked for in a way that is turned off.
    fn check_features(&self, request: &DeviceRequest) -> Result<(), AllocateError> {
        let (features, name) = (self.taken.features(), &request.name);
        if !features.alternatives && !request.first_available.is_empty() {
            let what = "has subrequests, but the DRAPrioritizedList feature is disabled";
            return Err(self.wrong(format_args!(", request {name}: {what}")));
        }
        if features.shares {
            return Ok(());
        }
        let what = "has capacity requests, but the DRAConsumableCapacity feature is disabled";
        if request.exactly.as_ref().is_some_and(|exact| exact.capacity.is_some()) {
            return Err(self.wrong(format_args!(", request {name}: {what}")));
        }
        match request.first_available.iter().find(|alternative| alternative.capacity.is_some()) {
            Some(alternative) => Err(self.wrong(format_args!(", subrequest {}: {what}", alternative.name))),
            None => Ok(()),
        }
    }

    fn want(&self, asked: Asked<'a>) -> Result<Want<'a>, AllocateError> {
        let name = asked.own_name();
        if let Some(place) = asked.selectors.iter().position(|selector| selector.cel.is_none()) {
            return Err(self.wrong(format_args!(
                ", request {name}, selector #{place}: CEL expression empty (unsupported selector type?)"
            )));
        }
        if asked.class.is_empty() {
            return Err(
                self.wrong(format_args!(", request {name}: missing device class name (unsupported request type?)"))
            );
        }
        let class = self.objects.device_classes.get("", asked.class).ok_or_else(|| {
            let class = asked.class;
            self.wrong(format_args!(
                ", request {name}: could not retrieve device class {class}: deviceclass.resource.k8s.io {class:?} not found"
            ))
        })?;
        let mut want = Want {
            name: asked.name,
            count: 0,
            all: None,
            is_admin: asked.admin,
            tolerations: asked.tolerations,
            capacity: asked.capacity,
            selectors: self.selectors(&class, asked.selectors),
            class,
            features: self.taken.features(),
        };
        match asked.mode {
            DeviceAllocationMode::ExactCount => want.count = usize::try_from(asked.count).unwrap_or(0),
            DeviceAllocationMode::All => {
                let all = self.all(&want)?;
                want.count = all.len();
                want.all = Some(all);
            }
            DeviceAllocationMode::Other(mode) => {
                return Err(self.wrong(format_args!(", request {name}: unsupported count mode {mode}")));
            }
        }
        Ok(want)
    }

    fn selectors(&self, class: &DeviceClass, selectors: &[DeviceSelector]) -> Vec<Picks> {
        let of_class = format!("class {}", class.metadata.name);
        let of_claim = format!("claim {}", name_of(self.claim));
        let lists = [(&of_class, class.spec.selectors.as_slice()), (&of_claim, selectors)];
        let picks = lists.into_iter().flat_map(|(whose, selectors)| {
            selectors.iter().enumerate().filter_map(move |(place, selector)| {
                let selector = self.objects.devices.selectors.of(&selector.cel.as_ref()?.expression);
                Some(Picks { selector, whose: format!("{whose}: selector #{place}") })
            })
        });
        picks.collect()
    }

    /// All devices that fit, those that others have included; but of those that are shared, only those that have enough left.
    fn all(&self, want: &Want<'_>) -> Result<Vec<Candidate<'a>>, AllocateError> {
        let mut all = Vec::new();
        for (place, pool) in self.pools.iter().enumerate() {
            let unreliable = match (pool.is_incomplete(), pool.is_invalid()) {
                (true, _) => Some("being updated"),
                (_, true) => Some("invalid"),
                _ => None,
            };
            if let Some(unreliable) = unreliable {
                let (name, pool) = (want.own_name(), pool.id());
                return Err(self.wrong(format_args!(
                    ", request {name}: asks for all devices, but resource pool {pool} is currently {unreliable}"
                )));
            }
            for candidate in pool.candidates(place) {
                if want.picks(candidate, self.node)? && self.has_enough(want, candidate) {
                    all.push(candidate);
                }
            }
        }
        Ok(all)
    }

    fn has_enough(&self, want: &Want<'_>, candidate: Candidate<'_>) -> bool {
        if !want.features.shares {
            return true;
        }
        let amounts = capacity::consumed(want.capacity, candidate.device);
        let used = self.taken.of(candidate.view.id());
        amounts.is_some_and(|amounts| capacity::fits(&amounts, candidate.device, &[&used.consumed]))
    }
}
