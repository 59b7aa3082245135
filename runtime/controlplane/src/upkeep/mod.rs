//! What a running server sees to, again and again: that the system's namespaces, its priority levels and flow schemas,
//! the `kubernetes` service and its endpoints are there, that its own lease is renewed, and that what is given out to
//! services is what services have.
//!
//! Follows pkg/controlplane/controller and pkg/registry/core/service of upstream. A server in memory, for tests, does
//! without: nothing of it changes unless the test changes it.

mod identity;
pub(crate) mod kubernetes_service;
mod server_leases;

use std::{future::Future, sync::Arc, time::Duration};

use kubeforge_apiserver::registry::Registry;
use kubeforge_client::Client;
use kubeforge_machinery::Scheme;
use kubeforge_storage::kv::Kv;
use tokio::task::JoinSet;

use crate::{
    bootstrap::{self, Bootstrap},
    strategies::{ServiceAllocator, service_repair},
};
use server_leases::ServerLeases;

/// How often namespaces are looked for (systemnamespaces.Controller).
const NAMESPACES_PERIOD: Duration = Duration::from_secs(60);
/// How often priority levels and flow schemas are looked for (apf's config producer).
const FLOW_CONTROL_PERIOD: Duration = Duration::from_secs(60);
/// How often the `kubernetes` service is looked at (kubernetesservice.Controller).
const SERVICE_PERIOD: Duration = Duration::from_secs(10);

/// What upkeep works with.
pub(crate) struct Parts {
    pub(crate) client: Client,
    pub(crate) kv: Arc<dyn Kv>,
    pub(crate) registry: Arc<Registry>,
    pub(crate) scheme: Arc<Scheme>,
    pub(crate) services: Arc<ServiceAllocator>,
    pub(crate) bootstrap: Bootstrap,
}

/// The running tasks; they end when this is dropped.
#[derive(Debug)]
pub(crate) struct Upkeep {
    tasks: JoinSet<()>,
    client: Client,
    leases: ServerLeases,
    bootstrap: Bootstrap,
}

impl Upkeep {
    /// Starts the tasks. The `kubernetes` service's endpoints were seen to when this returns.
    pub(crate) async fn start(parts: Parts) -> Self {
        let Parts { client, kv, registry, scheme, services, bootstrap } = parts;
        let leases = ServerLeases::new(kv, scheme);
        kubernetes_service::look(&client, &leases, &bootstrap).await;
        let mut tasks = JoinSet::new();
        let (api, server, stored) = (client.clone(), bootstrap.clone(), leases.clone());
        tasks.spawn(every(SERVICE_PERIOD, move || {
            let (api, server, stored) = (api.clone(), server.clone(), stored.clone());
            async move { kubernetes_service::look(&api, &stored, &server).await }
        }));
        let api = client.clone();
        tasks.spawn(every(NAMESPACES_PERIOD, move || {
            let api = api.clone();
            async move {
                if let Err(err) = bootstrap::namespaces(&api).await {
                    tracing::warn!(%err, "cannot make the system's namespaces");
                }
            }
        }));
        let api = client.clone();
        tasks.spawn(every(FLOW_CONTROL_PERIOD, move || {
            let api = api.clone();
            async move {
                if let Err(err) = bootstrap::flow_control::run(&api).await {
                    tracing::warn!(%err, "cannot make priority levels and flow schemas");
                }
            }
        }));
        tasks.spawn(identity::run(client.clone()));
        tasks.spawn(service_repair::run(client.clone(), registry, services));
        Self { tasks, client, leases, bootstrap }
    }

    /// Ends the tasks, and takes the server's address out of the endpoints.
    pub(crate) async fn stop(mut self) {
        self.tasks.shutdown().await;
        kubernetes_service::leave(&self.client, &self.leases, &self.bootstrap).await;
    }
}

/// Does something after each period, for ever.
async fn every<F: Future<Output = ()>>(period: Duration, mut what: impl FnMut() -> F) {
    loop {
        tokio::time::sleep(period).await;
        what().await;
    }
}

#[cfg(test)]
mod tests;
