//! `pods/proxy`: to a port of a pod.

use std::{net::IpAddr, sync::Arc};

use async_trait::async_trait;
use kubeforge_api::core::v1::Pod;
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
        let target = Target::parse(call.name, "pod")?;
        let pod = super::get::<Pod>(&call, "pods", call.namespace, target.name).await?;
        let address = pod.status.pod_ips.first().map_or(&pod.status.pod_ip, |first| &first.ip);
        if !address.parse::<IpAddr>().is_ok_and(target::is_global_unicast) {
            return Err(ApiError::bad_request("address not allowed"));
        }
        let port = match target.port_number()? {
            Some(port) => Some(port),
            None => first_port(&pod),
        };
        let location = Location {
            tls: target.is_https.then(|| self.0.tls_of_others()),
            host: address.clone(),
            port,
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

/// The port that the pod declares first.
fn first_port(pod: &Pod) -> Option<u16> {
    let mut ports = pod.spec.containers.iter().filter_map(|container| container.ports.first());
    ports.next().and_then(|port| port.container_port.try_into().ok())
}
