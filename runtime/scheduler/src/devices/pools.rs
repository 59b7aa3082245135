//! The pools of devices that a node reaches, and whether drivers are done telling of them.
//!
//! A driver publishes a pool as slices of one generation and says how many there are. Until all are there, nothing is taken
//! of the pool; slices of older generations count no more. Where all of a generation are near the node, that is enough: what is
//! told of other nodes is not looked at. Pools are tried in the order of their drivers and names, those
//! whose devices have to be made ready first after all others; the slices of a pool in the order of theirs.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use kubeforge_api::resource::v1::{Device, ResourceSlice};
use kubeforge_machinery::Quantity;

use super::{
    NodePlace,
    features::Features,
    id::DeviceId,
    taken::Taken,
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
    /// Other slices: their devices have parts of the counters.
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

    fn new(driver: &str, name: &str, state: State) -> Self {
        Self {
            driver: driver.to_owned(),
            name: name.to_owned(),
            state,
            slices: Vec::new(),
            others: Vec::new(),
            counter_sets: CounterSets::new(),
        }
    }

    /// Takes the slices, unless they contradict one another.
    fn fill(&mut self, near: Vec<Arc<SliceView>>, far: Vec<Arc<SliceView>>, features: Features) {
        let has_counters = |view: &Arc<SliceView>| !view.slice().spec.shared_counters.is_empty();
        let (counting, with_devices) = near.into_iter().partition::<Vec<_>, _>(has_counters);
        self.slices = with_devices;
        self.others = far;
        let is_valid =
            !self.has_twins() && (!features.partitions || self.read_counters(&counting) && self.has_all_counters());
        if !is_valid {
            self.state = State::Invalid;
            self.slices.clear();
        }
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

/// The pools that a node reaches, in the order in which they are tried. Follows GatherPools of upstream's allocators.
pub(crate) fn gather(objects: &Objects, taken: &Taken, node: NodePlace<'_>) -> Vec<Pool> {
    let slices = &objects.resource_slices;
    let views = &objects.devices.views;
    let features = taken.features();
    let own: Vec<_> = slices.by_index(Objects::BY_NODE, node.name).iter().map(|slice| views.of(slice)).collect();
    let mut by_pool = BTreeMap::<(&str, &str), Vec<&Arc<SliceView>>>::new();
    for view in own.iter().chain(taken.shared_slices()).filter(|view| is_relevant(view, node, features)) {
        let spec = &view.slice().spec;
        by_pool.entry((&spec.driver, &spec.pool.name)).or_default().push(view);
    }
    let of_pool = |(driver, name): (&str, &str)| -> Vec<_> {
        let all = slices.by_index(Objects::BY_POOL, &format!("{driver}/{name}"));
        all.iter().map(|slice| views.of(slice)).collect()
    };
    let pool = |(id, near)| newest(id, near, || of_pool(id), features);
    let mut pools: Vec<Pool> = by_pool.into_iter().filter_map(pool).collect();
    // stable, so that the order by name holds in each half
    pools.sort_by_key(Pool::needs_preparation);
    pools
}

/// Whether a slice is needed to know what the node reaches. Counters are, whatever nodes they name.
fn is_relevant(view: &SliceView, node: NodePlace<'_>, features: Features) -> bool {
    let spec = &view.slice().spec;
    let has_counters = !spec.shared_counters.is_empty();
    if !features.partitions && (has_counters || spec.per_device_node_selection.is_some()) {
        return false;
    }
    has_counters || view.is_reached(node)
}

/// The pool of slices that are near, in their newest generation. Where these are not all that the driver tells of, those that
/// are far are looked at too; none where they are of a newer generation, that the node does not reach any more.
fn newest(
    (driver, name): (&str, &str),
    mut near: Vec<&Arc<SliceView>>,
    all: impl FnOnce() -> Vec<Arc<SliceView>>,
    features: Features,
) -> Option<Pool> {
    let generation_of = |view: &SliceView| view.slice().spec.pool.generation;
    let generation = near.iter().map(|view| generation_of(view)).max()?;
    near.retain(|view| generation_of(view) == generation);
    near.sort_by(|a, b| a.slice().metadata.name.cmp(&b.slice().metadata.name));
    let count = near.first()?.slice().spec.pool.resource_slice_count;
    let is_all = |slices: usize| i64::try_from(slices) == Ok(count);
    let mut far = Vec::new();
    if !is_all(near.len()) {
        let mut others = all();
        if others.iter().any(|view| generation_of(view) > generation) {
            return None;
        }
        others.retain(|view| generation_of(view) == generation);
        if !is_all(others.len()) {
            return Some(Pool::new(driver, name, State::Incomplete));
        }
        let is_near = |other: &Arc<SliceView>| near.iter().any(|view| Arc::ptr_eq(view, other));
        far = others.into_iter().filter(|other| !is_near(other)).collect();
    }
    let mut pool = Pool::new(driver, name, State::Usable);
    pool.fill(near.into_iter().cloned().collect(), far, features);
    Some(pool)
}
