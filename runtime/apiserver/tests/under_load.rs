//! Too many requests, slow ones, broken ones, hostile clients, and the order in which a server ends.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod support;

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use bytes::Bytes;
use http::{HeaderMap, Method, Request, Response, StatusCode};
use http_body_util::{BodyExt as _, Full};
use hyper::{body::Incoming, client::conn::http2};
use hyper_util::rt::{TokioExecutor, TokioIo};
use kubeforge_apiserver::{nonresource::PathHandler, query::Query, respond::Answer, serving::ServingOptions};
use kubeforge_machinery::ApiError;
use support::tls::{Pki, connect, http1, listen, listen_with, request};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    sync::Semaphore,
    task::JoinHandle,
};

const TOKEN: Option<&str> = Some("secret");

/// Answers once there is a permit.
struct Slow(Arc<Semaphore>);

#[async_trait]
impl PathHandler for Slow {
    async fn handle(&self, _: &Method, _: Query<'_>, _: &HeaderMap) -> Result<Answer, ApiError> {
        self.0.acquire().await.unwrap().forget();
        Ok(Answer::text(StatusCode::OK, "done"))
    }
}

struct Panics;

#[async_trait]
impl PathHandler for Panics {
    async fn handle(&self, _: &Method, _: Query<'_>, _: &HeaderMap) -> Result<Answer, ApiError> {
        panic!("a handler's mistake")
    }
}

async fn text(response: Response<Incoming>) -> String {
    String::from_utf8(response.into_body().collect().await.unwrap().to_bytes().to_vec()).unwrap()
}

async fn client(
    pki: &Pki,
    address: std::net::SocketAddr,
) -> (http2::SendRequest<Full<Bytes>>, JoinHandle<hyper::Result<()>>) {
    let stream = connect(pki, address, None, b"h2").await;
    let (sender, connection) = http2::handshake(TokioExecutor::new(), TokioIo::new(stream)).await.unwrap();
    (sender, tokio::spawn(connection))
}

fn get(path: &str) -> Request<Full<Bytes>> {
    request(&format!("https://localhost{path}"), TOKEN)
}

async fn metrics(server: &support::TestServer) -> String {
    String::from_utf8(server.get("/metrics").await.body.to_vec()).unwrap()
}

#[tokio::test]
async fn too_many_requests_are_refused_but_those_of_masters() {
    let pki = Pki::new();
    let gate = Arc::new(Semaphore::new(0));
    let (server, address) = listen_with(&pki, |builder| {
        builder
            .path("/slow", Arc::new(Slow(gate.clone())))
            .serving(ServingOptions { max_requests_in_flight: 1, ..ServingOptions::default() })
    })
    .await;
    let (mut sender, _connection) = client(&pki, address).await;
    let slow = tokio::spawn(sender.send_request(get("/slow")));
    while server.server.metrics().reading.peak() == 0 {
        tokio::task::yield_now().await;
    }
    let refused = http1(&pki, address, None, "/api/v1/nodes", TOKEN).await;
    assert_eq!((refused.status().as_u16(), &refused.headers()["retry-after"]), (429, &"1".parse().unwrap()));
    assert_eq!(refused.headers()["content-type"], "text/plain; charset=utf-8");
    assert_eq!(text(refused).await, "Too many requests, please try again later.\n");
    // watches don't count, nor do members of system:masters
    assert_eq!(http1(&pki, address, None, "/api/v1/nodes?watch=1", TOKEN).await.status(), 200);
    let metrics = metrics(&server).await;
    assert!(metrics.contains("apiserver_dropped_requests_total{request_kind=\"readOnly\"} 1"), "{metrics}");
    assert!(metrics.contains("apiserver_current_inflight_requests{request_kind=\"readOnly\"} 1"), "{metrics}");
    gate.add_permits(1);
    assert_eq!(slow.await.unwrap().unwrap().status(), 200);
}

