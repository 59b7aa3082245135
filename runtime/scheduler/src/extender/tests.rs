//! A small extender, and a core that asks it.

use std::{
    convert::Infallible,
    sync::{Arc, Mutex},
};

use hyper::{body::Incoming, service::service_fn};
use hyper_util::rt::TokioIo;
use kubeforge_api::core::v1::{Node, Pod};
use serde_json::{Value, json};
use tokio::{net::TcpListener, time::Instant};

use crate::{
    config::KubeSchedulerConfiguration,
    core::{Core, Decision},
    framework::Preemption,
    plugins,
};

type Asked = Arc<Mutex<Vec<(String, Value)>>>;

/// Serves answers by the last part of the path; none is answered with 500. Returns its address and what it was asked.
async fn serve(answer: impl Fn(&str, &Value) -> Option<Value> + Clone + Send + 'static) -> (String, Asked) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/scheduler", listener.local_addr().unwrap());
    let asked = Asked::default();
    let noted = Arc::clone(&asked);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (answer, noted) = (answer.clone(), Arc::clone(&noted));
            let service = service_fn(move |request: http::Request<Incoming>| {
                let (answer, noted) = (answer.clone(), Arc::clone(&noted));
                async move {
                    let verb = request.uri().path().rsplit('/').next().unwrap().to_owned();
                    let body = http_body_util::BodyExt::collect(request.into_body()).await.unwrap().to_bytes();
                    let question: Value = serde_json::from_slice(&body).unwrap();
                    let said = answer(&verb, &question);
                    noted.lock().unwrap().push((verb, question));
                    let code = if said.is_some() { 200 } else { 500 };
                    let body = http_body_util::Full::new(bytes::Bytes::from(said.unwrap_or_default().to_string()));
                    Ok::<_, Infallible>(http::Response::builder().status(code).body(body).unwrap())
                }
            });
            tokio::spawn(hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service));
        }
    });
    (url, asked)
}

fn object<T: serde::de::DeserializeOwned>(value: Value) -> Arc<T> {
    Arc::new(serde_json::from_value(value).unwrap())
}

fn pod(name: &str, resource: &str, priority: i32) -> Arc<Pod> {
    object(json!({
        "metadata": { "namespace": "default", "name": name, "uid": name },
        "spec": {
            "schedulerName": "default-scheduler", "priority": priority,
            "containers": [{ "name": "c", "resources": { "requests": { resource: "1" } } }]
        }
    }))
}

/// A core with three nodes, of one cpu each, and this extender.
fn core(url: &str, extender: Value) -> Core {
    let mut extender = extender;
    extender["urlPrefix"] = url.into();
    let configuration = KubeSchedulerConfiguration::from_value(json!({
        "apiVersion": "kubescheduler.config.k8s.io/v1", "kind": "KubeSchedulerConfiguration", "extenders": [extender]
    }))
    .unwrap();
    let mut core = Core::new(configuration.profiles(&plugins::in_tree()).unwrap(), configuration.backoff());
    for name in ["a", "b", "c"] {
        let allocatable = json!({ "cpu": "1", "memory": "1Gi", "pods": "9", "example.com/gpu": "9" });
        core.set_node(
            object::<Node>(json!({ "metadata": { "name": name }, "status": { "allocatable": allocatable } })),
            Instant::now(),
        );
    }
    core
}

/// Decides about the next pod, extenders being asked where they are to be.
async fn decide(core: &mut Core) -> Option<Decision> {
    loop {
        if let Some(decision) = core.schedule_next(Instant::now()) {
            return Some(decision);
        }
        let consulted = core.consultation()?.ask().await;
        if let Some(decision) = core.consulted(consulted, Instant::now()) {
            return Some(decision);
        }
    }
}

