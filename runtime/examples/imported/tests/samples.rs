//! Samples of the imported kinds: read strictly, written again, and taken by a server, which refuses them where one value is
//! wrong.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{fs, path::Path};

use kubeforge_client::{Client, ClientError, dynamic::DynamicApi};
use kubeforge_controlplane::ControlPlane;
use kubeforge_machinery::{
    GroupVersion, Scheme, SchemeBuilder,
    codec::{MediaType, Strictness, decode},
    meta::v1::{CreateOptions, GetOptions},
    unstructured::Unstructured,
    yaml,
};
use serde_json::{Value, json};

fn scheme() -> Scheme {
    let mut scheme = SchemeBuilder::new("imported");
    kubeforge_example_imported::register(&mut scheme);
    scheme.build()
}

/// The objects of a file in `samples`.
fn samples(resource: &str) -> Vec<Value> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("samples/{resource}.yaml"));
    let text = fs::read_to_string(path).unwrap();
    let objects: Vec<Value> =
        text.split("\n---\n").map(|document| yaml::to_value(document.as_bytes()).unwrap()).collect();
    assert!(!objects.is_empty());
    objects
}

fn group_version(object: &Value) -> GroupVersion {
    GroupVersion::parse(object["apiVersion"].as_str().unwrap()).unwrap()
}

#[track_caller]
fn check_round_trip(resource: &str) {
    let scheme = scheme();
    for sample in samples(resource) {
        let text = serde_json::to_vec(&sample).unwrap();
        let decoded = decode(&scheme, MediaType::Json, &text, None, Strictness::Strict).unwrap();
        assert_eq!(decoded.strict_errors, [], "{resource}");
        let mut copy = Unstructured::from_object(&*decoded.object).unwrap().to_json();
        assert_eq!(serde_json::from_slice::<Value>(&copy).unwrap(), sample, "{resource}");
        // what is no field of the kind is found
        copy = serde_json::to_vec(&with(&sample, "/spec/nonsense", json!(1))).unwrap();
        let decoded = decode(&scheme, MediaType::Json, &copy, None, Strictness::Strict).unwrap();
        assert_eq!(decoded.strict_errors.len(), 1, "{resource}");
    }
}

#[test]
fn samples_are_read_strictly_and_written_as_they_were() {
    for resource in ["httproutes", "destinationrules", "servicemonitors"] {
        check_round_trip(resource);
    }
}

/// The sample with the value at a JSON pointer, whose parent is there.
fn with(sample: &Value, pointer: &str, value: Value) -> Value {
    let mut changed = sample.clone();
    match changed.pointer_mut(pointer) {
        Some(place) => *place = value,
        None => {
            let (parent, key) = pointer.rsplit_once('/').unwrap();
            changed.pointer_mut(parent).unwrap()[key] = value;
        }
    }
    changed
}

/// A control plane that serves the imported kinds, and a client of it.
struct Server {
    plane: ControlPlane,
    client: Client,
}

impl Server {
    async fn start() -> Self {
        let plane = ControlPlane::in_memory_with(&[kubeforge_example_imported::register]).await.unwrap();
        let client = plane.client("me", "system:masters", "samples");
        Self { plane, client }
    }

    fn api(&self, resource: &'static str, version: &GroupVersion) -> DynamicApi {
        DynamicApi::namespaced(self.client.clone(), version.with_resource(resource), "default")
    }

    async fn create(&self, resource: &'static str, object: &Value) -> Result<Value, ClientError> {
        let options = CreateOptions { field_validation: "Strict".to_owned(), ..CreateOptions::default() };
        let sent = Unstructured::from_json(object.to_string().as_bytes()).unwrap();
        let created = self.api(resource, &group_version(object)).create(&sent, &options).await?;
        Ok(serde_json::from_slice(&created.to_json()).unwrap())
    }
}

/// Whether all that `wanted` says is in `found`, which may say more: defaults.
fn says(found: &Value, wanted: &Value) -> bool {
    match (found, wanted) {
        (Value::Object(found), Value::Object(wanted)) => {
            wanted.iter().all(|(key, wanted)| found.get(key).is_some_and(|found| says(found, wanted)))
        }
        (Value::Array(found), Value::Array(wanted)) => {
            found.len() == wanted.len() && found.iter().zip(wanted).all(|(found, wanted)| says(found, wanted))
        }
        _ => found == wanted,
    }
}

