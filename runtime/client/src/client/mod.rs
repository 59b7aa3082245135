//! The client: sends requests, tries again where that helps, and turns refusals into errors.
//!
//! ```no_run
//! use kubeforge_client::{Client, Config, rate::RateLimit, request::Request};
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let config = Config { rate_limit: Some(RateLimit::default()), ..Config::infer()? };
//! let version = Client::from_config(&config)?.send(&Request::get("/version")).await?;
//! println!("{}", String::from_utf8_lossy(&version.bytes));
//! # Ok(())
//! # }
//! ```
//!
//! A request is given up by dropping its future: nothing of it goes on in the background.

mod answer;
mod builder;
mod send;
mod warnings;

use std::{collections::HashSet, fmt, sync::Arc, time::Duration};

use http::{HeaderValue, Method, StatusCode};
use kubeforge_machinery::{Kind, codec::MediaType};
use tokio::time::Instant;

pub use crate::response::Answer;
pub use builder::ClientBuilder;
pub use warnings::{LogWarnings, NoWarnings, WarningHandler, WarningWriter, WarningWriterOptions};

use crate::{
    config::Config,
    error::ClientError,
    rate::TokenBucket,
    request::Request,
    transport::{Body, Https, Io, Transport, TransportError, Upgrade},
};

/// The largest answer taken. A list of a million small objects is about this large; more means that something is wrong.
const ANSWER_BYTES_LIMIT: usize = 2 << 30;

/// Is told what becomes of requests before they are sent, for metrics.
pub trait RequestObserver: Send + Sync {
    /// A request had to wait so long for the rate limit.
    fn throttled(&self, method: &Method, waited: Duration);

    /// A request is sent again after an answer with a code; none where no answer came.
    fn retried(&self, method: &Method, code: Option<StatusCode>);
}

/// A connection to one server. Clones share it.
#[derive(Clone)]
pub struct Client {
    inner: Arc<Inner>,
}

struct Inner {
    transport: Arc<dyn Transport>,
    user_agent: HeaderValue,
    default_namespace: String,
    media: MediaType,
    rate: Option<TokenBucket>,
    timeout: Option<Duration>,
    warnings: Box<dyn WarningHandler>,
    propagate: Option<Box<builder::Propagate>>,
    observer: Option<Arc<dyn RequestObserver>>,
    /// The paths of groups and versions whose server takes no protobuf.
    json_only: parking_lot::RwLock<HashSet<String>>,
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("user_agent", &self.inner.user_agent).finish_non_exhaustive()
    }
}

impl Client {
    /// A client over `transport` with the usual settings.
    pub fn new(transport: impl Transport) -> Self {
        Self::builder(transport).build()
    }

    /// A client over `transport`, to be set up.
    pub fn builder(transport: impl Transport) -> ClientBuilder {
        ClientBuilder::new(transport)
    }

    /// A client over HTTPS.
    ///
    /// # Errors
    /// Where the configuration can't be used.
    pub fn from_config(config: &Config) -> Result<Self, ClientError> {
        Ok(Self::builder_from_config(config)?.build())
    }

    /// A client over HTTPS, to be set up further.
    ///
    /// # Errors
    /// Where the configuration can't be used.
    pub fn builder_from_config(config: &Config) -> Result<ClientBuilder, ClientError> {
        let builder = Self::builder(Https::new(config)?).rate(config.rate_limit).timeout(config.timeout);
        let namespace = &config.default_namespace;
        Ok(if namespace.is_empty() { builder } else { builder.default_namespace(namespace) })
    }

    /// A client to the server that kubectl would use; see [`Config::infer`].
    ///
    /// # Errors
    /// Where there is no usable configuration.
    pub fn try_default() -> Result<Self, ClientError> {
        Self::from_config(&Config::infer()?)
    }

    /// The namespace to use where none is given.
    pub fn default_namespace(&self) -> &str {
        &self.inner.default_namespace
    }

    /// The encoding wanted where a kind has it.
    pub fn media(&self) -> MediaType {
        self.inner.media
    }

    /// Sends a request and waits for the whole answer.
    ///
    /// # Errors
    /// Where the server refuses, or the answer doesn't arrive whole in time.
    pub async fn send(&self, request: &Request) -> Result<Answer, ClientError> {
        let (head, body) = self.open(request).await?.into_parts();
        let bytes = answer::read(body, ANSWER_BYTES_LIMIT).await?;
        Ok(Answer { code: head.status, headers: head.headers, bytes })
    }

