//! The HTTPS transport against a real TLS server on a port of its own.

#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]

use std::{convert::Infallible, net::SocketAddr, sync::Arc, time::Duration};

use bytes::Bytes;
use futures::StreamExt as _;
use http::{Request as HttpRequest, Response};
use http_body_util::{BodyExt as _, StreamBody};
use hyper::body::{Frame, Incoming};
use hyper_util::{
    rt::{TokioExecutor, TokioIo},
    server::conn::auto,
};
use kubeforge_client::{
    Client, ClientError, Config,
    config::{ProxySetting, Tls},
    kubeconfig::ExecConfig,
    request::Request,
    transport::{Auth, ExecAuth, ExecCluster, TransportError},
};
use rcgen::{CertificateParams, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair};
use rustls::{RootCertStore, ServerConfig, server::WebPkiClientVerifier};
use rustls_pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};
use tokio_rustls::TlsAcceptor;

struct Authority {
    pem: String,
    der: rustls_pki_types::CertificateDer<'static>,
    issuer: Issuer<'static, KeyPair>,
}

impl Authority {
    fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        let certificate = params.self_signed(&key).unwrap();
        Self { pem: certificate.pem(), der: certificate.der().clone(), issuer: Issuer::new(params, key) }
    }

    fn issue(&self, names: &[&str], usage: ExtendedKeyUsagePurpose) -> (rcgen::Certificate, KeyPair) {
        let mut params =
            CertificateParams::new(names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>()).unwrap();
        params.extended_key_usages = vec![usage];
        let key = KeyPair::generate().unwrap();
        (params.signed_by(&key, &self.issuer).unwrap(), key)
    }
}

/// Says how it was asked: version, path and credentials; `/stream` sends three pieces with pauses.
async fn answer(
    request: HttpRequest<Incoming>,
    certificate: Option<Vec<u8>>,
) -> Response<kubeforge_client::transport::Body> {
    let has_certificate = certificate.is_some();
    if request.uri().path() == "/who" {
        // names stand in certificates as they are
        let holds = |name: &str| {
            certificate.as_ref().is_some_and(|der| der.windows(name.len()).any(|part| part == name.as_bytes()))
        };
        let name = ["first-client", "second-client"].into_iter().find(|name| holds(name)).unwrap_or("nobody");
        return Response::new(kubeforge_client::transport::body(http_body_util::Full::new(Bytes::from_static(
            name.as_bytes(),
        ))));
    }
    if request.uri().path() == "/upgrade" {
        // it stays open, and nothing is said
        tokio::spawn(async move {
            let stream = hyper::upgrade::on(request).await;
            std::future::pending::<()>().await;
            drop(stream);
        });
        let mut answer = Response::new(kubeforge_client::transport::body(http_body_util::Empty::new()));
        *answer.status_mut() = http::StatusCode::SWITCHING_PROTOCOLS;
        answer.headers_mut().insert("connection", http::HeaderValue::from_static("Upgrade"));
        answer.headers_mut().insert("upgrade", http::HeaderValue::from_static("silence"));
        return answer;
    }
    let credentials = request.headers().get("authorization").map(|value| value.to_str().unwrap().to_owned());
    if request.uri().path() == "/forever" {
        return Response::new(kubeforge_client::transport::body(StreamBody::new(futures::stream::pending::<
            Result<Frame<Bytes>, Infallible>,
        >())));
    }
    if request.uri().path() == "/stream" {
        let pieces = futures::stream::iter(["one\n", "two\n", "three\n"]).then(|piece| async move {
            tokio::time::sleep(Duration::from_millis(20)).await;
            Ok::<_, Infallible>(Frame::data(Bytes::from_static(piece.as_bytes())))
        });
        return Response::new(kubeforge_client::transport::body(StreamBody::new(pieces)));
    }
    let text = format!(
        "{:?} {} cert={has_certificate} {}",
        request.version(),
        request.uri().path(),
        credentials.unwrap_or_default()
    );
    Response::new(kubeforge_client::transport::body(http_body_util::Full::new(Bytes::from(text))))
}

/// Serves TLS with HTTP/2 and HTTP/1.1; takes clients with and without a certificate of `authority`.
async fn serve(authority: &Authority, name: &str) -> SocketAddr {
    let (certificate, key) = authority.issue(&[name], ExtendedKeyUsagePurpose::ServerAuth);
    let mut roots = RootCertStore::empty();
    roots.add(authority.der.clone()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider.clone())
        .allow_unauthenticated()
        .build()
        .unwrap();
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_client_cert_verifier(verifier)
        .with_single_cert(
            vec![certificate.der().clone()],
            PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der())),
        )
        .unwrap();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                let Ok(stream) = acceptor.accept(stream).await else { return };
                let certificate = stream.get_ref().1.peer_certificates().and_then(|chain| chain.first());
                let certificate = certificate.map(|certificate| certificate.to_vec());
                let service = hyper::service::service_fn(move |request| {
                    let certificate = certificate.clone();
                    async move { Ok::<_, Infallible>(answer(request, certificate).await) }
                });
                // the client closes the connection when the test is over
                drop(auto_builder().serve_connection_with_upgrades(TokioIo::new(stream), service).await);
            });
        }
    });
    address
}

