//! The `kubernetes` service, by which pods reach the API servers, and its endpoints: the servers that are alive.
//!
//! Follows pkg/controlplane/controller/kubernetesservice and pkg/controlplane/reconcilers of upstream.

use kubeforge_api::{
    core::v1::{
        EndpointAddress, EndpointPort, EndpointSubset, Endpoints, IPFamilyPolicy, Protocol, Service, ServicePort,
        ServiceSpec, ServiceType,
    },
    discovery::v1::{self as discovery, AddressType, Endpoint, EndpointConditions, EndpointSlice},
};
use kubeforge_client::{Api, Client, ClientError};
use kubeforge_machinery::{
    IntOrString,
    meta::v1::{CreateOptions, UpdateOptions},
};
use kubeforge_storage::storage::StorageError;

use super::server_leases::ServerLeases;
use crate::bootstrap::{self as objects, Bootstrap, named};

const NAME: &str = "kubernetes";
const NAMESPACE: &str = "default";
const SKIP_MIRROR: &str = "endpointslice.kubernetes.io/skip-mirror";
const SERVICE_NAME: &str = "kubernetes.io/service-name";

/// Why the service could not be seen to.
#[derive(Debug, thiserror::Error)]
enum Trouble {
    #[error("cannot read or write an object")]
    Api(#[from] ClientError),
    #[error("cannot read or write the servers' leases")]
    Leases(#[from] StorageError),
    /// An empty list would cut off every pod.
    #[error("no API server is alive in the store, so the endpoints are left as they are")]
    NoServers,
}

/// Mends the range that the service's address is of, the service and its endpoints.
pub(super) async fn look(client: &Client, leases: &ServerLeases, bootstrap: &Bootstrap) {
    if let Err(err) = objects::service_cidr(client, bootstrap).await {
        tracing::warn!(%err, "cannot see to the range of the services' addresses");
    }
    if let Err(err) = ensure_service(client, bootstrap).await {
        tracing::warn!(%err, "cannot see to the kubernetes service");
    }
    // endpoints may not be loopback addresses, so a server that only listens there has none
    if bootstrap.advertise_address.is_loopback() {
        return;
    }
    let mended = async {
        leases.renew(bootstrap.advertise_address).await?;
        reconcile(client, leases, bootstrap).await
    };
    if let Err(err) = mended.await {
        tracing::warn!(error = &err as &dyn std::error::Error, "cannot see to the endpoints of the kubernetes service");
    }
}

/// Takes this server out of the endpoints: it stops.
pub(super) async fn leave(client: &Client, leases: &ServerLeases, bootstrap: &Bootstrap) {
    if bootstrap.advertise_address.is_loopback() {
        return;
    }
    let left = async {
        leases.remove(bootstrap.advertise_address).await?;
        reconcile(client, leases, bootstrap).await
    };
    match left.await {
        // the last one leaves them to whoever comes next
        Ok(()) | Err(Trouble::NoServers) => {}
        Err(err) => {
            let error = &err as &dyn std::error::Error;
            tracing::warn!(error, "cannot leave the endpoints of the kubernetes service");
        }
    }
}

/// Makes the service if there is none, or gives it back its ports and its type.
pub(crate) async fn ensure_service(client: &Client, bootstrap: &Bootstrap) -> Result<(), ClientError> {
    let api = Api::<Service>::namespaced(client.clone(), NAMESPACE);
    let wanted = service(bootstrap);
    let Some(mut found) = api.get_opt(NAME).await? else {
        return objects::ensure(client, wanted).await;
    };
    if found.spec.ports == wanted.spec.ports && found.spec.type_ == wanted.spec.type_ {
        return Ok(());
    }
    found.spec.ports = wanted.spec.ports;
    found.spec.type_ = wanted.spec.type_;
    api.update(&found, &UpdateOptions::default()).await.map(drop)
}

/// Makes endpoints and their slice say which servers are alive.
async fn reconcile(client: &Client, leases: &ServerLeases, bootstrap: &Bootstrap) -> Result<(), Trouble> {
    let addresses = leases.addresses().await?;
    if addresses.is_empty() {
        return Err(Trouble::NoServers);
    }
    let api = Api::<Endpoints>::namespaced(client.clone(), NAMESPACE);
    let wanted = endpoints(&addresses, bootstrap.port);
    match api.get_opt(NAME).await? {
        None => drop(api.create(&wanted, &CreateOptions::default()).await?),
        Some(found) => {
            let is_marked = found.metadata.labels.get(SKIP_MIRROR).is_some_and(|value| value == "true");
            if found.subsets != wanted.subsets || !is_marked {
                let mut changed = Endpoints { subsets: wanted.subsets.clone(), ..found };
                changed.metadata.labels.insert(SKIP_MIRROR.to_owned(), "true".to_owned());
                api.update(&changed, &UpdateOptions::default()).await?;
            }
        }
    }
    let api = Api::<EndpointSlice>::namespaced(client.clone(), NAMESPACE);
    let wanted = endpoint_slice(&addresses, bootstrap.port);
    match api.get_opt(NAME).await? {
        None => drop(api.create(&wanted, &CreateOptions::default()).await?),
        // the type can't be changed
        Some(found) if found.address_type != wanted.address_type => {
            api.delete(NAME, &kubeforge_machinery::meta::v1::DeleteOptions::default()).await?;
            api.create(&wanted, &CreateOptions::default()).await?;
        }
        Some(found) => {
            if found.endpoints != wanted.endpoints
                || found.ports != wanted.ports
                || found.metadata.labels != wanted.metadata.labels
            {
                let mut changed = EndpointSlice { endpoints: wanted.endpoints, ports: wanted.ports, ..found };
                changed.metadata.labels = wanted.metadata.labels;
                api.update(&changed, &UpdateOptions::default()).await?;
            }
        }
    }
    Ok(())
}

fn service(bootstrap: &Bootstrap) -> Service {
    let mut metadata = named(NAME, NAMESPACE);
    for (key, value) in [("component", "apiserver"), ("provider", "kubernetes")] {
        metadata.labels.insert(key.to_owned(), value.to_owned());
    }
    Service {
        metadata,
        spec: ServiceSpec {
            ports: vec![ServicePort {
                name: "https".to_owned(),
                protocol: Protocol::TCP,
                port: 443,
                target_port: IntOrString::Int(i32::from(bootstrap.port)),
                node_port: bootstrap.service_node_port.map_or(0, i32::from),
                ..ServicePort::default()
            }],
            cluster_ip: bootstrap.service_address.map(|address| address.to_string()).unwrap_or_default(),
            type_: match bootstrap.service_node_port {
                Some(_) => ServiceType::NodePort,
                None => ServiceType::ClusterIP,
            },
            ip_family_policy: Some(IPFamilyPolicy::SingleStack),
            ..ServiceSpec::default()
        },
        ..Service::default()
    }
}

fn endpoints(addresses: &[String], port: u16) -> Endpoints {
    let mut metadata = named(NAME, NAMESPACE);
    metadata.labels.insert(SKIP_MIRROR.to_owned(), "true".to_owned());
    let address = |ip: &String| EndpointAddress { ip: ip.clone(), ..EndpointAddress::default() };
    Endpoints {
        metadata,
        subsets: vec![EndpointSubset {
            addresses: addresses.iter().map(address).collect(),
            ports: vec![EndpointPort {
                name: "https".to_owned(),
                port: i32::from(port),
                protocol: Protocol::TCP,
                ..EndpointPort::default()
            }],
            ..EndpointSubset::default()
        }],
    }
}

/// Servers of one family have a slice; where they differ, those of IPv4 do.
fn endpoint_slice(addresses: &[String], port: u16) -> EndpointSlice {
    let mut metadata = named(NAME, NAMESPACE);
    metadata.labels.insert(SERVICE_NAME.to_owned(), NAME.to_owned());
    let is_v6 = |address: &String| address.contains(':');
    let all_v6 = addresses.iter().all(is_v6);
    let endpoint = |address: &String| Endpoint {
        addresses: vec![address.clone()],
        conditions: EndpointConditions { ready: Some(true), ..EndpointConditions::default() },
        ..Endpoint::default()
    };
    EndpointSlice {
        metadata,
        address_type: if all_v6 { AddressType::IPv6 } else { AddressType::IPv4 },
        endpoints: addresses.iter().filter(|address| is_v6(address) == all_v6).map(endpoint).collect(),
        ports: [discovery::EndpointPort {
            name: Some("https".to_owned()),
            port: Some(i32::from(port)),
            protocol: Some(Protocol::TCP),
            ..discovery::EndpointPort::default()
        }]
        .into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slice_has_addresses_of_one_family() {
        for (addresses, type_, want) in [
            (&["10.0.0.1", "10.0.0.2"][..], AddressType::IPv4, 2),
            (&["10.0.0.1", "fd00::1"][..], AddressType::IPv4, 1),
            (&["fd00::1"][..], AddressType::IPv6, 1),
        ] {
            let addresses: Vec<String> = addresses.iter().map(|address| (*address).to_owned()).collect();
            let slice = endpoint_slice(&addresses, 6443);
            assert_eq!((slice.address_type, slice.endpoints.len()), (type_, want), "{addresses:?}");
        }
    }
}
