//! Keeps a [`Sink`] in step with a resource: lists once, then follows the changes for as long as it runs.
//!
//! Follows client-go's tools/cache/reflector.go in what it asks of the server: the first list takes any state that the
//! server has at hand (`resourceVersion=0`), in pages where the server pages; watches end after five to ten minutes and go
//! on from the last revision seen; a revision that the server has forgotten means listing again. Unlike there, a watch
//! that breaks off goes on from its last revision without a new list.

mod hooks;
mod list;
mod watch;

use kubeforge_machinery::{Resource, meta::v1::ListOptions};
use tokio_util::sync::CancellationToken;
use tracing::{debug, warn};

pub use hooks::{OnError, TweakListOptions};

use crate::{
    api::Api,
    backoff::{Backoff, BackoffOptions},
    error::ClientError,
};

/// How many objects are listed at a time (client-go's default).
const PAGE_SIZE: i64 = 500;

/// Where a resource's state goes.
pub trait Sink<K>: Send {
    /// These are all the objects that there are.
    fn replace(&mut self, objects: Vec<K>);

    /// An object is new or has changed.
    fn apply(&mut self, object: K);

    /// An object is gone; this is its last state.
    fn delete(&mut self, object: K);

    /// All that happened up to this revision was told.
    fn reached(&mut self, revision: &str) {
        let _uninteresting = revision;
    }
}

/// What to follow and how.
#[derive(Clone, Debug)]
pub struct ReflectorOptions {
    /// Only objects with such labels.
    pub label_selector: String,
    /// Only objects with such fields.
    pub field_selector: String,
    /// How many objects to list at a time; 0 for all at once.
    pub page_size: i64,
    /// How the first state is read.
    pub start: Start,
    /// Pauses after failures.
    pub backoff: BackoffOptions,
    /// Has the last word on the options of every list and watch.
    pub tweak: Option<TweakListOptions>,
    /// Hears of every failure.
    pub on_error: Option<OnError>,
}

/// How a reflector reads the first state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Start {
    /// With a list.
    #[default]
    List,
    /// With the watch itself, which tells of every object first (`sendInitialEvents`). The server then needn't hold a whole
    /// list in memory. Falls back to a list where the server doesn't know this.
    Stream,
}

impl Default for ReflectorOptions {
    fn default() -> Self {
        Self {
            label_selector: String::new(),
            field_selector: String::new(),
            page_size: PAGE_SIZE,
            start: Start::default(),
            backoff: BackoffOptions::default(),
            tweak: None,
            on_error: None,
        }
    }
}

/// Follows one resource.
#[derive(Debug)]
pub struct Reflector<K> {
    api: Api<K>,
    options: ReflectorOptions,
}

/// What a reflector does next.
#[derive(Debug, PartialEq, Eq)]
enum State {
    /// Read the whole state; then `Watch`.
    Read(Freshness),
    /// Follow the changes after a revision; then `Watch` again, or `Read` where the server has forgotten the revision.
    Watch(String),
}

/// How new a listed state must be.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Freshness {
    /// Whatever the server has at hand.
    Any,
    /// Not older than what the sink has seen, so that it never goes back in time.
    NotOlderThan(String),
    /// The newest.
    Latest,
}

impl<K: Resource> Reflector<K> {
    /// A reflector of what `api` and the options select.
    pub fn new(api: Api<K>, options: ReflectorOptions) -> Self {
        Self { api, options }
    }

    /// Keeps `sink` in step until cancelled. Failures are logged and tried again, with growing pauses.
    pub async fn run(&mut self, sink: &mut impl Sink<K>, cancel: &CancellationToken) {
        // `None` says that it was cancelled; there is no other end
        let _cancelled = cancel.run_until_cancelled(self.follow(sink)).await;
    }

    async fn follow(&mut self, sink: &mut impl Sink<K>) {
        let mut backoff = Backoff::new(self.options.backoff);
        let mut state = State::Read(Freshness::Any);
        loop {
            state = match state {
                State::Read(freshness) => match self.read(&freshness, sink).await {
                    Ok(revision) => {
                        sink.reached(&revision);
                        State::Watch(revision)
                    }
                    Err(err) if is_outdated(&err) && freshness != Freshness::Latest => State::Read(Freshness::Latest),
                    Err(err) => {
                        warn!(resource = K::PLURAL, group = K::GROUP, %err, "cannot list; trying again");
                        self.tell(&err);
                        backoff.wait().await;
                        State::Read(freshness)
                    }
                },
                State::Watch(mut revision) => match self.watch(&mut revision, sink).await {
                    Ok(()) => State::Watch(revision),
                    Err(err) if is_outdated(&err) => {
                        debug!(resource = K::PLURAL, revision, %err, "the server has forgotten where we are");
                        self.tell(&err);
                        State::Read(Freshness::Latest)
                    }
                    Err(err) => {
                        debug!(resource = K::PLURAL, revision, %err, "a watch broke off; going on");
                        self.tell(&err);
                        backoff.wait().await;
                        after_broken_watch(err, revision)
                    }
                },
            };
        }
    }

    async fn read(&mut self, freshness: &Freshness, sink: &mut impl Sink<K>) -> Result<String, ClientError> {
        if self.options.start == Start::Stream {
            match self.stream(sink).await {
                Err(ClientError::Api(err)) if err.is_invalid() || err.is_bad_request() => {
                    debug!(resource = K::PLURAL, %err, "the server does not stream its state; listing");
                    self.options.start = Start::List;
                }
                done => return done,
            }
        }
        self.list(freshness, sink).await
    }

    fn tell(&self, err: &ClientError) {
        if let Some(on_error) = &self.options.on_error {
            on_error.call(err);
        }
    }

    /// The options as the user wants them.
    fn tweaked(&self, mut options: ListOptions) -> ListOptions {
        if let Some(tweak) = &self.options.tweak {
            tweak.call(&mut options);
        }
        options
    }

    /// The options that every request of this reflector has.
    fn list_options(&self) -> ListOptions {
        ListOptions {
            label_selector: self.options.label_selector.clone(),
            field_selector: self.options.field_selector.clone(),
            ..ListOptions::default()
        }
    }
}

/// Whether the server has forgotten the revision, or doesn't have it yet: only a new list helps.
fn is_outdated(err: &ClientError) -> bool {
    use kubeforge_machinery::meta::v1::CauseType;
    err.is_expired() || err.api().is_some_and(|err| err.cause(&CauseType::ResourceVersionTooLarge).is_some())
}

/// A lost connection goes on where it was; after a refusal nothing is sure.
fn after_broken_watch(err: ClientError, revision: String) -> State {
    match err {
        ClientError::Api(err) if !err.is_too_many_requests() && !err.is_internal_error() => {
            State::Read(Freshness::NotOlderThan(revision))
        }
        _ => State::Watch(revision),
    }
}

#[cfg(test)]
mod tests;
