//! The generated names lead to the right requests.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "helpers of a test: what fails here fails it")]

use kubeforge_api::{
    autoscaling::v1::{Scale, ScaleSpec},
    core::v1::{Binding, Node, NodeList, Pod, PodList},
    policy::v1::Eviction,
};
use kubeforge_client::{Client, InformerFactory, transport::Fake};
use kubeforge_client_set::{Clientset, Informers as _, Listers};
use kubeforge_machinery::{
    Object,
    codec::{MediaType, encode},
    labels::Selector,
    meta::v1::{CreateOptions, GetOptions, ListMeta, ListOptions, ObjectMeta, Status, UpdateOptions},
};
use tokio_util::sync::CancellationToken;

fn json(object: &dyn Object) -> Vec<u8> {
    encode(object, MediaType::Json).unwrap()
}

fn named(name: &str) -> ObjectMeta {
    ObjectMeta { name: name.to_owned(), namespace: "default".to_owned(), ..ObjectMeta::default() }
}

#[tokio::test]
async fn requests_go_where_the_resource_is_served() {
    let status = json(&Status::default());
    let fake = Fake::script([
        Fake::json(200, json(&PodList::default())),
        Fake::json(200, json(&Node::default())),
        Fake::json(201, status.clone()),
        Fake::json(201, status),
        Fake::json(200, json(&Pod::default())),
        Fake::json(200, json(&Scale::default())),
    ]);
    let clients = Clientset::new(Client::new(fake.clone()));
    let pods = clients.core_v1().pods("default");
    pods.list(&ListOptions { limit: 5, ..ListOptions::default() }).await.unwrap();
    clients.core_v1().nodes().get("n", &GetOptions::default()).await.unwrap();
    pods.bind("web", &Binding::default(), &CreateOptions::default()).await.unwrap();
    pods.evict("web", &Eviction::default(), &CreateOptions::default()).await.unwrap();
    let pod = Pod { metadata: named("web"), ..Pod::default() };
    pods.update_resize(&pod, &UpdateOptions::default()).await.unwrap();
    let scale = Scale { spec: ScaleSpec { replicas: 3 }, ..Scale::default() };
    clients.apps_v1().deployments("default").update_scale("web", &scale, &UpdateOptions::default()).await.unwrap();
    assert_eq!(
        fake.lines(),
        [
            "GET /api/v1/namespaces/default/pods?limit=5",
            "GET /api/v1/nodes/n",
            "POST /api/v1/namespaces/default/pods/web/binding",
            "POST /api/v1/namespaces/default/pods/web/eviction",
            "PUT /api/v1/namespaces/default/pods/web/resize",
            "PUT /apis/apps/v1/namespaces/default/deployments/web/scale",
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn listers_read_what_informers_follow() {
    let list = NodeList {
        metadata: ListMeta { resource_version: "1".to_owned(), ..ListMeta::default() },
        items: vec![Node { metadata: ObjectMeta { name: "n".to_owned(), ..ObjectMeta::default() }, ..Node::default() }],
    };
    let (_body, watch) = Fake::streaming("application/json");
    // a server that doesn't stream its state is listed
    let refusal = r#"{"kind":"Status","apiVersion":"v1","status":"Failure","reason":"BadRequest","code":400}"#;
    let answers = [Fake::json(400, refusal), Fake::json(200, json(&list)), watch];
    let client = Client::builder(Fake::script(answers)).media(MediaType::Json).build();
    let factory = InformerFactory::new(client);
    let nodes = Listers::new(&factory).core_v1().nodes();
    let cancel = CancellationToken::new();
    factory.start(&cancel);
    factory.core_v1().nodes().wait_for_sync().await;
    assert_eq!(nodes.get("n").unwrap().metadata.name, "n");
    assert_eq!(nodes.list(&Selector::parse("a=b").unwrap()).len(), 0);
    cancel.cancel();
    factory.shutdown().await;
}