#[tokio::test]
async fn requests_have_deadlines() {
    let pki = Pki::new();
    let slow = Slow(Arc::new(Semaphore::new(0)));
    let (server, address) = listen_with(&pki, |builder| builder.path("/slow", Arc::new(slow))).await;
    let late = http1(&pki, address, None, "/slow?timeout=20ms", TOKEN).await;
    assert_eq!(late.status(), 504);
    assert!(text(late).await.contains("\"message\":\"Timeout: request did not complete within the allotted timeout\""));
    let bad = server.get("/api/v1/nodes?timeout=soon").await;
    assert_eq!(bad.status, 400);
    assert_eq!(bad.message(), "invalid timeout specified in the request URL - time: invalid duration \"soon\"");
    assert!(metrics(&server).await.contains("apiserver_request_terminations_total{code=\"504\""));
}

#[tokio::test]
async fn a_panic_ends_one_request_only() {
    let pki = Pki::new();
    let (server, address) = listen_with(&pki, |builder| builder.path("/panic", Arc::new(Panics))).await;
    let (mut sender, _connection) = client(&pki, address).await;
    let broken = sender.send_request(get("/panic")).await.unwrap();
    assert_eq!(broken.status(), 500);
    assert_eq!(text(broken).await, "This request caused apiserver to panic. Look in the logs for details.\n");
    assert_eq!(sender.send_request(get("/readyz")).await.unwrap().status(), 200);
    assert!(metrics(&server).await.contains("apiserver_request_total{code=\"500\""));
}

#[tokio::test]
async fn clients_are_sent_away_after_their_answer() {
    let pki = Pki::new();
    let (_server, address) = listen_with(&pki, |builder| {
        builder.serving(ServingOptions { goaway_chance: 1.0, ..ServingOptions::default() })
    })
    .await;
    let (mut sender, connection) = client(&pki, address).await;
    let answer = sender.send_request(get("/api/v1/nodes")).await.unwrap();
    assert_eq!(answer.status(), 200);
    assert!(!answer.headers().contains_key("connection"));
    assert!(text(answer).await.contains("NodeList"));
    tokio::time::timeout(Duration::from_secs(10), connection).await.unwrap().unwrap().unwrap();
    // HTTP/1.1 has no such thing
    let answer = http1(&pki, address, None, "/api/v1/nodes", TOKEN).await;
    assert!(!answer.headers().contains_key("connection"));
}

