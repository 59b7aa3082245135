//! Where a node's kubelet is, and how it is spoken to.

use std::sync::Arc;

use kubeforge_api::core::v1::{Node, NodeAddressType};
use kubeforge_apiserver::{
    proxy::{ClientConfig, Location},
    subresource::SubresourceCall,
};
use kubeforge_client::{
    config::{ConfigError, Tls},
    transport::tls_config,
};
use kubeforge_machinery::ApiError;

/// The port of kubelets that don't say otherwise (`--kubelet-port`).
const PORT: u16 = 10250;
/// The label that names a host where its node has no such address.
const HOSTNAME: &str = "kubernetes.io/hostname";

/// How kubelets, and servers behind pods and services, are spoken to.
#[derive(Debug)]
pub(crate) struct Kubelets {
    /// Which of a node's addresses is taken (`--kubelet-preferred-address-types`).
    address_types: Vec<NodeAddressType>,
    trusted: Arc<ClientConfig>,
    unverified: Arc<ClientConfig>,
    anonymous: Arc<ClientConfig>,
}

/// A kubelet's address.
#[derive(Clone, Debug)]
pub(super) struct Kubelet {
    pub host: String,
    pub port: u16,
}

impl Kubelets {
    /// The addresses' order of preference, and the TLS for kubelets. Without a CA any kubelet is taken for the right one.
    ///
    /// # Errors
    /// Where a certificate or key can't be used.
    pub(crate) fn new(address_types: &[String], tls: &Tls) -> Result<Self, ConfigError> {
        let unverified = Tls { ca: None, insecure_skip_verify: true, ..tls.clone() };
        let trusted = Tls { insecure_skip_verify: tls.ca.is_none(), ..tls.clone() };
        let anonymous = Tls { insecure_skip_verify: true, ..Tls::default() };
        Ok(Self {
            address_types: address_types.iter().map(|text| NodeAddressType::from(text.as_str())).collect(),
            trusted: Arc::new(tls_config(&trusted)?),
            unverified: Arc::new(tls_config(&unverified)?),
            anonymous: Arc::new(tls_config(&anonymous)?),
        })
    }

    /// TLS for what is no kubelet: nobody knows its certificate, and it gets none of ours.
    pub(super) fn tls_of_others(&self) -> Arc<ClientConfig> {
        self.anonymous.clone()
    }

    /// The kubelet of a node.
    pub(super) async fn of_node(&self, call: &SubresourceCall<'_>, node: &str) -> Result<Kubelet, ApiError> {
        let node = super::get::<Node>(call, "nodes", "", node).await?;
        let port = node.status.daemon_endpoints.kubelet_endpoint.port;
        let port = u16::try_from(port).ok().filter(|port| *port > 0).unwrap_or(PORT);
        Ok(Kubelet { host: self.host(&node)?, port })
    }

    fn host(&self, node: &Node) -> Result<String, ApiError> {
        for wanted in &self.address_types {
            if let Some(found) = node.status.addresses.iter().find(|address| address.type_ == *wanted) {
                return Ok(found.address.clone());
            }
            if *wanted == NodeAddressType::Hostname
                && let Some(label) = node.metadata.labels.get(HOSTNAME).filter(|label| !label.is_empty())
            {
                return Ok(label.clone());
            }
        }
        let known: Vec<String> =
            node.status.addresses.iter().map(|it| format!("{{{} {}}}", it.type_.as_str(), it.address)).collect();
        Err(ApiError::unknown(format!("no preferred addresses found; known addresses: [{}]", known.join(" "))))
    }

    /// A path of a kubelet.
    pub(super) fn location(&self, kubelet: Kubelet, path: String, query: String) -> Location {
        Location { tls: Some(self.trusted.clone()), host: kubelet.host, port: Some(kubelet.port), path, query }
    }

    /// The same, whatever certificate it has.
    pub(super) fn unverified(&self, location: Location) -> Location {
        Location { tls: Some(self.unverified.clone()), ..location }
    }
}
