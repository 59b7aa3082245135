//! Services: addresses and node ports are taken when a service is written, and given back when it goes.

mod allocator;
mod cluster_ips;
mod families;
mod ip_address;
mod linked;
mod network;
mod node_ports;
mod port_record;
pub(crate) mod repair;
mod taking;

use std::{collections::BTreeSet, sync::Arc};

use async_trait::async_trait;
use kubeforge_api::core::v1::{IPFamily, Service, ServiceType};
use kubeforge_apiserver::{
    request::RequestContext,
    strategy::{Generation, Strategy},
};
use kubeforge_machinery::{GroupKind, GroupResource, Object, status::ApiError};
use kubeforge_storage::storage::{Change, ObjectKey, Preconditions, StorageError};

use allocator::Held;
pub(crate) use allocator::ServiceAllocator;
pub(crate) use port_record::{PortRecord, RESOURCE as PORT_RECORD};
use taking::Taking;

use super::Options;

const KIND: GroupKind = GroupKind::new("", "Service");
/// A service without an address of its own.
const HEADLESS: &str = "None";
/// The resource whose stored objects say what is taken.
const SERVICES: GroupResource = GroupResource::new("", "services");
const ENDPOINTS: GroupResource = GroupResource::new("", "endpoints");

struct ServiceStrategy {
    allocator: Arc<ServiceAllocator>,
}

impl ServiceStrategy {
    async fn allocate_new(&self, ctx: &RequestContext, service: &mut Service) -> Result<(), ApiError> {
        self.allocator.fill(&ctx.registry).await?;
        linked::new_addresses(service);
        families::settle(service, None, &self.allocator.families())?;
        let mut taking = Taking::new(ctx, &self.allocator, service);
        cluster_ips::take_new(service, &taking).await?;
        self.take_ports(service, &mut taking, node_ports::take_new).await
    }

    async fn allocate_changed(&self, ctx: &RequestContext, new: &mut Service, old: &Service) -> Result<(), ApiError> {
        self.allocator.fill(&ctx.registry).await?;
        let cluster = self.allocator.families();
        let mut old = old.clone();
        linked::complete_stored(&mut old, cluster.first().unwrap_or(&IPFamily::IPv4));
        linked::keep_allocated(new, &old);
        linked::changed_addresses(new, &old);
        families::settle(new, Some(&old), &cluster)?;
        // the uid of the new state is the client's and still to be checked
        let mut taking = Taking::new(ctx, &self.allocator, &old);
        cluster_ips::take_changed(new, &old, &taking).await?;
        self.take_ports(new, &mut taking, |new, taking| node_ports::take_changed(new, &old, taking)).await
    }

    /// Takes node ports, and says so where other servers of the store see it. Where one of them took some at the same time,
    /// it is tried again.
    async fn take_ports<'t>(
        &self,
        service: &mut Service,
        taking: &mut Taking<'t>,
        take: impl Fn(&mut Service, &mut Taking<'t>) -> Result<(), ApiError>,
    ) -> Result<(), ApiError> {
        let needs_some = linked::needs_node_port(service) || linked::needs_health_check(service);
        let Some(record) = self.allocator.record().filter(|_| needs_some) else { return take(service, taking) };
        for _ in 0..port_record::RACES_MAX {
            let seen = record.read().await.map_err(ApiError::internal_error)?;
            self.allocator.note_recorded(&seen.ports);
            let mut attempt = service.clone();
            let written = match take(&mut attempt, taking) {
                Ok(()) if taking.is_dry_run() || taking.ports().is_empty() => Ok(true),
                // somebody took it since the record was noted
                Ok(()) if taking.ports().iter().any(|port| seen.ports.contains(port)) => Ok(false),
                Ok(()) => {
                    let ports: BTreeSet<i32> = seen.ports.iter().chain(taking.ports()).copied().collect();
                    record.replace(seen, &ports).await.map_err(ApiError::internal_error)
                }
                Err(error) => Err(error),
            };
            if let Ok(true) = written {
                *service = attempt;
                return Ok(());
            }
            // what was not recorded must not be taken out of the record later
            taking.give_ports_back();
            written?;
        }
        Err(ApiError::internal_error("failed to allocate a nodePort: other servers take some all the time"))
    }

