//! A hollow node, and its object.

use std::{collections::BTreeMap, net::Ipv4Addr};

use kubeforge_api::{
    coordination::v1::Lease,
    core::v1::{
        ConditionStatus, DaemonEndpoint, LABEL_ARCH_STABLE, LABEL_HOSTNAME, LABEL_OS_STABLE, LABEL_TOPOLOGY_ZONE,
        NODE_DISK_PRESSURE, NODE_MEMORY_PRESSURE, NODE_PID_PRESSURE, NODE_READY, Node, NodeAddress, NodeAddressType,
        NodeCondition, NodeDaemonEndpoints, NodeSpec, NodeStatus, NodeSystemInfo,
    },
};
use kubeforge_machinery::{Quantity, Time, meta::v1::ObjectMeta};
use parking_lot::Mutex;

use super::{
    Options,
    network::{Network, PodAddresses},
};

/// The port of a kubelet.
const KUBELET_PORT: i32 = 10250;

/// The Kubernetes version that the nodes claim.
const KUBELET_VERSION: &str = "v1.36.2";

const OS: &str = "linux";
const ARCH: &str = "amd64";

/// A node without a machine.
#[derive(Debug)]
pub(super) struct HollowNode {
    pub(super) name: String,
    pub(super) address: Ipv4Addr,
    number: usize,
    pod_cidr: String,
    labels: BTreeMap<String, String>,
    capacity: BTreeMap<String, Quantity>,
    /// Since when it is ready.
    started: Time,
    pub(super) pods: Mutex<PodAddresses>,
    pub(super) registration: Mutex<Registration>,
}

/// What the server has of a node.
#[derive(Clone, Debug, Default)]
pub(super) struct Registration {
    /// The node object's uid; empty before it is registered.
    pub(super) uid: String,
    /// The lease as last written.
    pub(super) lease: Option<Lease>,
}

impl HollowNode {
    pub(super) fn new(number: usize, options: &Options, network: &Network) -> Self {
        let name = format!("{}{number}", options.name_prefix);
        let mut labels = BTreeMap::from(
            [
                ("beta.kubernetes.io/arch", ARCH),
                ("beta.kubernetes.io/os", OS),
                (LABEL_ARCH_STABLE, ARCH),
                (LABEL_HOSTNAME, name.as_str()),
                (LABEL_OS_STABLE, OS),
            ]
            .map(|(key, value)| (key.to_owned(), value.to_owned())),
        );
        if let Some(zone) = options.zones.get(number % options.zones.len().max(1)) {
            labels.insert(LABEL_TOPOLOGY_ZONE.to_owned(), zone.clone());
        }
        labels.extend(options.labels.clone());
        let pods = network.pods(number);
        Self {
            name,
            address: network.node(number),
            number,
            pod_cidr: pods.cidr(),
            labels,
            capacity: options.capacity.clone(),
            started: Time::now(),
            pods: Mutex::new(pods),
            registration: Mutex::default(),
        }
    }

    /// The object that a kubelet would register.
    pub(super) fn object(&self) -> Node {
        let attach = "volumes.kubernetes.io/controller-managed-attach-detach";
        Node {
            metadata: ObjectMeta {
                name: self.name.clone(),
                labels: self.labels.clone(),
                annotations: BTreeMap::from([(attach.to_owned(), "true".to_owned())]),
                ..ObjectMeta::default()
            },
            spec: NodeSpec {
                pod_cidr: self.pod_cidr.clone(),
                pod_cidrs: vec![self.pod_cidr.clone()],
                ..NodeSpec::default()
            },
            status: self.status(),
        }
    }

    /// How the node is.
    pub(super) fn status(&self) -> NodeStatus {
        NodeStatus {
            capacity: self.capacity.clone(),
            allocatable: self.capacity.clone(),
            conditions: self.conditions(),
            addresses: vec![
                NodeAddress { type_: NodeAddressType::InternalIP, address: self.address.to_string() },
                NodeAddress { type_: NodeAddressType::Hostname, address: self.name.clone() },
            ],
            daemon_endpoints: NodeDaemonEndpoints { kubelet_endpoint: DaemonEndpoint { port: KUBELET_PORT } },
            node_info: self.info(),
            ..NodeStatus::default()
        }
    }

    /// That the node is well, as of now.
    pub(super) fn conditions(&self) -> Vec<NodeCondition> {
        let now = Time::now();
        let condition = |type_: &str, status, reason: &str, message: &str| NodeCondition {
            type_: type_.to_owned(),
            status,
            last_heartbeat_time: now,
            last_transition_time: self.started,
            reason: reason.to_owned(),
            message: message.to_owned(),
        };
        use ConditionStatus::{False, True};
        vec![
            condition(
                NODE_MEMORY_PRESSURE,
                False,
                "KubeletHasSufficientMemory",
                "kubelet has sufficient memory available",
            ),
            condition(NODE_DISK_PRESSURE, False, "KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
            condition(NODE_PID_PRESSURE, False, "KubeletHasSufficientPID", "kubelet has sufficient PID available"),
            condition(NODE_READY, True, "KubeletReady", "kubelet is posting ready status"),
        ]
    }

    fn info(&self) -> NodeSystemInfo {
        // identifiers as unlike as those of machines, and the same each time
        let id = |of: u64| format!("{of:08x}-0000-4000-8000-{:012x}", self.number);
        NodeSystemInfo {
            machine_id: id(1).replace('-', ""),
            system_uuid: id(2),
            boot_id: id(3),
            kernel_version: "6.12.0-hollow".to_owned(),
            os_image: "Hollow Linux".to_owned(),
            container_runtime_version: "containerd://2.2.0".to_owned(),
            kubelet_version: KUBELET_VERSION.to_owned(),
            operating_system: OS.to_owned(),
            architecture: ARCH.to_owned(),
            ..NodeSystemInfo::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_node_looks_like_a_kubelets() {
        let options = Options { zones: vec!["a".to_owned(), "b".to_owned()], ..Default::default() };
        let network = Network::new(4).unwrap();
        let node = HollowNode::new(3, &options, &network).object();
        assert_eq!(node.metadata.name, "hollow-node-3");
        assert_eq!(node.metadata.labels[LABEL_HOSTNAME], "hollow-node-3");
        assert_eq!(node.metadata.labels[LABEL_TOPOLOGY_ZONE], "b");
        assert_eq!(node.spec.pod_cidrs, ["10.0.3.0/24"]);
        assert_eq!(node.status.addresses[0].address, "172.16.0.4");
        assert_eq!(node.status.allocatable["memory"].to_string(), "32Gi");
        let ready = node.status.conditions.iter().find(|condition| condition.type_ == NODE_READY).unwrap();
        assert_eq!(ready.status, ConditionStatus::True);
        assert_eq!(node.status.node_info.machine_id.len(), 32);
    }
}
