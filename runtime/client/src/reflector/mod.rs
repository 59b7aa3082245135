//! Keeps a [`Sink`] in step with a resource: reads its state once, then follows the changes for as long as it runs.
//!
//! Follows client-go's tools/cache/reflector.go in what it asks of the server:
//!
//! - The first state comes as the beginning of a watch (`sendInitialEvents`), or, from servers that don't do that, with a
//!   list of any state that the server has at hand (`resourceVersion=0`), in pages where the server pages.
//! - Watches end after five to ten minutes and go on from the last revision seen; bookmarks keep that one young.
//! - A revision that the server has forgotten means reading the state anew, not older than what was seen; a server that
//!   doesn't have that is asked for its newest state.
//! - Pauses after failures grow from 0.8 to 30 seconds, each up to twice as long by chance.
//!
//! Better than there: a watch that breaks off goes on from its last revision without a new list, and events that come twice,
//! late or in the wrong order do no harm (see [`Heard`]). client-go takes every event for news; what a late one spoils there
//! stays so until the next list.

mod hooks;
mod list;
mod position;
mod watch;

use std::sync::Arc;

use kubeforge_machinery::{Resource, meta::v1::ListOptions};
use tokio_util::sync::CancellationToken;
use tracing::{debug, warn};

pub use hooks::{OnError, TweakListOptions};

use crate::{
    api::Api,
    backoff::{Backoff, BackoffOptions},
    error::ClientError,
    transport::TransportError,
    watch::WatchStream,
};
use watch::Ended;

/// How many objects are listed at a time (client-go's default).
const PAGE_SIZE: i64 = 500;

/// Where a resource's state goes.
pub trait Sink<K>: Send {
    /// Takes an object in as soon as it is decoded, before anything is said of it: the place to drop what nobody needs.
    fn take_in(&mut self, object: K) -> Arc<K> {
        Arc::new(object)
    }

    /// These are all the objects that there are, at that revision.
    fn replace(&mut self, objects: Vec<Arc<K>>, revision: &str);

    /// An object is new or has changed.
    fn apply(&mut self, object: Arc<K>) -> Heard;

    /// An object is gone; this is its last state.
    fn delete(&mut self, object: Arc<K>);

    /// All that happened up to this revision was told.
    fn reached(&mut self, revision: &str) {
        let _uninteresting = revision;
    }
}

/// What a sink makes of an event.
#[must_use]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heard {
    /// It was news, or is known to be none.
    Settled,
    /// It is of an earlier time than others were, and nothing tells whether it still holds. The reflector reads the whole
    /// state anew. No server sends such events; what stands between could.
    InDoubt,
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
    List,
    /// With the watch itself, which tells of every object first (`sendInitialEvents`). Neither side then needs to hold a
    /// whole list in memory. Falls back to a list where the server doesn't know this. The default, as in client-go since
    /// 1.35.
    #[default]
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
    /// The server pages even those lists that could come from its cache, so it has none.
    is_paged: bool,
}

/// What a reflector does next.
#[derive(Debug)]
enum State<K> {
    /// Read the whole state; then `Watch`.
    Read(Freshness),
    /// Follow the changes after a revision, with a watch that is open already or a new one; then `Watch` again, or `Read`
    /// where the server has forgotten the revision.
    Watch(String, Option<WatchStream<K>>),
}

/// How new a state must be.
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
        Self { api, options, is_paged: false }
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
                    Ok((revision, events)) => {
                        sink.reached(&revision);
                        State::Watch(revision, events)
                    }
                    Err(err) if is_outdated(&err) && freshness != Freshness::Latest => {
                        self.tell(&err);
                        State::Read(Freshness::Latest)
                    }
                    Err(err) => {
                        warn!(resource = K::PLURAL, group = K::GROUP, %err, "cannot list; trying again");
                        self.tell(&err);
                        backoff.wait().await;
                        State::Read(freshness)
                    }
                },
                State::Watch(mut revision, events) => match self.watch(&mut revision, events, sink).await {
                    Ok(Ended::InOrder) => State::Watch(revision, None),
                    Ok(Ended::InDoubt) => {
                        warn!(resource = K::PLURAL, group = K::GROUP, revision, "events came late; listing again");
                        backoff.wait().await;
                        State::Read(Freshness::NotOlderThan(revision))
                    }
                    Err(err) => {
                        debug!(resource = K::PLURAL, revision, %err, "a watch broke off; going on");
                        self.tell(&err);
                        backoff.wait().await;
                        after_broken_watch(&err, revision)
                    }
                },
            };
        }
    }

    /// Reads the whole state; returns its revision, and the watch that goes on from there if there is one.
    async fn read(
        &mut self,
        freshness: &Freshness,
        sink: &mut impl Sink<K>,
    ) -> Result<(String, Option<WatchStream<K>>), ClientError> {
        if self.options.start == Start::Stream {
            match self.stream(freshness, sink).await {
                Ok((revision, events)) => return Ok((revision, Some(events))),
                // a list would fare no better
                Err(err) if is_outdated(&err) || is_out_of_reach(&err) => return Err(err),
                Err(err) => {
                    debug!(resource = K::PLURAL, %err, "the server does not stream its state; listing");
                    self.tell(&err);
                    if err.api().is_some_and(|err| err.is_invalid() || err.is_bad_request()) {
                        self.options.start = Start::List;
                    }
                }
            }
        }
        Ok((self.list(freshness, sink).await?, None))
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

/// Whether the server has forgotten the revision, or doesn't have it yet: only reading anew helps.
fn is_outdated(err: &ClientError) -> bool {
    use kubeforge_machinery::meta::v1::CauseType;
    // servers before 1.18 say it in words only
    let is_too_large = |status: &kubeforge_machinery::status::ApiError| {
        status.cause(&CauseType::ResourceVersionTooLarge).is_some()
            || status.to_string().contains("Too large resource version")
    };
    err.is_expired() || err.api().is_some_and(is_too_large)
}

/// Whether no request would get an answer now.
fn is_out_of_reach(err: &ClientError) -> bool {
    match err {
        ClientError::Transport(TransportError::Body(_) | TransportError::TooLarge { .. }) => false,
        ClientError::Transport(_) => true,
        ClientError::Api(err) => err.is_too_many_requests(),
        ClientError::Decode { .. } | ClientError::Stream(_) | ClientError::Request(_) | ClientError::Config(_) => false,
    }
}

/// A lost connection goes on where it was; after a refusal nothing is sure, and an event that can't be decoded would only come
/// again.
fn after_broken_watch<K>(err: &ClientError, revision: String) -> State<K> {
    match err {
        ClientError::Api(err) if !err.is_too_many_requests() && !err.is_internal_error() => {
            State::Read(Freshness::NotOlderThan(revision))
        }
        ClientError::Decode { .. } => State::Read(Freshness::NotOlderThan(revision)),
        _ => State::Watch(revision, None),
    }
}

#[cfg(test)]
mod tests;
