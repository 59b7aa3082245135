//! Watches.

use std::{collections::VecDeque, sync::Arc, time::Duration};

use bytes::Bytes;
use futures::Stream;
use kubeforge_machinery::ApiError;
use serde_json::{Value, json};
use tokio::{sync::watch, time::Instant};

use super::{
    Action, Tracker, answer, list,
    selection::Selection,
    tracker::{Event, Moved},
};

/// A watch that was accepted.
pub(super) struct Watcher {
    tracker: Tracker,
    selection: Selection,
    /// What is told first: the objects that are there, and a bookmark.
    initial: VecDeque<(&'static str, Value)>,
    /// The last revision that was told, or needn't be.
    seen: u64,
    moved: watch::Receiver<Moved>,
    epoch: u64,
    end: Option<Instant>,
}

/// Begins a watch: after a revision, or with what is there.
pub(super) fn watch(tracker: &Tracker, action: &Action) -> Result<Watcher, ApiError> {
    let selection = Selection::of(tracker, action)?;
    let moved = tracker.subscribe();
    let epoch = moved.borrow().epoch;
    let state = tracker.lock();
    list::check_revision(&state, action)?;
    let after = action.parameter("resourceVersion").parse::<u64>().unwrap_or_default();
    let streams = action.flag("sendInitialEvents");
    let mut watcher = Watcher {
        tracker: tracker.clone(),
        selection,
        initial: VecDeque::new(),
        seen: state.revision,
        moved,
        epoch,
        end: action
            .parameter("timeoutSeconds")
            .parse()
            .ok()
            .map(|seconds| Instant::now() + Duration::from_secs(seconds)),
    };
    if !streams && after != 0 {
        if after < state.forgotten {
            let message = format!("too old resource version: {after} ({})", state.forgotten);
            return Err(ApiError::resource_expired(message));
        }
        watcher.seen = after;
        return Ok(watcher);
    }
    if action.parameter("sendInitialEvents") != "false" {
        let objects = state.objects(&action.resource);
        let selected = objects.filter(|(key, value)| watcher.selection.covers(key) && watcher.selection.matches(value));
        watcher.initial.extend(selected.map(|(_, value)| ("ADDED", Value::clone(value))));
    }
    if streams && action.flag("allowWatchBookmarks") {
        let (version, kind) = tracker.entry(&action.resource).map_or_else(
            || (action.resource.group_version().to_string(), String::new()),
            |entry| (entry.gvk.api_version(), entry.gvk.kind.to_string()),
        );
        let annotations = json!({ "k8s.io/initial-events-end": "true" });
        let metadata = json!({ "resourceVersion": state.revision.to_string(), "annotations": annotations });
        watcher.initial.push_back(("BOOKMARK", json!({ "apiVersion": version, "kind": kind, "metadata": metadata })));
    }
    drop(state);
    Ok(watcher)
}

impl Watcher {
    /// The events, a line each, as the client wants their objects.
    pub(super) fn into_stream(self, accept: String) -> impl Stream<Item = Bytes> + Send {
        futures::stream::unfold(self, move |mut watcher| {
            let accept = accept.clone();
            async move {
                let (type_, object) = watcher.next().await?;
                let event = json!({ "type": type_, "object": answer::shown(object, &accept) });
                Some((Bytes::from(format!("{event}\n")), watcher))
            }
        })
    }

    async fn next(&mut self) -> Option<(&'static str, Value)> {
        if let Some(first) = self.initial.pop_front() {
            return Some(first);
        }
        loop {
            // before looking, so that nothing written meanwhile is slept through
            if self.moved.borrow_and_update().epoch != self.epoch {
                return None;
            }
            if let Some(told) = self.next_event() {
                return Some(told);
            }
            let changed = self.moved.changed();
            match self.end {
                Some(end) => tokio::time::timeout_at(end, changed).await.ok()?.ok()?,
                None => changed.await.ok()?,
            }
        }
    }

    fn next_event(&mut self) -> Option<(&'static str, Value)> {
        let state = self.tracker.lock();
        if self.seen < state.forgotten {
            let message = format!("too old resource version: {} ({})", self.seen, state.forgotten);
            self.seen = u64::MAX;
            let status = super::tracker::value_of(ApiError::resource_expired(message).status());
            return Some(("ERROR", status.unwrap_or_default()));
        }
        while let Some(event) = state.next_event(self.seen) {
            self.seen = event.revision;
            if let Some(told) = self.selection.told(event) {
                return Some(told);
            }
        }
        None
    }
}

impl Selection {
    /// What a watch tells of an event.
    fn told(&self, event: &Event) -> Option<(&'static str, Value)> {
        if event.resource != self.resource {
            return None;
        }
        let matches = |value: &Arc<Value>| self.matches(value);
        let was = event.old.as_ref().is_some_and(matches);
        let is = !event.is_deletion && matches(&event.new);
        let type_ = match (was, is) {
            (false, true) => "ADDED",
            (true, true) => "MODIFIED",
            (true, false) => "DELETED",
            (false, false) => return None,
        };
        Some((type_, Value::clone(&event.new)))
    }
}