/// Takes as many streams as kube-apiserver does.
fn auto_builder() -> auto::Builder<TokioExecutor> {
    let mut builder = auto::Builder::new(TokioExecutor::new());
    builder.http2().max_concurrent_streams(100);
    builder
}

async fn ask(config: &Config, path: &str) -> Result<String, ClientError> {
    let answer = Client::from_config(config)?.send(&Request::get(path)).await?;
    Ok(String::from_utf8(answer.bytes.to_vec()).unwrap())
}

fn config(authority: &Authority, address: SocketAddr) -> Config {
    let tls = Tls { ca: Some(authority.pem.clone().into_bytes()), ..Tls::default() };
    Config { tls, ..Config::new(format!("https://{address}")) }
}

#[tokio::test]
async fn a_client_certificate_and_a_token_travel_over_http2() {
    let authority = Authority::new();
    let address = serve(&authority, "127.0.0.1").await;
    let mut config = config(&authority, address);
    config.auth = Auth::Token("secret".to_owned());
    assert_eq!(ask(&config, "/version").await.unwrap(), "HTTP/2.0 /version cert=false Bearer secret");
    let (certificate, key) = authority.issue(&["me"], ExtendedKeyUsagePurpose::ClientAuth);
    config.auth = Auth::None;
    config.tls.client_certificate = Some(certificate.pem().into_bytes());
    config.tls.client_key = Some(key.serialize_pem().into_bytes());
    assert_eq!(ask(&config, "/version").await.unwrap(), "HTTP/2.0 /version cert=true ");
}

#[tokio::test]
async fn a_server_that_cannot_prove_who_it_is_is_refused() {
    let (ours, theirs) = (Authority::new(), Authority::new());
    let address = serve(&theirs, "127.0.0.1").await;
    let mut config = config(&ours, address);
    let err = ask(&config, "/version").await.unwrap_err();
    assert!(matches!(err, ClientError::Transport(TransportError::Connect { .. })), "{err}");
    config.tls = Tls { insecure_skip_verify: true, ..Tls::default() };
    assert!(ask(&config, "/version").await.is_ok());
}

#[tokio::test]
async fn a_servers_other_name_can_be_said() {
    let authority = Authority::new();
    let address = serve(&authority, "kubernetes.example.com").await;
    let mut config = config(&authority, address);
    assert!(ask(&config, "/version").await.is_err());
    config.tls.server_name = Some("kubernetes.example.com".to_owned());
    assert!(ask(&config, "/version").await.is_ok());
}

/// A proxy that makes tunnels; it tells where to.
async fn tunnels() -> (SocketAddr, tokio::sync::mpsc::Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (told, targets) = tokio::sync::mpsc::channel(1);
    tokio::spawn(async move {
        while let Ok((mut client, _)) = listener.accept().await {
            let mut head = Vec::new();
            while !head.ends_with(b"\r\n\r\n") {
                head.push(client.read_u8().await.unwrap());
            }
            let target = String::from_utf8(head).unwrap().split(' ').nth(1).unwrap().to_owned();
            told.send(target.clone()).await.unwrap();
            client.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.unwrap();
            let mut server = TcpStream::connect(target).await.unwrap();
            // ends with the client
            tokio::spawn(async move { drop(tokio::io::copy_bidirectional(&mut client, &mut server).await) });
        }
    });
    (address, targets)
}

#[tokio::test]
async fn a_tunnel_leads_to_the_server_and_is_not_trusted() {
    let authority = Authority::new();
    let address = serve(&authority, "127.0.0.1").await;
    let (proxy, mut targets) = tunnels().await;
    let proxy = ProxySetting::Url(format!("http://{proxy}"));
    let config = Config { proxy, ..config(&authority, address) };
    assert_eq!(ask(&config, "/version").await.unwrap(), "HTTP/2.0 /version cert=false ");
    assert_eq!(targets.recv().await.unwrap(), address.to_string());
}

#[tokio::test]
async fn a_body_arrives_as_it_is_sent() {
    let authority = Authority::new();
    let address = serve(&authority, "127.0.0.1").await;
    let client = Client::from_config(&config(&authority, address)).unwrap();
    let mut body = client.open(&Request::get("/stream")).await.unwrap().into_body();
    let mut pieces = Vec::new();
    while let Some(frame) = body.frame().await {
        // HTTP/2 may end a body with an empty frame
        pieces.extend(frame.unwrap().into_data().ok().filter(|piece| !piece.is_empty()));
    }
    assert_eq!(pieces, ["one\n", "two\n", "three\n"]);
}

