//! A node as plugins see it: what it has, and what its pods take of it.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use kubeforge_api::core::v1::{Node, RESOURCE_PODS, Taint};
use kubeforge_machinery::Quantity;

use super::{PodInfo, PodKey, Row};
use crate::host_ports::HostPorts;
use crate::resources::{Amounts, Nonzero};

/// A node: its object, the sums over its pods, and the pods.
///
/// A copy costs little, so a plugin can try what a node would be like without some of its pods.
#[derive(Clone)]
pub struct NodeInfo {
    name: Arc<str>,
    row: Row,
    node: Option<Arc<Node>>,
    allocatable: Amounts,
    allowed_pods: i64,
    requested: Amounts,
    nonzero: Nonzero,
    ports: HostPorts,
    pods: Vec<Arc<PodInfo>>,
    version: Version,
}

/// Which of all states of all nodes, or of the rooms on them, it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Version(u64);

impl Version {
    /// One that nothing has had yet.
    pub(crate) fn next() -> Self {
        static LAST: AtomicU64 = AtomicU64::new(0);
        Self(LAST.fetch_add(1, Ordering::Relaxed) + 1)
    }
}

impl NodeInfo {
    /// A node that only pods spoke of until now.
    pub fn unknown(name: &str) -> Self {
        Self {
            name: name.into(),
            row: Row::NOWHERE,
            node: None,
            allocatable: Amounts::default(),
            allowed_pods: 0,
            requested: Amounts::default(),
            nonzero: Nonzero::default(),
            ports: HostPorts::default(),
            pods: Vec::new(),
            version: Version::next(),
        }
    }

    /// Another one whenever something changed that a filter may look at, or one of its pods.
    pub(crate) const fn version(&self) -> Version {
        self.version
    }

    /// Its object changed.
    pub(crate) fn touch(&mut self) {
        self.version = Version::next();
    }

    /// A node without pods.
    pub fn of(node: Arc<Node>) -> Self {
        let mut info = Self::unknown(&node.metadata.name);
        info.set_node(node);
        info
    }

    pub(crate) const fn at(mut self, row: Row) -> Self {
        self.row = row;
        self
    }

    pub(crate) fn set_node(&mut self, node: Arc<Node>) {
        self.allocatable = Amounts::from_list(&node.status.allocatable);
        self.allowed_pods = node.status.allocatable.get(RESOURCE_PODS).map_or(0, Quantity::value);
        self.node = Some(node);
    }

    pub(crate) fn forget_node(&mut self) {
        self.allocatable = Amounts::default();
        self.allowed_pods = 0;
        self.node = None;
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its name, to be shared.
    pub fn shared_name(&self) -> Arc<str> {
        Arc::clone(&self.name)
    }

    /// Its row; [`Row::NOWHERE`] where it is not one of a snapshot.
    pub const fn row(&self) -> Row {
        self.row
    }

    /// Its object; none while only pods speak of it.
    pub fn node(&self) -> Option<&Arc<Node>> {
        self.node.as_ref()
    }

    /// What pods may take of it.
    pub const fn allocatable(&self) -> &Amounts {
        &self.allocatable
    }

    /// How many pods it may have.
    pub const fn allowed_pods(&self) -> i64 {
        self.allowed_pods
    }

    /// What its pods asked for.
    pub const fn requested(&self) -> &Amounts {
        &self.requested
    }

    /// What its pods asked for, those that did not say counted as something.
    pub const fn nonzero_requested(&self) -> Nonzero {
        self.nonzero
    }

    /// Its pods, those that are being bound to it among them. In no order.
    pub fn pods(&self) -> &[Arc<PodInfo>] {
        &self.pods
    }

    /// The ports that its pods have taken.
    pub const fn host_ports(&self) -> &HostPorts {
        &self.ports
    }

    /// The value of one of its labels.
    pub fn label(&self, key: &str) -> Option<&str> {
        self.node.as_ref()?.metadata.labels.get(key).map(String::as_str)
    }

    /// Its taints.
    pub fn taints(&self) -> &[Taint] {
        self.node.as_ref().map_or(&[], |node| &node.spec.taints)
    }

    /// Whether it is closed for new pods.
    pub fn is_unschedulable(&self) -> bool {
        self.node.as_ref().is_some_and(|node| node.spec.unschedulable)
    }

    /// Counts a pod in.
    pub fn add_pod(&mut self, pod: Arc<PodInfo>) {
        self.requested.add(&pod.resources().requests);
        self.nonzero.milli_cpu += pod.resources().nonzero.milli_cpu;
        self.nonzero.memory += pod.resources().nonzero.memory;
        self.ports.take(pod.host_ports());
        self.pods.push(pod);
        self.touch();
    }

    /// Takes a pod out, if it is there.
    pub fn remove_pod(&mut self, key: &PodKey) -> Option<Arc<PodInfo>> {
        let place = self.pods.iter().position(|pod| pod.key() == key)?;
        let pod = self.pods.swap_remove(place);
        self.requested.subtract(&pod.resources().requests);
        self.nonzero.milli_cpu -= pod.resources().nonzero.milli_cpu;
        self.nonzero.memory -= pod.resources().nonzero.memory;
        self.ports.give_back(pod.host_ports());
        self.touch();
        Some(pod)
    }
}
