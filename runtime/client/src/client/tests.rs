use http::{
    Method,
    header::{ACCEPT, RETRY_AFTER, USER_AGENT, WARNING},
};
use kubeforge_machinery::meta::v1::CreateOptions;

use super::*;
use crate::{Api, request::Content, test_kind::Gadget, transport::Fake};

const NOT_FOUND: &str = r#"{"kind":"Status","apiVersion":"v1","status":"Failure","message":"pods \"a\" not found","reason":"NotFound","code":404}"#;

fn busy(seconds: &'static str) -> http::Response<Body> {
    let mut answer = Fake::json(429, "{}");
    answer.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static(seconds));
    answer
}

#[tokio::test]
async fn a_refusal_is_its_status() {
    let client = Client::new(Fake::script([Fake::json(404, NOT_FOUND)]));
    let err = client.send(&Request::get("/api/v1/pods/a")).await.unwrap_err();
    assert_eq!(err.to_string(), "pods \"a\" not found");
    assert!(err.is_not_found());
}

#[tokio::test]
async fn a_refusal_without_a_status_is_made_into_one() {
    let check = async |code: u16, type_: &'static str, text: &'static str, method: Method, path: &str, want: &str| {
        let body = http_body_util::Full::new(bytes::Bytes::from_static(text.as_bytes()));
        let client = Client::new(Fake::script([Fake::answer(code, type_, body)]));
        let err = client.send(&Request::new(method, path)).await.unwrap_err();
        assert_eq!((err.to_string().as_str(), err.api().unwrap().code()), (want, code), "{code} {path}");
    };
    let server = "an error on the server (\"bad gateway\") has prevented the request from succeeding";
    check(502, "text/plain", "bad gateway", Method::GET, "/x", server).await;
    check(500, "text/html", "bad gateway", Method::GET, "/api/v1/pods/a", &format!("{server} (get pods a)")).await;
    let unknown = "an error on the server (\"unknown\") has prevented the request from succeeding (put things.apps a)";
    check(500, "application/json", "{", Method::PUT, "/apis/apps/v1/namespaces/n/things/a/status", unknown).await;
    let missing = "the server could not find the requested resource (get pods)";
    check(404, "text/plain", "404 page not found", Method::GET, "/api/v1/namespaces/n/pods", missing).await;
    let success = r#"{"kind":"Status","apiVersion":"v1","status":"Success","message":"all well"}"#;
    check(409, "application/json", success, Method::POST, "/x", "the server reported a conflict").await;
    check(401, "text/plain", "no", Method::GET, "/x", "the server has asked for the client to provide credentials")
        .await;
    let busy = "the server has received too many requests and has asked us to try again later (post pods)";
    check(429, "text/plain", "later", Method::POST, "/api/v1/pods", busy).await;
}

#[tokio::test]
async fn a_refusal_that_came_as_a_success_is_one() {
    let client = Client::new(Fake::script([Fake::json(200, NOT_FOUND)]));
    let err = client.fetch::<Gadget>(&Request::get("/x")).await.unwrap_err();
    assert!(err.is_not_found(), "{err}");
}

#[tokio::test(start_paused = true)]
async fn a_busy_server_is_asked_again_when_it_says() {
    let fake = Fake::script([busy("2"), busy("3"), Fake::json(200, "{}")]);
    let client = Client::new(fake.clone());
    let start = Instant::now();
    client.send(&Request::new(Method::POST, "/x")).await.unwrap();
    assert_eq!(start.elapsed().as_secs(), 5);
    assert_eq!(fake.lines(), ["POST /x"; 3]);
}

#[tokio::test(start_paused = true)]
async fn patience_ends() {
    let fake = Fake::new(|_| Ok(busy("1")));
    let client = Client::new(fake.clone());
    assert!(client.send(&Request::get("/x")).await.is_err());
    assert_eq!(fake.lines().len(), 11);
}

#[tokio::test(start_paused = true)]
async fn broken_reads_are_repeated_and_broken_writes_are_not() {
    let fake = Fake::script([]);
    let client = Client::new(fake.clone());
    assert!(client.send(&Request::new(Method::POST, "/x")).await.is_err());
    assert_eq!(fake.lines().len(), 1);
    assert!(client.send(&Request::get("/x")).await.is_err());
    assert_eq!(fake.lines().len(), 12);
}

#[tokio::test(start_paused = true)]
async fn an_error_tells_of_another_before_it() {
    let attempts = parking_lot::Mutex::new(0);
    let client = Client::new(Fake::new(move |_| {
        *attempts.lock() += 1;
        let (server, source) = ("x".to_owned(), "gone".into());
        Err(match *attempts.lock() {
            1 => TransportError::Send { server, source },
            _ => TransportError::Connect { server, source },
        })
    }));
    let err = client.send(&Request::get("/x")).await.unwrap_err().to_string();
    assert_eq!(err, "cannot connect to x: gone - error from a previous attempt: request to x failed: gone");
}

#[tokio::test]
async fn requests_say_who_asks_and_what_they_take() {
    let fake = Fake::script([Fake::json(200, "{}")]);
    let client = Client::builder(fake.clone()).user_agent("tester/1").build();
    client.send(&Request::get("/x")).await.unwrap();
    let request = &fake.requests()[0];
    assert_eq!(request.headers()[USER_AGENT], "tester/1");
    assert_eq!(request.headers()[ACCEPT], "application/json");
}

