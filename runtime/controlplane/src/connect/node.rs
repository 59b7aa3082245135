//! `nodes/proxy`: to a node's kubelet, or to another port of the node.

use std::{net::IpAddr, sync::Arc};

use async_trait::async_trait;
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
        let target = Target::parse(call.name, "node")?;
        let kubelet = self.0.of_node(&call, target.name).await?;
        let path = target::rest(&call);
        let port = target.port_number()?;
        let location = if port.is_none_or(|port| port == kubelet.port) {
            self.0.location(kubelet, path, String::new())
        } else {
            check(&kubelet.host).await?;
            let tls = target.is_https.then(|| self.0.tls_of_others());
            Location { tls, host: kubelet.host, port, path, query: String::new() }
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

/// Refuses names that lead back to this machine.
async fn check(host: &str) -> Result<(), ApiError> {
    let addresses: Vec<IpAddr> = match host.parse() {
        Ok(address) => vec![address],
        Err(_) => {
            let found = tokio::net::lookup_host((host, 0)).await;
            found
                .map_err(|_| ApiError::bad_request(format!("lookup {host}: no such host")))?
                .map(|it| it.ip())
                .collect()
        }
    };
    if addresses.is_empty() {
        return Err(ApiError::bad_request("no addresses for hostname"));
    }
    match addresses.into_iter().all(target::is_proxyable) {
        true => Ok(()),
        false => Err(ApiError::bad_request("address not allowed")),
    }
}
