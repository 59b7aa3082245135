//! Places in the queue. A pod that gets another place leaves the old one behind, which nobody looks at any more: the pod's
//! ticket is that of its newest place.

use std::sync::Arc;

use tokio::time::Instant;

use super::heap::Heap;
use crate::framework::{Plugin, PodInfo, Waiting};

/// A place in the queue.
pub(super) struct Place {
    /// The pod as it was when it got the place.
    pub(super) pod: Arc<PodInfo>,
    pub(super) arrival: u64,
    pub(super) ticket: u64,
    /// Until when the pod is left alone.
    pub(super) until: Option<Instant>,
}

impl Place {
    fn waiting(&self) -> Waiting<'_> {
        Waiting { pod: &self.pod, arrival: self.arrival }
    }
}

/// Places in order: by the time until which pods are left alone, then as a plugin sorts them.
pub(super) struct Places {
    heap: Heap<Place>,
    sort: Option<Arc<dyn Plugin>>,
}

impl Places {
    /// No places yet, in the order of a plugin.
    pub(super) fn new(sort: Option<Arc<dyn Plugin>>) -> Self {
        Self { heap: Heap::default(), sort }
    }

    pub(super) fn push(&mut self, place: Place) {
        let sort = self.sort.as_ref();
        self.heap.push(place, |a, b| less(sort, a, b));
    }

    pub(super) fn pop(&mut self) -> Option<Place> {
        let sort = self.sort.as_ref();
        self.heap.pop(|a, b| less(sort, a, b))
    }

    /// Takes the first place whose pod is not to be left alone any more.
    pub(super) fn pop_until(&mut self, now: Instant) -> Option<Place> {
        self.first_until().filter(|until| *until <= now)?;
        self.pop()
    }

    /// Until when the pod of the first place is left alone.
    pub(super) fn first_until(&self) -> Option<Instant> {
        self.heap.first()?.until
    }
}

fn less(sort: Option<&Arc<dyn Plugin>>, a: &Place, b: &Place) -> bool {
    match (a.until == b.until, sort.and_then(|plugin| plugin.queue_sort())) {
        (false, _) => a.until < b.until,
        (true, Some(sort)) => sort.less(a.waiting(), b.waiting()),
        (true, None) => a.arrival < b.arrival,
    }
}
