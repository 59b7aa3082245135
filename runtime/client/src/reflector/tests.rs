use std::sync::Arc;

use kubeforge_machinery::codec::{MediaType, encode};
use parking_lot::Mutex;

use super::*;
use crate::{
    Client,
    test_kind::{Gadget, GadgetList},
    transport::{Body, Fake},
};

/// Writes down what it is told.
#[derive(Clone, Default)]
struct Notes(Arc<Mutex<Vec<String>>>);

impl Sink<Gadget> for Notes {
    fn replace(&mut self, objects: Vec<Gadget>) {
        let mut names: Vec<_> = objects.into_iter().map(|object| object.metadata.name).collect();
        names.sort();
        self.0.lock().push(format!("replace {}", names.join(",")));
    }

    fn apply(&mut self, object: Gadget) {
        self.0.lock().push(format!("apply {}", object.metadata.name));
    }

    fn delete(&mut self, object: Gadget) {
        self.0.lock().push(format!("delete {}", object.metadata.name));
    }
}

fn json<T: kubeforge_machinery::Object>(object: &T) -> String {
    String::from_utf8(encode(object, MediaType::Json).unwrap()).unwrap()
}

fn list(revision: &str, next: &str, names: &[&str]) -> http::Response<Body> {
    let mut list =
        GadgetList { items: names.iter().map(|name| Gadget::named("n", name)).collect(), ..Default::default() };
    list.metadata.resource_version = revision.to_owned();
    list.metadata.continue_ = next.to_owned();
    Fake::json(200, json(&list))
}

fn event(type_: &str, gadget: &Gadget) -> String {
    format!("{{\"type\":\"{type_}\",\"object\":{}}}\n", json(gadget).trim())
}

fn watch(events: &[String]) -> http::Response<Body> {
    Fake::json(200, events.concat())
}

/// A watch that stays silent.
fn silence() -> http::Response<Body> {
    let (body, answer) = Fake::streaming("application/json");
    std::mem::forget(body);
    answer
}

const EXPIRED: &str =
    r#"{"kind":"Status","apiVersion":"v1","status":"Failure","message":"too old","reason":"Expired","code":410}"#;

