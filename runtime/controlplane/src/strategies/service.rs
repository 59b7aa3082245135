//! Services: addresses and node ports are taken when a service is written, and given back when it goes.

mod allocator;

use std::sync::Arc;

use async_trait::async_trait;
use kubeforge_api::core::v1::{IPFamily, IPFamilyPolicy, Service, ServiceType};
use kubeforge_apiserver::{
    request::RequestContext,
    strategy::{Generation, Strategy},
};
use kubeforge_machinery::{
    GroupKind, GroupResource, Object,
    field::{Error, ErrorList, Path},
    status::ApiError,
};

pub(crate) use allocator::ServiceAllocator;

use super::Options;

const KIND: GroupKind = GroupKind::new("", "Service");
/// A service without an address of its own.
const HEADLESS: &str = "None";

struct ServiceStrategy {
    allocator: Arc<ServiceAllocator>,
}

/// Whether the service has an address that the cluster gives it.
fn wants_address(service: &Service) -> bool {
    service.spec.type_ != ServiceType::ExternalName && service.spec.cluster_ip != HEADLESS
}

/// Whether its ports are reached through the nodes'.
fn wants_node_ports(service: &Service) -> bool {
    match service.spec.type_ {
        ServiceType::NodePort => true,
        ServiceType::LoadBalancer => service.spec.allocate_load_balancer_node_ports != Some(false),
        _ => false,
    }
}

impl ServiceStrategy {
    /// Takes what the service asks for and does not have.
    async fn allocate(&self, ctx: &RequestContext, service: &mut Service) -> Result<(), ApiError> {
        self.allocator.fill(ctx).await?;
        let mut errors = ErrorList::new();
        let spec = Path::new("spec");
        if service.spec.type_ != ServiceType::ExternalName {
            self.families(service);
        }
        if wants_address(service) {
            self.addresses(service, &spec, &mut errors);
        }
        if wants_node_ports(service) {
            self.node_ports(service, &spec, &mut errors);
        }
        if errors.is_empty() { Ok(()) } else { Err(ApiError::invalid(&KIND, &service.metadata.name, &errors)) }
    }

    /// Decides the IP families: those asked for, or as many of the cluster's as the policy says.
    fn families(&self, service: &mut Service) {
        let spec = &mut service.spec;
        let offered = self.allocator.families();
        if spec.cluster_ip == HEADLESS && spec.selector.is_empty() && spec.ip_family_policy.is_none() {
            // endpoints are written by hand, of whatever family
            spec.ip_family_policy = Some(IPFamilyPolicy::RequireDualStack);
            if spec.ip_families.is_empty() {
                spec.ip_families = vec![IPFamily::IPv4, IPFamily::IPv6];
            }
            spec.cluster_ips = vec![HEADLESS.to_owned()];
            return;
        }
        let policy = spec.ip_family_policy.get_or_insert(if spec.ip_families.len() > 1 || spec.cluster_ips.len() > 1 {
            IPFamilyPolicy::RequireDualStack
        } else {
            IPFamilyPolicy::SingleStack
        });
        let wanted = match policy {
            IPFamilyPolicy::SingleStack | IPFamilyPolicy::Other(_) => 1,
            IPFamilyPolicy::PreferDualStack | IPFamilyPolicy::RequireDualStack => 2,
        };
        for address in &spec.cluster_ips {
            let family = if address.contains(':') { IPFamily::IPv6 } else { IPFamily::IPv4 };
            if address != HEADLESS && !spec.ip_families.contains(&family) {
                spec.ip_families.push(family);
            }
        }
        for family in offered {
            if spec.ip_families.len() < wanted && !spec.ip_families.contains(&family) {
                spec.ip_families.push(family);
            }
        }
        if spec.cluster_ip == HEADLESS {
            spec.cluster_ips = vec![HEADLESS.to_owned()];
        }
    }

    fn addresses(&self, service: &mut Service, spec: &Path<'_>, errors: &mut ErrorList) {
        if service.spec.cluster_ips.is_empty() && !service.spec.cluster_ip.is_empty() {
            service.spec.cluster_ips.push(service.spec.cluster_ip.clone());
        }
        let owner = owner(service);
        for (index, family) in service.spec.ip_families.clone().iter().enumerate() {
            let path = spec.child("clusterIPs");
            match service.spec.cluster_ips.get(index) {
                Some(asked) => {
                    if let Err(reason) = self.allocator.take_address(asked, &owner) {
                        let text = format!("failed to allocate IP {asked}: {reason}");
                        errors.push(Error::invalid(&path, "[]", text));
                    }
                }
                None => match self.allocator.next_address(family, &owner) {
                    Some(address) => service.spec.cluster_ips.push(address),
                    None => {
                        let text = format!(
                            "failed to allocate IP address of family {family}: the range is full or not served"
                        );
                        errors.push(Error::invalid(&path, "[]", text));
                    }
                },
            }
        }
        service.spec.cluster_ip = service.spec.cluster_ips.first().cloned().unwrap_or_default();
    }

