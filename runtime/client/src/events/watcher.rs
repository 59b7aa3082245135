//! Hearing of events without a server.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use kubeforge_machinery::unstructured::Unstructured;
use tokio::{sync::mpsc, task::AbortHandle};
use tracing::{error, info};

use super::{correlate::Written, occurrence::Occurrence, render, series::SeriesEvent, sink::EventApi};
use crate::panic;

/// Somebody who hears of events, until it is stopped or the broadcaster ends. Dropping this stops nobody.
#[derive(Debug)]
pub struct EventWatch(AbortHandle);

impl EventWatch {
    pub(super) fn new(task: AbortHandle) -> Self {
        Self(task)
    }

    /// Lets it hear of nothing more.
    pub fn stop(self) {
        self.0.abort();
    }
}

/// Tells `hear` of each event. One that panics hears of the next ones all the same.
pub(super) async fn watch(
    mut queue: mpsc::Receiver<Arc<Occurrence>>,
    api: EventApi,
    mut hear: impl FnMut(&Unstructured) + Send,
) {
    while let Some(occurrence) = queue.recv().await {
        let event = object(&occurrence, api);
        if let Err(panic) = catch_unwind(AssertUnwindSafe(|| hear(&event))) {
            error!(panic = panic::text(&*panic), "a watcher of events panicked");
        }
    }
}

/// Logs each event.
pub(super) async fn log(mut queue: mpsc::Receiver<Arc<Occurrence>>) {
    while let Some(occurrence) = queue.recv().await {
        let (report, about) = (&occurrence.report, &occurrence.report.regarding);
        let object =
            if about.namespace.is_empty() { about.name.clone() } else { format!("{}/{}", about.namespace, about.name) };
        info!(
            object,
            field_path = about.field_path,
            kind = about.kind,
            api_version = about.api_version,
            type_ = report.type_.as_str(),
            reason = report.reason,
            action = report.action,
            message = report.message,
            "Event occurred"
        );
    }
}

/// The event as it would be created, were it the first.
fn object(occurrence: &Occurrence, api: EventApi) -> Unstructured {
    let (name, count) = (occurrence.event_name(), 1);
    match api {
        EventApi::Core => {
            let message = occurrence.report.message.clone();
            render::core_event(occurrence, &Written { name, count, first: occurrence.at, message })
        }
        EventApi::Events => {
            let namespace = occurrence.namespace().to_owned();
            render::event(occurrence, &SeriesEvent { namespace, name, count, last: occurrence.at })
        }
    }
}
