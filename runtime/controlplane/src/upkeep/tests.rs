use std::{net::IpAddr, sync::Arc};

use kubeforge_api::{
    core::v1::{Endpoints, Service},
    discovery::v1::EndpointSlice,
};
use kubeforge_client::{Api, Client};
use kubeforge_machinery::meta::v1::{DeleteOptions, GetOptions, UpdateOptions};
use kubeforge_storage::{embedded::EmbeddedKv, kv::Kv};

use super::{kubernetes_service, server_leases::ServerLeases};
use crate::{ControlPlane, bootstrap::Bootstrap};

struct Servers {
    client: Client,
    leases: ServerLeases,
}

impl Servers {
    async fn look(&self, address: &str) {
        kubernetes_service::look(&self.client, &self.leases, &bootstrap(address)).await;
    }

    async fn endpoints(&self) -> Vec<String> {
        let api = Api::<Endpoints>::namespaced(self.client.clone(), "default");
        let found = api.get("kubernetes", &GetOptions::default()).await.unwrap();
        let slices = Api::<EndpointSlice>::namespaced(self.client.clone(), "default");
        let slice = slices.get("kubernetes", &GetOptions::default()).await.unwrap();
        let addresses: Vec<String> = found.subsets[0].addresses.iter().map(|address| address.ip.clone()).collect();
        let in_slice: Vec<String> = slice.endpoints.iter().flat_map(|endpoint| endpoint.addresses.clone()).collect();
        assert_eq!(addresses, in_slice);
        addresses
    }
}

fn bootstrap(address: &str) -> Bootstrap {
    Bootstrap {
        service_cidrs: vec!["10.96.0.0/16".to_owned()],
        service_address: Some("10.96.0.1".parse::<IpAddr>().unwrap()),
        service_node_port: None,
        advertise_address: address.parse().unwrap(),
        port: 443,
        client_ca: String::new(),
        group_versions: Vec::new(),
    }
}

#[tokio::test]
async fn the_kubernetes_service_leads_to_the_servers_that_are_alive() {
    let plane = ControlPlane::in_memory().await.unwrap();
    let client = plane.client("system:apiserver", "system:masters", "kube-apiserver");
    let scheme = plane.server().registry().scopes().next().unwrap().scheme.clone();
    let kv: Arc<dyn Kv> = Arc::new(EmbeddedKv::in_memory());
    let servers = Servers { client: client.clone(), leases: ServerLeases::new(kv, scheme) };

    servers.look("10.0.0.1").await;
    assert_eq!(servers.endpoints().await, ["10.0.0.1"]);
    servers.look("10.0.0.2").await;
    assert_eq!(servers.endpoints().await, ["10.0.0.1", "10.0.0.2"]);

    // what somebody deletes or changes comes back
    let endpoints = Api::<Endpoints>::namespaced(client.clone(), "default");
    endpoints.delete("kubernetes", &DeleteOptions::default()).await.unwrap();
    let services = Api::<Service>::namespaced(client.clone(), "default");
    let mut service = services.get("kubernetes", &GetOptions::default()).await.unwrap();
    service.spec.ports[0].target_port = 8443.into();
    services.update(&service, &UpdateOptions::default()).await.unwrap();
    servers.look("10.0.0.1").await;
    assert_eq!(servers.endpoints().await, ["10.0.0.1", "10.0.0.2"]);
    let service = services.get("kubernetes", &GetOptions::default()).await.unwrap();
    assert_eq!(service.spec.ports[0].target_port, 443.into());

    kubernetes_service::leave(&client, &servers.leases, &bootstrap("10.0.0.1")).await;
    assert_eq!(servers.endpoints().await, ["10.0.0.2"]);
    // the last one leaves them
    kubernetes_service::leave(&client, &servers.leases, &bootstrap("10.0.0.2")).await;
    assert_eq!(servers.endpoints().await, ["10.0.0.2"]);
}