#[tokio::test]
async fn the_end_comes_in_steps() {
    let pki = Pki::new();
    let gate = Arc::new(Semaphore::new(0));
    let (server, address) = listen_with(&pki, |builder| {
        builder
            .path("/slow", Arc::new(Slow(gate.clone())))
            .serving(ServingOptions { shutdown_send_retry_after: true, ..ServingOptions::default() })
    })
    .await;
    let (mut sender, _connection) = client(&pki, address).await;
    let slow = tokio::spawn(sender.send_request(get("/slow")));
    while server.server.metrics().reading.peak() == 0 {
        tokio::task::yield_now().await;
    }
    let ending = server.server.clone();
    let end = tokio::spawn(async move { ending.end().await });
    let refused = loop {
        let answer = http1(&pki, address, None, "/api/v1/nodes", TOKEN).await;
        if answer.status() != 200 {
            break answer;
        }
    };
    assert_eq!((refused.status().as_u16(), &refused.headers()["retry-after"]), (429, &"5".parse().unwrap()));
    assert_eq!(refused.headers()["connection"], "close");
    assert_eq!(text(refused).await, "The apiserver is shutting down, please try again later.\n");
    assert_eq!(http1(&pki, address, None, "/readyz", None).await.status(), 500);
    assert_eq!(http1(&pki, address, None, "/livez", None).await.status(), 200);
    gate.add_permits(1);
    assert_eq!(slow.await.unwrap().unwrap().status(), 200);
    end.await.unwrap();
    while TcpStream::connect(address).await.is_ok() {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn heads_have_a_limit() {
    let pki = Pki::new();
    let (_server, address) = listen(&pki).await;
    let send = async |bytes: usize| {
        let mut stream = connect(&pki, address, None, b"http/1.1").await;
        let head = format!("GET /readyz HTTP/1.1\r\nhost: localhost\r\nx: {}\r\n\r\n", "a".repeat(bytes));
        // the server may answer and close before it has read all
        let (mut reader, mut writer) = tokio::io::split(&mut stream);
        let writing = writer.write_all(head.as_bytes());
        let mut answer = [0; 12];
        let (_, read) = tokio::join!(writing, reader.read_exact(&mut answer));
        read.map(|_| String::from_utf8_lossy(&answer).into_owned()).unwrap()
    };
    assert_eq!(send(900 * 1024).await, "HTTP/1.1 200");
    assert_eq!(send(1100 * 1024).await, "HTTP/1.1 431");
}

#[tokio::test]
async fn clients_that_dawdle_lose_their_connection() {
    let pki = Pki::new();
    let (server, address) = listen(&pki).await;
    let mut silent = TcpStream::connect(address).await.unwrap();
    let mut slow = connect(&pki, address, None, b"http/1.1").await;
    slow.write_all(b"GET /readyz HTTP/1.1\r\nhost: loc").await.unwrap();
    slow.flush().await.unwrap();
    // the clock runs on by itself now, as fast as it can
    tokio::time::pause();
    let mut rest = Vec::new();
    // an end or a reset, both will do; what must not happen is that it waits for ever
    let _ended = slow.read_to_end(&mut rest).await;
    assert!(!rest.starts_with(b"HTTP/1.1 200"), "{rest:?}");
    let _ended = silent.read_to_end(&mut rest).await;
    while server.server.metrics().tls_handshake_errors.get() == 0 {
        tokio::task::yield_now().await;
    }
}

/// A frame of HTTP/2.
fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    [&length[1..], &[kind, flags], &stream.to_be_bytes(), payload].concat()
}

/// CVE-2023-44487: streams that are opened and reset at once, without end.
#[tokio::test]
async fn rapid_resets_end_the_connection() {
    const HEADERS: u8 = 1;
    const RST_STREAM: u8 = 3;
    const SETTINGS: u8 = 4;
    const GOAWAY: u8 = 7;
    const ENHANCE_YOUR_CALM: u32 = 11;
    let pki = Pki::new();
    let (_server, address) = listen(&pki).await;
    let (mut reader, mut writer) = tokio::io::split(connect(&pki, address, None, b"h2").await);
    let flood = tokio::spawn(async move {
        let mut bytes = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec();
        bytes.extend(frame(SETTINGS, 0, 0, &[]));
        for stream in (1..20_000).step_by(2) {
            // GET https://localhost/ by numbers of HPACK's table
            let head = [&[0x82, 0x87, 0x84, 0x41, 9], b"localhost".as_slice()].concat();
            bytes.extend(frame(HEADERS, 5, stream, &head));
            bytes.extend(frame(RST_STREAM, 0, stream, &8_u32.to_be_bytes()));
        }
        // fails once the server has had enough
        let _refused = writer.write_all(&bytes).await;
    });
    let code = loop {
        let mut head = [0; 9];
        reader.read_exact(&mut head).await.unwrap();
        let length = u32::from_be_bytes([0, head[0], head[1], head[2]]) as usize;
        let mut payload = vec![0; length];
        reader.read_exact(&mut payload).await.unwrap();
        if head[3] == GOAWAY {
            break u32::from_be_bytes(payload[4..8].try_into().unwrap());
        }
    };
    assert_eq!(code, ENHANCE_YOUR_CALM);
    flood.abort();
    assert_eq!(http1(&pki, address, None, "/readyz", None).await.status(), 200);
}
