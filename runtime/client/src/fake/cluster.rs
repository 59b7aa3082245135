//! The transport.

use std::{fmt, sync::Arc};

use async_trait::async_trait;
use bytes::Bytes;
use http_body_util::Full;
use kubeforge_machinery::{ApiError, Object, Scheme, codec::MediaType};
use parking_lot::Mutex;

use super::{
    Action, Reaction, Tracker, answer, discovery,
    reaction::Reactor,
    serve::{self, Served},
};
use crate::{
    client::Client,
    transport::{Body, Fake, Transport, TransportError},
};

/// A cluster in memory; see the [module](super). Clones share it.
#[derive(Clone)]
pub struct FakeCluster {
    inner: Arc<Inner>,
}

struct Inner {
    tracker: Tracker,
    reactors: Mutex<Vec<Reactor>>,
    actions: Mutex<Vec<Action>>,
}

impl fmt::Debug for FakeCluster {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FakeCluster")
            .field("reactors", &*self.inner.reactors.lock())
            .field("actions", &self.inner.actions.lock().len())
            .finish_non_exhaustive()
    }
}

impl FakeCluster {
    /// An empty cluster that knows the kinds of a Scheme.
    pub fn new(scheme: Arc<Scheme>) -> Self {
        let inner = Inner { tracker: Tracker::new(scheme), reactors: Mutex::default(), actions: Mutex::default() };
        Self { inner: Arc::new(inner) }
    }

    /// A client of it, whose requests are JSON; any other client works as well.
    pub fn client(&self) -> Client {
        Client::builder(self.clone()).media(MediaType::Json).build()
    }

    /// The objects.
    pub fn tracker(&self) -> &Tracker {
        &self.inner.tracker
    }

    /// Puts an object there, as it is; see [`Tracker::add`].
    ///
    /// # Errors
    /// Where it has no name, or no kind.
    pub fn add(&self, object: &dyn Object) -> Result<(), ApiError> {
        self.inner.tracker.add(object)
    }

    /// Asks `react` about requests before anybody else. `verb` and `resource` say which, as [`Action::is`] takes them.
    ///
    /// A reactor must not call the cluster's client: it runs within a request. It may read and change the tracker.
    pub fn prepend_reactor(
        &self,
        verb: &str,
        resource: &str,
        react: impl Fn(&Action, &Tracker) -> Reaction + Send + Sync + 'static,
    ) {
        self.inner.reactors.lock().insert(0, reactor(verb, resource, react));
    }

    /// Like [`FakeCluster::prepend_reactor`], after the reactors that are there.
    pub fn append_reactor(
        &self,
        verb: &str,
        resource: &str,
        react: impl Fn(&Action, &Tracker) -> Reaction + Send + Sync + 'static,
    ) {
        self.inner.reactors.lock().push(reactor(verb, resource, react));
    }

    /// What was asked so far.
    pub fn actions(&self) -> Vec<Action> {
        self.inner.actions.lock().clone()
    }

    /// What was asked so far, each as a line: `update pods/status default/web`.
    pub fn lines(&self) -> Vec<String> {
        self.inner.actions.lock().iter().map(Action::to_string).collect()
    }

    /// What changed or was meant to change something, each as a line: without `get`, `list` and `watch`.
    pub fn writes(&self) -> Vec<String> {
        let actions = self.inner.actions.lock();
        let writes = actions.iter().filter(|action| !["get", "list", "watch"].contains(&action.verb));
        writes.map(Action::to_string).collect()
    }

    /// Forgets what was asked so far.
    pub fn clear_actions(&self) {
        self.inner.actions.lock().clear();
    }

    async fn react(&self, action: &Action) -> Reaction {
        let reactors = self.inner.reactors.lock().clone();
        for reactor in reactors.iter().filter(|reactor| action.is(&reactor.verb, &reactor.resource)) {
            match (reactor.react)(action, &self.inner.tracker) {
                Reaction::Pass => {}
                Reaction::Delay(time) => tokio::time::sleep(time).await,
                reaction => return reaction,
            }
        }
        Reaction::Pass
    }
}

fn reactor(
    verb: &str,
    resource: &str,
    react: impl Fn(&Action, &Tracker) -> Reaction + Send + Sync + 'static,
) -> Reactor {
    Reactor { verb: verb.to_owned(), resource: resource.to_owned(), react: Arc::new(react) }
}

#[async_trait]
impl Transport for FakeCluster {
    async fn send(&self, request: http::Request<Bytes>) -> Result<http::Response<Body>, TransportError> {
        let tracker = &self.inner.tracker;
        let action = match Action::of(tracker.scheme(), &request) {
            Some(Ok(action)) => action,
            Some(Err(refusal)) => return Ok(answer::refusal(&refusal)),
            None => return Ok(discovery::answer(tracker.scheme(), request.uri().path())),
        };
        self.inner.actions.lock().push(action.clone());
        let served = match self.react(&action).await {
            Reaction::Answer(object) => Ok(Served::Object(200, object)),
            Reaction::Text(text) => return Ok(Fake::answer(200, "text/plain", Full::new(Bytes::from(text)))),
            Reaction::Fail(refusal) => Err(refusal),
            Reaction::Disconnect => {
                return Err(TransportError::Send { server: "fake".to_owned(), source: "a reactor disconnects".into() });
            }
            Reaction::Pass | Reaction::Delay(_) => serve::serve(tracker, &action),
        };
        Ok(match served {
            Ok(Served::Object(code, object)) => answer::object(code, object, &action.accept),
            Ok(Served::Watch(watcher)) => answer::stream(watcher.into_stream(action.accept)),
            Err(refusal) => answer::refusal(&refusal),
        })
    }
}
