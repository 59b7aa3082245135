//! Following changes, and reading the whole state with a watch.

use std::{collections::HashMap, time::Duration};

use futures::StreamExt as _;
use kubeforge_machinery::{
    Resource,
    meta::v1::{ListOptions, ResourceVersionMatch},
};
use tokio::time::Instant;

use super::{Reflector, Sink};
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

impl<K: Resource> Reflector<K> {
    /// Follows one watch to its end. `revision` is the last one that the sink has, before and after.
    pub(super) async fn watch(&self, revision: &mut String, sink: &mut impl Sink<K>) -> Result<(), ClientError> {
        let options = ListOptions { resource_version: revision.clone(), ..self.watch_options() };
        let began = Instant::now();
        let events = self.api.watch(&self.tweaked(options)).await?;
        let heard = self.drain(events, revision, sink).await?;
        if !heard && began.elapsed() < SHORT_WATCH {
            let why = "the watch ended at once, without an event";
            return Err(TransportError::Body(why.into()).into());
        }
        Ok(())
    }

    /// Reads the whole state from the beginning of a watch, then follows that watch to its end. Returns the last revision.
    pub(super) async fn stream(&self, sink: &mut impl Sink<K>) -> Result<String, ClientError> {
        let options = ListOptions {
            send_initial_events: Some(true),
            resource_version_match: ResourceVersionMatch::NotOlderThan,
            ..self.watch_options()
        };
        let mut events = self.api.watch(&self.tweaked(options)).await?;
        let mut objects = HashMap::new();
        let mut revision = loop {
            match events.next().await {
                Some(Ok(WatchEvent::Added(object) | WatchEvent::Modified(object))) => {
                    objects.insert(ObjectKey::of(&object), object);
                }
                Some(Ok(WatchEvent::Deleted(object))) => {
                    objects.remove(&ObjectKey::of(&object));
                }
                Some(Ok(WatchEvent::Bookmark(bookmark))) if bookmark.initial_events_end => {
                    break bookmark.resource_version;
                }
                Some(Ok(WatchEvent::Bookmark(_))) => {}
                Some(Err(err)) => return Err(err),
                None => {
                    let why = "the watch ended before all objects were told";
                    return Err(TransportError::Body(why.into()).into());
                }
            }
        };
        sink.replace(objects.into_values().collect());
        sink.reached(&revision);
        // a failure from here on is for the next watch to meet
        match self.drain(events, &mut revision, sink).await {
            Ok(_) | Err(ClientError::Transport(_)) => Ok(revision),
            Err(err) => Err(err),
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

    /// Hands events on until the watch ends; says whether there were any.
    async fn drain(
        &self,
        mut events: WatchStream<K>,
        revision: &mut String,
        sink: &mut impl Sink<K>,
    ) -> Result<bool, ClientError> {
        let mut heard = false;
        while let Some(event) = events.next().await {
            heard = true;
            match event? {
                WatchEvent::Added(object) | WatchEvent::Modified(object) => {
                    revision.clone_from(&object.object_meta().resource_version);
                    sink.apply(object);
                }
                WatchEvent::Deleted(object) => {
                    revision.clone_from(&object.object_meta().resource_version);
                    sink.delete(object);
                }
                WatchEvent::Bookmark(bookmark) => *revision = bookmark.resource_version,
            }
            sink.reached(revision);
        }
        Ok(heard)
    }
}
