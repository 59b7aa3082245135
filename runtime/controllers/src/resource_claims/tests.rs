use kubeforge_api::resource::v1::FINALIZER;
use kubeforge_client::controller::Reconciler as _;
use kubeforge_client_set::fake;
use kubeforge_machinery::{
    codec::{Json, from_json_slice},
    meta::v1::{DeleteOptions, GetOptions},
};
use serde_json::{Value, json};

use super::*;

fn read<K: Json + Default>(value: &Value) -> K {
    from_json_slice(value.to_string().as_bytes()).expect("a good object")
}

fn pod(name: &str, uid: &str, phase: &str) -> Value {
    json!({ "metadata": { "name": name, "namespace": "n", "uid": uid }, "spec": { "nodeName": "x" }, "status": { "phase": phase } })
}

/// A claim that is allocated and in use by a pod.
fn claim(uid: &str, more: &Value) -> Value {
    let mut claim = json!({
        "metadata": { "name": "c", "namespace": "n", "uid": "c-uid", "finalizers": [FINALIZER] },
        "status": {
            "allocation": { "devices": {} },
            "reservedFor": [{ "resource": "pods", "name": "p", "uid": uid }],
        },
    });
    for (path, value) in more.as_object().into_iter().flatten() {
        if let Some(place) = claim.pointer_mut(path.rsplit_once('/').map_or("", |it| it.0)) {
            place[path.rsplit('/').next().unwrap_or_default()] = value.clone();
        }
    }
    claim
}

fn made_for(uid: &str) -> Value {
    json!([{ "apiVersion": "v1", "kind": "Pod", "name": "p", "uid": uid, "controller": true }])
}

/// Finalizers, whether it is allocated, and how many use it.
type State = (usize, bool, usize);

#[tokio::test]
async fn claims_are_given_back_when_the_last_pod_is_done() {
    let untouched: Option<State> = Some((1, true, 1));
    let free: Option<State> = Some((0, false, 0));
    let going = json!({ "/metadata/deletionTimestamp": "2026-01-01T00:00:00Z", "/status/reservedFor": [] });
    let cases: [(&str, Option<Value>, Value, Option<State>); 10] = [
        ("it runs", Some(pod("p", "1", "Running")), claim("1", &json!({})), untouched),
        ("it has ended", Some(pod("p", "1", "Succeeded")), claim("1", &json!({})), free),
        ("another has its name", Some(pod("p", "2", "Running")), claim("1", &json!({})), free),
        ("it is gone", None, claim("1", &json!({})), free),
        (
            "a driver allocated it for nobody",
            None,
            claim("1", &json!({ "/status/reservedFor": [] })),
            Some((1, true, 0)),
        ),
        (
            "its allocation isn't the scheduler's",
            None,
            claim("1", &json!({ "/metadata/finalizers": [] })),
            Some((0, true, 0)),
        ),
        (
            "it is made for a pod that runs",
            Some(pod("p", "1", "Running")),
            claim("1", &json!({ "/metadata/ownerReferences": made_for("1") })),
            untouched,
        ),
        (
            "it is made for a pod that has ended",
            Some(pod("p", "1", "Failed")),
            claim("1", &json!({ "/metadata/ownerReferences": made_for("1") })),
            None,
        ),
        (
            "it is made for a pod that is gone",
            None,
            claim("1", &json!({ "/metadata/ownerReferences": made_for("1") })),
            None,
        ),
        // nothing holds it any more
        ("it is on its way out", None, claim("1", &going), None),
    ];
    for (what, pod, claim, want) in cases {
        let clients = fake::Clientset::new(&[&read::<ResourceClaim>(&claim)]).unwrap();
        if let Some(pod) = pod {
            clients.cluster().add(&read::<Pod>(&pod)).unwrap();
        }
        let client = clients.cluster().client();
        let (factory, cancel) = (InformerFactory::new(client.clone()), CancellationToken::new());
        let releaser = claims::Releaser::new(client, &factory);
        factory.start(&cancel);
        factory.wait_for_sync().await;
        releaser.reconcile(&ObjectKey::new("n", "c")).await.unwrap();
        let found = clients.resource_v1().resource_claims("n").get("c", &GetOptions::default()).await;
        let found = found.ok().map(|claim| {
            let status = &claim.status;
            (claim.metadata.finalizers.len(), status.allocation.is_some(), status.reserved_for.len())
        });
        assert_eq!(found, want, "{what}");
        cancel.cancel();
    }
}

