//! Ports of the node that pods take for themselves.

use kubeforge_api::core::v1::{Pod, Protocol};

use crate::resources::is_restartable;

/// All addresses of the node.
const ANY_IP: &str = "0.0.0.0";

/// A port on an address of the node.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HostPort {
    /// The port's number.
    pub port: i32,
    /// The protocol.
    pub protocol: Protocol,
    /// The address; `0.0.0.0` for all.
    pub ip: String,
}

impl HostPort {
    /// The ports that a pod's containers and sidecars ask for.
    pub fn of(pod: &Pod) -> Vec<Self> {
        let sidecars = pod.spec.init_containers.iter().filter(|container| is_restartable(container));
        let ports = sidecars.chain(&pod.spec.containers).flat_map(|container| &container.ports);
        ports
            .filter(|port| port.host_port > 0)
            .map(|port| Self {
                port: port.host_port,
                protocol: if port.protocol.is_empty() { Protocol::TCP } else { port.protocol.clone() },
                ip: if port.host_ip.is_empty() { ANY_IP.to_owned() } else { port.host_ip.clone() },
            })
            .collect()
    }

    /// Whether the two cannot be on one node.
    pub fn conflicts_with(&self, other: &Self) -> bool {
        self.port == other.port
            && self.protocol == other.protocol
            && (self.ip == other.ip || self.ip == ANY_IP || other.ip == ANY_IP)
    }
}

/// The ports of a node that are taken, each as often as it was taken: pods placed by hand may share one.
#[derive(Clone, Debug, Default)]
pub struct HostPorts {
    taken: Vec<HostPort>,
}

impl HostPorts {
    /// Whether any of these can't be had.
    pub fn conflict_with(&self, wanted: &[HostPort]) -> bool {
        self.taken.iter().any(|taken| wanted.iter().any(|port| port.conflicts_with(taken)))
    }

    /// Takes ports.
    pub(crate) fn take(&mut self, ports: &[HostPort]) {
        self.taken.extend_from_slice(ports);
    }

    /// Gives ports back that were taken.
    pub(crate) fn give_back(&mut self, ports: &[HostPort]) {
        for port in ports {
            if let Some(place) = self.taken.iter().position(|taken| taken == port) {
                self.taken.swap_remove(place);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn port(ip: &str, protocol: &str, port: i32) -> HostPort {
        HostPort { port, protocol: protocol.into(), ip: ip.to_owned() }
    }

    #[track_caller]
    fn check(other: &HostPort, want: bool) {
        let mut used = HostPorts::default();
        used.take(&[port("10.0.0.1", "TCP", 80)]);
        assert_eq!(used.conflict_with(std::slice::from_ref(other)), want, "{other:?}");
        used.give_back(&[port("10.0.0.1", "TCP", 80)]);
        assert!(!used.conflict_with(std::slice::from_ref(other)));
    }

    #[test]
    fn ports_conflict_by_number_protocol_and_address() {
        check(&port("10.0.0.1", "TCP", 80), true);
        check(&port(ANY_IP, "TCP", 80), true);
        check(&port("10.0.0.2", "TCP", 80), false);
        check(&port("10.0.0.1", "UDP", 80), false);
        check(&port("10.0.0.1", "TCP", 81), false);
    }
}
