//! Following changes, and reading the whole state with a watch.

use std::{
    collections::{HashMap, hash_map::Entry},
    sync::Arc,
    time::Duration,
};

use futures::StreamExt as _;
use kubeforge_machinery::{
    Resource,
    meta::v1::{ListOptions, ResourceVersionMatch},
};
use tokio::time::Instant;

use super::{
    Freshness, Heard, Reflector, Sink,
    position::{advance, is_older},
};
use crate::{
    error::ClientError,
    store::ObjectKey,
    transport::TransportError,
    watch::{WatchEvent, WatchStream},
};

/// Watches end after this long to twice as long, so that servers can be drained and load spreads anew (client-go's minWatchTimeout).
const WATCH_SECONDS_MIN: f64 = 300.0;

/// A watch that ends sooner than this without any event is a failure: trying again at once would only make a busy loop.
const SHORT_WATCH: Duration = Duration::from_secs(1);

/// How a watch ended that didn't fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ended {
    /// The server ended it.
    InOrder,
    /// An event leaves it open what the state is.
    InDoubt,
}

impl<K: Resource> Reflector<K> {
    /// Follows one watch to its end: `events`, or a new one. `revision` is the last one that the sink has, before and after.
    pub(super) async fn watch(
        &self,
        revision: &mut String,
        events: Option<WatchStream<K>>,
        sink: &mut impl Sink<K>,
    ) -> Result<Ended, ClientError> {
        // one that is open has told the whole state already
        let (began, mut heard) = (Instant::now(), events.is_some());
        let mut events = match events {
            Some(events) => events,
            None => {
                let options = ListOptions { resource_version: revision.clone(), ..self.watch_options() };
                self.api.watch(&self.tweaked(options)).await?
            }
        };
        while let Some(event) = events.next().await {
            heard = true;
            let settled = match event? {
                WatchEvent::Added(object) | WatchEvent::Modified(object) => {
                    advance(revision, &object.object_meta().resource_version);
                    let object = sink.take_in(object);
                    sink.apply(object)
                }
                WatchEvent::Deleted(object) => {
                    advance(revision, &object.object_meta().resource_version);
                    let object = sink.take_in(object);
                    sink.delete(object);
                    Heard::Settled
                }
                WatchEvent::Bookmark(bookmark) => {
                    advance(revision, &bookmark.resource_version);
                    Heard::Settled
                }
            };
            if settled == Heard::InDoubt {
                return Ok(Ended::InDoubt);
            }
            sink.reached(revision);
        }
        if !heard && began.elapsed() < SHORT_WATCH {
            return Err(broke_off("the watch ended at once, without an event"));
        }
        Ok(Ended::InOrder)
    }

    /// Reads the whole state from the beginning of a watch. Returns its revision, and the watch, which goes on.
    pub(super) async fn stream(
        &self,
        freshness: &Freshness,
        sink: &mut impl Sink<K>,
    ) -> Result<(String, WatchStream<K>), ClientError> {
        let options = ListOptions {
            send_initial_events: Some(true),
            resource_version_match: ResourceVersionMatch::NotOlderThan,
            resource_version: match freshness {
                Freshness::NotOlderThan(revision) => revision.clone(),
                Freshness::Any | Freshness::Latest => String::new(),
            },
            ..self.watch_options()
        };
        let mut events = self.api.watch(&self.tweaked(options)).await?;
        let mut initial = Initial::default();
        loop {
            match events.next().await {
                Some(Ok(WatchEvent::Added(object) | WatchEvent::Modified(object))) => {
                    initial.tell(sink.take_in(object), Existence::Here);
                }
                Some(Ok(WatchEvent::Deleted(object))) => initial.tell(sink.take_in(object), Existence::Gone),
                Some(Ok(WatchEvent::Bookmark(bookmark))) if bookmark.initial_events_end => {
                    sink.replace(initial.objects(), &bookmark.resource_version);
                    return Ok((bookmark.resource_version, events));
                }
                Some(Ok(WatchEvent::Bookmark(_))) => {}
                Some(Err(err)) => return Err(err),
                None => return Err(broke_off("the watch ended before all objects were told")),
            }
        }
    }

    fn watch_options(&self) -> ListOptions {
        let seconds = WATCH_SECONDS_MIN * (1.0 + rand::random::<f64>());
        ListOptions {
            allow_watch_bookmarks: true,
            // between 300 and 600
            timeout_seconds: Some(seconds as i64),
            ..self.list_options()
        }
    }
}

/// What the beginning of a watch tells; each object's newest event counts.
struct Initial<K> {
    objects: HashMap<ObjectKey, (Arc<K>, Existence)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Existence {
    Here,
    Gone,
}

impl<K> Default for Initial<K> {
    fn default() -> Self {
        Self { objects: HashMap::new() }
    }
}

impl<K: Resource> Initial<K> {
    fn tell(&mut self, object: Arc<K>, existence: Existence) {
        let told = &object.object_meta().resource_version;
        match self.objects.entry(ObjectKey::of(&*object)) {
            Entry::Occupied(known) if is_older(told, &known.get().0.object_meta().resource_version) => {}
            Entry::Occupied(mut known) => {
                known.insert((object, existence));
            }
            Entry::Vacant(place) => {
                place.insert((object, existence));
            }
        }
    }

    fn objects(self) -> Vec<Arc<K>> {
        let told = self.objects.into_values();
        told.filter(|(_, existence)| *existence == Existence::Here).map(|(object, _)| object).collect()
    }
}

fn broke_off(why: &'static str) -> ClientError {
    TransportError::Body(why.into()).into()
}
