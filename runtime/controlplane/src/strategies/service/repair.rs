//! Keeps what is given out to services in line with the services: addresses' objects and node ports.
//!
//! Follows pkg/registry/core/service/{ipallocator,portallocator}/controller of upstream, events included. A pass over all
//! services comes every three minutes, and right after somebody took away or changed the object of an address in use.
//! In between, services that come and go through other servers of the same store are noted.

mod addresses;
mod ports;

use std::{collections::HashMap, net::IpAddr, sync::Arc, time::Duration};

use futures::StreamExt as _;
use kubeforge_api::{
    core::v1::Service,
    networking::v1::{IPAddress, ServiceCIDR},
};
use kubeforge_apiserver::registry::Registry;
use kubeforge_client::{
    Api, Client, ClientError,
    events::{EventApi, EventBroadcaster, EventRecorder, EventType, ObjectReference, Report},
};
use kubeforge_machinery::{ApiError, GroupResource, Object, Resource, validation::parse_ip};
use kubeforge_storage::storage::{ListRequest, Selection, Storage, StorageError, WatchEvent, WatchFrom, WatchRequest};

use super::{
    SERVICES,
    allocator::{Held, ServiceAllocator},
    ip_address::IP_ADDRESSES,
    network::Network,
    taking::SERVICE_CIDRS,
};

const PERIOD: Duration = Duration::from_secs(180);
/// Changes of addresses' objects that come together are looked at together.
const SETTLE: Duration = Duration::from_millis(500);
/// The time before a watch that failed is tried again.
const RETRY: Duration = Duration::from_secs(1);
/// What is held without a reason in so many passes is given back: a write may be under way that needs it.
const PASSES_BEFORE_RELEASE: u32 = 3;

