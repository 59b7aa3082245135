//! Lists, watches, tables, media types, discovery.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod support;

use http_body_util::BodyExt as _;
use kubeforge_api::core::v1::ConfigMapList;
use kubeforge_machinery::codec;
use serde_json::{Value, json};
use support::{TestServer, start};

const MAPS: &str = "/api/v1/namespaces/default/configmaps";
const TABLE: (&str, &str) = ("accept", "application/json;as=Table;v=v1;g=meta.k8s.io,application/json");

async fn with_maps(count: usize) -> TestServer {
    let server = start().await;
    for n in 0..count {
        let body = json!({"metadata": {"name": format!("c{n}"), "labels": {"n": n.to_string()}}, "data": {"k": "v"}});
        assert_eq!(server.post(MAPS, body).await.status, 201);
    }
    server
}

fn names(list: &Value) -> Vec<&str> {
    list["items"].as_array().unwrap().iter().map(|item| item["metadata"]["name"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn lists_come_whole_or_in_chunks() {
    let server = with_maps(5).await;
    let whole = server.get(MAPS).await.json();
    assert_eq!((&whole["kind"], names(&whole).len()), (&json!("ConfigMapList"), 5));
    let first = server.get(&format!("{MAPS}?limit=3")).await.json();
    assert_eq!((names(&first), &first["metadata"]["remainingItemCount"]), (vec!["c0", "c1", "c2"], &json!(2)));
    let token = first["metadata"]["continue"].as_str().unwrap();
    let second = server.get(&format!("{MAPS}?limit=3&continue={token}")).await.json();
    assert_eq!(names(&second), ["c3", "c4"]);
    let selected = server.get(&format!("{MAPS}?labelSelector=n%20in%20(1,3)")).await.json();
    assert_eq!(names(&selected), ["c1", "c3"]);
    let unknown = server.get(&format!("{MAPS}?fieldSelector=data.k%3Dv")).await;
    assert_eq!(
        unknown.message(),
        "\"data.k\" is not a known field selector: only \"metadata.name\", \"metadata.namespace\""
    );
}

#[tokio::test]
async fn a_list_in_protobuf_says_the_same() {
    let server = with_maps(3).await;
    let answer = server.send("GET", MAPS, &[("accept", "application/vnd.kubernetes.protobuf")], "").await;
    assert_eq!(answer.headers["content-type"], "application/vnd.kubernetes.protobuf");
    let envelope = codec::unwrap_proto(&answer.body).unwrap();
    assert_eq!(envelope.type_meta.kind, "ConfigMapList");
    let list: ConfigMapList = codec::from_proto_slice(envelope.raw).unwrap();
    let want = server.get(MAPS).await.json();
    assert_eq!(list.items.len(), 3);
    assert_eq!(list.metadata.resource_version, want["metadata"]["resourceVersion"]);
    assert_eq!(list.items[2].metadata.uid, want["items"][2]["metadata"]["uid"]);
}

#[tokio::test]
async fn tables_have_columns_and_rows() {
    let server = with_maps(2).await;
    let table = server.send("GET", &format!("{MAPS}?includeObject=None"), &[TABLE], "").await.json();
    assert_eq!((&table["kind"], &table["apiVersion"]), (&json!("Table"), &json!("meta.k8s.io/v1")));
    assert_eq!(table["columnDefinitions"][0]["name"], "Name");
    assert_eq!((&table["rows"][1]["cells"][0], &table["rows"][1]["object"]), (&json!("c1"), &Value::Null));
    let metadata = [("accept", "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io,application/json")];
    let partial = server.send("GET", MAPS, &metadata, "").await.json();
    assert_eq!(partial["items"][0]["kind"], "PartialObjectMetadata");
    assert_eq!(partial["items"][0].get("data"), None);
}

/// Long tables are sent in pieces; `pretty` needs them whole.
#[tokio::test]
async fn a_long_table_is_the_same_in_pieces_and_whole() {
    const COUNT: usize = 300;
    let server = with_maps(COUNT).await;
    let in_pieces = server.send("GET", MAPS, &[TABLE], "").await;
    assert!(in_pieces.body.len() > 2 * 64 * 1024, "{} bytes are too few to show anything", in_pieces.body.len());
    let whole = server.send("GET", &format!("{MAPS}?pretty=true"), &[TABLE], "").await.json();
    let rows = |table: &Value| table["rows"].as_array().unwrap().clone();
    let mut names: Vec<String> =
        rows(&whole).iter().map(|row| row["object"]["metadata"]["name"].as_str().unwrap().to_owned()).collect();
    assert_eq!(rows(&in_pieces.json()).len(), COUNT);
    for (row, other) in rows(&in_pieces.json()).iter().zip(rows(&whole)) {
        assert_eq!(row["object"], other["object"]);
    }
    names.sort();
    names.dedup();
    assert_eq!(names.len(), COUNT);
}

#[tokio::test]
async fn a_watch_tells_of_what_was_and_what_comes() {
    let server = with_maps(1).await;
    let path = format!("{MAPS}?watch=1&timeoutSeconds=30");
    let (status, _, mut body) = server.open("GET", &path, &[], "").await;
    assert_eq!(status, 200);
    server.post(MAPS, json!({"metadata": {"name": "later"}})).await;
    server.delete(&format!("{MAPS}/later")).await;
    let mut seen = Vec::new();
    while seen.len() < 3 {
        let frame = body.frame().await.unwrap().unwrap().into_data().unwrap();
        for line in frame.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
            let event: Value = serde_json::from_slice(line).unwrap();
            let text = |value: &Value| value.as_str().unwrap().to_owned();
            seen.push((text(&event["type"]), text(&event["object"]["metadata"]["name"])));
        }
    }
    let seen: Vec<(&str, &str)> = seen.iter().map(|(type_, name)| (type_.as_str(), name.as_str())).collect();
    assert_eq!(seen, [("ADDED", "c0"), ("ADDED", "later"), ("DELETED", "later")]);
    server.stop();
    assert!(body.frame().await.is_none(), "a watch ends with the server");
}

#[tokio::test(start_paused = true)]
async fn a_watch_ends_at_its_deadline() {
    let server = with_maps(0).await;
    let (_, _, mut body) = server.open("GET", &format!("{MAPS}?watch=1&timeoutSeconds=7"), &[], "").await;
    let started = tokio::time::Instant::now();
    assert!(body.frame().await.is_none());
    assert_eq!(started.elapsed().as_secs(), 7);
}

#[tokio::test]
async fn large_answers_are_compressed_for_those_who_accept_it() {
    let server = start().await;
    server.post(MAPS, json!({"metadata": {"name": "big"}, "data": {"k": "x".repeat(200_000)}})).await;
    let path = format!("{MAPS}/big");
    let packed = server.send("GET", &path, &[("accept-encoding", "gzip")], "").await;
    assert_eq!(packed.headers["content-encoding"], "gzip");
    assert!(packed.body.len() < 10_000);
    assert!(!server.get(&path).await.headers.contains_key("content-encoding"));
}

#[tokio::test]
async fn paths_lead_somewhere_or_say_that_they_do_not() {
    let server = start().await;
    for (method, path, status) in [
        ("GET", "/api/v1/gizmos", 404),
        ("GET", "/apis/none.example.com/v1/things", 404),
        ("GET", "/api/v1/namespaces/a/nodes", 404),
        ("GET", "/api/v1/configmaps/x", 404),
        ("PUT", MAPS, 405),
        ("POST", "/api/v1/configmaps", 405),
        ("OPTIONS", MAPS, 405),
        ("GET", "/healthz", 200),
        ("GET", "/readyz?verbose", 200),
        ("GET", "/version", 200),
        ("GET", "/apis/apps/v1", 200),
        ("GET", "/openapi/v3", 200),
        ("GET", "/openapi/v3/apis/apps/v1", 200),
        ("GET", "/metrics", 200),
    ] {
        let answer = server.send(method, path, &[], "").await;
        assert_eq!(answer.status, status, "{method} {path}: {:?}", answer.body);
    }
    let resources = server.get("/apis/apps/v1").await.json();
    let listed: Vec<&str> =
        resources["resources"].as_array().unwrap().iter().map(|it| it["name"].as_str().unwrap()).collect();
    assert!(listed.contains(&"deployments/scale"), "{listed:?}");
    let aggregated = [("accept", "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList")];
    let groups = server.send("GET", "/apis", &aggregated, "").await;
    assert_eq!(groups.json()["kind"], "APIGroupDiscoveryList");
    let tag = groups.headers["etag"].to_str().unwrap().to_owned();
    let known = server.send("GET", "/apis", &[aggregated[0], ("if-none-match", &tag)], "").await;
    assert_eq!(known.status, 304);
}
