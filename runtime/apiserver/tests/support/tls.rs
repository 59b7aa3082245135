//! Real connections: certificates, a listener, clients.

use std::{net::SocketAddr, sync::Arc};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper_util::rt::TokioIo;
use kubeforge_apiserver::{ServerBuilder, authentication::TokenFile, tls::TlsOptions};
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use rustls::{ClientConfig, RootCertStore};
use rustls_pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, ServerName};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsConnector;

use super::{TestServer, start_with};

pub struct Pki {
    pub ca: CertificateDer<'static>,
    issuer: Issuer<'static, KeyPair>,
}

pub type Identity = (CertificateDer<'static>, PrivateKeyDer<'static>);

impl Pki {
    pub fn new() -> Self {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        let ca = params.self_signed(&key).unwrap().der().clone();
        Self { ca, issuer: Issuer::new(params, key) }
    }

    pub fn identity(&self, names: &[&str], user: &str, group: &str) -> Identity {
        let mut params =
            CertificateParams::new(names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>()).unwrap();
        params.distinguished_name.push(DnType::CommonName, user);
        params.distinguished_name.push(DnType::OrganizationName, group);
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap().der().clone();
        (certificate, PrivatePkcs8KeyDer::from(key.serialize_der()).into())
    }
}

pub async fn listen(pki: &Pki) -> (TestServer, SocketAddr) {
    listen_with(pki, |builder| builder).await
}

/// A server that is changed before it is built.
pub async fn listen_with(pki: &Pki, change: impl FnOnce(ServerBuilder) -> ServerBuilder) -> (TestServer, SocketAddr) {
    let tokens = TokenFile::parse("secret,bob,1,dev\n").unwrap();
    let server = start_with(|builder| change(builder.authenticator(Arc::new(tokens)))).await;
    let (certificate, key) = pki.identity(&["localhost"], "server", "");
    let tls = TlsOptions { certificates: vec![certificate], key, client_cas: vec![pki.ca.clone()] };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (listening, tls) = (server.server.clone(), tls.server_config().unwrap());
    tokio::spawn(async move { listening.listen(listener, tls).await });
    (server, address)
}

pub async fn connect(
    pki: &Pki,
    address: SocketAddr,
    identity: Option<Identity>,
    protocol: &[u8],
) -> tokio_rustls::client::TlsStream<TcpStream> {
    let mut roots = RootCertStore::empty();
    roots.add(pki.ca.clone()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots);
    let mut config = match identity {
        Some((certificate, key)) => builder.with_client_auth_cert(vec![certificate], key).unwrap(),
        None => builder.with_no_client_auth(),
    };
    config.alpn_protocols = vec![protocol.to_vec()];
    let stream = TcpStream::connect(address).await.unwrap();
    let name = ServerName::try_from("localhost").unwrap();
    TlsConnector::from(Arc::new(config)).connect(name, stream).await.unwrap()
}

pub fn request(path: &str, token: Option<&str>) -> Request<Full<Bytes>> {
    let mut request = Request::builder().uri(path).header("host", "localhost");
    if let Some(token) = token {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    request.body(Full::default()).unwrap()
}

pub async fn http1(
    pki: &Pki,
    address: SocketAddr,
    identity: Option<Identity>,
    path: &str,
    token: Option<&str>,
) -> Response<Incoming> {
    let stream = connect(pki, address, identity, b"http/1.1").await;
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.unwrap();
    tokio::spawn(connection);
    sender.send_request(request(path, token)).await.unwrap()
}