    async fn release(&self, ctx: &RequestContext, service: &Service) {
        self.give_back(ctx, self.allocator.release(service)).await;
    }

    /// Says where others see it that this is free. Where that fails, repair does it later.
    async fn give_back(&self, ctx: &RequestContext, held: Held) {
        if let Some(record) = self.allocator.record().filter(|_| !held.ports.is_empty())
            && let Err(error) = record.remove(&held.ports).await
        {
            tracing::warn!(%error, ports = ?held.ports, "cannot note that node ports are free");
        }
        ip_address::delete_all(ctx, held.addresses.into_iter().collect()).await;
    }
}

/// Removes the endpoints of a service that is gone, so that a new one of its name does not find them.
async fn delete_endpoints(ctx: &RequestContext, service: &Service) {
    let storage = ctx.registry.resource(&ENDPOINTS).and_then(|scope| scope.storage.clone());
    let Some(storage) = storage else { return };
    let key = ObjectKey { namespace: service.metadata.namespace.clone(), name: service.metadata.name.clone() };
    let removed = storage
        .update(
            &key,
            &Preconditions::default(),
            Box::new(|current| {
                Box::pin(async move {
                    let Some(entry) = current else { return Ok(Change::Keep) };
                    entry.object().map(Change::Delete).map_err(ApiError::internal_error)
                })
            }),
        )
        .await;
    match removed {
        Ok(_) | Err(StorageError::NotFound(_)) => {}
        Err(error) => tracing::warn!(service = %key, %error, "cannot delete the endpoints of a service that is gone"),
    }
}

#[async_trait]
impl Strategy for ServiceStrategy {
    kubeforge_apiserver::status_field!(Service, status, spec);

    fn prepare_for_update(&self, _ctx: &RequestContext, new: &mut dyn Object, old: &dyn Object) {
        if let (Some(new), Some(old)) = (new.downcast_mut::<Service>(), old.downcast_ref::<Service>()) {
            linked::drop_unused(new, old);
        }
    }

    fn canonicalize(&self, object: &mut dyn Object) {
        // upstream stores the policy, and leaves it out whenever it shows such a service
        if let Some(service) = object.downcast_mut::<Service>()
            && service.spec.type_ == ServiceType::ExternalName
        {
            service.spec.internal_traffic_policy = None;
        }
    }

    fn generation(&self) -> Option<Generation> {
        Some(Generation::Absent)
    }

    fn allow_create_on_update(&self) -> bool {
        true
    }

    fn returns_deleted_object(&self) -> bool {
        true
    }

    async fn begin_create(&self, ctx: &RequestContext, object: &mut dyn Object) -> Result<(), ApiError> {
        let Some(service) = object.downcast_mut::<Service>() else { return Ok(()) };
        let allocated = self.allocate_new(ctx, service).await;
        if allocated.is_err() {
            self.release(ctx, service).await;
        }
        allocated
    }

    async fn create_failed(&self, ctx: &RequestContext, object: &dyn Object) {
        if let Some(service) = object.downcast_ref::<Service>() {
            self.release(ctx, service).await;
        }
    }

    async fn begin_update(&self, ctx: &RequestContext, new: &mut dyn Object, old: &dyn Object) -> Result<(), ApiError> {
        match (new.downcast_mut::<Service>(), old.downcast_ref::<Service>()) {
            (Some(new), Some(old)) => self.allocate_changed(ctx, new, old).await,
            _ => Ok(()),
        }
    }

    fn has_after_hooks(&self) -> bool {
        true
    }

    async fn after_update(&self, ctx: &RequestContext, object: &dyn Object) {
        if let Some(service) = object.downcast_ref::<Service>() {
            self.give_back(ctx, self.allocator.settle(service)).await;
        }
    }

    async fn after_delete(&self, ctx: &RequestContext, object: &dyn Object) {
        if let Some(service) = object.downcast_ref::<Service>() {
            // known before it goes, even if nothing was written since the server started
            self.allocator.settle(service);
            self.release(ctx, service).await;
            delete_endpoints(ctx, service).await;
        }
    }
}

pub(super) fn register(options: &mut Options, allocator: Arc<ServiceAllocator>) {
    let services = options.of("", "services");
    services.strategy = Some(Arc::new(ServiceStrategy { allocator }));
    services.storage_prefix = Some("/services/specs".to_owned());
}