#[track_caller]
fn check(decision: Option<Decision>, want: Result<&str, &str>) {
    match (decision, want) {
        (Some(Decision::Bind(binding)), Ok(node)) => assert_eq!(&*binding.node, node),
        (Some(Decision::Reject(rejection)), Err(message)) => assert_eq!(rejection.message, message),
        (Some(Decision::Bind(binding)), Err(message)) => panic!("{message}: {}", binding.node),
        (Some(Decision::Reject(rejection)), Ok(node)) => panic!("{node}: {}", rejection.message),
        (None, _) => panic!("nothing was decided"),
    }
}

#[tokio::test]
async fn extenders_filter_and_score() {
    let (url, asked) = serve(|verb, _| {
        Some(match verb {
            "filter" => json!({ "nodenames": ["b", "c"], "failedNodes": { "a": "not for you" } }),
            _ => json!([{ "Host": "c", "Score": 10 }, { "Host": "b", "Score": 3 }]),
        })
    })
    .await;
    let verbs =
        json!({ "filterVerb": "filter", "prioritizeVerb": "prioritize", "weight": 5, "nodeCacheCapable": true });
    let mut core = core(&url, verbs);
    core.set_pod(pod("p", "cpu", 0), Instant::now());
    check(decide(&mut core).await, Ok("c"));
    let asked = asked.lock().unwrap();
    assert_eq!(asked[0].1["NodeNames"].as_array().map(Vec::len), Some(3));
    assert_eq!(asked[0].1["Pod"]["metadata"]["name"], "p");
    assert_eq!((asked[0].1["Nodes"].clone(), asked[1].1["NodeNames"].clone()), (Value::Null, json!(["b", "c"])));
}

#[tokio::test]
async fn the_node_on_which_room_was_made_is_asked_about_before_all_others() {
    for (room, want, questions) in [("b", "b", json!([["b"]])), ("a", "c", json!([["a"], ["a", "b", "c"]]))] {
        let (url, asked) = serve(|_, question| {
            let is_taken = |name: &&Value| [json!("b"), json!("c")].contains(name);
            let taken: Vec<&Value> = question["NodeNames"].as_array().into_iter().flatten().filter(is_taken).collect();
            // of several the last
            Some(json!({ "NodeNames": taken.last().map_or(json!([]), |name| json!([name])) }))
        })
        .await;
        let mut core = core(&url, json!({ "filterVerb": "filter", "nodeCacheCapable": true }));
        let mut nominated = Pod::clone(&pod("p", "cpu", 0));
        nominated.status.nominated_node_name = room.to_owned();
        core.set_pod(Arc::new(nominated), Instant::now());
        check(decide(&mut core).await, Ok(want));
        let asked: Vec<Value> =
            asked.lock().unwrap().iter().map(|(_, question)| question["NodeNames"].clone()).collect();
        assert_eq!(json!(asked), questions);
    }
}

#[tokio::test]
async fn where_extenders_leave_no_node_their_reasons_are_told() {
    let (url, asked) = serve(|_, _| {
        Some(json!({ "Nodes": { "items": [] }, "FailedNodes": { "a": "full", "b": "full" }, "FailedAndUnresolvableNodes": { "c": "old" } }))
    })
    .await;
    let mut core = core(&url, json!({ "filterVerb": "filter" }));
    core.set_pod(pod("p", "cpu", 0), Instant::now());
    let Some(Decision::Reject(rejection)) = decide(&mut core).await else { panic!("no decision") };
    // the first can be helped by no pod's going, the others could
    let want = [
        "0/3 nodes are available: 1 old, 2 full. ",
        "1 Preemption is not helpful for scheduling, 2 No preemption victims",
    ];
    assert!(want.iter().all(|want| rejection.message.contains(want)), "{}", rejection.message);
    assert_eq!(asked.lock().unwrap()[0].1["Nodes"]["items"][0]["metadata"]["name"], "a", "nodes are sent in full");
}

