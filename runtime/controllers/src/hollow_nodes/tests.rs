use kubeforge_api::{
    coordination::v1::Lease,
    core::v1::{Container, Node, PodList, PodPhase, PodStatus, Taint},
};
use kubeforge_client::transport::{Body, Fake};
use kubeforge_machinery::{
    Object, Time,
    codec::{Json, MediaType, encode, from_json_slice},
};

use super::*;

/// A server that knows one pod to run and one to remove, and otherwise agrees with everything.
fn server() -> Fake {
    Fake::new(|request| {
        let path = request.uri().path();
        Ok(match (request.method().as_str(), path) {
            ("POST", "/api/v1/nodes") => {
                let mut node: Node = read(request.body());
                node.metadata.uid = "node-uid".to_owned();
                node.spec.taints.push(Taint { key: "node.kubernetes.io/not-ready".to_owned(), ..Taint::default() });
                write(&node)
            }
            // it doesn't stream its state, so it is listed
            ("GET", "/api/v1/pods")
                if request.uri().query().is_some_and(|query| query.contains("sendInitialEvents")) =>
            {
                Fake::json(400, r#"{"kind":"Status","apiVersion":"v1","reason":"BadRequest","code":400}"#)
            }
            ("GET", "/api/v1/pods") if request.uri().query().is_some_and(|query| query.contains("watch=true")) => {
                let (body, answer) = Fake::streaming("application/json");
                std::mem::forget(body);
                answer
            }
            ("GET", "/api/v1/pods") => {
                let mut leaving = pod("leaving", "hollow-node-0");
                leaving.metadata.deletion_timestamp = Some(Time::from_unix(1));
                leaving.metadata.deletion_grace_period_seconds = Some(30);
                write(&PodList {
                    items: vec![pod("web", "hollow-node-1"), leaving, pod("foreign", "other-node")],
                    ..PodList::default()
                })
            }
            ("GET", _) => Fake::json(404, r#"{"kind":"Status","apiVersion":"v1","reason":"NotFound","code":404}"#),
            ("PATCH", _) => write(&Node::default()).map_kind(path),
            ("DELETE", _) => Fake::json(200, r#"{"kind":"Status","apiVersion":"v1","status":"Success"}"#),
            _ => Fake::json(200, request.body().clone()),
        })
    })
}

/// Answers to patches must be of the patched kind.
trait MapKind {
    fn map_kind(self, path: &str) -> Self;
}

impl MapKind for http::Response<Body> {
    fn map_kind(self, path: &str) -> Self {
        if path.contains("/pods/") { write(&Pod::default()) } else { self }
    }
}

fn read<T: Json + Default>(json: &[u8]) -> T {
    from_json_slice(json).unwrap()
}

fn write(object: &dyn Object) -> http::Response<Body> {
    Fake::json(200, encode(object, MediaType::Json).unwrap())
}

fn pod(name: &str, node: &str) -> Pod {
    let mut pod = Pod::default();
    pod.metadata.name = name.to_owned();
    pod.metadata.namespace = "default".to_owned();
    pod.metadata.uid = format!("{name}-uid");
    pod.spec.node_name = node.to_owned();
    pod.spec.containers = vec![Container { name: "app".to_owned(), image: "nginx".to_owned(), ..Container::default() }];
    pod.status = PodStatus { phase: PodPhase::Pending, ..PodStatus::default() };
    pod
}

#[tokio::test(start_paused = true)]
async fn nodes_register_renew_and_take_pods_through_their_lives() {
    let fake = server();
    let client = Client::builder(fake.clone()).media(MediaType::Json).build();
    let nodes = HollowNodes::new(client, Options { count: 2, ..Options::default() }).unwrap();
    let cancel = CancellationToken::new();
    let mut registered = nodes.registered();
    let running = tokio::spawn({
        let (nodes, cancel) = (nodes.clone(), cancel.clone());
        async move { nodes.run(cancel).await }
    });
    registered.wait_for(|count| *count == 2).await.unwrap();
    tokio::time::sleep(Duration::from_secs(29)).await;
    let lines = fake.lines();
    let count = |line: &str| lines.iter().filter(|known| *known == line).count();
    assert_eq!(count("POST /api/v1/nodes"), 2);
    assert_eq!(count("PUT /api/v1/nodes/hollow-node-0"), 1, "the taint is removed");
    assert_eq!(count("POST /apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases"), 2);
    assert_eq!(count("PUT /apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/hollow-node-1"), 3);
    assert_eq!(count("PATCH /api/v1/namespaces/default/pods/web/status"), 1);
    assert_eq!(count("DELETE /api/v1/namespaces/default/pods/leaving"), 1);
    assert!(!lines.iter().any(|line| line.contains("foreign")), "{lines:?}");
    tokio::time::sleep(Duration::from_secs(300)).await;
    assert!(fake.lines().contains(&"PATCH /api/v1/nodes/hollow-node-1/status".to_owned()));
    cancel.cancel();
    tokio::time::timeout(Duration::from_secs(5), running).await.unwrap().unwrap();

    let requests = fake.requests();
    let find = |end: &str| requests.iter().find(|request| request.uri().path().ends_with(end)).unwrap();
    let patch: serde_json::Value = serde_json::from_slice(find("/web/status").body()).unwrap();
    assert_eq!(patch["metadata"]["uid"], "web-uid");
    assert_eq!(patch["status"]["phase"], "Running");
    assert_eq!(patch["status"]["podIP"], "10.0.1.2");
    assert_eq!(patch["status"]["hostIP"], "172.16.0.2");
    let delete: serde_json::Value = serde_json::from_slice(find("/leaving").body()).unwrap();
    assert_eq!(delete["gracePeriodSeconds"], 0);
    assert_eq!(delete["preconditions"]["uid"], "leaving-uid");
    let lease: Lease = read(find("/leases").body());
    assert_eq!(lease.metadata.owner_references[0].uid, "node-uid");
}
