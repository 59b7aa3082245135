//! What pods ask for, in the scheduler's units: cpu in thousandths of a core, everything else in whole units.
//!
//! A pod's requests are those of its containers together, or the largest of what its init containers need while they
//! run, whichever is more; a restartable init container counts beside everything that starts after it. Amounts at the
//! level of the pod stand in place of that sum, and overhead comes on top. Follows component-helpers
//! `resource/helpers.go` and the scheduler's `framework/types.go`.

use std::collections::{BTreeMap, HashMap};

use kubeforge_api::core::v1::{
    Container, ContainerRestartPolicy, ContainerStatus, Pod, RESOURCE_CPU, RESOURCE_EPHEMERAL_STORAGE, RESOURCE_MEMORY,
    ResourceList,
};
use kubeforge_machinery::Quantity;
use kubeforge_machinery::quantity::Format;

/// What a container without a cpu request counts as when nodes are scored, in thousandths of a core.
pub const DEFAULT_MILLI_CPU_REQUEST: i64 = 100;
/// What a container without a memory request counts as when nodes are scored, in bytes.
pub const DEFAULT_MEMORY_REQUEST: i64 = 200 * 1024 * 1024;

/// Amounts of resources in the scheduler's units.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Amounts {
    /// Thousandths of a core.
    pub milli_cpu: i64,
    /// Bytes of memory.
    pub memory: i64,
    /// Bytes of the node's own disk.
    pub ephemeral_storage: i64,
    /// Extended resources, huge pages and attachable volumes, by name; those of zero are kept.
    pub scalar: BTreeMap<String, i64>,
}

impl Amounts {
    /// The amounts that the scheduler counts out of a list; others, such as `pods`, are left out.
    pub fn from_list(list: &ResourceList) -> Self {
        let mut amounts = Self::default();
        for (name, quantity) in list {
            amounts.add_quantity(name, quantity);
        }
        amounts
    }

    fn of(total: &Total<'_>) -> Self {
        let mut amounts = Self::default();
        for (name, quantity) in total {
            amounts.add_quantity(name, quantity);
        }
        amounts
    }

    /// Whether there is less of some resource than in the other.
    pub(crate) fn is_less_of_something(&self, other: &Self) -> bool {
        self.milli_cpu < other.milli_cpu
            || self.memory < other.memory
            || self.ephemeral_storage < other.ephemeral_storage
            || other.scalar.iter().any(|(name, amount)| self.get(name) < *amount)
    }

    fn add_quantity(&mut self, name: &str, quantity: &Quantity) {
        match name {
            RESOURCE_CPU => self.milli_cpu = self.milli_cpu.saturating_add(quantity.milli_value()),
            RESOURCE_MEMORY => self.memory = self.memory.saturating_add(quantity.value()),
            RESOURCE_EPHEMERAL_STORAGE => {
                self.ephemeral_storage = self.ephemeral_storage.saturating_add(quantity.value());
            }
            name if is_scalar(name) => {
                let amount = self.scalar.entry(name.to_owned()).or_default();
                *amount = amount.saturating_add(quantity.value());
            }
            _ => {}
        }
    }

    /// Adds other amounts.
    pub fn add(&mut self, other: &Self) {
        self.combine(other, i64::saturating_add);
    }

    /// Takes other amounts away. What falls to zero is kept as such.
    pub fn subtract(&mut self, other: &Self) {
        self.combine(other, i64::saturating_sub);
    }

    fn combine(&mut self, other: &Self, combine: impl Fn(i64, i64) -> i64) {
        self.milli_cpu = combine(self.milli_cpu, other.milli_cpu);
        self.memory = combine(self.memory, other.memory);
        self.ephemeral_storage = combine(self.ephemeral_storage, other.ephemeral_storage);
        for (name, amount) in &other.scalar {
            match self.scalar.get_mut(name) {
                Some(own) => *own = combine(*own, *amount),
                None => {
                    self.scalar.insert(name.clone(), combine(0, *amount));
                }
            }
        }
    }

    /// How much of each resource, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, i64)> {
        let own = [
            (RESOURCE_CPU, self.milli_cpu),
            (RESOURCE_MEMORY, self.memory),
            (RESOURCE_EPHEMERAL_STORAGE, self.ephemeral_storage),
        ];
        own.into_iter().chain(self.scalar.iter().map(|(name, amount)| (name.as_str(), *amount)))
    }

    /// How much of one resource.
    pub fn get(&self, name: &str) -> i64 {
        match name {
            RESOURCE_CPU => self.milli_cpu,
            RESOURCE_MEMORY => self.memory,
            RESOURCE_EPHEMERAL_STORAGE => self.ephemeral_storage,
            name => self.scalar.get(name).copied().unwrap_or(0),
        }
    }
}

