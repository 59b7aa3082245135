//! Which `v1` events to write (client-go's tools/record/events_cache.go).
//!
//! - The same event again raises the count of the one that is there.
//! - More than ten events that differ only in their message, within ten minutes, become one.
//! - Each object may have 25 events of one source at once, then one every five minutes.

use std::{collections::HashSet, time::Duration};

use kubeforge_machinery::MicroTime;
use tokio::time::Instant;

use super::{
    occurrence::{EventType, Occurrence},
    recent::Recent,
};
use crate::rate::TokenBucket;

/// How much is written of what is alike; client-go's values unless changed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CorrelatorOptions {
    /// From how many events on that differ only in their message they are combined.
    pub similar_max: usize,
    /// For how long after one such event the next is similar.
    pub similar_window: Duration,
    /// What one source may write about one object: so many at once,
    pub spam_burst: u32,
    /// and then so many per second.
    pub spam_per_second: f64,
    /// How many of each kind of key are remembered.
    pub cache_size: usize,
}

impl Default for CorrelatorOptions {
    fn default() -> Self {
        Self {
            similar_max: 10,
            similar_window: Duration::from_secs(600),
            spam_burst: 25,
            spam_per_second: 1.0 / 300.0,
            cache_size: 4096,
        }
    }
}

/// What stands before a combined event's message.
const COMBINED_PREFIX: &str = "(combined from similar events): ";

/// Remembers what was written.
#[derive(Debug)]
pub(super) struct Correlator {
    options: CorrelatorOptions,
    similar: Recent<SimilarKey, Similar>,
    written: Recent<EventKey, Written>,
    buckets: Recent<SourceKey, TokenBucket>,
}

/// What two events share that come from one source and are about one object: component, host, kind, namespace, name, uid,
/// API version.
type SourceKey = [String; 7];

/// What similar events share besides: type and reason.
type SimilarKey = (SourceKey, EventType, String);

/// What equal events share besides: the field's path and the message; the message is empty for combined events.
type EventKey = (SimilarKey, String, String);

#[derive(Debug)]
struct Similar {
    messages: HashSet<String>,
    last: Instant,
}

/// An event that is on the server, or will be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Written {
    /// Its name.
    pub(super) name: String,
    /// How often it has happened.
    pub(super) count: i32,
    /// When it happened first.
    pub(super) first: MicroTime,
    /// What it says.
    pub(super) message: String,
}

impl Correlator {
    pub(super) fn new(options: CorrelatorOptions) -> Self {
        let size = options.cache_size;
        Self { options, similar: Recent::new(size), written: Recent::new(size), buckets: Recent::new(size) }
    }

    /// What is to be written; `None` where there is too much already. With a count above one the event is there.
    pub(super) fn correlate(&mut self, occurrence: &Occurrence) -> Option<Written> {
        let report = &occurrence.report;
        let source = source_key(occurrence);
        let similar = (source.clone(), report.type_, report.reason.clone());
        let (key, message) = if self.is_combined(&similar, &report.message) {
            ((similar, String::new(), String::new()), format!("{COMBINED_PREFIX}{}", report.message))
        } else {
            ((similar, report.regarding.field_path.clone(), report.message.clone()), report.message.clone())
        };
        let written = self.written.entry(&key, || Written {
            name: occurrence.event_name(),
            count: 0,
            first: occurrence.at,
            message: String::new(),
        });
        written.count += 1;
        written.message = message;
        let written = written.clone();
        let CorrelatorOptions { spam_burst, spam_per_second, .. } = self.options;
        let bucket = self.buckets.entry(&source, || TokenBucket::new(spam_per_second, spam_burst));
        bucket.try_take().then_some(written)
    }

    fn is_combined(&mut self, key: &SimilarKey, message: &str) -> bool {
        let now = Instant::now();
        let similar = self.similar.entry(key, || Similar { messages: HashSet::new(), last: now });
        if now - similar.last > self.options.similar_window {
            similar.messages.clear();
        }
        similar.last = now;
        similar.messages.insert(message.to_owned());
        if similar.messages.len() < self.options.similar_max {
            return false;
        }
        // room for the next one, so that the set stays small
        if let Some(any) = similar.messages.iter().next().cloned() {
            similar.messages.remove(&any);
        }
        true
    }
}

fn source_key(occurrence: &Occurrence) -> SourceKey {
    let about = &occurrence.report.regarding;
    [
        &occurrence.component,
        &occurrence.host,
        &about.kind,
        &about.namespace,
        &about.name,
        &about.uid,
        &about.api_version,
    ]
    .map(String::clone)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::events::{ObjectReference, Report};

    fn occurrence(message: &str) -> Occurrence {
        let regarding = ObjectReference { name: "web".to_owned(), ..ObjectReference::default() };
        Occurrence {
            report: Report {
                regarding,
                related: None,
                type_: EventType::Warning,
                reason: "Failed".to_owned(),
                action: String::new(),
                message: message.to_owned(),
            },
            annotations: BTreeMap::new(),
            component: "tester".to_owned(),
            host: String::new(),
            at: MicroTime::from_unix_micros(1_000_000),
        }
    }

    #[tokio::test(start_paused = true)]
    async fn the_same_event_is_counted() {
        let mut correlator = Correlator::new(CorrelatorOptions::default());
        let first = correlator.correlate(&occurrence("a")).unwrap();
        let second = correlator.correlate(&occurrence("a")).unwrap();
        assert_eq!((first.count, second.count), (1, 2));
        assert_eq!((first.name.as_str(), &second.name), ("web.3b9aca00", &first.name));
        assert_eq!(correlator.correlate(&occurrence("b")).unwrap().count, 1);
    }

    #[tokio::test(start_paused = true)]
    async fn many_similar_events_become_one() {
        let mut correlator = Correlator::new(CorrelatorOptions::default());
        let written: Vec<_> = (0..12).map(|n| correlator.correlate(&occurrence(&n.to_string())).unwrap()).collect();
        assert_eq!((written[8].message.as_str(), written[8].count), ("8", 1));
        assert_eq!(written[9].message, "(combined from similar events): 9");
        assert_eq!((written[11].message.as_str(), written[11].count), ("(combined from similar events): 11", 3));
        tokio::time::advance(Duration::from_secs(601)).await;
        assert_eq!(correlator.correlate(&occurrence("later")).unwrap().message, "later");
    }

    #[tokio::test(start_paused = true)]
    async fn a_flood_is_dropped() {
        let mut correlator = Correlator::new(CorrelatorOptions::default());
        let written = (0..100).filter(|_| correlator.correlate(&occurrence("a")).is_some()).count();
        assert_eq!(written, 25);
        tokio::time::advance(Duration::from_secs(301)).await;
        assert_eq!(correlator.correlate(&occurrence("a")).unwrap().count, 101);
    }
}
