//! The egress selector configuration: by which ways the server reaches others.

use kubeforge_derive::ApiSource;

/// By which proxies the server reaches others, read from a file.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, no_resource)]
#[api(group = "apiserver.k8s.io", version = "v1alpha1")]
#[api(spoke_of = "v1beta1")]
pub struct EgressSelectorConfiguration {
    /// The ways out, by whom they lead to.
    #[api(required)]
    pub egress_selections: Vec<EgressSelection>,
}

/// A way out of the server.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct EgressSelection {
    /// Whom it leads to: `cluster`, `controlplane` or `etcd`.
    #[api(required)]
    pub name: String,
    /// How the connection is made.
    #[api(required)]
    pub connection: Connection,
}

/// How a connection is made.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct Connection {
    /// How to speak with the proxy, if there is one.
    pub proxy_protocol: ProtocolType,
    /// How to reach the proxy; not with `Direct`.
    pub transport: Option<Box<Transport>>,
}

/// How to speak with a proxy.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
#[api(open)]
pub enum ProtocolType {
    /// By the `CONNECT` method of HTTP.
    HTTPConnect,
    /// By gRPC, with many connections in one.
    GRPC,
    /// Not at all: connections go straight to where they lead.
    Direct,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

/// How to reach a proxy; exactly one of these is set.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct Transport {
    /// By TCP.
    pub tcp: Option<Box<TCPTransport>>,
    /// By a Unix socket.
    pub uds: Option<Box<UDSTransport>>,
}

/// A proxy that is reached by TCP.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct TCPTransport {
    /// Its address.
    pub url: String,
    /// How to secure the connection; needed if the address has `https`, not allowed else.
    pub tls_config: Option<Box<TLSConfig>>,
}

/// The files that secure a connection.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct TLSConfig {
    /// The file with the certificates to check that of the proxy by; those of the system if empty.
    pub ca_bundle: String,
    /// The file with the key of the server as a client.
    pub client_key: String,
    /// The file with the certificate of the server as a client.
    pub client_cert: String,
    /// The host name the certificate must have, if it is not that of the address.
    pub tls_server_name: String,
}

/// A proxy that is reached by a Unix socket.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct UDSTransport {
    /// The path of the socket.
    pub uds_name: String,
}
