//! The listener: TLS, client certificates, tokens, anonymous users, HTTP/1.1 and HTTP/2, shutdown.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod support;

use std::{net::SocketAddr, sync::Arc};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper_util::rt::{TokioExecutor, TokioIo};
use kubeforge_apiserver::{authentication::TokenFile, tls::TlsOptions};
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use rustls::{ClientConfig, RootCertStore};
use rustls_pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, ServerName};
use support::{TestServer, start_with};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsConnector;

struct Pki {
    ca: CertificateDer<'static>,
    issuer: Issuer<'static, KeyPair>,
}

type Identity = (CertificateDer<'static>, PrivateKeyDer<'static>);

impl Pki {
    fn new() -> Self {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        let ca = params.self_signed(&key).unwrap().der().clone();
        Self { ca, issuer: Issuer::new(params, key) }
    }

    fn identity(&self, names: &[&str], user: &str, group: &str) -> Identity {
        let mut params =
            CertificateParams::new(names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>()).unwrap();
        params.distinguished_name.push(DnType::CommonName, user);
        params.distinguished_name.push(DnType::OrganizationName, group);
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap().der().clone();
        (certificate, PrivatePkcs8KeyDer::from(key.serialize_der()).into())
    }
}

async fn listen(pki: &Pki) -> (TestServer, SocketAddr) {
    let tokens = TokenFile::parse("secret,bob,1,dev\n").unwrap();
    let server = start_with(|builder| builder.authenticator(Arc::new(tokens))).await;
    let (certificate, key) = pki.identity(&["localhost"], "server", "");
    let tls = TlsOptions { certificates: vec![certificate], key, client_cas: vec![pki.ca.clone()] };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (listening, tls) = (server.server.clone(), tls.server_config().unwrap());
    tokio::spawn(async move { listening.listen(listener, tls).await });
    (server, address)
}

async fn connect(
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

fn request(path: &str, token: Option<&str>) -> Request<Full<Bytes>> {
    let mut request = Request::builder().uri(path).header("host", "localhost");
    if let Some(token) = token {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    request.body(Full::default()).unwrap()
}

async fn http1(
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

#[tokio::test]
async fn users_prove_who_they_are() {
    let pki = Pki::new();
    let (_server, address) = listen(&pki).await;
    let nodes = "/api/v1/nodes";
    let alice = pki.identity(&[], "alice", "dev");
    assert_eq!(http1(&pki, address, Some(alice), nodes, None).await.status(), 200);
    assert_eq!(http1(&pki, address, None, nodes, Some("secret")).await.status(), 200);
    assert_eq!(http1(&pki, address, None, nodes, Some("wrong")).await.status(), 401);
    let anonymous = http1(&pki, address, None, nodes, None).await;
    assert_eq!(anonymous.status(), 403);
    let body = anonymous.into_body().collect().await.unwrap().to_bytes();
    let text = String::from_utf8(body.to_vec()).unwrap();
    assert!(text.contains("nodes is forbidden: User \\\"system:anonymous\\\" cannot list resource"), "{text}");
    assert_eq!(http1(&pki, address, None, "/readyz", None).await.status(), 200);
}

#[tokio::test]
async fn http2_carries_watches_and_shutdown_ends_them() {
    let pki = Pki::new();
    let (server, address) = listen(&pki).await;
    let stream = connect(&pki, address, None, b"h2").await;
    let (mut sender, connection) =
        hyper::client::conn::http2::handshake(TokioExecutor::new(), TokioIo::new(stream)).await.unwrap();
    tokio::spawn(connection);
    let uri = |path: &str| format!("https://localhost{path}");
    let watch = sender.send_request(request(&uri("/api/v1/nodes?watch=1"), Some("secret"))).await.unwrap();
    let events = watch.into_body();
    let listed = sender.send_request(request(&uri("/api/v1/nodes"), Some("secret"))).await.unwrap();
    assert_eq!(listed.status(), 200);
    server.server.shut_down();
    // no event comes any more, at most an empty frame that ends the stream
    let rest = events.collect().await.map(|rest| rest.to_bytes());
    assert!(rest.is_ok_and(|rest| rest.is_empty()));
}
