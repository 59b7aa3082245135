//! Forgets history that nobody needs any more.
//!
//! Every interval the store is compacted to the revision that it was at one interval before, so history reaches back one to
//! two intervals. Servers that share an etcd take turns by the key `compact_rev_key`, as upstream's do
//! (apiserver pkg/storage/etcd3/compact.go): its version counts the rounds, and who raises it does the work.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use tokio::task::AbortHandle;

use crate::{
    kv::{Expect, KeyRange, KeyValue, Kv, KvError, RangeRequest, Want, Written},
    revision::Revision,
};

/// Upstream's default of `--etcd-compaction-interval`.
pub const COMPACTION_INTERVAL: Duration = Duration::from_secs(5 * 60);

const ROUND_KEY: &[u8] = b"compact_rev_key";

/// Who else compacts the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compactors {
    /// Nobody: the store is embedded in this process.
    Alone,
    /// Other API servers may: they take turns.
    Shared,
}

/// Compacts a store in the background until dropped.
#[derive(Debug)]
pub struct Compaction {
    task: AbortHandle,
}

impl Compaction {
    /// Starts. Must be called in a Tokio runtime.
    pub fn start(kv: Arc<dyn Kv>, interval: Duration, compactors: Compactors) -> Self {
        let task = tokio::spawn(async move {
            match compactors {
                Compactors::Alone => alone(&*kv, interval).await,
                Compactors::Shared => in_turns(&*kv, interval).await,
            }
        });
        Self { task: task.abort_handle() }
    }
}

impl Drop for Compaction {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn alone(kv: &dyn Kv, interval: Duration) {
    let mut target: Option<Revision> = None;
    let mut done: Option<Revision> = None;
    loop {
        tokio::time::sleep(interval).await;
        if let Some(revision) = target.filter(|revision| Some(*revision) != done) {
            match compact(kv, revision).await {
                Ok(()) => done = Some(revision),
                Err(KvError::Closed) => return,
                Err(err) => tracing::warn!(%err, %revision, "cannot compact the store"),
            }
        }
        match kv.current_revision().await {
            Ok(revision) => target = Some(revision),
            Err(KvError::Closed) => return,
            Err(err) => tracing::warn!(%err, "cannot learn the store's revision"),
        }
    }
}

/// What a server knows of the rounds.
#[derive(Clone, Copy, Debug, Default)]
struct Round {
    /// The version of the key when it was last seen.
    number: u64,
    /// The store's revision at that moment.
    revision: Option<Revision>,
}

async fn in_turns(kv: &dyn Kv, interval: Duration) {
    let mut round = Round::default();
    loop {
        tokio::time::sleep(interval).await;
        match take_turn(kv, round).await {
            Ok(next) => round = next,
            Err(KvError::Closed) => return,
            Err(err) => tracing::warn!(%err, "cannot compact the store"),
        }
    }
}

/// Compacts, unless another server did so since the last turn.
async fn take_turn(kv: &dyn Kv, round: Round) -> Result<Round, KvError> {
    let key = Bytes::from_static(ROUND_KEY);
    let range = KeyRange::One(key.clone());
    let found = kv.range(RangeRequest { range, at: None, limit: None, want: Want::KeyValues }).await?;
    let held = found.kvs.into_iter().next();
    let number = held.as_ref().map_or(0, |kv| kv.version);
    if number != round.number {
        return Ok(Round { number, revision: found.revision });
    }
    let value = round.revision.map_or(0, Revision::get).to_string();
    let expect = held.as_ref().map_or(Expect::Absent, |kv: &KeyValue| Expect::At(kv.mod_revision));
    match kv.put(key, value.into(), expect, None).await? {
        Written::Done { revision, .. } => {
            // the first turn only learns where the store is
            if let Some(target) = round.revision {
                compact(kv, target).await?;
            }
            Ok(Round { number: number + 1, revision: Some(revision) })
        }
        Written::Unexpected { current, revision } => {
            Ok(Round { number: current.map_or(0, |kv| kv.version), revision: Some(revision) })
        }
    }
}

async fn compact(kv: &dyn Kv, revision: Revision) -> Result<(), KvError> {
    match kv.compact(revision).await {
        // someone was faster
        Err(KvError::Compacted { .. }) => Ok(()),
        result => result,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::embedded::EmbeddedKv;

    async fn put(kv: &Arc<dyn Kv>, key: &'static str) -> Revision {
        match kv.put(key.into(), Bytes::new(), Expect::Anything, None).await.unwrap() {
            Written::Done { revision, .. } => revision,
            Written::Unexpected { .. } => panic!("no condition was set"),
        }
    }

    async fn is_readable(kv: &Arc<dyn Kv>, revision: Revision) -> bool {
        let range = KeyRange::One("a".into());
        kv.range(RangeRequest { range, at: Some(revision), limit: None, want: Want::Keys }).await.is_ok()
    }

    async fn minutes(count: u64) {
        tokio::time::sleep(Duration::from_secs(60 * count)).await;
    }

    #[tokio::test(start_paused = true)]
    async fn history_is_kept_for_one_to_two_intervals() {
        for compactors in [Compactors::Alone, Compactors::Shared] {
            let kv: Arc<dyn Kv> = Arc::new(EmbeddedKv::in_memory());
            let compaction = Compaction::start(kv.clone(), COMPACTION_INTERVAL, compactors);
            let first = put(&kv, "a").await;
            put(&kv, "a").await;
            minutes(6).await;
            let later = put(&kv, "a").await;
            put(&kv, "a").await;
            assert!(is_readable(&kv, first).await, "{compactors:?}");
            minutes(5).await;
            assert!(!is_readable(&kv, first).await, "{compactors:?}");
            assert!(is_readable(&kv, later).await, "{compactors:?}");
            minutes(5).await;
            assert!(!is_readable(&kv, later).await, "{compactors:?}");
            drop(compaction);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn servers_take_turns() {
        let kv: Arc<dyn Kv> = Arc::new(EmbeddedKv::in_memory());
        let servers: Vec<_> =
            (0..3).map(|_| Compaction::start(kv.clone(), COMPACTION_INTERVAL, Compactors::Shared)).collect();
        minutes(51).await;
        let range = KeyRange::One(Bytes::from_static(ROUND_KEY));
        let found = kv.range(RangeRequest { range, at: None, limit: None, want: Want::KeyValues }).await.unwrap();
        let rounds = found.kvs[0].version;
        assert!((9..=11).contains(&rounds), "ten intervals have passed, and there were {rounds} rounds");
        drop(servers);
    }
}