#[tokio::test]
async fn failures_count_unless_they_may_be_ignored() {
    let (url, _asked) = serve(|_, _| None).await;
    for (ignorable, want) in
        [(false, Err(format!("failed filter with extender at URL {url}/filter, code 500"))), (true, Ok(()))]
    {
        let mut core = core(&url, json!({ "filterVerb": "filter", "ignorable": ignorable }));
        core.set_pod(pod("p", "cpu", 0), Instant::now());
        match (decide(&mut core).await, want) {
            (Some(Decision::Reject(rejection)), Err(want)) => {
                assert_eq!((rejection.message, rejection.reason), (want, "SchedulerError"));
            }
            (Some(Decision::Bind(_)), Ok(())) => {}
            _ => panic!("ignorable: {ignorable}"),
        }
    }
}

#[tokio::test]
async fn only_pods_that_concern_an_extender_wait_for_it() {
    let (url, asked) = serve(|_, question| Some(json!({ "NodeNames": question["NodeNames"] }))).await;
    let gpu = "example.com/gpu";
    let mut core =
        core(&url, json!({ "filterVerb": "filter", "nodeCacheCapable": true, "managedResources": [{ "name": gpu }] }));
    for (name, resource) in [("first", gpu), ("second", gpu), ("other", "cpu")] {
        core.set_pod(pod(name, resource, 0), Instant::now());
    }
    let Some(Decision::Bind(binding)) = core.schedule_next(Instant::now()) else { panic!("no decision") };
    assert_eq!(binding.pod.key().name(), "other");
    let mut consultation = core.consultation().unwrap();
    assert!(core.schedule_next(Instant::now()).is_none(), "the second waits until the first is decided");
    core.remove_pod(&pod("first", gpu, 0), Instant::now());
    assert!(core.consulted(consultation.ask().await, Instant::now()).is_none(), "the first is gone");
    assert!(core.schedule_next(Instant::now()).is_none());
    consultation = core.consultation().unwrap();
    let Some(Decision::Bind(binding)) = core.consulted(consultation.ask().await, Instant::now()) else {
        panic!("no decision")
    };
    assert_eq!((binding.pod.key().name(), asked.lock().unwrap().len()), ("second", 2));
}

#[tokio::test]
async fn extenders_choose_among_victims() {
    let (url, asked) =
        serve(|_, _| Some(json!({ "NodeNameToMetaVictims": { "b": { "Pods": [{ "UID": "low-b" }] } } }))).await;
    let mut core = core(&url, json!({ "preemptVerb": "preempt", "nodeCacheCapable": true }));
    for node in ["a", "b", "c"] {
        let mut low = Pod::clone(&pod(&format!("low-{node}"), "cpu", 0));
        low.spec.node_name = node.to_owned();
        core.set_pod(Arc::new(low), Instant::now());
    }
    core.set_pod(pod("high", "cpu", 9), Instant::now());
    let Some(Decision::Reject(rejection)) = decide(&mut core).await else { panic!("no decision") };
    let Preemption::Nominate { node, victims } = &rejection.preemption else { panic!("{}", rejection.message) };
    assert_eq!((node.as_str(), victims[0].key().name()), ("b", "low-b"));
    let asked = asked.lock().unwrap();
    assert_eq!(asked[0].1["NodeNameToMetaVictims"]["a"]["Pods"], json!([{ "UID": "low-a" }]));
}

#[tokio::test]
async fn extenders_bind() {
    let (url, asked) = serve(|_, _| Some(json!({ "Error": "no" }))).await;
    let mut core = core(&url, json!({ "bindVerb": "bind" }));
    core.set_pod(pod("p", "cpu", 0), Instant::now());
    let Some(Decision::Bind(binding)) = decide(&mut core).await else { panic!("no decision") };
    assert_eq!(binding.profile.extenders[0].bind(&binding.pod, "a").await, Err("no".to_owned()));
    let want = json!({ "PodName": "p", "PodNamespace": "default", "PodUID": "p", "Node": "a" });
    assert_eq!(asked.lock().unwrap()[0], ("bind".to_owned(), want));
}
