//! The requests that make up the load, and the pods in them.

use http::Method;
use kubeforge_client::request::{Content, JSON, Request};
use serde_json::{Value, json};

/// Where the pods are.
pub(crate) const PODS: &str = "/api/v1/namespaces/bench/pods";

/// A namespace and the service account that pods in it run as.
pub(crate) fn surroundings() -> [Request; 2] {
    [
        post("/api/v1/namespaces", &json!({"metadata": {"name": "bench"}})),
        post("/api/v1/namespaces/bench/serviceaccounts", &json!({"metadata": {"name": "default"}})),
    ]
}

pub(crate) fn create(i: usize) -> Request {
    post(PODS, &pod(i))
}

pub(crate) fn get(i: usize) -> Request {
    Request::get(format!("{PODS}/{}", name(i)))
}

pub(crate) fn delete(i: usize) -> Request {
    let mut request = Request::new(Method::DELETE, format!("{PODS}/{}", name(i)));
    request.query.push("gracePeriodSeconds", "0");
    request
}

/// Sets an annotation of pod `i` to a value that no other phase, turn or run gives it: what changes nothing is no event.
pub(crate) fn patch(i: usize, phase: &str, turn: usize) -> Request {
    let value = format!("{phase}-{}-{turn}", std::process::id());
    let body = json!({"metadata": {"annotations": {"example.com/turn": value}}});
    let content = Content { type_: "application/merge-patch+json", bytes: body.to_string().into() };
    Request { content: Some(content), ..Request::new(Method::PATCH, format!("{PODS}/{}", name(i))) }
}

pub(crate) fn list(accept: &'static str) -> Request {
    Request { accept, ..Request::get(PODS) }
}

fn post(path: &str, body: &Value) -> Request {
    let content = Content { type_: JSON, bytes: body.to_string().into() };
    Request { content: Some(content), ..Request::new(Method::POST, path) }
}

fn name(i: usize) -> String {
    format!("shop-6c8f9d7b54-{i:06}")
}

/// About 2 KiB of JSON: a pod as a deployment with probes, resources and a mounted configuration would make it.
fn pod(i: usize) -> Value {
    let probe = |delay: u32| {
        json!({
            "httpGet": {"path": "/health", "port": "web", "scheme": "HTTP"},
            "initialDelaySeconds": delay, "periodSeconds": 10, "timeoutSeconds": 2, "successThreshold": 1, "failureThreshold": 3,
        })
    };
    let container = |name: &str, port: u16| {
        json!({
            "name": name,
            "image": format!("registry.example.com/shop/{name}:2.7.{}", i % 10),
            "imagePullPolicy": "IfNotPresent",
            "args": [format!("--listen=:{port}"), "--log-format=json", "--shutdown-grace=20s"],
            "ports": [{"name": "web", "containerPort": port, "protocol": "TCP"}],
            "env": [
                {"name": "POD_NAME", "valueFrom": {"fieldRef": {"apiVersion": "v1", "fieldPath": "metadata.name"}}},
                {"name": "QUEUE_URL", "value": "amqp://queue.shop.svc:5672/orders"},
            ],
            "resources": {"requests": {"cpu": "50m", "memory": "64Mi"}, "limits": {"cpu": "250m", "memory": "192Mi"}},
            "readinessProbe": probe(2),
            "livenessProbe": probe(20),
            "securityContext": {"runAsNonRoot": true, "allowPrivilegeEscalation": false, "capabilities": {"drop": ["ALL"]}},
            "volumeMounts": [{"name": "settings", "mountPath": "/etc/shop", "readOnly": true}],
        })
    };
    json!({
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            "name": name(i),
            "labels": {"app": "shop", "part": "orders", "pod-template-hash": "6c8f9d7b54", "group": format!("g{}", i % 40)},
            "annotations": {"example.com/settings-hash": "9f4e1d07c2b85a36", "example.com/scrape": "true"},
        },
        "spec": {
            "serviceAccountName": "default",
            "automountServiceAccountToken": false,
            "terminationGracePeriodSeconds": 30,
            "containers": [container("orders", 8080), container("sidecar", 15001)],
            "volumes": [{"name": "settings", "configMap": {"name": "shop-settings"}}],
        },
    })
}
