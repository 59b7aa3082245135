//! Which cluster addresses and node ports are taken.
//!
//! The stored services are the truth: the allocator reads them once, before its first use, and follows its own server's
//! writes from then on. A holder is known by its uid, so that a second service of the same name takes nothing away.

use std::{
    collections::{BTreeSet, HashMap},
    net::IpAddr,
    ops::RangeInclusive,
};

use kubeforge_api::core::v1::{IPFamily, Service};
use kubeforge_apiserver::registry::Registry;
use kubeforge_machinery::{status::ApiError, validation::parse_ip};
use kubeforge_storage::storage::{ListRequest, StorageError};
use parking_lot::Mutex;
use tokio::sync::OnceCell;

use super::{SERVICES, network::Network, port_record::PortRecord};

/// So many addresses are tried in a search; who has as many services looks for one by hand.
const TRIES_MAX: u128 = 1 << 16;

/// Who holds a port that another server gave out: which service gets it is not known yet.
const ELSEWHERE: &str = "";

/// What somebody holds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Held {
    pub(super) addresses: BTreeSet<IpAddr>,
    pub(super) ports: BTreeSet<i32>,
}

/// What came of a claim to a port.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Claim {
    /// It was the owner's.
    Held,
    /// It was nobody's, and is the owner's now.
    Missing,
    /// It is somebody else's.
    Foreign,
}

#[derive(Default)]
struct Taken {
    /// Who holds an address.
    addresses: HashMap<IpAddr, String>,
    /// Who holds a port.
    ports: HashMap<i32, String>,
    /// What an owner holds.
    by_owner: HashMap<String, Held>,
    /// Where the next search in each network begins.
    next: HashMap<IpAddr, u128>,
    next_port: i32,
}

impl Taken {
    fn take_address(&mut self, address: IpAddr, owner: &str) -> bool {
        let holder = self.addresses.entry(address).or_insert_with(|| owner.to_owned());
        let is_own = holder == owner;
        if is_own {
            self.by_owner.entry(owner.to_owned()).or_default().addresses.insert(address);
        }
        is_own
    }

    /// Takes a port for a service that is stored with it.
    fn adopt_port(&mut self, port: i32, owner: &str) -> bool {
        if self.ports.get(&port).is_some_and(|holder| holder == ELSEWHERE) {
            self.ports.remove(&port);
        }
        self.take_port(port, owner)
    }

    fn take_port(&mut self, port: i32, owner: &str) -> bool {
        let holder = self.ports.entry(port).or_insert_with(|| owner.to_owned());
        let is_own = holder == owner;
        if is_own {
            self.by_owner.entry(owner.to_owned()).or_default().ports.insert(port);
        }
        is_own
    }

    /// Takes from the owner what is not to stay; returns that.
    fn keep_only(&mut self, owner: &str, stays: &Held) -> Held {
        let Some(held) = self.by_owner.get_mut(owner) else { return Held::default() };
        let gone = Held {
            addresses: held.addresses.difference(&stays.addresses).copied().collect(),
            ports: held.ports.difference(&stays.ports).copied().collect(),
        };
        for address in &gone.addresses {
            held.addresses.remove(address);
            self.addresses.remove(address);
        }
        for port in &gone.ports {
            held.ports.remove(port);
            self.ports.remove(port);
        }
        if held.addresses.is_empty() && held.ports.is_empty() {
            self.by_owner.remove(owner);
        }
        gone
    }
}

/// What a service has that others may not.
pub(super) fn held_by(service: &Service) -> Held {
    let spec = &service.spec;
    let ports = spec.ports.iter().map(|port| port.node_port).chain([spec.health_check_node_port]);
    Held {
        addresses: spec.cluster_ips.iter().filter_map(|address| parse_ip(address)).collect(),
        ports: ports.filter(|port| *port != 0).collect(),
    }
}

/// Gives out cluster addresses and node ports.
pub(crate) struct ServiceAllocator {
    configured: Vec<Network>,
    ports: RangeInclusive<i32>,
    /// What other servers of the store see of the ports, where there may be some.
    record: Option<PortRecord>,
    taken: Mutex<Taken>,
    filled: OnceCell<()>,
}

