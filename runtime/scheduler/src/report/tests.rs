use kubeforge_client::{Client, events::EventApi, transport::Fake};
use serde_json::json;

use super::*;

fn rejection(pod: Pod, preemption: Preemption) -> Rejection {
    Rejection {
        pod: Arc::new(PodInfo::new(Arc::new(pod))),
        profile: Arc::new(Profile::default()),
        reason: "Unschedulable",
        message: "no room".to_owned(),
        preemption,
        is_withdrawn: false,
        is_skipped: false,
        displaced: Vec::new(),
        follow_ups: Vec::new(),
    }
}

#[test]
fn a_status_that_says_so_already_is_left_alone() {
    let mut pod = Pod::default();
    let patch = status_patch(&pod, &rejection(pod.clone(), Preemption::None)).unwrap();
    let condition = &patch["status"]["conditions"][0];
    assert_eq!((condition["type"].as_str(), condition["message"].as_str()), (Some(POD_SCHEDULED), Some("no room")));
    pod.status.conditions.push(PodCondition {
        type_: POD_SCHEDULED.to_owned(),
        status: ConditionStatus::False,
        reason: "Unschedulable".to_owned(),
        message: "no room".to_owned(),
        ..Default::default()
    });
    assert_eq!(status_patch(&pod, &rejection(pod.clone(), Preemption::None)), None);
    pod.status.nominated_node_name = "n".to_owned();
    let patch = status_patch(&pod, &rejection(pod.clone(), Preemption::Clear));
    assert_eq!(patch, Some(json!({ "status": { "nominatedNodeName": null } })));
}

#[test]
fn long_notes_are_cut_between_characters() {
    assert_eq!(cut("ä".repeat(2000)).len(), NOTE_LENGTH_MAX);
    assert_eq!(cut("short".to_owned()), "short");
}

fn pod(name: &str) -> Arc<PodInfo> {
    let mut pod = Pod::default();
    (pod.metadata.namespace, pod.metadata.name, pod.metadata.uid) = ("ns".into(), name.into(), name.into());
    Arc::new(PodInfo::new(Arc::new(pod)))
}

fn is_going(pod: &PodInfo) -> Arc<PodInfo> {
    let mut pod = Pod::clone(pod.pod());
    pod.metadata.deletion_timestamp = Some(Time::from_unix(1));
    Arc::new(PodInfo::new(Arc::new(pod)))
}

/// What is sent about the victims of the pod `p`, and how it ends. The server answers with `refusal` about paths that
/// contain a text.
async fn preempt(victims: Vec<Arc<PodInfo>>, refusal: (&'static str, u16)) -> (Vec<String>, Option<Ended>) {
    let (about, code) = refusal;
    let fake = Fake::new(move |request| {
        let line = format!("{} {}", request.method(), request.uri().path());
        let code = if line.contains(about) { code } else { 200 };
        Ok(Fake::json(code, r#"{"apiVersion":"v1","kind":"Pod","metadata":{"name":"x"}}"#))
    });
    let client = Client::new(fake.clone());
    let events = EventBroadcaster::start(client.clone(), EventApi::Events);
    let profile = Profile { scheduler_name: "s".to_owned(), ..Profile::default() };
    let reporter = Reporter::new(Clientset::new(client), &events, std::slice::from_ref(&profile), Arc::default());
    let preemption = Preemption::Nominate { node: "n".to_owned(), victims };
    let displaced = vec![pod("displaced")];
    let rejection =
        Rejection { pod: pod("p"), profile: Arc::new(profile), displaced, ..rejection(Pod::default(), preemption) };
    let preempted = HashSet::from([pod("waiting").key().clone()]);
    let ended = reporter.rejected(&rejection, &preempted).await;
    drop(reporter);
    events.shutdown().await;
    let of_event = |request: &http::Request<bytes::Bytes>| {
        let event: Value = serde_json::from_slice(request.body()).unwrap();
        let [name, note] =
            [&event["regarding"]["name"], &event["note"]].map(|value| value.as_str().unwrap().to_owned());
        (event["reason"] == "Preempted").then(|| format!("event {name} {note}"))
    };
    let line = |request: &http::Request<bytes::Bytes>| match request.uri().path().rsplit_once("/pods/") {
        Some((_, "p/status")) => None,
        Some((_, pod)) => Some(format!("{} {pod}", request.method())),
        None => of_event(request),
    };
    (fake.requests().iter().filter_map(line).collect(), ended)
}

#[tokio::test]
async fn victims_are_told_why_and_end_the_last_one_last() {
    let end = |pod: &str| [format!("PATCH {pod}/status"), format!("DELETE {pod}")];
    let event = |pod: &str| format!("event {pod} Preempted by pod p on node n");
    let (sent, ended) = preempt(vec![pod("a"), is_going(&pod("g")), pod("b")], ("none", 500)).await;
    let mut want = vec!["PATCH displaced/status".to_owned()];
    want.extend(end("a").into_iter().chain(end("b")).chain(["a", "b"].map(event)));
    assert_eq!((sorted(sent.clone()), ended), (sorted(want), Some(Ended::All)));
    let place = |line: &str| sent.iter().position(|sent| sent == line);
    assert!(place("DELETE a") < place("PATCH b/status"), "{sent:?}");
}

#[tokio::test]
async fn what_is_not_there_any_more_is_as_good_as_ended() {
    let (sent, ended) = preempt(vec![pod("a")], ("a/status", 404)).await;
    assert_eq!((sent, ended), (vec!["PATCH displaced/status".into(), "PATCH a/status".into()], Some(Ended::All)));
    let (sent, ended) = preempt(vec![pod("a")], ("DELETE", 404)).await;
    assert_eq!((sent.len(), ended), (3, Some(Ended::All)), "there is no event");
}

#[tokio::test]
async fn where_one_can_not_be_told_the_last_one_stays() {
    let (sent, ended) = preempt(vec![pod("a"), pod("b")], ("a/status", 403)).await;
    assert_eq!((sent, ended), (vec!["PATCH displaced/status".into(), "PATCH a/status".into()], Some(Ended::NotAll)));
    let (sent, ended) = preempt(vec![pod("a")], ("displaced", 403)).await;
    assert_eq!((sent.len(), ended), (4, Some(Ended::NotAll)), "the others are ended nonetheless");
}

#[tokio::test]
async fn victims_that_are_not_bound_yet_are_not_deleted() {
    let (sent, ended) = preempt(vec![pod("waiting")], ("none", 500)).await;
    let note = "event waiting Preempted by pod p on node n (in kube-scheduler memory).";
    assert_eq!((sent, ended), (vec!["PATCH displaced/status".into(), note.into()], Some(Ended::All)));
    let (sent, ended) = preempt(vec![is_going(&pod("g"))], ("none", 500)).await;
    assert_eq!((sent, ended), (Vec::new(), None), "nobody has to be told");
}

fn sorted(mut lines: Vec<String>) -> Vec<String> {
    lines.sort();
    lines
}
