//! What goes wrong when, as a seed says.

use std::{
    collections::BTreeMap,
    sync::{
        Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use rand::{RngExt as _, SeedableRng as _, rngs::StdRng};

/// Something that goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Fault {
    /// The connection closes before the answer.
    Drop,
    /// The answer is slow to come.
    Delay,
    /// The answer is 410.
    Expired,
    /// The answer is 500.
    Broken,
    /// A list ends in its middle.
    CutList,
    /// A watch ends in the middle of an event.
    CutEvent,
    /// A watch ends between events.
    CutWatch,
    /// A watch ends with an event that says 410.
    ExpiredEvent,
    /// A watch ends with an event that says 500.
    BrokenEvent,
    /// An event comes twice.
    Twice,
    /// Events come in another order.
    Reorder,
    /// An event of long ago comes again.
    Replay,
}

pub(crate) const FAULTS: [Fault; 12] = [
    Fault::Drop,
    Fault::Delay,
    Fault::Expired,
    Fault::Broken,
    Fault::CutList,
    Fault::CutEvent,
    Fault::CutWatch,
    Fault::ExpiredEvent,
    Fault::BrokenEvent,
    Fault::Twice,
    Fault::Reorder,
    Fault::Replay,
];

/// One round's dice, and all events that were told in it.
pub(crate) struct Chaos {
    dice: Mutex<StdRng>,
    counts: Mutex<BTreeMap<Fault, usize>>,
    told: Mutex<Vec<Bytes>>,
    keeps_order: AtomicBool,
}

impl Chaos {
    pub(crate) fn new(seed: u64) -> Self {
        Self {
            dice: Mutex::new(StdRng::seed_from_u64(seed)),
            counts: Mutex::default(),
            told: Mutex::default(),
            keeps_order: AtomicBool::new(false),
        }
    }

    /// From now on nothing overtakes anything.
    pub(crate) fn keep_order(&self) {
        self.keeps_order.store(true, Ordering::Relaxed);
    }

    /// A number below that one.
    pub(crate) fn below(&self, end: u64) -> u64 {
        self.dice.lock().unwrap().random_range(0..end)
    }

    /// Whether a fault strikes that does so once in so many times; if so, it is counted.
    pub(crate) fn strikes(&self, fault: Fault, once_in: u64) -> bool {
        let is_over = fault == Fault::Reorder && self.keeps_order.load(Ordering::Relaxed);
        let strikes = self.below(once_in) == 0 && !is_over;
        if strikes {
            *self.counts.lock().unwrap().entry(fault).or_default() += 1;
        }
        strikes
    }

    /// Waits, sometimes.
    pub(crate) async fn delay(&self) {
        if self.strikes(Fault::Delay, 8) {
            tokio::time::sleep(Duration::from_millis(self.below(20))).await;
        }
    }

    /// Remembers an event.
    pub(crate) fn remember(&self, event: Bytes) {
        self.told.lock().unwrap().push(event);
    }

    /// Some event that was told before, sometimes.
    pub(crate) fn replay(&self, once_in: u64) -> Option<Bytes> {
        let told = self.told.lock().unwrap().clone();
        if told.is_empty() || !self.strikes(Fault::Replay, once_in) {
            return None;
        }
        told.get(self.below(told.len() as u64) as usize).cloned()
    }

    pub(crate) fn counts(&self) -> BTreeMap<Fault, usize> {
        self.counts.lock().unwrap().clone()
    }
}
