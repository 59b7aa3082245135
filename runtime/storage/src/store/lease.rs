//! Leases shared by objects that expire at about the same time.

use std::time::Duration;

use parking_lot::Mutex;
use tokio::time::Instant;

use crate::kv::{Kv, KvError, LeaseId};

/// A lease takes new keys for so long at most, so an object lives at most that much longer than it was to: the default of
/// `--lease-reuse-duration-seconds`. From apiserver pkg/storage/etcd3/lease_manager.go, as the other two numbers.
pub const LEASE_REUSE: Duration = Duration::from_secs(60);

/// ... and at most for this part of the time to live.
const REUSE_PART: u32 = 20;

/// A lease that ends deletes all its keys at once; more than these would be a burst.
const KEYS_MAX: usize = 1000;

/// The lease that the next keys go to.
#[derive(Debug)]
pub(super) struct Leases {
    last: Mutex<Option<Shared>>,
    reuse_max: Duration,
}

#[derive(Clone, Copy, Debug)]
struct Shared {
    lease: LeaseId,
    ends: Instant,
    keys: usize,
}

impl Leases {
    pub(super) fn new(reuse_max: Duration) -> Self {
        Self { last: Mutex::default(), reuse_max }
    }

    /// A lease that ends in `ttl` or a little later.
    pub(super) async fn get(&self, kv: &dyn Kv, ttl: Duration) -> Result<LeaseId, KvError> {
        let reuse = (ttl / REUSE_PART).min(self.reuse_max);
        let now = Instant::now();
        if let Some(shared) = self.last.lock().as_mut()
            && (now + ttl..=now + ttl + reuse).contains(&shared.ends)
            && shared.keys < KEYS_MAX
        {
            shared.keys += 1;
            return Ok(shared.lease);
        }
        let lease = kv.grant_lease(ttl + reuse).await?;
        *self.last.lock() = Some(Shared { lease, ends: now + ttl + reuse, keys: 1 });
        Ok(lease)
    }

    /// Takes no more keys for this lease.
    pub(super) fn forget(&self, lease: LeaseId) {
        self.last.lock().take_if(|shared| shared.lease == lease);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::embedded::EmbeddedKv;

    #[tokio::test(start_paused = true)]
    async fn a_lease_takes_keys_for_a_time() {
        const TTL: Duration = Duration::from_secs(3600);
        let kv = EmbeddedKv::in_memory();
        let leases = Leases::new(Duration::from_secs(30));
        let first = leases.get(&kv, TTL).await.unwrap();
        tokio::time::advance(Duration::from_secs(29)).await;
        assert_eq!(leases.get(&kv, TTL).await.unwrap(), first);
        tokio::time::advance(Duration::from_secs(2)).await;
        let second = leases.get(&kv, TTL).await.unwrap();
        assert_ne!(second, first);
        assert_ne!(leases.get(&kv, TTL / 2).await.unwrap(), second, "it would outlive its time by far");
        leases.forget(second);
        let mut all = Vec::new();
        for _ in 0..=KEYS_MAX {
            all.push(leases.get(&kv, TTL).await.unwrap());
        }
        assert_eq!(all.first(), all.get(KEYS_MAX - 1));
        assert_ne!(all.first(), all.last(), "it is full");
    }
}
