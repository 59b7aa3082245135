//! Creating, reading, changing and deleting objects through the in-process service.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod support;

use serde_json::{Value, json};
use support::start;

const MAPS: &str = "/api/v1/namespaces/default/configmaps";
const DEPLOYMENTS: &str = "/apis/apps/v1/namespaces/default/deployments";
const MERGE: &str = "application/merge-patch+json";
const APPLY: &str = "application/apply-patch+yaml";

fn deployment(image: &str) -> Value {
    json!({
        "metadata": {"name": "web"},
        "spec": {
            "replicas": 2,
            "selector": {"matchLabels": {"app": "web"}},
            "template": {
                "metadata": {"labels": {"app": "web"}},
                "spec": {"containers": [{"name": "main", "image": image}]},
            },
        },
    })
}

#[tokio::test]
async fn an_object_lives_from_create_to_delete() {
    let server = start().await;
    let created = server.post(MAPS, json!({"metadata": {"name": "a"}, "data": {"k": "1"}})).await;
    assert_eq!(created.status, 201, "{:?}", created.body);
    let object = created.json();
    assert_eq!((&object["kind"], &object["metadata"]["namespace"]), (&json!("ConfigMap"), &json!("default")));
    assert_eq!(
        object["metadata"]["managedFields"][0]["fieldsV1"],
        json!({"f:data": {".": {}, "f:k": {}}}),
        "the creator manages what it set"
    );
    assert_eq!(object["metadata"]["managedFields"][0]["manager"], "test");

    let got = server.get(&format!("{MAPS}/a")).await;
    assert_eq!(got.json(), object);
    let again = server.post(MAPS, json!({"metadata": {"name": "a"}})).await;
    assert_eq!((again.status.as_u16(), again.message()), (409, "configmaps \"a\" already exists".to_owned()));

    let stale = json!({"metadata": {"name": "a", "resourceVersion": "1"}, "data": {"k": "2"}});
    let conflict = server.put(&format!("{MAPS}/a"), stale).await;
    assert_eq!(conflict.status, 409);
    assert!(conflict.message().ends_with("please apply your changes to the latest version and try again"));
    let changed = server.put(&format!("{MAPS}/a"), json!({"metadata": {"name": "a"}, "data": {"k": "2"}})).await;
    assert_eq!((changed.status.as_u16(), &changed.json()["data"]["k"]), (200, &json!("2")));
    assert_eq!(changed.json()["metadata"]["uid"], object["metadata"]["uid"]);

    let deleted = server.delete(&format!("{MAPS}/a")).await.json();
    assert_eq!((&deleted["status"], &deleted["details"]["uid"]), (&json!("Success"), &object["metadata"]["uid"]));
    assert_eq!(server.get(&format!("{MAPS}/a")).await.status, 404);
}

#[tokio::test]
async fn names_are_generated_and_checked() {
    let server = start().await;
    let generated = server.post(MAPS, json!({"metadata": {"generateName": "a-"}})).await.json();
    assert!(generated["metadata"]["name"].as_str().unwrap().starts_with("a-"));
    let nameless = server.post(MAPS, json!({})).await;
    assert_eq!(
        nameless.message(),
        "ConfigMap \"\" is invalid: metadata.name: Required value: name or generateName is required"
    );
    let elsewhere = server.post(MAPS, json!({"metadata": {"name": "a", "namespace": "b"}})).await;
    assert_eq!(
        elsewhere.message(),
        "the namespace of the provided object does not match the namespace sent on the request"
    );
}

#[tokio::test]
async fn finalizers_hold_a_deleted_object() {
    let server = start().await;
    server.post(MAPS, json!({"metadata": {"name": "f", "finalizers": ["example.com/a"]}})).await;
    let marked = server.delete(&format!("{MAPS}/f")).await.json();
    assert!(marked["metadata"]["deletionTimestamp"].is_string(), "{marked}");
    assert_eq!(server.get(&format!("{MAPS}/f")).await.status, 200);
    let last = server.patch(&format!("{MAPS}/f"), MERGE, json!({"metadata": {"finalizers": null}})).await;
    assert_eq!(last.status, 200);
    assert_eq!(server.get(&format!("{MAPS}/f")).await.status, 404);
}

#[tokio::test]
async fn nothing_is_stored_in_a_dry_run() {
    let server = start().await;
    let dry = server.post(&format!("{MAPS}?dryRun=All"), json!({"metadata": {"name": "d"}})).await;
    assert_eq!(dry.status, 201);
    assert_eq!(dry.json()["metadata"].get("resourceVersion"), None);
    assert_eq!(server.get(&format!("{MAPS}/d")).await.status, 404);
    assert_eq!(server.post(&format!("{MAPS}?dryRun=Some"), json!({})).await.status, 422);
}

#[tokio::test]
async fn unknown_fields_warn_or_fail() {
    let server = start().await;
    let body = json!({"metadata": {"name": "u"}, "dta": {}});
    let strict = server.post(&format!("{MAPS}?fieldValidation=Strict"), body.clone()).await;
    assert_eq!(
        strict.message(),
        "ConfigMap in version \"v1\" cannot be handled as a ConfigMap: strict decoding error: unknown field \"dta\""
    );
    let warned = server.post(MAPS, body).await;
    assert_eq!(warned.status, 201);
    assert_eq!(warned.headers["warning"], "299 - \"unknown field \\\"dta\\\"\"");
}

