//! A client against servers and proxies that do what those do on bad days.

#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]

mod server;

use std::{io::Write as _, time::Duration};

use http::Method;
use kubeforge_client::{
    Client, ClientError, Config,
    client::Answer,
    config::ProxySetting,
    kubeconfig::{ExecConfig, InteractiveMode},
    request::{Content, Request},
    transport::{Auth, ExecAuth, ExecCluster, TransportError},
};
use server::{Act, ConnectProxy, FaultServer, json, slow, socks5, with};
use tokio::time::Instant;

fn client(server: &FaultServer) -> Client {
    Client::from_config(&Config::new(server.url())).unwrap()
}

fn post(body: &'static str) -> Request {
    Request { content: Some(Content::json(body)), ..Request::new(Method::POST, "/x") }
}

fn text(answer: &Answer) -> &str {
    std::str::from_utf8(&answer.bytes).unwrap()
}

#[tokio::test]
async fn busy_servers_are_asked_again_with_the_same_body() {
    let server = FaultServer::start([
        Act::Answer(with(json(429, "{}"), "retry-after", "1")),
        Act::Answer(with(json(503, "{}"), "retry-after", "0")),
        Act::Answer(json(201, r#"{"a":1}"#)),
    ])
    .await;
    let start = Instant::now();
    let answer = client(&server).send(&post("body")).await.unwrap();
    assert_eq!((text(&answer), server.lines().len()), (r#"{"a":1}"#, 3));
    assert!(server.asked().iter().all(|asked| asked.body == "body"));
    assert!(start.elapsed() >= Duration::from_secs(1));
    // who doesn't say when is not asked again
    let server = FaultServer::start([Act::Answer(json(503, "away"))]).await;
    assert_eq!(client(&server).send(&Request::get("/x")).await.unwrap_err().api().unwrap().code(), 503);
}

#[tokio::test]
async fn broken_connections_are_repeated_for_reads_only() {
    let server = FaultServer::start([Act::HangUp, Act::Answer(json(200, "[1]"))]).await;
    assert_eq!(text(&client(&server).send(&Request::get("/x")).await.unwrap()), "[1]");
    let server = FaultServer::start([Act::HangUp]).await;
    let err = client(&server).send(&post("x")).await.unwrap_err();
    assert!(matches!(err, ClientError::Transport(TransportError::Send { .. })), "{err}");
    assert_eq!(server.lines(), ["POST /x"]);
}

#[tokio::test]
async fn bodies_may_be_compressed_slow_or_cut() {
    let mut zip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    zip.write_all(b"{\"zipped\":true}").unwrap();
    let zipped = kubeforge_client::transport::body(http_body_util::Full::new(zip.finish().unwrap().into()));
    let server = FaultServer::start([
        Act::Answer(with(http::Response::new(zipped), "content-encoding", "gzip")),
        Act::Answer(slow(&[Some("[1,"), Some("2"), Some("]")])),
        Act::Answer(slow(&[Some("[1,"), None])),
    ])
    .await;
    let client = client(&server);
    assert_eq!(text(&client.send(&Request::get("/x")).await.unwrap()), "{\"zipped\":true}");
    assert_eq!(server.asked()[0].headers["accept-encoding"], "gzip");
    assert_eq!(text(&client.send(&Request::get("/x")).await.unwrap()), "[1,2]");
    let err = client.send(&Request::get("/x")).await.unwrap_err();
    assert!(matches!(err, ClientError::Transport(TransportError::Body(_))), "{err}");

    let plain = Config { disable_compression: true, ..Config::new(server.url()) };
    Client::from_config(&plain).unwrap().send(&Request::get("/x")).await.unwrap();
    assert!(server.asked()[3].headers.get("accept-encoding").is_none());
}

#[tokio::test]
async fn time_runs_out_and_requests_are_given_up() {
    let server = FaultServer::start([Act::Wait(Duration::from_secs(60)), Act::Wait(Duration::from_secs(60))]).await;
    let config = Config { timeout: Some(Duration::from_millis(100)), ..Config::new(server.url()) };
    let err = Client::from_config(&config).unwrap().send(&Request::get("/x")).await.unwrap_err();
    assert!(matches!(err, ClientError::Transport(TransportError::Timeout(_))), "{err}");
    // dropping a request's future ends it; the client goes on
    let client = client(&server);
    let dropped = tokio::time::timeout(Duration::from_millis(100), client.send(&Request::get("/y"))).await;
    assert!(dropped.is_err());
    client.send(&Request::get("/z")).await.unwrap();
    assert_eq!(server.lines(), ["GET /x", "GET /y", "GET /z"]);
}

#[tokio::test]
async fn redirects_are_followed_within_the_server() {
    let server = FaultServer::start([
        Act::Answer(with(json(301, ""), "location", "/x/")),
        Act::Answer(with(json(307, ""), "location", "y")),
        Act::Answer(json(200, "[]")),
        Act::Answer(with(json(301, ""), "location", "http://other.example.com/x")),
    ])
    .await;
    let config = Config { auth: Auth::Token("secret".to_owned()), ..Config::new(server.url()) };
    let client = Client::from_config(&config).unwrap();
    assert_eq!(text(&client.send(&Request::get("/x")).await.unwrap()), "[]");
    assert_eq!(server.lines(), ["GET /x", "GET /x/", "GET /x/y"]);
    // a read, which would be sent again if this counted as a broken connection
    let away = Request { timeout: Some(Duration::from_millis(500)), ..Request::get("/x") };
    let err = client.send(&away).await.unwrap_err();
    assert!(err.to_string().contains("the server redirects to another one"), "{err}");
    assert!(matches!(err, ClientError::Transport(TransportError::Redirect { .. })), "{err:?}");
    assert_eq!(server.lines().len(), 4);
}

#[tokio::test]
async fn proxies_of_all_kinds_lead_to_the_server() {
    let server = FaultServer::start([]).await;
    let proxy = ConnectProxy::start().await;
    let through = |proxy: String, server: &str| {
        let config = Config { proxy: ProxySetting::Url(proxy), ..Config::new(server) };
        Client::from_config(&config).unwrap()
    };
    // without TLS the proxy gets the request itself
    let url = format!("http://me:p%40ss@{}", proxy.address);
    through(url.clone(), "http://k.example.com").send(&Request::get("/x")).await.unwrap();
    // with TLS it is asked for a tunnel; what stands at its end here has no TLS
    let err = through(url, &format!("https://{}", server.address)).send(&Request::get("/x")).await.unwrap_err();
    assert!(matches!(err, ClientError::Transport(TransportError::Connect { .. })), "{err}");
    let heads = proxy.heads.lock().unwrap().clone();
    assert!(heads[0].starts_with("GET http://k.example.com/x HTTP/1.1\r\n"), "{heads:?}");
    assert!(heads[1].starts_with(&format!("CONNECT {} HTTP/1.1\r\n", server.address)), "{heads:?}");
    for head in &heads {
        assert!(head.to_lowercase().contains("proxy-authorization: basic bwu6cebzcw=="), "{head}");
    }

    let (socks, hosts) = socks5().await;
    let named = format!("http://k.example.com:{}", server.address.port());
    through(format!("socks5://{socks}"), &named).send(&Request::get("/y")).await.unwrap();
    assert_eq!(server.lines(), ["GET /y"]);
    assert_eq!(*hosts.lock().unwrap(), [named.trim_start_matches("http://")]);
}

/// A plugin that counts how often it was run, and prints the count as its token.
fn counting_plugin(dir: &std::path::Path) -> Auth {
    let script = format!(
        "cd {} && echo x >> runs && echo '{{\"kind\":\"ExecCredential\",\"apiVersion\":\"client.authentication.k8s.io/v1\",\"status\":{{\"token\":\"'$(wc -l < runs)'\"}}}}'",
        dir.display()
    );
    let plugin = ExecConfig {
        command: "sh".to_owned(),
        args: vec!["-c".to_owned(), script],
        api_version: "client.authentication.k8s.io/v1".to_owned(),
        interactive_mode: Some(InteractiveMode::Never),
        ..ExecConfig::default()
    };
    Auth::Exec(Box::new(ExecAuth { plugin, cluster: ExecCluster::default() }))
}

#[tokio::test]
async fn refused_credentials_are_renewed_once() {
    let dir = tempfile::tempdir().unwrap();
    let server = FaultServer::start([
        Act::Answer(json(200, "{}")),
        Act::Answer(json(401, "{}")),
        Act::Answer(json(200, "{}")),
        Act::Answer(json(401, "{}")),
        Act::Answer(json(401, "{}")),
    ])
    .await;
    let config = Config { auth: counting_plugin(dir.path()), ..Config::new(server.url()) };
    let client = Client::from_config(&config).unwrap();
    client.send(&post("a")).await.unwrap();
    client.send(&post("b")).await.unwrap();
    assert_eq!(client.send(&post("c")).await.unwrap_err().api().unwrap().code(), 401);
    let sent: Vec<_> = server
        .asked()
        .iter()
        .map(|asked| {
            format!("{} {}", asked.headers["authorization"].to_str().unwrap(), String::from_utf8_lossy(&asked.body))
        })
        .collect();
    assert_eq!(sent, ["Bearer 1 a", "Bearer 1 b", "Bearer 2 b", "Bearer 2 c", "Bearer 3 c"]);
}