    fn node_ports(&self, service: &mut Service, spec: &Path<'_>, errors: &mut ErrorList) {
        let owner = owner(service);
        let ports = spec.child("ports");
        for (index, port) in service.spec.ports.iter_mut().enumerate() {
            let path = ports.index(index);
            if port.node_port == 0 {
                match self.allocator.next_port(&owner) {
                    Some(free) => port.node_port = free,
                    None => errors
                        .push(Error::internal(&path.child("nodePort"), "failed to allocate a nodePort: range is full")),
                }
            } else if let Err(reason) = self.allocator.take_port(port.node_port, &owner) {
                errors.push(Error::invalid(&path.child("nodePort"), port.node_port, reason));
            }
        }
    }
}

/// Who holds an address or port: a service may ask for its own again.
fn owner(service: &Service) -> String {
    format!("{}/{}", service.metadata.namespace, service.metadata.name)
}

#[async_trait]
impl Strategy for ServiceStrategy {
    kubeforge_apiserver::status_field!(Service, status, spec);

    fn prepare_for_update(&self, _ctx: &RequestContext, new: &mut dyn Object, old: &dyn Object) {
        let (Some(new), Some(old)) = (new.downcast_mut::<Service>(), old.downcast_ref::<Service>()) else { return };
        if new.spec.type_ == ServiceType::ExternalName {
            if old.spec.type_ != ServiceType::ExternalName && new.spec.cluster_ip == old.spec.cluster_ip {
                new.spec.cluster_ip.clear();
                new.spec.cluster_ips.clear();
                new.spec.ip_families.clear();
                new.spec.ip_family_policy = None;
            }
            return;
        }
        if old.spec.type_ == ServiceType::ExternalName {
            return;
        }
        // clients that know nothing of addresses leave them out and mean "as it is"
        if new.spec.cluster_ip.is_empty() {
            new.spec.cluster_ip.clone_from(&old.spec.cluster_ip);
        }
        if new.spec.cluster_ips.is_empty() && new.spec.cluster_ip == old.spec.cluster_ip {
            new.spec.cluster_ips.clone_from(&old.spec.cluster_ips);
        }
        if new.spec.ip_families.is_empty() {
            new.spec.ip_families.clone_from(&old.spec.ip_families);
        }
        if new.spec.ip_family_policy.is_none() {
            new.spec.ip_family_policy.clone_from(&old.spec.ip_family_policy);
        }
        if wants_node_ports(new) && wants_node_ports(old) {
            for port in new.spec.ports.iter_mut().filter(|port| port.node_port == 0) {
                let same =
                    |it: &&kubeforge_api::core::v1::ServicePort| it.port == port.port && it.protocol == port.protocol;
                if let Some(old) = old.spec.ports.iter().find(same) {
                    port.node_port = old.node_port;
                }
            }
        } else if new.spec.type_ == ServiceType::ClusterIP && old.spec.type_ != ServiceType::ClusterIP {
            for port in &mut new.spec.ports {
                if old.spec.ports.iter().any(|old| old.node_port == port.node_port) {
                    port.node_port = 0;
                }
            }
        }
        if new.spec.health_check_node_port == 0 && new.spec.external_traffic_policy == old.spec.external_traffic_policy
        {
            new.spec.health_check_node_port = old.spec.health_check_node_port;
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
        let allocated = self.allocate(ctx, service).await;
        if allocated.is_err() {
            self.allocator.release(service);
        }
        allocated
    }

    async fn create_failed(&self, _ctx: &RequestContext, object: &dyn Object) {
        if let Some(service) = object.downcast_ref::<Service>() {
            self.allocator.release(service);
        }
    }

    async fn begin_update(
        &self,
        ctx: &RequestContext,
        new: &mut dyn Object,
        _old: &dyn Object,
    ) -> Result<(), ApiError> {
        match new.downcast_mut::<Service>() {
            Some(service) => self.allocate(ctx, service).await,
            None => Ok(()),
        }
    }

    fn has_after_hooks(&self) -> bool {
        true
    }

    async fn after_update(&self, _ctx: &RequestContext, object: &dyn Object) {
        if let Some(service) = object.downcast_ref::<Service>() {
            self.allocator.release(service);
            self.allocator.note(service);
        }
    }

    async fn after_delete(&self, _ctx: &RequestContext, object: &dyn Object) {
        if let Some(service) = object.downcast_ref::<Service>() {
            self.allocator.release(service);
        }
    }
}

/// The resource whose stored objects say what is taken.
pub(super) const SERVICES: GroupResource = GroupResource::new("", "services");

pub(super) fn register(options: &mut Options, allocator: Arc<ServiceAllocator>) {
    let services = options.of("", "services");
    services.strategy = Some(Arc::new(ServiceStrategy { allocator }));
    services.storage_prefix = Some("/services/specs".to_owned());
}
