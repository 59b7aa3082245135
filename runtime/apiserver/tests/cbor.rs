//! CBOR, as a client meets it, where the feature gate is on.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod support;

use http_body_util::BodyExt as _;
use kubeforge_api::core::v1::Secret;
use kubeforge_machinery::{
    cbor::{self, SELF_DESCRIBED},
    object::Kind as _,
    validation::FeatureGates,
};
use serde_json::{Value, json};
use support::{Answer, TestServer};

const SECRETS: &str = "/api/v1/namespaces/default/secrets";
const ONE: &str = "/api/v1/namespaces/default/secrets/one";
const CBOR: &str = "application/cbor";

async fn start() -> TestServer {
    support::start_with(|builder| builder.feature_gates(FeatureGates::default().with("CBORServingAndStorage", true)))
        .await
}

fn encoded(value: &Value) -> Vec<u8> {
    cbor::from_json(value.to_string().as_bytes(), Some(Secret::kind_schema())).unwrap()
}

fn secret() -> Vec<u8> {
    encoded(&json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "one"}, "data": {"key": "AQID"}}))
}

#[track_caller]
fn read(answer: &Answer) -> Value {
    assert_eq!(answer.headers["content-type"], CBOR);
    serde_json::from_slice(&cbor::to_json(&answer.body).unwrap()).unwrap()
}

async fn with_secret() -> TestServer {
    let server = start().await;
    let headers = [("content-type", CBOR), ("accept", CBOR)];
    let made = server.send("POST", SECRETS, &headers, secret()).await;
    assert_eq!((made.status.as_u16(), &read(&made)["data"]["key"]), (201, &json!("AQID")));
    // the bytes themselves, in tag 22
    assert!(made.body.windows(5).any(|window| window == [0xd6, 0x43, 1, 2, 3]));
    server
}

#[tokio::test]
async fn objects_and_lists_go_both_ways() {
    let server = with_secret().await;
    let accept = [("accept", CBOR)];
    let one = server.send("GET", ONE, &accept, "").await;
    assert_eq!(read(&one), server.get(ONE).await.json());
    let list = server.send("GET", SECRETS, &accept, "").await;
    assert_eq!(read(&list), server.get(SECRETS).await.json());
    for transform in ["Table", "PartialObjectMetadataList"] {
        let parameters = format!("as={transform};v=v1;g=meta.k8s.io");
        let answer = server.send("GET", SECRETS, &[("accept", &format!("{CBOR};{parameters}"))], "").await;
        let same = server.send("GET", SECRETS, &[("accept", &format!("application/json;{parameters}"))], "").await;
        assert_eq!(read(&answer), same.json());
    }
    let deleted = server.send("DELETE", ONE, &accept, "").await;
    assert_eq!(read(&deleted)["status"], "Success");
    let missing = server.send("GET", ONE, &accept, "").await;
    assert_eq!(read(&missing)["reason"], "NotFound");
    server.stop();
}

#[tokio::test]
async fn watches_are_sequences() {
    let server = with_secret().await;
    let path = format!("{SECRETS}?watch=true&timeoutSeconds=1");
    let (_, headers, body) = server.open("GET", &path, &[("accept", CBOR)], "").await;
    assert_eq!(headers["content-type"], "application/cbor-seq");
    let event = body.collect().await.unwrap().to_bytes();
    let event: Value = serde_json::from_slice(&cbor::to_json(&event).unwrap()).unwrap();
    assert_eq!(event, json!({"type": "ADDED", "object": server.get(ONE).await.json()}));
    server.stop();
}

#[tokio::test]
async fn applies_may_be_cbor() {
    let server = start().await;
    let path = format!("{ONE}?fieldManager=me");
    let headers = [("content-type", "application/apply-patch+cbor")];
    let made = server.send("PATCH", &path, &headers, secret()).await;
    assert_eq!((made.status.as_u16(), made.json()["data"]["key"].as_str()), (201, Some("AQID")));
    let broken = server.send("PATCH", &path, &headers, SELF_DESCRIBED.to_vec()).await;
    assert_eq!((broken.status.as_u16(), broken.message()), (400, "error decoding CBOR: unexpected EOF".into()));
    server.stop();
}

#[tokio::test]
async fn what_is_no_cbor_is_refused() {
    let server = start().await;
    let headers = [("content-type", CBOR)];
    let twice = server.send("POST", SECRETS, &headers, vec![0xa2, 0x41, b'a', 1, 0x61, b'a', 2]).await;
    assert_eq!(
        (twice.status.as_u16(), twice.message()),
        (
            400,
            "the object provided is unrecognized (must be of type Secret): unable to determine group/version/kind: \
             cbor: found duplicate map key \"a\" at map element index 1 (a2416101616102)"
                .into()
        )
    );
    let unknown = server.send("POST", SECRETS, &[("content-type", "text/plain")], "x").await;
    assert!(unknown.message().ends_with("application/vnd.kubernetes.protobuf, application/cbor"));
    server.stop();
}

#[tokio::test]
async fn nobody_speaks_it_while_the_gate_is_off() {
    let server = support::start().await;
    let refused = server.send("GET", SECRETS, &[("accept", CBOR)], "").await;
    assert_eq!(refused.status, 406);
    assert!(!refused.message().contains("cbor"));
    let refused = server.send("POST", SECRETS, &[("content-type", CBOR)], secret()).await;
    assert_eq!(refused.status, 415);
    assert!(!refused.message().contains("cbor"));
    server.stop();
}
