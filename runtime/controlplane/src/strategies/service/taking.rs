//! What one write of a service takes. A dry run looks only.

use std::net::IpAddr;

use kubeforge_api::{
    core::v1::{IPFamily, Service},
    networking::v1::ServiceCIDR,
};
use kubeforge_apiserver::request::RequestContext;
use kubeforge_machinery::{GroupResource, meta::v1::ConditionStatus, status::ApiError, validation::parse_ip};
use kubeforge_storage::storage::{ListRequest, StorageError};

use super::{
    allocator::{Held, ServiceAllocator},
    ip_address,
    network::Network,
};

pub(super) const SERVICE_CIDRS: GroupResource = GroupResource::new("networking.k8s.io", "servicecidrs");
const READY: &str = "Ready";
const ALLOCATED: &str = "provided IP is already allocated";
/// Dry runs show ports from here on, which nobody can have.
const DRY_RUN_PORT: i32 = 32_769;
/// So many addresses that have a foreign object are passed over before a search ends.
const FOREIGN_MAX: usize = 256;

/// Why there is no address for a service.
#[derive(Debug, thiserror::Error)]
pub(super) enum NoAddress {
    /// All are taken.
    #[error("range is full")]
    Full,
    /// Something else.
    #[error("{0}")]
    Other(String),
}

/// One write's takings.
pub(super) struct Taking<'a> {
    ctx: &'a RequestContext,
    allocator: &'a ServiceAllocator,
    owner: String,
    ports: Vec<i32>,
}

impl<'a> Taking<'a> {
    /// Nothing is taken yet for this service.
    pub(super) fn new(ctx: &'a RequestContext, allocator: &'a ServiceAllocator, service: &Service) -> Self {
        Self { ctx, allocator, owner: service.metadata.uid.clone(), ports: Vec::new() }
    }

    /// Takes a certain port.
    ///
    /// # Errors
    /// In upstream's words, where it is taken or none of the node ports.
    pub(super) fn port(&mut self, port: i32) -> Result<(), String> {
        let taken = || Err("provided port is already allocated".to_owned());
        if self.ports.contains(&port) {
            return taken();
        }
        if self.ctx.is_dry_run() {
            if self.allocator.has_port(port) {
                return taken();
            }
        } else {
            let range = self.allocator.ports();
            if !range.contains(&port) {
                let (first, last) = (range.start(), range.end());
                return Err(format!(
                    "provided port is not in the valid range. The range of valid ports is {first}-{last}"
                ));
            }
            if !self.allocator.take_port(port, &self.owner) {
                return taken();
            }
        }
        self.ports.push(port);
        Ok(())
    }

    /// The ports that were taken so far.
    pub(super) fn ports(&self) -> &[i32] {
        &self.ports
    }

    /// Whether it only looks.
    pub(super) fn is_dry_run(&self) -> bool {
        self.ctx.is_dry_run()
    }

    /// Gives the ports back that were taken so far.
    pub(super) fn give_ports_back(&mut self) {
        let ports = std::mem::take(&mut self.ports).into_iter().collect();
        self.allocator.give_back(&self.owner, Held { ports, ..Held::default() });
    }

    /// Takes any port; `None` where there is none left.
    pub(super) fn any_port(&mut self) -> Option<i32> {
        let port = if self.ctx.is_dry_run() {
            self.ports.iter().max().map_or(DRY_RUN_PORT, |last| last + 1)
        } else {
            self.allocator.take_any_port(&self.owner)?
        };
        self.ports.push(port);
        Some(port)
    }

    /// The networks of a family: those of all service CIDRs that are ready, else those of the flags.
    async fn networks(&self, family: &IPFamily) -> Result<Vec<Network>, ApiError> {
        let failed = |err: StorageError| ApiError::internal_error(err);
        let storage = self.ctx.registry.resource(&SERVICE_CIDRS).and_then(|scope| scope.storage.clone());
        let mut networks = Vec::new();
        let mut has_objects = false;
        if let Some(storage) = storage {
            for entry in storage.list(ListRequest::default()).await.map_err(failed)?.items {
                has_objects = true;
                if let Some(cidr) = entry.object().map_err(failed)?.downcast_ref::<ServiceCIDR>()
                    && is_ready(cidr)
                {
                    networks.extend(cidr.spec.cidrs.iter().filter_map(|text| Network::parse(text)));
                }
            }
        }
        if !has_objects {
            networks = self.allocator.configured().to_vec();
        }
        networks.retain(|network| network.family() == *family);
        // what the flags say comes first
        networks.sort_by_key(|network| !self.allocator.configured().contains(network));
        Ok(networks)
    }

    /// Takes a certain address.
    ///
    /// # Errors
    /// In upstream's words, where it is taken or in no service CIDR.
    pub(super) async fn address(&self, service: &Service, text: &str) -> Result<(), String> {
        let Some(address) = parse_ip(text) else { return Err(format!("failed to parse service IP {text:?}")) };
        let family = if address.is_ipv4() { IPFamily::IPv4 } else { IPFamily::IPv6 };
        let networks = self.networks(&family).await.map_err(|err| err.status().message.clone())?;
        if self.ctx.is_dry_run() {
            return match networks.first() {
                Some(network) if !network.contains(address) => {
                    Err(format!("provided IP is not in the valid range. The range of valid IPs is {network}"))
                }
                _ => Ok(()),
            };
        }
        if !networks.iter().any(|network| network.contains(address)) {
            return Err("the provided network does not match the current range".to_owned());
        }
        if self.allocator.holds_address(address, &self.owner) {
            // from an attempt before this one
            return Ok(());
        }
        if !self.allocator.take_address(address, &self.owner) {
            return Err(ALLOCATED.to_owned());
        }
        self.record(service, address).await.map_err(|err| match err {
            StorageError::Exists(_) => ALLOCATED.to_owned(),
            other => other.to_string(),
        })
    }

    /// Takes any address of a family.
    ///
    /// # Errors
    /// Where there is none left, or the store fails.
    pub(super) async fn any_address(&self, service: &Service, family: &IPFamily) -> Result<IpAddr, NoAddress> {
        let networks = self.networks(family).await.map_err(|err| NoAddress::Other(err.status().message.clone()))?;
        if self.ctx.is_dry_run() {
            return networks.first().map(|network| network.at(1)).ok_or(NoAddress::Full);
        }
        for network in &networks {
            for _ in 0..FOREIGN_MAX {
                let Some(address) = self.allocator.take_any_address(network, &self.owner) else { break };
                match self.record(service, address).await {
                    Ok(()) => return Ok(address),
                    Err(StorageError::Exists(_)) => {}
                    Err(other) => return Err(NoAddress::Other(other.to_string())),
                }
            }
        }
        Err(NoAddress::Full)
    }

    /// Makes the address' object; where that fails the address is given back.
    async fn record(&self, service: &Service, address: IpAddr) -> Result<(), StorageError> {
        let made = ip_address::create(self.ctx, service, address).await;
        if made.is_err() {
            self.allocator.release_address(address, &self.owner);
        }
        made
    }
}

/// Whether addresses are given away: unless the CIDR goes or somebody says that it is not ready.
fn is_ready(cidr: &ServiceCIDR) -> bool {
    let condition = cidr.status.conditions.iter().find(|condition| condition.type_ == READY);
    cidr.metadata.deletion_timestamp.is_none()
        && condition.is_none_or(|condition| condition.status == ConditionStatus::True)
}
