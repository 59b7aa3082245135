//! Which `events.k8s.io/v1` events to write (client-go's tools/events/event_broadcaster.go).
//!
//! An event that happens again begins a series. Further repetitions are only counted; the count is written every half hour,
//! and when nothing has happened for six minutes, which ends the series.

use std::time::Duration;

use kubeforge_machinery::MicroTime;
use tokio::time::Instant;

use super::{
    occurrence::{EventType, ObjectReference, Occurrence},
    recent::Recent,
};

/// A series ends when nothing has happened for so long.
const FINISH_TIME: Duration = Duration::from_secs(6 * 60);

/// How often a series' count is written while it goes on.
const REFRESH_TIME: Duration = Duration::from_secs(30 * 60);

/// How many events are remembered.
const CACHE_SIZE: usize = 4096;

/// Type, action, reason, component, host, and which objects.
type Key = (EventType, String, String, String, String, ObjectReference, Option<ObjectReference>);

/// Remembers what was written.
#[derive(Debug)]
pub(super) struct SeriesCache {
    events: Recent<Key, Cached>,
}

#[derive(Debug)]
struct Cached {
    event: SeriesEvent,
    last: Instant,
    written: Instant,
}

/// An event with its series.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct SeriesEvent {
    /// Its namespace.
    pub(super) namespace: String,
    /// Its name.
    pub(super) name: String,
    /// How often it has happened; a series from two on.
    pub(super) count: i32,
    /// When it happened last.
    pub(super) last: MicroTime,
}

impl SeriesCache {
    pub(super) fn new() -> Self {
        Self { events: Recent::new(CACHE_SIZE) }
    }

    /// What is to be written; `None` where it is only counted. With a count above one the event is there.
    pub(super) fn observe(&mut self, occurrence: &Occurrence) -> Option<SeriesEvent> {
        let now = Instant::now();
        let cached = self.events.entry(&key(occurrence), || Cached {
            event: SeriesEvent {
                namespace: occurrence.namespace().to_owned(),
                name: occurrence.event_name(),
                count: 0,
                last: occurrence.at,
            },
            last: now,
            written: now,
        });
        cached.event.count += 1;
        cached.event.last = occurrence.at;
        cached.last = now;
        (cached.event.count <= 2).then(|| cached.event.clone())
    }

    /// Series whose count is to be written now. Those that have ended, and events that never were one, are forgotten.
    pub(super) fn refresh(&mut self) -> Vec<SeriesEvent> {
        let now = Instant::now();
        let mut due = Vec::new();
        for cached in self.events.values_mut().filter(|cached| cached.event.count > 1) {
            if now - cached.last >= FINISH_TIME || now - cached.written >= REFRESH_TIME {
                cached.written = now;
                due.push(cached.event.clone());
            }
        }
        self.events.retain(|cached| now - cached.last < FINISH_TIME);
        due
    }
}

fn key(occurrence: &Occurrence) -> Key {
    let report = &occurrence.report;
    (
        report.type_,
        report.action.clone(),
        report.reason.clone(),
        occurrence.component.clone(),
        occurrence.host.clone(),
        report.regarding.clone(),
        report.related.clone(),
    )
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::events::Report;

    fn occurrence() -> Occurrence {
        Occurrence {
            report: Report {
                regarding: ObjectReference { name: "web".to_owned(), namespace: "n".to_owned(), ..Default::default() },
                related: None,
                type_: EventType::Normal,
                reason: "Scheduled".to_owned(),
                action: "Binding".to_owned(),
                message: "bound".to_owned(),
            },
            annotations: BTreeMap::new(),
            component: "tester".to_owned(),
            host: "tester-0".to_owned(),
            at: MicroTime::now(),
        }
    }

    #[tokio::test(start_paused = true)]
    async fn repetitions_become_a_series_that_ends() {
        let mut cache = SeriesCache::new();
        let counts: Vec<_> = (0..4).map(|_| cache.observe(&occurrence()).map(|event| event.count)).collect();
        assert_eq!(counts, [Some(1), Some(2), None, None]);
        tokio::time::advance(Duration::from_secs(60)).await;
        assert_eq!(cache.refresh(), []);
        tokio::time::advance(Duration::from_secs(300)).await;
        let last = cache.refresh();
        assert_eq!((last.len(), last[0].count, last[0].namespace.as_str()), (1, 4, "n"));
        assert_eq!(cache.refresh(), []);
        assert_eq!(cache.observe(&occurrence()).unwrap().count, 1);
    }

    #[tokio::test(start_paused = true)]
    async fn a_long_series_is_written_every_half_hour() {
        let mut cache = SeriesCache::new();
        let mut written = 0;
        for _ in 0..61 {
            cache.observe(&occurrence());
            tokio::time::advance(Duration::from_secs(60)).await;
            written += cache.refresh().len();
        }
        assert_eq!(written, 2);
    }
}
