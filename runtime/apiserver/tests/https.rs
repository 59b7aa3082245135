//! The listener: TLS, client certificates, tokens, anonymous users, HTTP/1.1 and HTTP/2, shutdown.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod support;

use http_body_util::BodyExt as _;
use hyper_util::rt::{TokioExecutor, TokioIo};
use support::tls::{Pki, connect, http1, listen, request};

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