/// What one pod asks for, in the three ways in which it is counted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct PodResources {
    /// What has to fit, and what is set aside on its node.
    pub requests: Amounts,
    /// Cpu and memory that it adds to its node's load as scores see it.
    pub nonzero: Nonzero,
    /// What NodeResourcesFit scores it with while it looks for a node: what its containers ask for, even where the pod has
    /// amounts of its own, with defaults as in `nonzero`.
    pub scored: Amounts,
}

/// Cpu and memory, with defaults for containers that ask for none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Nonzero {
    /// Thousandths of a core.
    pub milli_cpu: i64,
    /// Bytes of memory.
    pub memory: i64,
}

impl PodResources {
    /// Adds up what the pod asks for.
    pub fn of(pod: &Pod) -> Self {
        let default_cpu = Quantity::milli(DEFAULT_MILLI_CPU_REQUEST, Format::DecimalSI);
        let default_memory = Quantity::scaled(DEFAULT_MEMORY_REQUEST, 0, Format::BinarySI);

        let total = sum(pod, Defaults::default());
        let both = Defaults { cpu: Some(&default_cpu), memory: Some(&default_memory) };
        let mut containers = containers_sum(pod, both);
        add_overhead(pod, &mut containers);
        let nonzero = if has_own_requests(pod) {
            // where the pod as a whole or some of its containers say how much, the others ask for nothing
            let missing = Defaults {
                cpu: (!total.contains_key(RESOURCE_CPU)).then_some(&default_cpu),
                memory: (!total.contains_key(RESOURCE_MEMORY)).then_some(&default_memory),
            };
            nonzero_of(&sum(pod, missing))
        } else {
            nonzero_of(&containers)
        };
        Self { requests: Amounts::of(&total), nonzero, scored: Amounts::of(&containers) }
    }
}

fn nonzero_of(total: &Total<'_>) -> Nonzero {
    Nonzero {
        milli_cpu: total.get(RESOURCE_CPU).map_or(0, Quantity::milli_value),
        memory: total.get(RESOURCE_MEMORY).map_or(0, Quantity::value),
    }
}

/// Quantities by resource name, borrowed from the pod.
pub(crate) type Total<'a> = BTreeMap<&'a str, Quantity>;

/// What a container is taken to ask for where it asks for nothing.
#[derive(Clone, Copy, Default)]
struct Defaults<'a> {
    cpu: Option<&'a Quantity>,
    memory: Option<&'a Quantity>,
}

fn sum<'a>(pod: &'a Pod, defaults: Defaults<'_>) -> Total<'a> {
    let mut total = containers_sum(pod, defaults);
    if let Some(resources) = &pod.spec.resources {
        for (name, wanted) in resources.requests.iter().filter(|(name, _)| is_pod_level(name)) {
            total.insert(name, own_request(pod, name, wanted));
        }
    }
    add_overhead(pod, &mut total);
    total
}

/// What a running pod was given as a whole counts where it is more than what its spec asks for, while a resize is under
/// way.
fn own_request(pod: &Pod, name: &str, wanted: &Quantity) -> Quantity {
    let Some(given) = &pod.status.resources else { return wanted.clone() };
    let wanted = (!is_resize_infeasible(pod)).then_some(wanted);
    let amounts = [wanted, given.requests.get(name), pod.status.allocated_resources.get(name)];
    amounts.into_iter().flatten().max().cloned().unwrap_or_default()
}

fn add_overhead<'a>(pod: &'a Pod, total: &mut Total<'a>) {
    for (name, quantity) in &pod.spec.overhead {
        add(total, name, quantity);
    }
}

