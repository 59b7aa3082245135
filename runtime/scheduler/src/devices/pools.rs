//! The pools of devices that a node reaches, and whether drivers are done telling of them.
//!
//! A driver publishes a pool as slices of one generation and says how many there are. Until all are there, nothing is taken
//! of the pool; slices of older generations count no more. Pools are tried in the order of their drivers and names, those
//! whose devices have to be made ready first after all others; the slices of a pool in the order of theirs.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use kubeforge_api::resource::v1::{Device, ResourceSlice};
use kubeforge_machinery::Quantity;

use super::{
    NodePlace,
    id::DeviceId,
    view::{Candidate, SliceView},
};
use crate::framework::Objects;

/// Counters by their names, by the name of their set.
type CounterSets = BTreeMap<String, BTreeMap<String, Quantity>>;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Usable,
    /// The driver is not done with it.
    Incomplete,
    /// What the driver says contradicts itself.
    Invalid,
}

/// A pool that a node reaches.
#[derive(Debug)]
pub(crate) struct Pool {
    driver: String,
    name: String,
    state: State,
    /// The slices with devices that the node reaches.
    slices: Vec<Arc<SliceView>>,
    /// Other slices with devices: they have parts of the counters.
    others: Vec<Arc<SliceView>>,
    counter_sets: CounterSets,
}

impl Pool {
    /// Driver and name, as messages have it.
    pub(crate) fn id(&self) -> String {
        format!("{}/{}", self.driver, self.name)
    }

    /// Whether devices of it may be taken.
    pub(crate) fn is_usable(&self) -> bool {
        self.state == State::Usable
    }

    /// Whether the driver is not done with it.
    pub(crate) fn is_incomplete(&self) -> bool {
        self.state == State::Incomplete
    }

    /// Whether what the driver says contradicts itself.
    pub(crate) fn is_invalid(&self) -> bool {
        self.state == State::Invalid
    }

    /// The devices that the node may reach, for the pool at this place.
    pub(crate) fn candidates(&self, place: usize) -> impl Iterator<Item = Candidate<'_>> {
        self.slices.iter().flat_map(move |slice| slice.candidates(place))
    }

    /// All devices, those that the node does not reach included.
    pub(crate) fn all_devices(&self) -> impl Iterator<Item = (&Device, &DeviceId)> {
        let slices = self.slices.iter().chain(&self.others);
        slices.flat_map(|slice| slice.slice().spec.devices.iter().zip(slice.ids()))
    }

    /// The counters, as if nobody had any of them.
    pub(crate) const fn counter_sets(&self) -> &CounterSets {
        &self.counter_sets
    }

    fn needs_preparation(&self) -> bool {
        let mut devices = self.slices.iter().flat_map(|slice| &slice.slice().spec.devices);
        devices.any(|device| !device.binding_conditions.is_empty())
    }

    fn build(driver: &str, name: &str, slices: &[Arc<SliceView>], node: NodePlace<'_>) -> Self {
        let (counting, with_devices): (Vec<_>, Vec<_>) =
            slices.iter().cloned().partition(|slice| !slice.slice().spec.shared_counters.is_empty());
        let (slices, others) = with_devices.into_iter().partition(|slice| slice.is_reached(node));
        let mut pool = Self {
            driver: driver.to_owned(),
            name: name.to_owned(),
            state: State::Usable,
            slices,
            others,
            counter_sets: CounterSets::new(),
        };
        if pool.has_twins() || !pool.read_counters(&counting) || !pool.has_all_counters() {
            pool.state = State::Invalid;
            pool.slices.clear();
        }
        pool
    }

    /// Whether two devices that the node reaches have the same name.
    fn has_twins(&self) -> bool {
        let mut names = BTreeSet::new();
        !self.slices.iter().flat_map(|slice| slice.ids()).all(|id| names.insert(id.device()))
    }

    /// Reads the sets of counters; false where two have the same name.
    fn read_counters(&mut self, slices: &[Arc<SliceView>]) -> bool {
        for set in slices.iter().flat_map(|slice| &slice.slice().spec.shared_counters) {
            let counters = set.counters.iter().map(|(name, counter)| (name.clone(), counter.value.clone())).collect();
            if self.counter_sets.insert(set.name.clone(), counters).is_some() {
                return false;
            }
        }
        true
    }

    /// Whether all counters are there that devices have parts of.
    fn has_all_counters(&self) -> bool {
        let mut needs = self.all_devices().flat_map(|(device, _)| &device.consumes_counters);
        needs.all(|need| {
            let set = self.counter_sets.get(&need.counter_set);
            set.is_some_and(|set| need.counters.keys().all(|name| set.contains_key(name)))
        })
    }
}

/// The pool of a slice, for an index.
pub(crate) fn pool_of(slice: &ResourceSlice) -> String {
    format!("{}/{}", slice.spec.driver, slice.spec.pool.name)
}

/// The node that a slice is for, for an index; empty where it says so in another way.
pub(crate) fn node_of(slice: &ResourceSlice) -> String {
    slice.spec.node_name.clone().unwrap_or_default()
}

/// The slices that are not for just one node: they are the same for all nodes that are looked at for a pod.
pub(crate) fn shared(objects: &Objects) -> Vec<Arc<SliceView>> {
    let slices = objects.resource_slices.by_index(Objects::BY_NODE, "");
    slices.iter().map(|slice| objects.devices.views.of(slice)).collect()
}

/// The pools that a node reaches, in the order in which they are tried.
pub(crate) fn gather(objects: &Objects, shared: &[Arc<SliceView>], node: NodePlace<'_>) -> Vec<Pool> {
    let slices = &objects.resource_slices;
    let views = &objects.devices.views;
    let own: Vec<_> = slices.by_index(Objects::BY_NODE, node.name).iter().map(|slice| views.of(slice)).collect();
    let reached = own.iter().chain(shared).filter(|view| view.is_reached(node)).map(|view| &view.slice().spec);
    let names: BTreeSet<_> = reached.map(|spec| (&spec.driver, &spec.pool.name)).collect();
    let pool = |(driver, name): (&String, &String)| {
        let all = slices.by_index(Objects::BY_POOL, &format!("{driver}/{name}"));
        newest(driver, name, all.iter().map(|slice| views.of(slice)).collect(), node)
    };
    let mut pools: Vec<Pool> = names.into_iter().filter_map(pool).collect();
    // stable, so that the order by name holds in each half
    pools.sort_by_key(Pool::needs_preparation);
    pools
}

/// The pool in its newest generation; none where the node does not reach that one any more.
fn newest(driver: &str, name: &str, mut slices: Vec<Arc<SliceView>>, node: NodePlace<'_>) -> Option<Pool> {
    let generation = slices.iter().map(|view| view.slice().spec.pool.generation).max()?;
    slices.retain(|view| view.slice().spec.pool.generation == generation);
    if !slices.iter().any(|view| view.is_reached(node)) {
        return None;
    }
    slices.sort_by(|a, b| a.slice().metadata.name.cmp(&b.slice().metadata.name));
    let count = slices.first()?.slice().spec.pool.resource_slice_count;
    if i64::try_from(slices.len()) == Ok(count) {
        return Some(Pool::build(driver, name, &slices, node));
    }
    Some(Pool {
        driver: driver.to_owned(),
        name: name.to_owned(),
        state: State::Incomplete,
        slices: Vec::new(),
        others: Vec::new(),
        counter_sets: CounterSets::new(),
    })
}