/// Opens streams that never end, lets `rotate` change who the client is, and sees that requests are the new client's and
/// that the streams are over.
async fn check_rotation(config: &Config, rotate: impl FnOnce()) {
    let client = Client::from_config(config).unwrap();
    let who = async |client: &Client| client.send(&Request::get("/who")).await.unwrap().bytes;
    assert_eq!(who(&client).await, "first-client");
    let mut open = client.open(&Request::get("/forever")).await.unwrap().into_body();
    let mut request = Request::get("/upgrade");
    request.headers.insert("connection", http::HeaderValue::from_static("Upgrade"));
    request.headers.insert("upgrade", http::HeaderValue::from_static("silence"));
    let (_, mut upgraded) = client.upgrade(&request).await.unwrap();
    rotate();
    // files are looked at every ten seconds
    tokio::time::pause();
    tokio::time::advance(Duration::from_secs(11)).await;
    tokio::time::resume();
    assert_eq!(who(&client).await, "second-client");
    let end = tokio::time::timeout(Duration::from_secs(10), open.frame()).await;
    let Ok(end) = end else { panic!("the old connection goes on") };
    assert!(end.unwrap().unwrap_err().to_string().contains("certificate changed"));
    let end = tokio::time::timeout(Duration::from_secs(10), upgraded.read_u8()).await;
    let Ok(end) = end else { panic!("the upgraded connection goes on") };
    assert!(end.unwrap_err().to_string().contains("certificate changed"));
}

#[tokio::test]
async fn changed_certificate_files_are_read_again() {
    let (authority, dir) = (Authority::new(), tempfile::tempdir().unwrap());
    let address = serve(&authority, "127.0.0.1").await;
    let write = |name: &str| write_client(&authority, dir.path(), name);
    write("first-client");
    let config = client_of_files(dir.path(), address);
    check_rotation(&config, || write("second-client")).await;
}

#[tokio::test]
async fn changed_certificate_files_are_noticed_without_requests() {
    let (authority, dir) = (Authority::new(), tempfile::tempdir().unwrap());
    let address = serve(&authority, "127.0.0.1").await;
    write_client(&authority, dir.path(), "first-client");
    let client = Client::from_config(&client_of_files(dir.path(), address)).unwrap();
    let mut open = client.open(&Request::get("/forever")).await.unwrap().into_body();
    write_client(&authority, dir.path(), "second-client");
    // files are looked at every five minutes while nobody asks
    tokio::time::pause();
    let end = tokio::time::timeout(Duration::from_secs(400), open.frame()).await;
    let Ok(end) = end else { panic!("the old connection goes on") };
    assert!(end.unwrap().unwrap_err().to_string().contains("certificate changed"));
}

fn write_client(authority: &Authority, dir: &std::path::Path, name: &str) {
    let (certificate, key) = authority.issue(&[name], ExtendedKeyUsagePurpose::ClientAuth);
    std::fs::write(dir.join("ca"), &authority.pem).unwrap();
    std::fs::write(dir.join("cert"), certificate.pem()).unwrap();
    std::fs::write(dir.join("key"), key.serialize_pem()).unwrap();
}

fn client_of_files(dir: &std::path::Path, address: SocketAddr) -> Config {
    std::fs::write(
        dir.join("config"),
        format!(
            "{{current-context: a, contexts: [{{name: a, context: {{cluster: c, user: u}}}}],
              clusters: [{{name: c, cluster: {{server: 'https://{address}', certificate-authority: ca}}}}],
              users: [{{name: u, user: {{client-certificate: cert, client-key: key}}}}]}}"
        ),
    )
    .unwrap();
    Config::from_file(dir.join("config")).unwrap()
}

#[tokio::test]
async fn a_plugins_new_certificate_ends_old_connections() {
    let (authority, dir) = (Authority::new(), tempfile::tempdir().unwrap());
    let address = serve(&authority, "127.0.0.1").await;
    let answer = dir.path().join("answer.json");
    let write = |name: &str| {
        let (certificate, key) = authority.issue(&[name], ExtendedKeyUsagePurpose::ClientAuth);
        let status = serde_json::json!({
            "expirationTimestamp": "2020-01-01T00:00:00Z",
            "clientCertificateData": certificate.pem(),
            "clientKeyData": key.serialize_pem(),
        });
        let credential = serde_json::json!({"kind": "ExecCredential", "apiVersion": "client.authentication.k8s.io/v1beta1", "status": status});
        std::fs::write(&answer, credential.to_string()).unwrap();
    };
    write("first-client");
    let plugin = ExecConfig {
        command: "cat".to_owned(),
        args: vec![answer.display().to_string()],
        api_version: "client.authentication.k8s.io/v1beta1".to_owned(),
        ..ExecConfig::default()
    };
    let auth = Auth::Exec(Box::new(ExecAuth { plugin, cluster: ExecCluster::default() }));
    let config = Config { auth, ..config(&authority, address) };
    check_rotation(&config, || write("second-client")).await;
}

#[tokio::test]
async fn more_streams_than_a_connection_takes_are_open_at_once() {
    let authority = Authority::new();
    let address = serve(&authority, "127.0.0.1").await;
    let client = Client::from_config(&config(&authority, address)).unwrap();
    let mut open = Vec::new();
    for _ in 0..250 {
        let request = Request::get("/forever");
        let answer = tokio::time::timeout(Duration::from_secs(10), client.open(&request)).await;
        open.push(answer.expect("a stream is waiting for another").unwrap());
    }
    assert_eq!(open.len(), 250);
}
