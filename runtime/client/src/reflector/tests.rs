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
    fn replace(&mut self, objects: Vec<Arc<Gadget>>, revision: &str) {
        let mut names: Vec<_> = objects.iter().map(|object| object.metadata.name.as_str()).collect();
        names.sort_unstable();
        self.0.lock().push(format!("replace {} at {revision}", names.join(",")));
    }

    fn apply(&mut self, object: Arc<Gadget>) -> Heard {
        self.0.lock().push(format!("apply {}", object.metadata.name));
        if object.metadata.name == "doubtful" { Heard::InDoubt } else { Heard::Settled }
    }

    fn delete(&mut self, object: Arc<Gadget>) {
        self.0.lock().push(format!("delete {}", object.metadata.name));
    }
}

fn listing() -> ReflectorOptions {
    ReflectorOptions { start: Start::List, ..ReflectorOptions::default() }
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
    let (told, asked) = run(listing(), answers).await;
    assert_eq!(told, ["replace a,b at 5", "apply a", "delete b"]);
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
async fn a_forgotten_revision_means_listing_anew() {
    let told_of_it = format!("{{\"type\":\"ERROR\",\"object\":{EXPIRED}}}\n");
    let answers = vec![
        list("5", "", &["a"]),
        watch(&[told_of_it]),
        list("90", "", &["b"]),
        Fake::json(410, EXPIRED),
        list("95", "", &["c"]),
        silence(),
    ];
    let options = ReflectorOptions { page_size: 0, ..listing() };
    let (told, asked) = run(options, answers).await;
    assert_eq!(told, ["replace a at 5", "replace b at 90", "replace c at 95"]);
    // not older than what was seen, which the server may well have in its cache
    assert_eq!(asked[2], "?resourceVersion=5");
    assert_eq!(asked[4], "?resourceVersion=90");
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
    let (told, asked) = run(listing(), answers).await;
    assert_eq!(told, ["replace  at 5", "apply a"]);
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
    assert_eq!(told, ["replace a,b at 8", "apply b"]);
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
    assert_eq!(told, ["replace a at 5"]);
    assert_eq!(asked[1], "?limit=500&resourceVersion=0");
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_breaks_off_gives_way_to_a_list_once() {
    let bookmark = |revision| {
        let mut end = Gadget::default().at(revision);
        end.metadata.annotations.insert("k8s.io/initial-events-end".to_owned(), "true".to_owned());
        event("BOOKMARK", &end)
    };
    let answers = vec![
        watch(&[event("ADDED", &Gadget::named("n", "a").at(3))]),
        list("5", "", &["a"]),
        Fake::json(410, EXPIRED),
        Fake::json(410, EXPIRED),
        watch(&[event("ADDED", &Gadget::named("n", "b").at(7)), bookmark(9)]),
        silence(),
    ];
    let (told, asked) = run(ReflectorOptions::default(), answers).await;
    assert_eq!(told, ["replace a at 5", "replace b at 9"]);
    let stream = "resourceVersionMatch=NotOlderThan&sendInitialEvents=true&watch=true";
    assert_eq!(asked[3], format!("?allowWatchBookmarks=true&resourceVersion=5&{stream}"));
    assert_eq!(asked[4], format!("?allowWatchBookmarks=true&{stream}"), "it doesn't have 5: then the newest");
}

#[tokio::test(start_paused = true)]
async fn of_the_first_events_each_objects_newest_counts() {
    let mut end = Gadget::default().at(8);
    end.metadata.annotations.insert("k8s.io/initial-events-end".to_owned(), "true".to_owned());
    let answers = vec![
        watch(&[
            event("DELETED", &Gadget::named("n", "a").at(7)),
            event("ADDED", &Gadget::named("n", "a").at(3)),
            event("MODIFIED", &Gadget::named("n", "b").at(6)),
            event("ADDED", &Gadget::named("n", "b").at(4)),
            event("ADDED", &Gadget::named("n", "c").at(5)),
            event("DELETED", &Gadget::named("n", "c").at(6)),
            event("BOOKMARK", &end),
        ]),
        silence(),
    ];
    let (told, _) = run(ReflectorOptions::default(), answers).await;
    assert_eq!(told, ["replace b at 8"]);
}

#[tokio::test(start_paused = true)]
async fn doubt_means_listing_anew_and_late_events_dont_move_the_position_back() {
    let answers = vec![
        list("5", "", &["a"]),
        watch(&[event("MODIFIED", &Gadget::named("n", "a").at(9)), event("MODIFIED", &Gadget::named("n", "a").at(6))]),
        watch(&[event("ADDED", &Gadget::named("n", "doubtful").at(4))]),
        list("12", "", &["a"]),
        silence(),
    ];
    let (told, asked) = run(listing(), answers).await;
    assert_eq!(told, ["replace a at 5", "apply a", "apply a", "apply doubtful", "replace a at 12"]);
    assert_eq!(asked[2], "?allowWatchBookmarks=true&resourceVersion=9&watch=true");
    assert_eq!(asked[3], "?resourceVersion=9");
}

#[tokio::test(start_paused = true)]
async fn a_resource_that_is_not_served_is_empty() {
    let missing =
        r#"{"kind":"Status","apiVersion":"v1","status":"Failure","message":"no","reason":"NotFound","code":404}"#;
    let answers = vec![Fake::json(404, missing), Fake::json(404, missing), list("5", "", &["a"]), silence()];
    let (told, _) = run(listing(), answers).await;
    assert_eq!(told, ["replace  at ", "replace  at ", "replace a at 5"]);
}

#[tokio::test(start_paused = true)]
async fn a_server_that_pages_without_need_is_asked_for_pages_again() {
    let answers = vec![
        list("5", "token", &["a"]),
        list("5", "", &["b"]),
        Fake::json(410, EXPIRED),
        list("7", "", &["c"]),
        silence(),
    ];
    let (_, asked) = run(listing(), answers).await;
    assert_eq!(asked[3], "?limit=500&resourceVersion=5");
}

#[tokio::test(start_paused = true)]
async fn after_a_refused_watch_the_state_is_not_older_than_before() {
    let answers = vec![list("5", "", &["a"]), Fake::json(403, "{}"), list("6", "", &["b"]), silence()];
    let (told, asked) = run(listing(), answers).await;
    assert_eq!(told, ["replace a at 5", "replace b at 6"]);
    assert_eq!(asked[2], "?resourceVersion=5");
    assert_eq!(asked[3], "?allowWatchBookmarks=true&resourceVersion=6&watch=true");
}

#[tokio::test(start_paused = true)]
async fn an_event_that_makes_no_sense_means_listing_anew_and_is_told() {
    let nonsense = "{\"type\":\"ADDED\",\"object\":{\"metadata\":7}}\n".to_owned();
    let answers =
        vec![list("5", "", &["a"]), watch(&[nonsense]), Fake::json(410, EXPIRED), list("6", "", &["b"]), silence()];
    let errors = Arc::new(Mutex::new(Vec::new()));
    let heard = errors.clone();
    let on_error = Some(OnError::new(move |err| heard.lock().push(err.is_expired())));
    let (told, asked) = run(ReflectorOptions { page_size: 0, on_error, ..listing() }, answers).await;
    assert_eq!(told, ["replace a at 5", "replace b at 6"]);
    assert_eq!(asked[2], "?resourceVersion=5");
    assert_eq!(*errors.lock(), [false, true]);
}