#[tokio::test]
async fn patches_change_what_they_name() {
    let server = start().await;
    server.post(DEPLOYMENTS, deployment("a:1")).await;
    let path = format!("{DEPLOYMENTS}/web");
    let strategic = json!({"spec": {"template": {"spec": {"containers": [{"name": "side", "image": "b:1"}]}}}});
    let merged = server.patch(&path, "application/strategic-merge-patch+json", strategic).await.json();
    let containers = merged["spec"]["template"]["spec"]["containers"].as_array().unwrap().len();
    assert_eq!((containers, &merged["metadata"]["generation"]), (2, &json!(2)));
    let operations = json!([{"op": "replace", "path": "/spec/replicas", "value": 7}]);
    let patched = server.patch(&path, "application/json-patch+json", operations).await.json();
    assert_eq!(patched["spec"]["replicas"], 7);
    let unchanged = server.patch(&path, MERGE, json!({"spec": {"replicas": 7}})).await.json();
    assert_eq!(unchanged["metadata"]["resourceVersion"], patched["metadata"]["resourceVersion"]);
    assert_eq!(server.patch(&path, "application/json", json!({})).await.status, 415);
}

#[tokio::test]
async fn status_has_a_door_of_its_own() {
    let server = start().await;
    let mut body = deployment("a:1");
    body["status"] = json!({"replicas": 9});
    let created = server.post(DEPLOYMENTS, body).await.json();
    assert_eq!((&created["status"], &created["metadata"]["generation"]), (&json!({}), &json!(1)));
    let path = format!("{DEPLOYMENTS}/web/status");
    let patch = json!({"spec": {"replicas": 5}, "status": {"replicas": 3}});
    let changed = server.patch(&path, MERGE, patch).await.json();
    assert_eq!((&changed["spec"]["replicas"], &changed["status"]["replicas"]), (&json!(2), &json!(3)));
    assert_eq!(changed["metadata"]["generation"], 1);
    let managers = changed["metadata"]["managedFields"].as_array().unwrap();
    assert!(managers.iter().any(|manager| manager["subresource"] == "status"));
    let main = server.put(&format!("{DEPLOYMENTS}/web"), deployment("a:2")).await.json();
    assert_eq!((&main["status"]["replicas"], &main["metadata"]["generation"]), (&json!(3), &json!(2)));
}

#[tokio::test]
async fn scale_shows_and_sets_replicas() {
    let server = start().await;
    server.post(DEPLOYMENTS, deployment("a:1")).await;
    let path = format!("{DEPLOYMENTS}/web/scale");
    let scale = server.get(&path).await.json();
    assert_eq!((&scale["kind"], &scale["spec"]["replicas"]), (&json!("Scale"), &json!(2)));
    assert_eq!(scale["status"]["selector"], "app=web");
    let changed = server.patch(&path, MERGE, json!({"spec": {"replicas": 4}})).await.json();
    assert_eq!(changed["spec"]["replicas"], 4);
    let parent = server.get(&format!("{DEPLOYMENTS}/web")).await.json();
    assert_eq!((&parent["spec"]["replicas"], &parent["metadata"]["generation"]), (&json!(4), &json!(2)));
}

#[tokio::test]
async fn applies_own_fields() {
    let server = start().await;
    let config =
        |data: Value| json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "s"}, "data": data});
    let path = |manager: &str| format!("{MAPS}/s?fieldManager={manager}");
    let first = server.patch(&path("one"), APPLY, config(json!({"a": "1", "b": "1"}))).await;
    assert_eq!(first.status, 201);
    let conflict = server.patch(&path("two"), APPLY, config(json!({"a": "2"}))).await;
    assert_eq!(
        (conflict.status.as_u16(), conflict.message()),
        (409, "Apply failed with 1 conflict: conflict with \"one\": .data.a".to_owned())
    );
    let forced = server.patch(&format!("{}&force=true", path("two")), APPLY, config(json!({"a": "2"}))).await.json();
    assert_eq!(forced["data"], json!({"a": "2", "b": "1"}));
    let dropped = server.patch(&path("one"), APPLY, config(json!({}))).await.json();
    assert_eq!(dropped["data"], json!({"a": "2"}), "what one no longer applies goes, what two owns stays");
}

#[tokio::test]
async fn propagation_becomes_a_finalizer() {
    let server = start().await;
    server.post(DEPLOYMENTS, deployment("a:1")).await;
    let pending = server.delete(&format!("{DEPLOYMENTS}/web?propagationPolicy=Foreground")).await;
    assert_eq!(pending.status, 202);
    assert_eq!(pending.json()["metadata"]["finalizers"], json!(["foregroundDeletion"]));
}

#[tokio::test]
async fn many_are_deleted_by_selector() {
    let server = start().await;
    for name in ["a", "b", "c"] {
        let labels = if name == "c" { json!({}) } else { json!({"x": "y"}) };
        server.post(MAPS, json!({"metadata": {"name": name, "labels": labels}})).await;
    }
    let deleted = server.delete(&format!("{MAPS}?labelSelector=x%3Dy")).await.json();
    assert_eq!(deleted["items"].as_array().unwrap().len(), 2);
    let left = server.get(MAPS).await.json();
    assert_eq!(left["items"].as_array().unwrap().len(), 1);
}