impl std::fmt::Debug for ServiceAllocator {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ServiceAllocator")
            .field("configured", &self.configured)
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
        let mut configured = Vec::new();
        for text in networks.split(',') {
            let network = Network::parse(text).filter(|network| network.size() >= 2);
            configured.push(network.ok_or_else(|| BadRange(text.to_owned()))?);
        }
        Ok(Self { configured, ports, record: None, taken: Mutex::default(), filled: OnceCell::new() })
    }

    /// The same, which shares its node ports with other servers.
    pub(crate) fn with_record(self, record: PortRecord) -> Self {
        Self { record: Some(record), ..self }
    }

    /// What other servers see of the ports.
    pub(super) fn record(&self) -> Option<&PortRecord> {
        self.record.as_ref()
    }

    /// Notes what the record says: ports that no service known here has are taken as well.
    pub(super) fn note_recorded(&self, recorded: &BTreeSet<i32>) {
        let mut taken = self.taken.lock();
        taken.ports.retain(|port, holder| holder != ELSEWHERE || recorded.contains(port));
        for port in recorded {
            taken.ports.entry(*port).or_insert_with(|| ELSEWHERE.to_owned());
        }
    }

    /// The networks that the server was started with.
    pub(super) fn configured(&self) -> &[Network] {
        &self.configured
    }

    /// The same, in CIDR notation.
    pub(crate) fn configured_cidrs(&self) -> Vec<String> {
        self.configured.iter().map(ToString::to_string).collect()
    }

    /// The families that the cluster offers, the primary one first.
    pub(super) fn families(&self) -> Vec<IPFamily> {
        self.configured.iter().map(Network::family).collect()
    }

    /// The first address of the primary range: the one of the `kubernetes` service.
    pub(crate) fn first_address(&self) -> Option<IpAddr> {
        self.configured.first().map(|network| network.at(1))
    }

    /// Notes what stored services hold, before the first use.
    pub(super) async fn fill(&self, registry: &Registry) -> Result<(), ApiError> {
        let read = || async {
            let storage = registry.resource(&SERVICES).and_then(|scope| scope.storage.clone());
            let Some(storage) = storage else { return Ok(()) };
            let failed = |err: StorageError| ApiError::internal_error(err);
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
        let owner = &service.metadata.uid;
        let held = held_by(service);
        let mut taken = self.taken.lock();
        for address in held.addresses {
            taken.take_address(address, owner);
        }
        for port in held.ports {
            taken.adopt_port(port, owner);
        }
    }

    /// Takes a certain address; says whether it is the owner's now.
    pub(super) fn take_address(&self, address: IpAddr, owner: &str) -> bool {
        self.taken.lock().take_address(address, owner)
    }

    /// Whether the owner holds the address.
    pub(super) fn holds_address(&self, address: IpAddr, owner: &str) -> bool {
        self.taken.lock().addresses.get(&address).is_some_and(|holder| holder == owner)
    }

    /// Takes any free address of a network. The search goes on where the last one stopped.
    pub(super) fn take_any_address(&self, network: &Network, owner: &str) -> Option<IpAddr> {
        let (size, band) = (network.size(), network.static_band());
        let dynamic = size.saturating_sub(band).max(1);
        // the kubernetes service asks for this one by name
        let reserved = self.first_address();
        let mut taken = self.taken.lock();
        let start = taken.next.get(&network.base()).copied().unwrap_or(0);
        let first_choice = (0..dynamic.min(TRIES_MAX)).map(|step| band + 1 + (start + step) % dynamic);
        let offset = first_choice.chain(1..=band.min(size)).find(|offset| {
            let address = network.at(*offset);
            Some(address) != reserved && !taken.addresses.contains_key(&address)
        })?;
        taken.next.insert(network.base(), offset.saturating_sub(band));
        let address = network.at(offset);
        taken.take_address(address, owner);
        Some(address)
    }

    /// Gives an address back.
    pub(super) fn release_address(&self, address: IpAddr, owner: &str) {
        let mut taken = self.taken.lock();
        if taken.addresses.get(&address).is_some_and(|holder| holder == owner) {
            taken.addresses.remove(&address);
            if let Some(held) = taken.by_owner.get_mut(owner) {
                held.addresses.remove(&address);
            }
        }
    }

    /// The ports that there are.
    pub(super) fn ports(&self) -> &RangeInclusive<i32> {
        &self.ports
    }

    /// Takes a certain port; says whether it is the owner's now.
    pub(super) fn take_port(&self, port: i32, owner: &str) -> bool {
        self.taken.lock().take_port(port, owner)
    }

    /// Takes a port for a service that has it.
    pub(super) fn claim_port(&self, port: i32, owner: &str) -> Claim {
        let mut taken = self.taken.lock();
        let was_held = taken.ports.contains_key(&port);
        match (taken.adopt_port(port, owner), was_held) {
            (true, true) => Claim::Held,
            (true, false) => Claim::Missing,
            (false, _) => Claim::Foreign,
        }
    }

    /// Whether anybody holds the address.
    pub(super) fn is_held(&self, address: IpAddr) -> bool {
        self.taken.lock().addresses.contains_key(&address)
    }

    /// What owners hold beyond what these services, which are all there are, say of them: each piece for itself.
    pub(super) fn surplus<'a>(&self, services: impl Iterator<Item = &'a Service>) -> Vec<(String, Held)> {
        let stored: HashMap<&str, Held> =
            services.map(|service| (service.metadata.uid.as_str(), held_by(service))).collect();
        let none = Held::default();
        let mut surplus = Vec::new();
        for (owner, held) in &self.taken.lock().by_owner {
            let stays = stored.get(owner.as_str()).unwrap_or(&none);
            for address in held.addresses.difference(&stays.addresses) {
                surplus.push((owner.clone(), Held { addresses: BTreeSet::from([*address]), ..Held::default() }));
            }
            for port in held.ports.difference(&stays.ports) {
                surplus.push((owner.clone(), Held { ports: BTreeSet::from([*port]), ..Held::default() }));
            }
        }
        surplus
    }

    /// Takes this from the owner.
    pub(super) fn give_back(&self, owner: &str, surplus: Held) {
        let mut taken = self.taken.lock();
        let Some(held) = taken.by_owner.get(owner) else { return };
        let stays = Held {
            addresses: held.addresses.difference(&surplus.addresses).copied().collect(),
            ports: held.ports.difference(&surplus.ports).copied().collect(),
        };
        taken.keep_only(owner, &stays);
    }

    /// Whether anybody holds the port.
    pub(super) fn has_port(&self, port: i32) -> bool {
        self.taken.lock().ports.contains_key(&port)
    }

    /// Takes any free port; those below a band are left to who asks for a certain one, as long as there are others.
    pub(super) fn take_any_port(&self, owner: &str) -> Option<i32> {
        let (first, count) = (*self.ports.start(), self.ports.end() - self.ports.start() + 1);
        let band = if count <= 16 { 0 } else { (count / 32).clamp(16, 128) };
        let dynamic = (count - band).max(1);
        let mut taken = self.taken.lock();
        let start = taken.next_port;
        let first_choice = (0..dynamic).map(|step| band + (start + step) % dynamic);
        let offset = first_choice.chain(0..band).find(|offset| !taken.ports.contains_key(&(first + offset)))?;
        taken.next_port = (offset - band).max(0) + 1;
        taken.take_port(first + offset, owner);
        Some(first + offset)
    }

    /// Leaves a service what its stored state says; returns what it gives back.
    pub(super) fn settle(&self, service: &Service) -> Held {
        self.note(service);
        self.taken.lock().keep_only(&service.metadata.uid, &held_by(service))
    }

    /// Takes everything from a service; returns that.
    pub(super) fn release(&self, service: &Service) -> Held {
        self.taken.lock().keep_only(&service.metadata.uid, &Held::default())
    }
}

#[cfg(test)]
mod tests;
