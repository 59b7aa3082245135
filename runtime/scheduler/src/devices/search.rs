//! Finds devices for all that claims ask for, on one node.
//!
//! One device after the other is picked, for one request after the other, and given back where the rest can't be met: the
//! first solution counts. Within a request devices are picked in their order, each once: another order would be no other
//! solution. Constraints can only be broken by more devices, never mended, so a branch ends at the first
//! device that breaks one.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Instant,
};

use uuid::Uuid;

use super::{
    AllocateError, NodePlace,
    capacity::{self, Amounts},
    constraint::Constraint,
    counters::Counters,
    id::DeviceId,
    plan::{ClaimPlan, DEVICES_MAX, Want, name_of},
    pools::Pool,
    taint,
    taken::Taken,
    view::Candidate,
};

/// Where the search is.
#[derive(Clone, Copy, Debug, Default)]
struct At {
    claim: usize,
    request: usize,
    device: usize,
    /// From which candidate on the next one is looked for.
    candidate: usize,
}

/// How far a branch came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Branch {
    /// All is met.
    Solved,
    /// There is no solution in it.
    Dead,
    /// There is none, as the claim would have too many devices: other devices won't help.
    TooMany,
}

/// A device that was picked.
#[derive(Debug)]
struct Pick<'a> {
    want: &'a Want<'a>,
    candidate: Candidate<'a>,
    /// How much of its capacities, where others may have a share too.
    share: Option<Amounts>,
    has_counters: bool,
}

/// A device that was found for a request.
#[derive(Debug)]
pub(crate) struct Found<'a> {
    /// What it is for.
    pub(crate) want: &'a Want<'a>,
    /// The device.
    pub(crate) candidate: Candidate<'a>,
    /// Which share of it, and how much, where others may have one too.
    pub(crate) share: Option<(String, Amounts)>,
}

/// What was found for a claim.
#[derive(Debug)]
pub(crate) struct FoundForClaim<'a> {
    /// Its devices.
    pub(crate) devices: Vec<Found<'a>>,
    /// For each request, the way in which it is met.
    pub(crate) chosen: Vec<&'a Want<'a>>,
}

/// A search.
pub(crate) struct Search<'a> {
    plans: &'a [ClaimPlan<'a>],
    /// The devices of all pools that can be relied on.
    candidates: Vec<Candidate<'a>>,
    pools: &'a [Pool],
    taken: &'a Taken,
    node: NodePlace<'a>,
    deadline: Option<Instant>,
    constraints: Vec<Vec<Constraint<'a>>>,
    picked: Vec<Vec<Pick<'a>>>,
    /// By claim and request, which of the alternatives is met.
    chosen: Vec<Vec<usize>>,
    /// The devices that were picked to be had by one claim, by the claims that they were picked for.
    exclusive: BTreeMap<DeviceId, BTreeSet<usize>>,
    /// The devices that were picked to be shared: how often, and how much of them.
    shared: BTreeMap<DeviceId, (usize, Amounts)>,
    counters: Counters,
}