fn containers_sum<'a>(pod: &'a Pod, defaults: Defaults<'_>) -> Total<'a> {
    let statuses = statuses_with_resources(pod);
    let mut total = Total::new();
    for container in &pod.spec.containers {
        for (name, quantity) in container_requests(pod, container, &statuses, defaults) {
            add(&mut total, name, &quantity);
        }
    }
    let mut running_beside = Total::new();
    let mut peak = Total::new();
    for container in &pod.spec.init_containers {
        let is_restartable = is_restartable(container);
        let none = HashMap::new();
        let statuses = if is_restartable { &statuses } else { &none };
        let mut needed = container_requests(pod, container, statuses, defaults);
        if is_restartable {
            for (name, quantity) in &needed {
                add(&mut total, name, quantity);
                add(&mut running_beside, name, quantity);
            }
            needed.clone_from(&running_beside);
        } else {
            for (name, quantity) in &running_beside {
                add(&mut needed, name, quantity);
            }
        }
        raise(&mut peak, needed);
    }
    raise(&mut total, peak);
    total
}

/// Whether an init container keeps running beside what starts after it.
pub fn is_restartable(container: &Container) -> bool {
    container.restart_policy == Some(ContainerRestartPolicy::Always)
}

/// What a running container was given counts where it is more than what its spec asks for, while a resize is under way.
fn container_requests<'a>(
    pod: &'a Pod,
    container: &'a Container,
    statuses: &HashMap<&str, &'a ContainerStatus>,
    defaults: Defaults<'_>,
) -> Total<'a> {
    let borrowed = |list: &'a ResourceList| list.iter().map(|(name, quantity)| (name.as_str(), quantity.clone()));
    let mut requests: Total<'a> = Total::new();
    let status = statuses.get(container.name.as_str()).copied();
    if status.is_none() || !is_resize_infeasible(pod) {
        requests.extend(borrowed(&container.resources.requests));
    }
    if let Some(status) = status {
        if let Some(resources) = &status.resources {
            raise(&mut requests, borrowed(&resources.requests).collect());
        }
        raise(&mut requests, borrowed(&status.allocated_resources).collect());
    }
    for (name, default) in [(RESOURCE_CPU, defaults.cpu), (RESOURCE_MEMORY, defaults.memory)] {
        if let Some(default) = default {
            requests.entry(name).or_insert_with(|| default.clone());
        }
    }
    requests
}

fn statuses_with_resources(pod: &Pod) -> HashMap<&str, &ContainerStatus> {
    let all = pod.status.container_statuses.iter().chain(&pod.status.init_container_statuses);
    all.filter(|status| status.resources.is_some()).map(|status| (status.name.as_str(), status)).collect()
}

fn is_resize_infeasible(pod: &Pod) -> bool {
    let mut conditions = pod.status.conditions.iter();
    conditions.any(|condition| condition.type_ == "PodResizePending" && condition.reason == "Infeasible")
}

pub(crate) fn add<'a>(total: &mut Total<'a>, name: &'a str, quantity: &Quantity) {
    match total.get_mut(name) {
        Some(sum) => *sum += quantity,
        None => {
            total.insert(name, quantity.clone());
        }
    }
}

pub(crate) fn raise<'a>(total: &mut Total<'a>, other: Total<'a>) {
    for (name, quantity) in other {
        match total.get_mut(name) {
            Some(most) if *most < quantity => *most = quantity,
            Some(_) => {}
            None => {
                total.insert(name, quantity);
            }
        }
    }
}

fn has_own_requests(pod: &Pod) -> bool {
    pod.spec.resources.as_ref().is_some_and(|own| own.requests.keys().any(|name| is_pod_level(name)))
}

/// Whether amounts of the resource can be given for a whole pod.
pub(crate) fn is_pod_level(name: &str) -> bool {
    name == RESOURCE_CPU || name == RESOURCE_MEMORY || name.starts_with(HUGE_PAGES_PREFIX)
}

pub(crate) const HUGE_PAGES_PREFIX: &str = "hugepages-";
pub(crate) const ATTACHABLE_VOLUMES_PREFIX: &str = "attachable-volumes-";
const NATIVE_PREFIX: &str = "kubernetes.io/";
const QUOTA_REQUESTS_PREFIX: &str = "requests.";

/// Whether nodes and pods count the resource by name, beside cpu, memory and local storage.
pub fn is_scalar(name: &str) -> bool {
    is_extended(name)
        || name.starts_with(HUGE_PAGES_PREFIX)
        || name.starts_with(ATTACHABLE_VOLUMES_PREFIX)
        || name.contains(NATIVE_PREFIX)
}

/// Whether it is a resource outside of Kubernetes' own, such as `example.com/gpu`.
pub fn is_extended(name: &str) -> bool {
    name.contains('/') && !name.contains(NATIVE_PREFIX) && !name.starts_with(QUOTA_REQUESTS_PREFIX)
}

#[cfg(test)]
mod tests;
