//! Ports of nodes that pods take for themselves.

use std::collections::HashMap;

use kubeforge_api::core::v1::Pod;

use crate::resources::is_restartable;

/// All addresses of the node.
const ANY_IP: &str = "0.0.0.0";
const DEFAULT_PROTOCOL: &str = "TCP";

/// A port on an address of the node.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HostPort {
    /// The address; `0.0.0.0` for all.
    pub ip: String,
    /// TCP, UDP or SCTP.
    pub protocol: String,
    /// The port's number.
    pub port: i32,
}

impl HostPort {
    /// The ports that a pod's containers and sidecars ask for.
    pub fn of(pod: &Pod) -> Vec<Self> {
        let sidecars = pod.spec.init_containers.iter().filter(|container| is_restartable(container));
        let ports = sidecars.chain(&pod.spec.containers).flat_map(|container| &container.ports);
        let or = |text: &str, default: &str| if text.is_empty() { default.to_owned() } else { text.to_owned() };
        ports
            .filter(|port| port.host_port > 0)
            .map(|port| Self {
                ip: or(&port.host_ip, ANY_IP),
                protocol: or(port.protocol.as_str(), DEFAULT_PROTOCOL),
                port: port.host_port,
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

/// The ports of a node that are taken.
#[derive(Clone, Debug, Default)]
pub struct HostPorts {
    /// Pods that take a port, by its number. Two pods may hold the same port where both were placed by hand.
    by_number: HashMap<i32, Vec<HostPort>>,
}

impl HostPorts {
    /// Takes ports.
    pub fn take(&mut self, ports: &[HostPort]) {
        for port in ports {
            self.by_number.entry(port.port).or_default().push(port.clone());
        }
    }

    /// Gives ports back that were taken.
    pub fn give_back(&mut self, ports: &[HostPort]) {
        for port in ports {
            if let Some(taken) = self.by_number.get_mut(&port.port) {
                if let Some(position) = taken.iter().position(|other| other == port) {
                    taken.swap_remove(position);
                }
                if taken.is_empty() {
                    self.by_number.remove(&port.port);
                }
            }
        }
    }

    /// Whether any of these ports cannot be taken any more.
    pub fn conflict_with(&self, wanted: &[HostPort]) -> bool {
        wanted.iter().any(|port| {
            self.by_number.get(&port.port).is_some_and(|taken| taken.iter().any(|other| other.conflicts_with(port)))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn port(ip: &str, protocol: &str, port: i32) -> HostPort {
        HostPort { ip: ip.to_owned(), protocol: protocol.to_owned(), port }
    }

    #[track_caller]
    fn check(other: HostPort, want: bool) {
        let mut used = HostPorts::default();
        used.take(&[port("10.0.0.1", "TCP", 80)]);
        assert_eq!(used.conflict_with(std::slice::from_ref(&other)), want, "{other:?}");
        used.give_back(&[port("10.0.0.1", "TCP", 80)]);
        assert!(!used.conflict_with(&[other]));
    }

    #[test]
    fn ports_conflict_on_the_same_address_or_on_all() {
        check(port("10.0.0.1", "TCP", 80), true);
        check(port("0.0.0.0", "TCP", 80), true);
        check(port("10.0.0.2", "TCP", 80), false);
        check(port("10.0.0.1", "UDP", 80), false);
        check(port("10.0.0.1", "TCP", 81), false);
    }
}
