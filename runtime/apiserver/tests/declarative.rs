//! Rules of a kind's definition, as a client meets them.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod support;

use std::sync::Arc;

use async_trait::async_trait;
use kubeforge_apiserver::{registry::ResourceOptions, request::RequestContext, strategy::Strategy};
use kubeforge_derive::Api;
use kubeforge_machinery::{
    GroupResource, Object, SchemeBuilder,
    field::{Error, ErrorList, Path},
    meta::v1::ObjectMeta,
    validation::FeatureGates,
};
use serde_json::{Value, json};
use support::{Answer, TestServer};

/// A thing that a shop sells.
#[derive(Clone, Debug, Default, PartialEq, Api)]
#[api(kind, namespaced, group = "shop.example.com", version = "v1", subresource(status))]
struct Gadget {
    #[api(tag = 1)]
    metadata: ObjectMeta,
    #[api(tag = 2)]
    spec: GadgetSpec,
    #[api(tag = 3, field("phase", max_len = 5))]
    status: GadgetStatus,
}

/// What is wanted of it.
#[derive(Clone, Debug, Default, PartialEq, Api)]
struct GadgetSpec {
    #[api(tag = 1, required, min = 1)]
    size: i32,
    #[api(tag = 2, immutable)]
    color: String,
    #[api(tag = 3, alpha(max_len = 3))]
    label: String,
    #[api(tag = 4, if_disabled("Gears", forbidden))]
    gears: Option<i32>,
}

/// How it is.
#[derive(Clone, Debug, Default, PartialEq, Api)]
struct GadgetStatus {
    #[api(tag = 1)]
    phase: String,
}

/// Finds the same as the definition's rule, and something more.
struct ByHand;

#[async_trait]
impl Strategy for ByHand {
    fn validate(&self, _ctx: &RequestContext, object: &dyn Object) -> ErrorList {
        let gadget = object.downcast_ref::<Gadget>().unwrap();
        let size = Path::new("spec.size");
        let mut errors = ErrorList::new();
        if gadget.spec.size < 1 {
            errors.push(Error::invalid(&size, gadget.spec.size, "must be greater than or equal to 1"));
            errors.push(Error::invalid(&size, gadget.spec.size, "nobody buys that"));
        }
        errors
    }
}

const PATH: &str = "/apis/shop.example.com/v1/namespaces/default/gadgets";

async fn start(gates: FeatureGates) -> TestServer {
    let mut scheme = SchemeBuilder::new("shop");
    kubeforge_machinery::meta::v1::generated::register(&mut scheme);
    Gadget::register(&mut scheme);
    let gadgets = GroupResource { group: "shop.example.com".into(), resource: "gadgets".into() };
    let options = ResourceOptions { strategy: Some(Arc::new(ByHand)), ..ResourceOptions::default() };
    support::start_scheme(scheme.build(), |builder| builder.resource(gadgets, options).feature_gates(gates)).await
}

fn gadget(spec: Value) -> Value {
    json!({"apiVersion": "shop.example.com/v1", "kind": "Gadget", "metadata": {"name": "clock"}, "spec": spec})
}

fn causes(answer: &Answer) -> Vec<String> {
    let body = answer.json();
    let causes = body["details"]["causes"].as_array().cloned().unwrap_or_default();
    causes.iter().map(|cause| format!("{}: {}", cause["field"].as_str().unwrap(), cause["message"].as_str().unwrap())).collect()
}

#[tokio::test]
async fn declared_errors_come_first_and_once() {
    let server = start(FeatureGates::default()).await;
    let answer = server.post(PATH, gadget(json!({"size": 0, "gears": 1}))).await;
    assert_eq!(answer.status, 422);
    assert_eq!(causes(&answer), [
        "spec.size: Invalid value: 0: must be greater than or equal to 1",
        "spec.gears: Forbidden",
        "spec.size: Invalid value: 0: nobody buys that",
    ]);
    server.stop();
}

#[tokio::test]
async fn updates_are_held_against_the_old_state() {
    let server = start(FeatureGates::default()).await;
    assert_eq!(server.post(PATH, gadget(json!({"size": 1, "color": "red"}))).await.status, 201);
    let one = format!("{PATH}/clock");
    let answer = server.put(&one, gadget(json!({"size": 2, "color": "blue"}))).await;
    assert_eq!(causes(&answer), ["spec.color: Invalid value: \"blue\": field is immutable"]);
    let answer = server.patch(&one, "application/merge-patch+json", json!({"spec": {"size": 0}})).await;
    assert_eq!(causes(&answer), ["spec.size: Invalid value: 0: must be greater than or equal to 1"]);
    let status = json!({"status": {"phase": "selling"}});
    let answer = server.patch(&format!("{one}/status"), "application/merge-patch+json", status).await;
    assert_eq!(causes(&answer), ["status.phase: Too long: may not be more than 5 characters"]);
    server.stop();
}

#[tokio::test]
async fn rules_that_are_not_in_force_are_counted() {
    let server = start(FeatureGates::default().with("Gears", true)).await;
    let answer = server.post(PATH, gadget(json!({"size": 1, "label": "long", "gears": 1}))).await;
    assert_eq!(answer.status, 201, "{}", answer.message());
    let metrics = String::from_utf8(server.get("/metrics").await.body.to_vec()).unwrap();
    assert!(metrics.contains("apiserver_validation_declarative_validation_mismatch_total 1\n"), "{metrics}");
    server.stop();
}