#[tokio::test]
async fn a_server_takes_the_samples() {
    let server = Server::start().await;
    for resource in ["httproutes", "destinationrules", "servicemonitors"] {
        for sample in samples(resource) {
            let created = server.create(resource, &sample).await.unwrap_or_else(|error| panic!("{resource}: {error}"));
            assert!(says(&created["spec"], &sample["spec"]), "{resource}: {created:#}");
        }
    }
    server.plane.shut_down().await;
}

#[tokio::test]
async fn defaults_and_the_other_version_are_as_the_definition_says() {
    let server = Server::start().await;
    let samples = samples("httproutes");
    let [_, everything] = &samples[..] else { panic!("two samples") };
    server.create("httproutes", everything).await.unwrap();
    let stored = GroupVersion { version: "v1".into(), ..group_version(everything) };
    let api = server.api("httproutes", &stored);
    let got = api.get("everything", "", &GetOptions::default()).await.unwrap();
    let got: Value = serde_json::from_slice(&got.to_json()).unwrap();
    assert_eq!(got["apiVersion"], "gateway.networking.k8s.io/v1");
    let parent = json!({"group": "gateway.networking.k8s.io", "kind": "Gateway", "name": "internal"});
    assert_eq!(got["spec"]["parentRefs"], json!([parent]));
    let rule = &got["spec"]["rules"][0];
    assert_eq!(rule["matches"], json!([{"path": {"type": "PathPrefix", "value": "/"}}]));
    let backend = json!({"group": "", "kind": "Service", "name": "catalogue", "port": 80, "weight": 1});
    assert_eq!(rule["backendRefs"], json!([backend]));
    server.plane.shut_down().await;
}

/// A change that makes a sample wrong, and what the server has to say of it.
struct Wrong {
    resource: &'static str,
    pointer: &'static str,
    value: Value,
    error: &'static str,
}

#[tokio::test]
async fn a_server_refuses_what_a_definition_does_not_allow() {
    let wrong = |resource, pointer, value, error| Wrong { resource, pointer, value, error };
    let rows = [
        wrong("httproutes", "/spec/hostnames/0", json!("no host"), "spec.hostnames[0]"),
        wrong(
            "httproutes",
            "/spec/rules/0/matches/0/method",
            json!("FETCH"),
            "spec.rules[0].matches[0].method: Unsupported value",
        ),
        wrong(
            "httproutes",
            "/spec/rules/0/backendRefs/0/weight",
            json!(1_000_001),
            "spec.rules[0].backendRefs[0].weight",
        ),
        wrong(
            "httproutes",
            "/spec/rules/1/filters/0/requestRedirect/statusCode",
            json!(307),
            "supported values: \"301\", \"302\"",
        ),
        wrong("httproutes", "/spec/rules/0/unheard", json!(true), "unknown field \"spec.rules[0].unheard\""),
        wrong(
            "destinationrules",
            "/spec/trafficPolicy/loadBalancer/simple",
            json!("RANDOM"),
            "spec.trafficPolicy.loadBalancer",
        ),
        wrong(
            "destinationrules",
            "/spec/trafficPolicy/loadBalancer/consistentHash/useSourceIp",
            json!(true),
            "spec.trafficPolicy.loadBalancer.consistentHash",
        ),
        wrong(
            "destinationrules",
            "/spec/trafficPolicy/loadBalancer/consistentHash/maglev",
            json!({}),
            "spec.trafficPolicy.loadBalancer.consistentHash",
        ),
        wrong(
            "destinationrules",
            "/spec/trafficPolicy/loadBalancer/warmup/minimumPercent",
            json!(101),
            "spec.trafficPolicy.loadBalancer.warmup.minimumPercent",
        ),
        wrong(
            "servicemonitors",
            "/spec/endpoints/0/scheme",
            json!("ftp"),
            "spec.endpoints[0].scheme: Unsupported value",
        ),
        wrong("servicemonitors", "/spec/endpoints/0/interval", json!("soon"), "spec.endpoints[0].interval"),
        wrong("servicemonitors", "/spec/endpoints/0/params", json!({"format": "prometheus"}), "params"),
        wrong(
            "servicemonitors",
            "/spec/scrapeProtocols/1",
            json!("OpenMetricsText1.0.0"),
            "spec.scrapeProtocols[1]: Duplicate value",
        ),
    ];
    let server = Server::start().await;
    for Wrong { resource, pointer, value, error } in rows {
        let changed = with(&samples(resource)[0], pointer, value);
        match server.create(resource, &changed).await {
            Ok(created) => panic!("{pointer} was taken: {created:#}"),
            Err(found) => assert!(found.to_string().contains(error), "{pointer}: {found}"),
        }
    }
    server.plane.shut_down().await;
}