/// Runs a reflector over the answers; returns what the sink was told and what was asked.
async fn run(options: ReflectorOptions, answers: Vec<http::Response<Body>>) -> (Vec<String>, Vec<String>) {
    let count = answers.len();
    let fake = Fake::script(answers);
    let api = Api::<Gadget>::all(Client::builder(fake.clone()).media(MediaType::Json).build());
    let mut reflector = Reflector::new(api, options);
    let (notes, cancel) = (Notes::default(), CancellationToken::new());
    let task = {
        let (mut sink, cancel) = (notes.clone(), cancel.clone());
        tokio::spawn(async move { reflector.run(&mut sink, &cancel).await })
    };
    while fake.lines().len() < count {
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    cancel.cancel();
    task.await.unwrap();
    let asked = fake.lines().iter().map(|line| without_timeout(line)).collect();
    (notes.0.lock().clone(), asked)
}

fn without_timeout(line: &str) -> String {
    let line = line.strip_prefix("GET /apis/test.example.com/v1/gadgets").unwrap_or(line);
    let (path, query) = line.split_once('?').unwrap_or((line, ""));
    let kept: Vec<_> = query.split('&').filter(|parameter| !parameter.starts_with("timeoutSeconds=")).collect();
    format!("{path}?{}", kept.join("&"))
}

#[tokio::test(start_paused = true)]
async fn lists_page_by_page_and_goes_on_from_the_last_revision() {
    let answers = vec![
        list("5", "token", &["a"]),
        list("5", "", &["b"]),
        watch(&[
            event("MODIFIED", &Gadget::named("n", "a").at(6)),
            event("DELETED", &Gadget::named("n", "b").at(7)),
            event("BOOKMARK", &Gadget::default().at(9)),
        ]),
        silence(),
    ];
    let (told, asked) = run(ReflectorOptions::default(), answers).await;
    assert_eq!(told, ["replace a,b", "apply a", "delete b"]);
    assert_eq!(
        asked,
        [
            "?limit=500&resourceVersion=0",
            "?continue=token&limit=500",
            "?allowWatchBookmarks=true&resourceVersion=5&watch=true",
            "?allowWatchBookmarks=true&resourceVersion=9&watch=true"
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn a_forgotten_revision_means_listing_the_newest_state() {
    let told_of_it = format!("{{\"type\":\"ERROR\",\"object\":{EXPIRED}}}\n");
    let answers = vec![
        list("5", "", &["a"]),
        watch(&[told_of_it]),
        list("90", "", &["b"]),
        Fake::json(410, EXPIRED),
        list("95", "", &["c"]),
        silence(),
    ];
    let options = ReflectorOptions { page_size: 0, ..ReflectorOptions::default() };
    let (told, asked) = run(options, answers).await;
    assert_eq!(told, ["replace a", "replace b", "replace c"]);
    assert_eq!(asked[2], "?");
    assert_eq!(asked[4], "?");
}

#[tokio::test(start_paused = true)]
async fn failures_are_waited_out() {
    let answers = vec![
        Fake::json(403, "{}"),
        list("5", "", &[]),
        Fake::json(200, ""),
        watch(&[event("ADDED", &Gadget::named("n", "a").at(6))]),
        silence(),
    ];
    let (told, asked) = run(ReflectorOptions::default(), answers).await;
    assert_eq!(told, ["replace ", "apply a"]);
    assert_eq!(asked[3], "?allowWatchBookmarks=true&resourceVersion=5&watch=true");
    assert_eq!(asked[4], "?allowWatchBookmarks=true&resourceVersion=6&watch=true");
}

#[tokio::test(start_paused = true)]
async fn the_state_can_be_streamed() {
    let mut end = Gadget::default().at(8);
    end.metadata.annotations.insert("k8s.io/initial-events-end".to_owned(), "true".to_owned());
    let answers = vec![
        watch(&[
            event("ADDED", &Gadget::named("n", "a").at(3)),
            event("ADDED", &Gadget::named("n", "b").at(4)),
            event("BOOKMARK", &end),
            event("MODIFIED", &Gadget::named("n", "b").at(9)),
        ]),
        silence(),
    ];
    let options = ReflectorOptions { start: Start::Stream, label_selector: "x=y".into(), ..Default::default() };
    let (told, asked) = run(options, answers).await;
    assert_eq!(told, ["replace a,b", "apply b"]);
    assert_eq!(
        asked,
        [
            "?allowWatchBookmarks=true&labelSelector=x%3Dy&resourceVersionMatch=NotOlderThan&sendInitialEvents=true&watch=true",
            "?allowWatchBookmarks=true&labelSelector=x%3Dy&resourceVersion=9&watch=true"
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn a_server_that_does_not_stream_is_listed() {
    let invalid = r#"{"kind":"Status","apiVersion":"v1","status":"Failure","message":"sendInitialEvents: Forbidden","reason":"Invalid","code":422}"#;
    let answers = vec![Fake::json(422, invalid), list("5", "", &["a"]), silence()];
    let options = ReflectorOptions { start: Start::Stream, ..Default::default() };
    let (told, asked) = run(options, answers).await;
    assert_eq!(told, ["replace a"]);
    assert_eq!(asked[1], "?limit=500&resourceVersion=0");
}

#[tokio::test(start_paused = true)]
async fn after_a_refused_watch_the_state_is_not_older_than_before() {
    let answers = vec![list("5", "", &["a"]), Fake::json(403, "{}"), list("6", "", &["b"]), silence()];
    let (told, asked) = run(ReflectorOptions::default(), answers).await;
    assert_eq!(told, ["replace a", "replace b"]);
    assert_eq!(asked[2], "?resourceVersion=5");
    assert_eq!(asked[3], "?allowWatchBookmarks=true&resourceVersion=6&watch=true");
}
