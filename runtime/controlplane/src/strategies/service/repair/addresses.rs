//! Every cluster address has an object that refers to its service, and every such object a service.

use std::{net::IpAddr, time::Duration};

use kubeforge_api::{
    core::v1::Service,
    networking::v1::{IPAddress, ParentReference},
};
use kubeforge_client::ClientError;
use kubeforge_machinery::{
    Time,
    meta::v1::{CreateOptions, DeleteOptions},
    validation::canonical_ip,
};

use super::{Repair, Stored, Trouble, addresses_of};
use crate::strategies::service::ip_address::{LABEL_FAMILY, LABEL_MANAGED_BY, MANAGED_BY, family, labels, parent};

/// A service whose creation is under way has no stored state yet, but addresses.
const CREATION: Duration = Duration::from_secs(60);

const ALLOCATION: &str = "ClusterIPAllocation";
const OBJECT_ALLOCATION: &str = "IPAddressAllocation";

impl Repair {
    /// Sees to the objects of a service's addresses.
    pub(super) async fn repair_addresses(&self, service: &Service, stored: &Stored) -> Result<(), Trouble> {
        for (text, address) in addresses_of(service) {
            let Some(address) = address else {
                let message = format!("Cluster IP {text} is not a valid IP; please recreate Service");
                self.warn(&self.address_events, service, ["ClusterIPNotValid", "ClusterIPValidation"], message);
                continue;
            };
            self.repair_address(service, address, stored).await?;
        }
        Ok(())
    }

    async fn repair_address(&self, service: &Service, address: IpAddr, stored: &Stored) -> Result<(), Trouble> {
        let (name, family) = (canonical_ip(address), family(address));
        let warn = |reason, message| self.warn(&self.address_events, service, [reason, ALLOCATION], message);
        if !stored.networks.iter().any(|network| network.contains(address)) {
            let text = "is not within any configured Service CIDR; please recreate service";
            warn("ClusterIPOutOfRange", format!("Cluster IP [{family}]: {name} {text}"));
            return Ok(());
        }
        self.allocator.take_address(address, &service.metadata.uid);
        let Some(object) = stored.addresses.get(&name) else {
            warn("ClusterIPNotAllocated", format!("Cluster IP [{family}]: {name} is not allocated; repairing"));
            return self.make(service, address).await;
        };
        let (namespace, service_name) = (&service.metadata.namespace, &service.metadata.name);
        let wrong = || {
            let text = "has a wrong reference; repairing";
            warn(
                "ClusterIPNotAllocated",
                format!("the ClusterIP [{family}]: {name} for Service {namespace}/{service_name} {text}"),
            );
        };
        let reference = object.spec.parent_ref.as_deref();
        let Some(reference) = reference.filter(|reference| is_service(reference)) else {
            wrong();
            return self.remake(service, address).await;
        };
        if reference.namespace != *namespace || reference.name != *service_name {
            let Some(other) = stored.service(&reference.namespace, &reference.name) else {
                wrong();
                return self.remake(service, address).await;
            };
            if other.spec.cluster_ips.contains(&name) {
                let text = "was assigned to multiple services; please recreate service";
                warn("ClusterIPAlreadyAllocated", format!("Cluster IP [{family}]:{name} {text}"));
            }
        }
        let label = |label: &str| object.metadata.labels.get(label).map(String::as_str);
        if label(LABEL_FAMILY) != Some(family) || label(LABEL_MANAGED_BY) != Some(MANAGED_BY) {
            return self.remake(service, address).await;
        }
        Ok(())
    }

    /// Removes an object of ours that no service has.
    pub(super) async fn repair_object(&self, object: &IPAddress, stored: &Stored) -> Result<(), Trouble> {
        if object.metadata.labels.get(LABEL_MANAGED_BY).is_none_or(|value| value != MANAGED_BY) {
            return Ok(());
        }
        let name = &object.metadata.name;
        let reference = object.spec.parent_ref.as_deref();
        let (reason, message) = match reference.filter(|reference| is_service(reference)) {
            None => {
                let found = reference.map_or_else(|| "nil".to_owned(), printed);
                let text = "appears to have been modified, not referencing a Service";
                ("IPAddressNotAllocated", format!("IPAddress {name} {text} {found}: cleaning up"))
            }
            Some(reference) => {
                let whose = format!("{}/{}", reference.namespace, reference.name);
                match stored.service(&reference.namespace, &reference.name) {
                    Some(service) if service.spec.cluster_ips.contains(name) => return Ok(()),
                    Some(_) => {
                        let text = "has a wrong reference; cleaning up";
                        ("IPAddressWrongReference", format!("IPAddress: {name} for Service {whose} {text}"))
                    }
                    None if is_young(object) => return Ok(()),
                    None => {
                        let text = "appears to have leaked: cleaning up";
                        ("IPAddressNotAllocated", format!("IPAddress: {name} for Service {whose} {text}"))
                    }
                }
            }
        };
        self.warn(&self.address_events, object, [reason, OBJECT_ALLOCATION], message);
        self.remove(name).await
    }

    async fn make(&self, service: &Service, address: IpAddr) -> Result<(), Trouble> {
        let mut object = IPAddress::default();
        object.metadata.name = canonical_ip(address);
        object.metadata.labels = labels(address);
        object.spec.parent_ref = Some(Box::new(parent(service)));
        match self.api.create(&object, &CreateOptions::default()).await {
            // another server was faster
            Err(ClientError::Api(err)) if err.is_already_exists() => Ok(()),
            made => Ok(made.map(drop)?),
        }
    }

    async fn remove(&self, name: &str) -> Result<(), Trouble> {
        match self.api.delete(name, &DeleteOptions::default()).await {
            Err(ClientError::Api(err)) if err.is_not_found() => Ok(()),
            removed => Ok(removed.map(drop)?),
        }
    }

    async fn remake(&self, service: &Service, address: IpAddr) -> Result<(), Trouble> {
        self.remove(&canonical_ip(address)).await?;
        self.make(service, address).await
    }
}

fn is_service(reference: &ParentReference) -> bool {
    reference.group.is_empty() && reference.resource == "services"
}

fn is_young(object: &IPAddress) -> bool {
    Time::now().since(object.metadata.creation_timestamp) <= CREATION
}

/// As Go prints the struct.
fn printed(reference: &ParentReference) -> String {
    let ParentReference { group, resource, namespace, name } = reference;
    format!("&ParentReference{{Group:{group},Resource:{resource},Namespace:{namespace},Name:{name},}}")
}