const GADGET: &str = r#"{"kind":"Gadget","metadata":{"name":"a"}}"#;

#[tokio::test]
async fn a_server_that_takes_no_protobuf_gets_json_from_then_on() {
    let fake = Fake::script([Fake::json(415, "no"), Fake::json(201, GADGET), Fake::json(201, GADGET)]);
    let api = Api::<Gadget>::namespaced(Client::new(fake.clone()), "n");
    for _ in 0..2 {
        api.create(&Gadget::named("n", "a"), &CreateOptions::default()).await.unwrap();
    }
    let sent: Vec<_> =
        fake.requests().iter().map(|it| it.headers()["content-type"].to_str().unwrap().to_owned()).collect();
    assert_eq!(sent, ["application/vnd.kubernetes.protobuf", "application/json", "application/json"]);
    let json: serde_json::Value = serde_json::from_slice(fake.requests()[1].body()).unwrap();
    assert_eq!(json["metadata"]["name"], "a");
}

#[tokio::test]
async fn a_server_that_gives_no_protobuf_is_asked_for_json() {
    let fake = Fake::script([Fake::json(406, "no"), Fake::json(200, GADGET)]);
    let api = Api::<Gadget>::namespaced(Client::new(fake.clone()), "n");
    assert_eq!(api.get_opt("a").await.unwrap().unwrap().metadata.name, "a");
    assert_eq!(fake.requests()[1].headers()[ACCEPT], "application/json");
}

#[tokio::test(start_paused = true)]
async fn time_runs_out_for_heads_and_for_bodies() {
    let (_never_ends, answer) = Fake::streaming("application/json");
    let fake = Fake::script([busy("60"), answer]);
    let client = Client::builder(fake).timeout(Some(Duration::from_secs(5))).build();
    let start = Instant::now();
    let err = client.send(&Request::get("/x")).await.unwrap_err();
    assert_eq!((err.to_string().as_str(), start.elapsed().as_secs()), ("no answer within 5s", 5));
    let request = Request { timeout: Some(Duration::from_secs(9)), ..Request::get("/x") };
    let err = client.send(&request).await.unwrap_err();
    assert_eq!(
        (err.to_string().as_str(), start.elapsed().as_secs()),
        ("the answer broke off: no answer within 9s", 14)
    );
}

#[tokio::test]
async fn a_time_beyond_all_clocks_is_no_limit() {
    let client = Client::builder(Fake::script([Fake::json(200, "{}")])).timeout(Some(Duration::MAX)).build();
    client.send(&Request::get("/x")).await.unwrap();
}

/// Never answers.
struct Silent;

#[async_trait::async_trait]
impl Transport for Silent {
    async fn send(&self, _: http::Request<bytes::Bytes>) -> Result<http::Response<Body>, TransportError> {
        std::future::pending().await
    }

    async fn upgrade(&self, _: http::Request<bytes::Bytes>) -> Result<Upgrade, TransportError> {
        std::future::pending().await
    }
}

#[tokio::test(start_paused = true)]
async fn time_runs_out_for_handshakes() {
    let client = Client::builder(Silent).timeout(Some(Duration::from_secs(5))).build();
    let told = |result: Result<_, ClientError>| result.map(drop).unwrap_err().to_string();
    assert_eq!(told(client.upgrade(&Request::get("/x")).await), "no answer within 5s");
    let request = Request { timeout: Some(Duration::from_secs(3)), ..Request::get("/x") };
    assert_eq!(told(client.upgrade(&request).await), "no answer within 3s");
}

fn no_json(_: &[u8]) -> Option<bytes::Bytes> {
    None
}

#[tokio::test]
async fn what_has_no_json_form_is_refused_once() {
    let fake = Fake::script([Fake::json(415, "no")]);
    let mut request = Request::new(Method::POST, "/apis/test.example.com/v1/gadgets");
    let content = Content::new("application/vnd.kubernetes.protobuf", "k8s");
    request.content = Some(Content { as_json: Some(no_json), ..content });
    let err = Client::new(fake.clone()).send(&request).await.unwrap_err();
    assert_eq!((err.api().unwrap().code(), fake.lines().len()), (415, 1));
}

#[tokio::test]
async fn warnings_of_refusals_are_told_too() {
    let mut answer = Fake::json(404, NOT_FOUND);
    answer.headers_mut().insert(WARNING, HeaderValue::from_static("299 - \"old\""));
    let warnings = Arc::new(WarningWriter::new(Vec::new(), WarningWriterOptions::default()));
    let client = Client::builder(Fake::script([answer])).warnings(warnings.clone()).build();
    client.send(&Request::get("/x")).await.unwrap_err();
    assert_eq!(warnings.count(), 1);
}

#[tokio::test]
async fn a_hook_adds_headers() {
    let fake = Fake::script([Fake::json(200, "{}")]);
    let add =
        |headers: &mut http::HeaderMap| drop(headers.insert("traceparent", HeaderValue::from_static("00-1-2-01")));
    Client::builder(fake.clone()).propagate(add).build().send(&Request::get("/x")).await.unwrap();
    assert_eq!(fake.requests()[0].headers()["traceparent"], "00-1-2-01");
}

#[test]
fn paths_begin_with_group_and_version() {
    for (path, want) in [("/api/v1/pods", "/api/v1"), ("/apis/apps/v1/a/b", "/apis/apps/v1"), ("/version", "/version")]
    {
        assert_eq!(group_version(path), want);
    }
}
