//! Which cluster addresses and node ports are taken.
//!
//! The stored services are the truth: the allocator reads them once, before its first use, and follows its own server's
//! writes from then on.

use std::{
    collections::HashMap,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    ops::RangeInclusive,
};

use kubeforge_api::core::v1::{IPFamily, Service};
use kubeforge_apiserver::request::RequestContext;
use kubeforge_machinery::{status::ApiError, validation::parse_cidr};
use kubeforge_storage::storage::ListRequest;
use parking_lot::Mutex;
use tokio::sync::OnceCell;

use super::{HEADLESS, SERVICES};

/// A range of addresses services get theirs from.
#[derive(Clone, Copy, Debug)]
struct AddressRange {
    /// The first address of the network, which is never given away.
    network: IpAddr,
    /// How many addresses can be given away; large networks are cut at 65,536 as upstream does.
    size: u32,
}

impl AddressRange {
    fn at(&self, offset: u32) -> IpAddr {
        match self.network {
            IpAddr::V4(network) => Ipv4Addr::from(u32::from(network).wrapping_add(offset)).into(),
            IpAddr::V6(network) => Ipv6Addr::from(u128::from(network).wrapping_add(offset.into())).into(),
        }
    }

    fn family(&self) -> IPFamily {
        if self.network.is_ipv4() { IPFamily::IPv4 } else { IPFamily::IPv6 }
    }

    fn contains(&self, address: IpAddr) -> bool {
        match (self.network, address) {
            (IpAddr::V4(network), IpAddr::V4(address)) => u32::from(address)
                .checked_sub(u32::from(network))
                .is_some_and(|offset| (1..=self.size).contains(&offset)),
            (IpAddr::V6(network), IpAddr::V6(address)) => u128::from(address)
                .checked_sub(u128::from(network))
                .is_some_and(|offset| (1..=u128::from(self.size)).contains(&offset)),
            _ => false,
        }
    }
}

#[derive(Default)]
struct Taken {
    /// Who holds an address.
    addresses: HashMap<IpAddr, String>,
    /// Who holds a port.
    ports: HashMap<i32, String>,
    /// Where the next search in each range begins.
    next: HashMap<IpAddr, u32>,
    next_port: i32,
}

/// Gives out cluster addresses and node ports.
pub(crate) struct ServiceAllocator {
    ranges: Vec<AddressRange>,
    ports: RangeInclusive<i32>,
    taken: Mutex<Taken>,
    filled: OnceCell<()>,
}

impl std::fmt::Debug for ServiceAllocator {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ServiceAllocator")
            .field("ranges", &self.ranges)
            .field("ports", &self.ports)
            .finish_non_exhaustive()
    }
}

/// A service range that is no network.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a network in CIDR notation")]
pub(crate) struct BadRange(String);

impl ServiceAllocator {
    /// An allocator over networks in CIDR notation, separated by commas (one of each family at most), and node ports.
    pub(crate) fn new(networks: &str, ports: RangeInclusive<i32>) -> Result<Self, BadRange> {
        const BITS_MAX: u32 = 16;
        let mut ranges = Vec::new();
        for text in networks.split(',') {
            let (network, length) = parse_cidr(text).ok_or_else(|| BadRange(text.to_owned()))?;
            let bits = if network.is_ipv4() { 32 } else { 128 } - u32::from(length);
            if bits < 2 {
                return Err(BadRange(text.to_owned()));
            }
            // neither the network's own address nor IPv4's broadcast address is given away
            let size = (1u32 << bits.min(BITS_MAX)) - if network.is_ipv4() { 2 } else { 1 };
            ranges.push(AddressRange { network, size });
        }
        Ok(Self { ranges, ports, taken: Mutex::default(), filled: OnceCell::new() })
    }

    /// The families that the cluster offers, the primary one first.
    pub(crate) fn families(&self) -> Vec<IPFamily> {
        self.ranges.iter().map(AddressRange::family).collect()
    }

    /// The first address of the primary range: the one of the `kubernetes` service.
    pub(crate) fn first_address(&self) -> Option<IpAddr> {
        self.ranges.first().map(|range| range.at(1))
    }

    /// Notes what stored services hold, before the first use.
    pub(super) async fn fill(&self, ctx: &RequestContext) -> Result<(), ApiError> {
        let read = || async {
            let storage = ctx.registry.resource(&SERVICES).and_then(|scope| scope.storage.clone());
            let Some(storage) = storage else { return Ok(()) };
            let failed = |err: kubeforge_storage::storage::StorageError| ApiError::internal_error(err);
            for entry in storage.list(ListRequest::default()).await.map_err(failed)?.items {
                if let Some(service) = entry.object().map_err(failed)?.downcast_ref::<Service>() {
                    self.note(service);
                }
            }
            Ok(())
        };
        self.filled.get_or_try_init(read).await.copied()
    }