#[test]
fn a_pod_says_where_its_claims_are() {
    use reference::Reference::{Given, Made, NotNeeded, Unknown, Wanted};
    let pod: Pod = read(&json!({
        "metadata": { "name": "p", "namespace": "n" },
        "spec": { "resourceClaims": [
            { "name": "given", "resourceClaimName": "g" },
            { "name": "made", "resourceClaimTemplateName": "t" },
            { "name": "not-needed", "resourceClaimTemplateName": "t" },
            { "name": "wanted", "resourceClaimTemplateName": "t" },
            { "name": "unknown" },
        ] },
        "status": {
            "resourceClaimStatuses": [{ "name": "made", "resourceClaimName": "m" }, { "name": "not-needed" }],
            "extendedResourceClaimStatus": { "resourceClaimName": "e" },
        },
    }));
    let found: Vec<_> = pod.spec.resource_claims.iter().map(|claim| reference::of(&pod, claim)).collect();
    assert_eq!(found, [Given("g"), Made("m"), NotNeeded, Wanted("t"), Unknown]);
    let names: Vec<String> = claims_of(&pod).map(|claim| claim.to_string()).collect();
    assert_eq!(names, ["n/g", "n/m", "n/e"]);
}

#[tokio::test]
async fn a_claim_that_somebody_took_away_is_made_again() {
    let pod: Pod = read(&json!({
        "metadata": { "name": "p", "namespace": "n", "uid": "1" },
        "spec": { "resourceClaims": [
            { "name": "mine", "resourceClaimTemplateName": "t" },
            { "name": "other", "resourceClaimTemplateName": "t" },
        ] },
    }));
    let template: ResourceClaimTemplate = read(&json!({ "metadata": { "name": "t", "namespace": "n" } }));
    let clients = fake::Clientset::new(&[&pod, &template]).unwrap();
    let cancel = CancellationToken::new();
    let running = tokio::spawn(run(clients.cluster().client(), cancel.clone()));
    let made = async |times: usize| {
        let told =
            |lines: &[String]| lines.iter().filter(|line| line.starts_with("patch pods/status")).count() >= times;
        let wait = async {
            while !told(&clients.cluster().lines()) {
                tokio::time::sleep(std::time::Duration::from_millis(5)).await;
            }
        };
        let is_made = tokio::time::timeout(std::time::Duration::from_secs(30), wait).await;
        assert!(is_made.is_ok(), "{:#?}", clients.cluster().lines());
        let pod = clients.core_v1().pods("n").get("p", &GetOptions::default()).await.unwrap();
        let named = |name: &str| pod.status.resource_claim_statuses.iter().find(|status| status.name == name);
        assert!(named("other").is_some(), "the other one is kept: {:?}", pod.status.resource_claim_statuses);
        let name = named("mine").and_then(|status| status.resource_claim_name.clone()).unwrap();
        let claim = clients.resource_v1().resource_claims("n").get(&name, &GetOptions::default()).await.unwrap();
        assert_eq!(claim.metadata.owner_references[0].uid, "1");
        name
    };
    let first = made(1).await;
    clients.resource_v1().resource_claims("n").delete(&first, &DeleteOptions::default()).await.unwrap();
    made(2).await;
    cancel.cancel();
    running.await.unwrap().unwrap();
}
