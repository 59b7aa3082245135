//! The latest changes, in memory.

use std::collections::VecDeque;

use bytes::Bytes;

use crate::{kv::KvEvent, outbox::event_bytes, revision::Revision};

/// The latest changes, one per revision and without gaps, bounded by number and bytes.
pub(super) struct Recent {
    events: VecDeque<KvEvent>,
    /// The revision of the first event, or of the next one to come.
    first: Revision,
    bytes: usize,
    events_max: usize,
    bytes_max: usize,
}

impl Recent {
    /// Knows nothing up to and including `latest`.
    pub(super) fn after(latest: Revision, events_max: usize, bytes_max: usize) -> Self {
        Self { events: VecDeque::new(), first: latest.next(), bytes: 0, events_max, bytes_max }
    }

    /// The first revision that is held; everything from there on is.
    pub(super) fn first(&self) -> Revision {
        self.first
    }

    /// Adds the change of the next revision, and forgets old ones as needed.
    pub(super) fn push(&mut self, event: KvEvent) {
        self.bytes += event_bytes(&event);
        self.events.push_back(event);
        while self.events.len() > self.events_max || self.bytes > self.bytes_max {
            let Some(event) = self.events.pop_front() else { break };
            self.bytes -= event_bytes(&event);
            self.first = self.first.next();
        }
    }

    /// The value that was put at `revision`, if it is held.
    pub(super) fn value(&self, revision: Revision) -> Option<Bytes> {
        let distance = revision.get().checked_sub(self.first.get())?;
        match self.events.get(usize::try_from(distance).ok()?)? {
            KvEvent::Put { kv, .. } => Some(kv.value.clone()),
            KvEvent::Delete { .. } => None,
        }
    }

    /// The changes from `revision` on.
    pub(super) fn since(&self, revision: Revision) -> impl Iterator<Item = &KvEvent> {
        let distance = revision.get().saturating_sub(self.first.get());
        self.events.iter().skip(usize::try_from(distance).unwrap_or(usize::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn revision(number: u64) -> Revision {
        Revision::new(number).unwrap()
    }

    fn deletion(number: u64, key: &'static [u8]) -> KvEvent {
        KvEvent::Delete { key: Bytes::from_static(key), revision: revision(number), previous: None }
    }

    #[test]
    fn old_events_go_when_a_bound_is_reached() {
        let mut recent = Recent::after(revision(1), 3, 10);
        (2..=5).for_each(|number| recent.push(deletion(number, b"k")));
        assert_eq!(recent.first(), revision(3));
        recent.push(deletion(6, b"nine byte"));
        assert_eq!((recent.first(), recent.since(revision(1)).count()), (revision(5), 2));
        assert_eq!(recent.since(revision(6)).count(), 1);
        assert_eq!(recent.since(revision(7)).count(), 0);
        recent.push(deletion(7, b"far too long"));
        assert_eq!(recent.first(), revision(8));
    }
}