    /// Notes what the service holds.
    pub(super) fn note(&self, service: &Service) {
        let owner = super::owner(service);
        let mut taken = self.taken.lock();
        for address in &service.spec.cluster_ips {
            if let Ok(address) = address.parse() {
                taken.addresses.insert(address, owner.clone());
            }
        }
        for port in service.spec.ports.iter().filter(|port| port.node_port != 0) {
            taken.ports.insert(port.node_port, owner.clone());
        }
    }

    /// Takes a certain address.
    pub(super) fn take_address(&self, text: &str, owner: &str) -> Result<(), String> {
        if text == HEADLESS {
            return Ok(());
        }
        let Ok(address) = text.parse::<IpAddr>() else { return Err("it is not an IP address".to_owned()) };
        if !self.ranges.iter().any(|range| range.contains(address)) {
            let networks: Vec<String> = self.ranges.iter().map(|range| range.network.to_string()).collect();
            return Err(format!("the provided IP is not in the valid range ({})", networks.join(", ")));
        }
        let mut taken = self.taken.lock();
        match taken.addresses.get(&address) {
            Some(holder) if holder != owner => Err("provided IP is already allocated".to_owned()),
            _ => {
                taken.addresses.insert(address, owner.to_owned());
                Ok(())
            }
        }
    }

    /// Takes any free address of a family.
    pub(super) fn next_address(&self, family: &IPFamily, owner: &str) -> Option<String> {
        let range = self.ranges.iter().find(|range| range.family() == *family)?;
        let mut taken = self.taken.lock();
        let start = taken.next.get(&range.network).copied().unwrap_or(1);
        // the first address is the kubernetes service's, which asks for it by name
        let free = (0..range.size)
            .map(|step| (start + step) % range.size + 1)
            .find(|offset| *offset > 1 && !taken.addresses.contains_key(&range.at(*offset)))?;
        let address = range.at(free);
        taken.next.insert(range.network, free);
        taken.addresses.insert(address, owner.to_owned());
        Some(address.to_string())
    }

    /// Takes a certain port.
    pub(super) fn take_port(&self, port: i32, owner: &str) -> Result<(), String> {
        if !self.ports.contains(&port) {
            let (first, last) = (self.ports.start(), self.ports.end());
            return Err(format!("provided port is not in the valid range. The range of valid ports is {first}-{last}"));
        }
        let mut taken = self.taken.lock();
        match taken.ports.get(&port) {
            Some(holder) if holder != owner => Err("provided port is already allocated".to_owned()),
            _ => {
                taken.ports.insert(port, owner.to_owned());
                Ok(())
            }
        }
    }

    /// Takes any free port.
    pub(super) fn next_port(&self, owner: &str) -> Option<i32> {
        let mut taken = self.taken.lock();
        let (first, count) = (*self.ports.start(), self.ports.end() - self.ports.start() + 1);
        let free = (0..count)
            .map(|step| first + (taken.next_port + step) % count)
            .find(|port| !taken.ports.contains_key(port))?;
        taken.next_port = free - first + 1;
        taken.ports.insert(free, owner.to_owned());
        Some(free)
    }

    /// Gives back all that the service holds.
    pub(super) fn release(&self, service: &Service) {
        let owner = super::owner(service);
        let mut taken = self.taken.lock();
        taken.addresses.retain(|_, holder| *holder != owner);
        taken.ports.retain(|_, holder| *holder != owner);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allocator() -> ServiceAllocator {
        ServiceAllocator::new("10.96.0.0/29,fd00:10:96::/112", 30000..=30001).unwrap()
    }

    #[test]
    fn addresses_are_given_once_until_the_range_is_full() {
        let allocator = allocator();
        let mut given: Vec<_> =
            (0..5).map(|n| allocator.next_address(&IPFamily::IPv4, &format!("a/{n}")).unwrap()).collect();
        given.sort();
        assert_eq!(given, ["10.96.0.2", "10.96.0.3", "10.96.0.4", "10.96.0.5", "10.96.0.6"]);
        assert_eq!(allocator.next_address(&IPFamily::IPv4, "a/x"), None);
        assert!(allocator.next_address(&IPFamily::IPv6, "a/x").is_some());
    }

    #[test]
    fn an_address_belongs_to_its_owner() {
        let allocator = allocator();
        allocator.take_address("10.96.0.3", "a/b").unwrap();
        allocator.take_address("10.96.0.3", "a/b").unwrap();
        assert_eq!(allocator.take_address("10.96.0.3", "a/c").unwrap_err(), "provided IP is already allocated");
        assert!(allocator.take_address("10.97.0.3", "a/c").is_err());
        assert!(allocator.take_address("10.96.0.0", "a/c").is_err());
    }

    #[test]
    fn ports_are_given_once() {
        let allocator = allocator();
        let (first, second) = (allocator.next_port("a/b").unwrap(), allocator.next_port("a/b").unwrap());
        assert_ne!(first, second);
        assert_eq!(allocator.next_port("a/b"), None);
        assert!(allocator.take_port(1, "a/b").is_err());
    }
}
