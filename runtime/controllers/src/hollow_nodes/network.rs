//! Addresses of nodes and pods. Nobody listens at them.
//!
//! Nodes have addresses in 172.16.0.0/12, pods in 10.0.0.0/8. Each node has a share of the latter for its pods: 256
//! addresses, or 128 where there are more than 65,536 nodes.

use std::{collections::HashMap, net::Ipv4Addr};

const NODES: u32 = u32::from_be_bytes([172, 16, 0, 0]);
const PODS: u32 = u32::from_be_bytes([10, 0, 0, 0]);
const PODS_BITS: u32 = 24;

/// Too many nodes.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there are addresses for {max} hollow nodes, not for {asked}")]
pub struct NetworkError {
    asked: usize,
    max: usize,
}

/// How the addresses are shared out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Network {
    /// How many bits of an address tell one node's pods apart.
    pod_bits: u32,
}

impl Network {
    /// Shares for `count` nodes.
    pub(super) fn new(count: usize) -> Result<Self, NetworkError> {
        let shares = |pod_bits: u32| 1usize << (PODS_BITS - pod_bits);
        match count {
            _ if count <= shares(8) => Ok(Self { pod_bits: 8 }),
            _ if count <= shares(7) => Ok(Self { pod_bits: 7 }),
            _ => Err(NetworkError { asked: count, max: shares(7) }),
        }
    }

    /// The address of node `number`, which is below the count.
    pub(super) fn node(&self, number: usize) -> Ipv4Addr {
        // the first address is the network's
        Ipv4Addr::from(NODES + 1 + number as u32)
    }

    /// The pod addresses of node `number`, which is below the count.
    pub(super) fn pods(&self, number: usize) -> PodAddresses {
        PodAddresses {
            base: PODS + ((number as u32) << self.pod_bits),
            bits: self.pod_bits,
            next: 2,
            used: HashMap::new(),
        }
    }
}

/// One node's pod addresses and who has which.
#[derive(Debug)]
pub(super) struct PodAddresses {
    base: u32,
    bits: u32,
    /// Where to look for the next free one.
    next: u32,
    /// By the pod's uid.
    used: HashMap<String, u32>,
}

impl PodAddresses {
    /// The share as a CIDR.
    pub(super) fn cidr(&self) -> String {
        format!("{}/{}", Ipv4Addr::from(self.base), 32 - self.bits)
    }

    /// The address of a pod: the one it has, else one that nobody has. `None` where all are taken.
    pub(super) fn assign(&mut self, uid: &str) -> Option<Ipv4Addr> {
        if let Some(known) = self.used.get(uid) {
            return Some(Ipv4Addr::from(self.base + known));
        }
        let size = 1 << self.bits;
        // not the network's, the gateway's or the broadcast address
        let candidates = (self.next..size - 1).chain(2..self.next);
        let free = candidates.into_iter().find(|offset| !self.used.values().any(|used| used == offset))?;
        self.next = if free + 1 < size - 1 { free + 1 } else { 2 };
        self.used.insert(uid.to_owned(), free);
        Some(Ipv4Addr::from(self.base + free))
    }

    /// Notes the address that a pod has already.
    pub(super) fn keep(&mut self, uid: &str, address: &str) {
        let Ok(address) = address.parse::<Ipv4Addr>() else { return };
        if let Some(offset) = u32::from(address).checked_sub(self.base).filter(|offset| *offset < 1 << self.bits) {
            self.used.insert(uid.to_owned(), offset);
        }
    }

    /// Frees a pod's address.
    pub(super) fn release(&mut self, uid: &str) {
        self.used.remove(uid);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_do_not_overlap_and_have_room_for_110_pods() {
        let network = Network::new(1000).unwrap();
        assert_eq!(network.node(0).to_string(), "172.16.0.1");
        assert_eq!(network.node(999).to_string(), "172.16.3.232");
        assert_eq!(network.pods(0).cidr(), "10.0.0.0/24");
        assert_eq!(network.pods(999).cidr(), "10.3.231.0/24");
        let network = Network::new(100_000).unwrap();
        assert_eq!(network.pods(99_999).cidr(), "10.195.79.128/25");
        let mut pods = network.pods(1);
        assert!((0..110).all(|pod| pods.assign(&pod.to_string()).is_some()));
        assert_eq!(Network::new(200_000).unwrap_err().max, 131_072);
    }

    #[test]
    fn an_address_is_one_pods_until_released() {
        let mut pods = Network::new(1).unwrap().pods(0);
        pods.keep("old", "10.0.0.2");
        pods.keep("elsewhere", "10.9.0.2");
        let first = pods.assign("a").unwrap();
        assert_eq!(first.to_string(), "10.0.0.3");
        assert_eq!(pods.assign("a"), Some(first));
        for pod in 0..251 {
            assert!(pods.assign(&format!("p{pod}")).is_some(), "{pod}");
        }
        assert_eq!(pods.assign("one too many"), None);
        pods.release("a");
        assert_eq!(pods.assign("new"), Some(first));
    }
}
