//! How many hollow nodes, and how large.

use std::{collections::BTreeMap, time::Duration};

use kubeforge_machinery::Quantity;

/// How often a kubelet renews its lease: a quarter of the lease's 40 seconds.
const LEASE_PERIOD: Duration = Duration::from_secs(10);

/// How often a kubelet writes a status that has not changed (nodeStatusReportFrequency).
const HEARTBEAT_PERIOD: Duration = Duration::from_secs(300);

/// How long stopping a pod takes, so that others can see it terminating.
const POD_STOP_DELAY: Duration = Duration::from_millis(100);

/// Settings of hollow nodes.
#[derive(Clone, Debug)]
pub struct Options {
    /// How many.
    pub count: usize,
    /// The first one's number, so that several processes can run nodes side by side.
    pub first: usize,
    /// What stands before the number in a node's name.
    pub name_prefix: String,
    /// What each node has; all of it is allocatable.
    pub capacity: BTreeMap<String, Quantity>,
    /// Labels beyond those that a kubelet sets.
    pub labels: BTreeMap<String, String>,
    /// Zones that the nodes are spread over in turn; none for no zones.
    pub zones: Vec<String>,
    /// How often leases are renewed.
    pub lease_period: Duration,
    /// How often nodes say that they are well.
    pub heartbeat_period: Duration,
    /// How long after a pod is bound it runs.
    pub pod_start_delay: Duration,
    /// How long after a pod was asked to go it is gone; its own grace period, where that is shorter.
    pub pod_stop_delay: Duration,
    /// How many requests are made at the same time.
    pub workers: usize,
}

impl Default for Options {
    fn default() -> Self {
        let capacity = [
            ("cpu", Quantity::from(8)),
            ("memory", gibibytes(32)),
            ("pods", Quantity::from(110)),
            ("ephemeral-storage", gibibytes(100)),
            ("hugepages-1Gi", Quantity::from(0)),
            ("hugepages-2Mi", Quantity::from(0)),
        ];
        Self {
            count: 1,
            first: 0,
            name_prefix: "hollow-node-".to_owned(),
            capacity: capacity.into_iter().map(|(name, amount)| (name.to_owned(), amount)).collect(),
            labels: BTreeMap::new(),
            zones: Vec::new(),
            lease_period: LEASE_PERIOD,
            heartbeat_period: HEARTBEAT_PERIOD,
            pod_start_delay: Duration::ZERO,
            pod_stop_delay: POD_STOP_DELAY,
            workers: 16,
        }
    }
}

fn gibibytes(count: i64) -> Quantity {
    format!("{count}Gi").parse().unwrap_or_default()
}