    /// Sends a request and decodes the answer.
    ///
    /// # Errors
    /// As [`Client::send`], and where the answer is no `T`.
    pub async fn fetch<T: Kind>(&self, request: &Request) -> Result<T, ClientError> {
        self.send(request).await?.decode()
    }

    /// Sends a request and returns as soon as the server has accepted it; the body arrives as it is read.
    ///
    /// # Errors
    /// Where the server refuses, can't be reached, or takes too long.
    pub async fn open(&self, request: &Request) -> Result<http::Response<Body>, ClientError> {
        let timeout = request.timeout.or(self.inner.timeout);
        // a time that no clock can tell is no limit
        let limit = timeout.and_then(|timeout| Some((timeout, Instant::now().checked_add(timeout)?)));
        let Some((timeout, end)) = limit else { return self.exchange(request).await };
        let answer = tokio::time::timeout_at(end, self.exchange(request)).await;
        let answer = answer.map_err(|_| TransportError::Timeout(timeout))??;
        Ok(answer.map(|body| answer::until(body, end, timeout)))
    }

    /// Sends a request that asks for its connection to become something else, and returns that, with the answer's headers.
    /// The time that the request may take is that until then; the connection has no limit.
    ///
    /// # Errors
    /// Where the server refuses, can't be reached, or takes too long.
    pub async fn upgrade(&self, request: &Request) -> Result<(http::HeaderMap, Box<dyn Io>), ClientError> {
        let upgraded = async {
            match self.exchange_upgrade(request).await? {
                Upgrade::Done(headers, stream) => Ok((headers, stream)),
                Upgrade::Refused(answer) => Err(answer::refusal(request, answer).await),
            }
        };
        match request.timeout.or(self.inner.timeout) {
            Some(timeout) => {
                tokio::time::timeout(timeout, upgraded).await.map_err(|_| TransportError::Timeout(timeout))?
            }
            None => upgraded.await,
        }
    }
}

impl Inner {
    fn takes_json_only(&self, path: &str) -> bool {
        let known = self.json_only.read();
        !known.is_empty() && known.contains(group_version(path))
    }

    fn remember_json_only(&self, path: &str) {
        self.json_only.write().insert(group_version(path).to_owned());
    }
}

/// The part of a path that names the group and version: `/api/v1`, `/apis/apps/v1`.
fn group_version(path: &str) -> &str {
    let slashes = if path.starts_with("/apis/") { 4 } else { 3 };
    match path.match_indices('/').nth(slashes - 1) {
        Some((end, _)) => path.get(..end).unwrap_or(path),
        None => path,
    }
}

#[cfg(test)]
mod tests {
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
        let client = Client::new(Fake::script([Fake::json(502, "bad gateway")]));
        let err = client.send(&Request::get("/x")).await.unwrap_err();
        assert_eq!(
            err.to_string(),
            "an error on the server (\"bad gateway\") has prevented the request from succeeding"
        );
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

    #[derive(Default)]
    struct Observed(parking_lot::Mutex<Vec<String>>);

    impl RequestObserver for Observed {
        fn throttled(&self, method: &Method, waited: Duration) {
            self.0.lock().push(format!("{method} waited {}s", waited.as_secs_f32().round()));
        }

        fn retried(&self, method: &Method, code: Option<StatusCode>) {
            self.0.lock().push(format!("{method} again after {code:?}"));
        }
    }

    #[tokio::test(start_paused = true)]
    async fn all_but_watches_wait_for_the_rate_limit_and_observers_are_told() {
        let observed = Arc::new(Observed::default());
        let fake = Fake::script([Fake::json(200, "{}"), Fake::json(200, "{}"), busy("1"), Fake::json(200, "{}")]);
        let client = Client::builder(fake).rate_limit(0.5, 1).observer(Arc::clone(&observed) as _).build();
        let mut watch = Request::get("/x");
        watch.query.push("watch", "true");
        let start = Instant::now();
        client.send(&Request::get("/x")).await.unwrap();
        client.send(&watch).await.unwrap();
        assert_eq!(start.elapsed().as_secs(), 0);
        client.send(&Request::new(Method::POST, "/x")).await.unwrap();
        assert_eq!(start.elapsed().as_secs(), 4);
        let want = ["GET waited 0s", "POST waited 2s", "POST again after Some(429)", "POST waited 1s"];
        assert_eq!(*observed.0.lock(), want);
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
        for (path, want) in
            [("/api/v1/pods", "/api/v1"), ("/apis/apps/v1/a/b", "/apis/apps/v1"), ("/version", "/version")]
        {
            assert_eq!(group_version(path), want);
        }
    }
}
