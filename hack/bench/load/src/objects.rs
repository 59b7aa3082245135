//! The requests that make up the load, and the pods in them.

use http::Method;
use kubeforge_client::request::{Content, Request};
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
    let content = Content::new("application/merge-patch+json", body.to_string());
    Request { content: Some(content), ..Request::new(Method::PATCH, format!("{PODS}/{}", name(i))) }
}

/// Sets the same annotation by server-side apply.
pub(crate) fn apply(i: usize, turn: usize) -> Request {
    let value = format!("apply-{}-{turn}", std::process::id());
    let body = json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"annotations": {"example.com/applied": value}}});
    let content = Content::new("application/apply-patch+yaml", body.to_string());
    let mut request = Request { content: Some(content), ..Request::new(Method::PATCH, format!("{PODS}/{}", name(i))) };
    request.query.push("fieldManager", "bench-apply");
    request.query.push("force", "true");
    request
}

pub(crate) fn list(path: &str, accept: &'static str) -> Request {
    Request { accept, ..Request::get(path) }
}

/// What kubectl asks for.
pub(crate) const ACCEPT_TABLE: &str = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json";

const LEASES: &str = "/apis/coordination.k8s.io/v1/namespaces/bench/leases";

pub(crate) fn create_lease(i: usize) -> Request {
    let spec = json!({"holderIdentity": format!("node-{i}"), "leaseDurationSeconds": 40, "renewTime": renewed(0)});
    post(LEASES, &json!({"metadata": {"name": format!("node-{i}")}, "spec": spec}))
}

/// A lease as it was answered, renewed.
pub(crate) fn renew_lease(i: usize, mut lease: Value, turn: usize) -> Request {
    lease["spec"]["renewTime"] = renewed(turn).into();
    let content = Content::json(lease.to_string());
    Request { content: Some(content), ..Request::new(Method::PUT, format!("{LEASES}/node-{i}")) }
}

fn renewed(turn: usize) -> String {
    format!("2030-01-01T{:02}:{:02}:{:02}.000000Z", turn / 3600 % 24, turn / 60 % 60, turn % 60)
}

/// A ConfigMap of about 1.2 KB.
pub(crate) fn create_config_map(i: usize) -> Request {
    let data: serde_json::Map<String, Value> =
        (0..10).map(|key| (format!("setting-{key}"), format!("{i:08}-{key}-").repeat(8).into())).collect();
    post(
        "/api/v1/namespaces/bench/configmaps",
        &json!({"metadata": {"name": format!("settings-{i:06}")}, "data": data}),
    )
}

/// Where the custom resources are.
pub(crate) const GADGETS: &str = "/apis/bench.example.com/v1/namespaces/bench/gadgets";

/// The definition of a custom resource with a schema, defaults and a rule.
pub(crate) fn define_gadgets() -> Request {
    let text = || json!({"type": "string", "maxLength": 200});
    let parts = json!({
        "type": "array", "maxItems": 20, "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["name"],
        "items": {"type": "object", "required": ["name"], "properties": {
            "name": text(), "image": text(), "count": {"type": "integer", "minimum": 0, "default": 1},
        }},
    });
    let spec = json!({
        "type": "object", "required": ["owner"],
        "x-kubernetes-validations": [{"rule": "self.replicas <= 100", "message": "too many"}],
        "properties": {"owner": text(), "replicas": {"type": "integer", "default": 1}, "parts": parts},
    });
    let schema = json!({"type": "object", "properties": {
        "spec": spec, "status": {"type": "object", "properties": {"phase": text()}},
    }});
    post(
        "/apis/apiextensions.k8s.io/v1/customresourcedefinitions",
        &json!({
            "metadata": {"name": "gadgets.bench.example.com"},
            "spec": {
                "group": "bench.example.com", "scope": "Namespaced", "names": {"plural": "gadgets", "kind": "Gadget"},
                "versions": [{
                    "name": "v1", "served": true, "storage": true,
                    "schema": {"openAPIV3Schema": schema}, "subresources": {"status": {}},
                }],
            },
        }),
    )
}

pub(crate) fn create_gadget(i: usize) -> Request {
    let part = |part: usize| json!({"name": format!("part-{part}"), "image": format!("registry.example.com/part:{i}")});
    let spec = json!({"owner": "bench", "parts": (0..6).map(part).collect::<Vec<_>>()});
    let metadata = json!({"name": format!("gadget-{i:06}"), "labels": {"group": format!("g{}", i % 40)}});
    post(GADGETS, &json!({"apiVersion": "bench.example.com/v1", "kind": "Gadget", "metadata": metadata, "spec": spec}))
}

pub(crate) fn get_gadget(i: usize) -> Request {
    Request::get(format!("{GADGETS}/gadget-{i:06}"))
}

fn post(path: &str, body: &Value) -> Request {
    let content = Content::json(body.to_string());
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
