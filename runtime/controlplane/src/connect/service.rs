//! `services/proxy`: to one of the pods behind a service.

use std::sync::Arc;

use async_trait::async_trait;
use kubeforge_api::core::v1::{EndpointAddress, Endpoints, Pod, Service};
use kubeforge_apiserver::{
    proxy::{self, Location, Mode},
    subresource::{SubresourceAnswer, SubresourceCall, SubresourceHandler},
};
use kubeforge_machinery::ApiError;

use super::{
    Kubelets,
    target::{self, Target},
};

/// Answers it.
pub(super) struct Proxy(pub(super) Arc<Kubelets>);

#[async_trait]
impl SubresourceHandler for Proxy {
    async fn handle(&self, call: SubresourceCall<'_>) -> Result<SubresourceAnswer, ApiError> {
        let target = Target::parse(call.name, "service")?;
        let service = super::get::<Service>(&call, "services", call.namespace, target.name).await?;
        let port_name = port_name(&service, &target)?;
        let endpoints = match super::get::<Endpoints>(&call, "endpoints", call.namespace, target.name).await {
            Err(error) if error.status().code == 404 => Box::default(),
            found => found?,
        };
        let none = || ApiError::service_unavailable(format!("no endpoints available for service {:?}", call.name));
        let (host, port) = endpoint(&call, &endpoints, &port_name).await.ok_or_else(none)?;
        let location = Location {
            tls: target.is_https.then(|| self.0.tls_of_others()),
            host,
            port: Some(port),
            path: target::rest(&call),
            query: String::new(),
        };
        proxy::forward(location, Mode::Proxy, &call).await
    }

    fn takes_body(&self) -> bool {
        false
    }

    fn connects(&self) -> bool {
        true
    }

    fn takes_all_methods(&self) -> bool {
        true
    }
}

/// The name of the port that is meant; a number is looked up among the service's.
fn port_name(service: &Service, target: &Target<'_>) -> Result<String, ApiError> {
    let Ok(number) = target.port.parse::<i64>() else { return Ok(target.port.to_owned()) };
    let found = service.spec.ports.iter().find(|port| i64::from(port.port) == number);
    found.map(|port| port.name.clone()).ok_or_else(|| {
        ApiError::service_unavailable(format!("no service port {number} found for service {:?}", target.name))
    })
}

/// An address behind the service that is a pod's: anybody may write endpoints, and this server must not be sent to any
/// place whatsoever.
async fn endpoint(call: &SubresourceCall<'_>, endpoints: &Endpoints, port_name: &str) -> Option<(String, u16)> {
    for subset in &endpoints.subsets {
        let Some(port) = subset.ports.iter().find(|port| port.name == port_name) else { continue };
        let Ok(port) = u16::try_from(port.port) else { continue };
        for address in &subset.addresses {
            if is_of_pod(call, address).await {
                return Some((address.ip.clone(), port));
            }
        }
    }
    None
}

async fn is_of_pod(call: &SubresourceCall<'_>, address: &EndpointAddress) -> bool {
    let Some(target) = &address.target_ref else { return false };
    if target.kind != "Pod" || target.namespace != call.namespace {
        return false;
    }
    let pod = super::get::<Pod>(call, "pods", call.namespace, &target.name).await;
    pod.is_ok_and(|pod| pod.status.pod_ip == address.ip || pod.status.pod_ips.iter().any(|ip| ip.ip == address.ip))
}