/// Why a pass ended early.
#[derive(Debug, thiserror::Error)]
enum Trouble {
    #[error("cannot read what is stored")]
    Stored(#[from] StorageError),
    #[error("cannot fill the allocator")]
    Fill(#[source] ApiError),
    #[error("cannot write an address' object")]
    Api(#[from] ClientError),
}

/// Whether a pass came with time, which counts towards leaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cause {
    Time,
    Change,
}

/// What is stored, as one pass sees it.
struct Stored {
    services: Vec<Box<dyn Object>>,
    addresses: HashMap<String, IPAddress>,
    networks: Vec<Network>,
}

impl Stored {
    fn services(&self) -> impl Iterator<Item = &Service> {
        self.services.iter().filter_map(|service| service.downcast_ref())
    }

    fn service(&self, namespace: &str, name: &str) -> Option<&Service> {
        self.services().find(|service| service.metadata.namespace == namespace && service.metadata.name == name)
    }
}

struct Repair {
    registry: Arc<Registry>,
    allocator: Arc<ServiceAllocator>,
    api: Api<IPAddress>,
    address_events: EventRecorder,
    port_events: EventRecorder,
    /// What was found to be held without a reason, in how many passes.
    leaks: HashMap<(String, Held), u32>,
    /// Ports that are recorded, but no service has them.
    port_leaks: HashMap<i32, u32>,
}

/// Repairs until it is dropped.
pub(crate) async fn run(client: Client, registry: Arc<Registry>, allocator: Arc<ServiceAllocator>) {
    let events = EventBroadcaster::start(client.clone(), EventApi::Events);
    let host = hostname::get().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let recorder = |component: &str| events.recorder(component, format!("{component}-{host}"));
    let mut repair = Repair {
        address_events: recorder("ipallocator-repair-controller"),
        port_events: recorder("portallocator-repair-controller"),
        api: Api::all(client),
        registry,
        allocator,
        leaks: HashMap::new(),
        port_leaks: HashMap::new(),
    };
    let mut cause = Cause::Time;
    loop {
        if let Err(err) = repair.pass(cause).await {
            tracing::warn!(error = &err as &dyn std::error::Error, "cannot repair what is given out to services");
        }
        cause = repair.wait().await;
    }
}

impl Repair {
    fn storage(&self, resource: &GroupResource) -> Option<Arc<dyn Storage>> {
        self.registry.resource(resource).and_then(|scope| scope.storage.clone())
    }

    async fn objects(&self, resource: &GroupResource) -> Result<Vec<Box<dyn Object>>, StorageError> {
        let Some(storage) = self.storage(resource) else { return Ok(Vec::new()) };
        storage.list(ListRequest::default()).await?.items.iter().map(|entry| entry.object()).collect()
    }

    async fn stored(&self) -> Result<Stored, StorageError> {
        // addresses first: one that is made meanwhile is not missed as leaked
        let addresses = self.objects(&IP_ADDRESSES).await?;
        let addresses = addresses.iter().filter_map(|address| address.downcast_ref::<IPAddress>());
        let addresses = addresses.map(|address| (address.metadata.name.clone(), address.clone())).collect();
        let services = self.objects(&SERVICES).await?;
        let cidrs = self.objects(&SERVICE_CIDRS).await?;
        let cidrs = cidrs.iter().filter_map(|cidr| cidr.downcast_ref::<ServiceCIDR>());
        let networks = cidrs.flat_map(|cidr| &cidr.spec.cidrs).filter_map(|text| Network::parse(text)).collect();
        Ok(Stored { services, addresses, networks })
    }

    async fn pass(&mut self, cause: Cause) -> Result<(), Trouble> {
        self.allocator.fill(&self.registry).await.map_err(Trouble::Fill)?;
        let stored = self.stored().await?;
        for service in stored.services() {
            self.repair_ports(service);
            self.repair_addresses(service, &stored).await?;
        }
        for address in stored.addresses.values() {
            self.repair_object(address, &stored).await?;
        }
        if cause == Cause::Time {
            self.release_leaks(&stored);
        }
        self.repair_record(cause, &stored).await?;
        Ok(())
    }

    /// Gives back what no stored service has, once that was so for a while.
    fn release_leaks(&mut self, stored: &Stored) {
        let mut leaks = HashMap::new();
        for leak in self.allocator.surplus(stored.services()) {
            let passes = self.leaks.get(&leak).copied().unwrap_or_default() + 1;
            if passes < PASSES_BEFORE_RELEASE {
                leaks.insert(leak, passes);
                continue;
            }
            tracing::warn!(held = ?leak.1, "no service has what was given out: it is free again");
            self.allocator.give_back(&leak.0, leak.1);
        }
        self.leaks = leaks;
    }

    /// Waits until there is a reason for the next pass.
    async fn wait(&self) -> Cause {
        tokio::select! {
            () = tokio::time::sleep(PERIOD) => Cause::Time,
            () = self.until_address_lost() => {
                tokio::time::sleep(SETTLE).await;
                Cause::Change
            }
            () = self.note_services() => Cause::Change,
        }
    }

    /// Ends when the object of an address in use is changed or gone.
    async fn until_address_lost(&self) {
        let Some(storage) = self.storage(&IP_ADDRESSES) else { return std::future::pending().await };
        loop {
            match storage.watch(changes(WatchFrom::Now)).await {
                Ok(mut events) => {
                    while let Some(Ok(event)) = events.next().await {
                        let (WatchEvent::Modified(entry) | WatchEvent::Deleted(entry)) = event else { continue };
                        let address = parse_ip(&entry.key().name);
                        if address.is_some_and(|address| self.allocator.is_held(address)) {
                            return;
                        }
                    }
                }
                Err(err) => tracing::warn!(%err, "cannot watch addresses of services"),
            }
            tokio::time::sleep(RETRY).await;
        }
    }

    /// Notes services that come and go, for ever: other servers of the same store write, too.
    async fn note_services(&self) {
        let Some(storage) = self.storage(&SERVICES) else { return std::future::pending().await };
        loop {
            match storage.watch(changes(WatchFrom::Now)).await {
                Ok(mut events) => {
                    while let Some(Ok(event)) = events.next().await {
                        self.note_event(&event);
                    }
                }
                Err(err) => tracing::warn!(%err, "cannot watch services"),
            }
            tokio::time::sleep(RETRY).await;
        }
    }

    fn note_event(&self, event: &WatchEvent) {
        let (entry, is_gone) = match event {
            WatchEvent::Added(entry) => (entry, false),
            WatchEvent::Deleted(entry) => (entry, true),
            // what changed is settled by who wrote it, or by the next pass
            WatchEvent::Modified(_) | WatchEvent::Bookmark { .. } => return,
        };
        let Ok(object) = entry.object() else { return };
        let Some(service) = object.downcast_ref::<Service>() else { return };
        if is_gone {
            self.allocator.release(service);
        } else {
            self.allocator.note(service);
        }
    }

    fn warn<K: Resource>(&self, recorder: &EventRecorder, about: &K, [reason, action]: [&str; 2], message: String) {
        tracing::warn!(name = about.object_meta().name, "{message}");
        recorder.report(Report {
            regarding: ObjectReference::of(about),
            related: None,
            type_: EventType::Warning,
            reason: reason.to_owned(),
            action: action.to_owned(),
            message,
        });
    }
}

fn changes(from: WatchFrom) -> WatchRequest {
    WatchRequest { selection: Selection::default(), from, bookmarks: false, initial_events_end: false }
}

/// The addresses of a service that has some of its own.
fn addresses_of(service: &Service) -> impl Iterator<Item = (&str, Option<IpAddr>)> {
    let has_own = service.spec.type_ != kubeforge_api::core::v1::ServiceType::ExternalName
        && !["", super::HEADLESS].contains(&service.spec.cluster_ip.as_str());
    let list = if has_own { service.spec.cluster_ips.as_slice() } else { &[] };
    list.iter().map(|text| (text.as_str(), parse_ip(text)))
}

#[cfg(test)]
mod tests;