impl<'a> Search<'a> {
    /// A search that has not begun.
    pub(crate) fn new(
        plans: &'a [ClaimPlan<'a>],
        pools: &'a [Pool],
        taken: &'a Taken,
        node: NodePlace<'a>,
        deadline: Option<Instant>,
    ) -> Self {
        let usable = pools.iter().enumerate().filter(|(_, pool)| pool.is_usable());
        Self {
            plans,
            candidates: usable.flat_map(|(place, pool)| pool.candidates(place)).collect(),
            pools,
            taken,
            node,
            deadline,
            constraints: plans.iter().map(|plan| plan.constraints.clone()).collect(),
            picked: plans.iter().map(|_| Vec::new()).collect(),
            chosen: plans.iter().map(|plan| vec![0; plan.requests.len()]).collect(),
            exclusive: BTreeMap::new(),
            shared: BTreeMap::new(),
            counters: Counters::default(),
        }
    }

    /// Whether there is a solution.
    ///
    /// # Errors
    /// Where a claim makes no sense, or it took too long.
    pub(crate) fn run(&mut self) -> Result<bool, AllocateError> {
        Ok(self.go_on(At::default())? == Branch::Solved)
    }

    /// The solution.
    pub(crate) fn found(self) -> Vec<FoundForClaim<'a>> {
        let claims = self.plans.iter().zip(self.picked).zip(self.chosen);
        let found = claims.map(|((plan, picked), chosen)| FoundForClaim {
            devices: picked.into_iter().map(Found::from).collect(),
            chosen: plan.requests.iter().zip(chosen).filter_map(|(request, at)| request.wants.get(at)).collect(),
        });
        found.collect()
    }

    /// Goes on with a request that nothing was picked for yet, or with the next claim.
    fn go_on(&mut self, at: At) -> Result<Branch, AllocateError> {
        let Some(plan) = self.plans.get(at.claim) else { return Ok(Branch::Solved) };
        let Some(request) = plan.requests.get(at.request) else {
            // the claim has not too many devices, whatever the next one has
            return Ok(match self.go_on(At { claim: at.claim + 1, ..At::default() })? {
                Branch::TooMany => Branch::Dead,
                branch => branch,
            });
        };
        let mut has_only_too_many = true;
        for (alternative, want) in request.wants.iter().enumerate() {
            let branch = self.pick(At { device: 0, candidate: 0, ..at }, want)?;
            if branch == Branch::Solved {
                if let Some(chosen) = self.chosen.get_mut(at.claim).and_then(|chosen| chosen.get_mut(at.request)) {
                    *chosen = alternative;
                }
                return Ok(branch);
            }
            has_only_too_many &= branch == Branch::TooMany;
        }
        Ok(if has_only_too_many { Branch::TooMany } else { Branch::Dead })
    }

    /// Picks the next device of a request, and all that comes after it.
    fn pick(&mut self, at: At, want: &'a Want<'a>) -> Result<Branch, AllocateError> {
        if self.deadline.is_some_and(|deadline| Instant::now() >= deadline) {
            return Err(AllocateError::TimedOut);
        }
        if want.all.as_ref().is_some_and(Vec::is_empty) {
            return Ok(Branch::Dead);
        }
        if at.device >= want.count {
            return self.go_on(At { request: at.request + 1, ..at });
        }
        let has = self.picked.get(at.claim).map_or(0, Vec::len);
        if has + want.count - at.device > DEVICES_MAX {
            return Ok(Branch::TooMany);
        }
        let next = At { device: at.device + 1, ..at };
        if let Some(all) = &want.all {
            // all must be had, so their order does not matter
            let Some(candidate) = all.get(at.device).copied() else { return Ok(Branch::Dead) };
            if !self.take(at, want, candidate)? {
                return Ok(Branch::Dead);
            }
            return self.pick_or_give_back(next, want);
        }
        for place in at.candidate..self.candidates.len() {
            let Some(candidate) = self.candidates.get(place).copied() else { break };
            if self.is_in_use(at, want, candidate) || !want.picks(candidate, self.node)? {
                continue;
            }
            if self.take(at, want, candidate)? {
                match self.pick_or_give_back(At { candidate: place + 1, ..next }, want)? {
                    Branch::Dead => {}
                    branch => return Ok(branch),
                }
            }
        }
        Ok(Branch::Dead)
    }

    fn pick_or_give_back(&mut self, next: At, want: &'a Want<'a>) -> Result<Branch, AllocateError> {
        let branch = self.pick(next, want)?;
        if branch != Branch::Solved {
            self.give_back(next.claim);
        }
        Ok(branch)
    }

    fn is_in_use(&self, at: At, want: &Want<'_>, candidate: Candidate<'_>) -> bool {
        let claims = self.exclusive.get(candidate.view.id());
        match want.is_admin {
            true => claims.is_some_and(|claims| claims.contains(&at.claim)),
            false => claims.is_some_and(|claims| !claims.is_empty()) || self.taken.of(candidate.view.id()).is_exclusive,
        }
    }

    /// Takes a device, unless it can't be had.
    ///
    /// # Errors
    /// Where all devices are wanted and a constraint rules that out.
    fn take(&mut self, at: At, want: &'a Want<'a>, candidate: Candidate<'a>) -> Result<bool, AllocateError> {
        let (id, features) = (candidate.view.id(), self.taken.features());
        let taints = || candidate.device.taints.iter().chain(self.taken.rules().taints(id));
        let is_out = features.taints && taint::keep_away(taints(), want.tolerations)
            || !features.partitions && !candidate.device.consumes_counters.is_empty();
        if is_out || self.is_in_use(at, want, candidate) {
            return Ok(false);
        }
        let Some(amounts) = self.amounts(want, candidate) else { return Ok(false) };
        let is_first = !self.taken.of(id).is_shared && self.shared.get(id).is_none_or(|(times, _)| *times == 0);
        // who only watches over a device takes nothing of the hardware, and shares take it once
        let needs_counters = !candidate.device.consumes_counters.is_empty() && !want.is_admin && is_first;
        if needs_counters {
            let Some(pool) = self.pools.get(candidate.pool) else { return Ok(false) };
            if !self.counters.take(candidate.pool, pool, candidate.device, self.taken) {
                return Ok(false);
            }
        }
        if !self.constrain(at, want, candidate) {
            if needs_counters {
                self.counters.give_back(candidate.pool, candidate.device);
            }
            return if want.all.is_some() { Err(self.ruled_out(at, want, id)) } else { Ok(false) };
        }
        let share = (features.shares && candidate.is_shareable()).then_some(amounts);
        match &share {
            Some(amounts) => {
                let (times, total) = self.shared.entry(id.clone()).or_default();
                *times += 1;
                capacity::add(total, amounts);
            }
            None => {
                self.exclusive.entry(id.clone()).or_default().insert(at.claim);
            }
        }
        if let Some(picked) = self.picked.get_mut(at.claim) {
            picked.push(Pick { want, candidate, share, has_counters: needs_counters });
        }
        Ok(true)
    }

    /// How much of the device's capacities is taken; none where there is not as much left.
    fn amounts(&self, want: &Want<'_>, candidate: Candidate<'_>) -> Option<Amounts> {
        if !self.taken.features().shares {
            return Some(Amounts::new());
        }
        let id = candidate.view.id();
        let amounts = capacity::consumed(want.capacity, candidate.device)?;
        let (used, nothing) = (self.taken.of(id), Amounts::new());
        let shared = self.shared.get(id).map_or(&nothing, |(_, amounts)| amounts);
        capacity::fits(&amounts, candidate.device, &[&used.consumed, shared]).then_some(amounts)
    }

    fn ruled_out(&self, at: At, want: &Want<'_>, id: &DeviceId) -> AllocateError {
        let claim = self.plans.get(at.claim).map(|plan| name_of(plan.claim)).unwrap_or_default();
        let name = want.own_name();
        AllocateError::Fatal(format!(
            "claim {claim}, request {name}: cannot add device {id} because a claim constraint would not be satisfied"
        ))
    }

    /// Adds a device to all constraints, or to none.
    fn constrain(&mut self, at: At, want: &'a Want<'a>, candidate: Candidate<'a>) -> bool {
        let Some(constraints) = self.constraints.get_mut(at.claim) else { return true };
        let broken = constraints.iter_mut().position(|constraint| !constraint.add(want.name, candidate));
        if let Some(broken) = broken {
            constraints.iter_mut().take(broken).for_each(|constraint| constraint.remove_last(want.name));
        }
        broken.is_none()
    }

    /// Gives the device back that was picked last for a claim.
    fn give_back(&mut self, claim: usize) {
        let Some(pick) = self.picked.get_mut(claim).and_then(Vec::pop) else { return };
        let Pick { want, candidate, share, has_counters } = pick;
        let id = candidate.view.id();
        for constraint in self.constraints.get_mut(claim).into_iter().flatten() {
            constraint.remove_last(want.name);
        }
        if has_counters {
            self.counters.give_back(candidate.pool, candidate.device);
        }
        match share {
            Some(amounts) => {
                if let Some((times, total)) = self.shared.get_mut(id) {
                    *times -= 1;
                    capacity::subtract(total, &amounts);
                }
            }
            None => {
                if let Some(claims) = self.exclusive.get_mut(id) {
                    claims.remove(&claim);
                }
            }
        }
    }
}

impl<'a> From<Pick<'a>> for Found<'a> {
    fn from(pick: Pick<'a>) -> Self {
        let share = pick.share.map(|amounts| (Uuid::new_v4().to_string(), amounts));
        Self { want: pick.want, candidate: pick.candidate, share }
    }
}
