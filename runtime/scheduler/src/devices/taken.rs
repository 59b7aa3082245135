//! What claims have, those included that the API server does not know of yet.
//!
//! A claim that is given devices is *pending* from Reserve on until PreBind has written it. What PreBind wrote is *assumed*
//! until the informer tells it. Both count, or the next pod would be given the same devices.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::{Arc, Mutex, PoisonError},
};

use kubeforge_api::resource::v1::{DeviceRequestAllocationResult, ResourceClaim};
use kubeforge_client::store::ObjectKey;

use super::{
    capacity::{self, Amounts},
    features::Features,
    id::DeviceId,
    pools,
    taint::Rules,
    view::SliceView,
};
use crate::{assumed::Assumed, framework::Objects};

/// What was decided about claims and is not known to everybody yet.
#[derive(Debug, Default)]
pub(crate) struct Allocations {
    assumed: Assumed<ResourceClaim>,
    /// By uid, as they will be.
    pending: Mutex<HashMap<String, Arc<ResourceClaim>>>,
}

impl Allocations {
    /// The claim of this name as far as it is known.
    pub(crate) fn claim(&self, objects: &Objects, namespace: &str, name: &str) -> Option<Arc<ResourceClaim>> {
        self.assumed.get(&objects.resource_claims, namespace, name)
    }

    /// Whether devices were found for the claim that are not written yet.
    pub(crate) fn is_pending(&self, claim: &ResourceClaim) -> bool {
        self.pending.lock().unwrap_or_else(PoisonError::into_inner).contains_key(&claim.metadata.uid)
    }

    /// The claim will be like this.
    pub(crate) fn begin(&self, claim: Arc<ResourceClaim>) {
        let mut pending = self.pending.lock().unwrap_or_else(PoisonError::into_inner);
        pending.insert(claim.metadata.uid.clone(), claim);
    }

    /// It was written, or it will not be.
    pub(crate) fn end(&self, uid: &str) {
        self.pending.lock().unwrap_or_else(PoisonError::into_inner).remove(uid);
    }

    /// The API server has the claim like this.
    pub(crate) fn assume(&self, claim: Arc<ResourceClaim>) {
        self.assumed.assume(claim);
    }
}

/// What claims have of one device.
#[derive(Debug, Default)]
pub(crate) struct Use {
    /// A claim has it for itself.
    pub(crate) is_exclusive: bool,
    /// Claims have shares of it.
    pub(crate) is_shared: bool,
    /// How much all shares have of its capacities.
    pub(crate) consumed: Amounts,
}

impl Use {
    /// Whether any claim has something of it.
    pub(crate) const fn is_taken(&self) -> bool {
        self.is_exclusive || self.is_shared
    }

    /// Counts a device of a claim. Where claims can't share, a share is all of it.
    fn count(&mut self, result: &DeviceRequestAllocationResult, features: Features) {
        if result.share_id.is_none() || !features.shares {
            self.is_exclusive = true;
            return;
        }
        self.is_shared = true;
        capacity::add(&mut self.consumed, &result.consumed_capacity);
    }
}

/// What claims have, as of the moment at which a pod is looked at.
#[derive(Debug)]
pub(crate) struct Taken {
    objects: Arc<Objects>,
    features: Features,
    /// What is known beside the stored claims.
    beside: BTreeMap<DeviceId, Use>,
    /// The claims whose stored state no longer counts.
    replaced: HashSet<ObjectKey>,
    known: Mutex<HashMap<DeviceId, Arc<Use>>>,
    shared_slices: Vec<Arc<SliceView>>,
    rules: Rules,
}

/// The devices that a claim has. Those for watching over devices don't count: whoever else has them.
fn results(claim: &ResourceClaim) -> impl Iterator<Item = &DeviceRequestAllocationResult> {
    let results = claim.status.allocation.iter().flat_map(|allocation| &allocation.devices.results);
    results.filter(|result| result.admin_access != Some(true))
}

fn id_of(result: &DeviceRequestAllocationResult) -> DeviceId {
    DeviceId::new(&result.driver, &result.pool, &result.device)
}

/// The devices that a claim has, for an index.
pub(crate) fn devices_of(claim: &ResourceClaim) -> Vec<String> {
    results(claim).map(|result| id_of(result).to_string()).collect()
}

impl Taken {
    /// What claims have now.
    pub(crate) fn new(objects: &Arc<Objects>, features: Features) -> Self {
        let allocations = &objects.devices.allocations;
        let assumed = allocations.assumed.all(&objects.resource_claims);
        let replaced = assumed.iter().map(|claim| ObjectKey::of(&**claim)).collect();
        let pending: Vec<_> = {
            let pending = allocations.pending.lock().unwrap_or_else(PoisonError::into_inner);
            pending.values().cloned().collect()
        };
        let mut beside = BTreeMap::<DeviceId, Use>::new();
        for claim in assumed.iter().chain(&pending) {
            for result in results(claim) {
                beside.entry(id_of(result)).or_default().count(result, features);
            }
        }
        let shared_slices = pools::shared(objects);
        let rules = if features.rules { Rules::of(objects) } else { Rules::default() };
        Self { objects: Arc::clone(objects), features, beside, replaced, known: Mutex::default(), shared_slices, rules }
    }

    /// Which parts of allocation are on.
    pub(crate) const fn features(&self) -> Features {
        self.features
    }

    /// The taints that devices have beside those that their drivers report.
    pub(crate) const fn rules(&self) -> &Rules {
        &self.rules
    }

    /// The slices that are not for just one node.
    pub(crate) fn shared_slices(&self) -> &[Arc<SliceView>] {
        &self.shared_slices
    }

    /// What claims have of a device.
    pub(crate) fn of(&self, id: &DeviceId) -> Arc<Use> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = known.get(id) {
            return Arc::clone(known);
        }
        let mut found = Use::default();
        if let Some(Use { is_exclusive, is_shared, consumed }) = self.beside.get(id) {
            (found.is_exclusive, found.is_shared) = (*is_exclusive, *is_shared);
            capacity::add(&mut found.consumed, consumed);
        }
        for claim in self.objects.resource_claims.by_index(Objects::BY_DEVICE, &id.to_string()) {
            if !self.replaced.contains(&ObjectKey::of(&*claim)) {
                let of_device = results(&claim).filter(|result| id_of(result) == *id);
                of_device.for_each(|result| found.count(result, self.features));
            }
        }
        let found = Arc::new(found);
        known.insert(id.clone(), Arc::clone(&found));
        found
    }
}
