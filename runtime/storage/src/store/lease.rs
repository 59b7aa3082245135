//! Leases shared by objects that expire at about the same time.

use std::time::Duration;

use parking_lot::Mutex;
use tokio::time::Instant;

use crate::kv::{Kv, KvError, LeaseId};

/// A lease takes new keys for so long at most, so an object lives at most that much longer than it was to.
/// From apiserver pkg/storage/etcd3/lease_manager.go, as the other two numbers.
const REUSE_MAX: Duration = Duration::from_secs(60);

/// ... and at most for this part of the time to live.
const REUSE_PART: u32 = 20;

/// A lease that ends deletes all its keys at once; more than these would be a burst.
const KEYS_MAX: usize = 1000;

/// The lease that the next keys go to.
#[derive(Debug, Default)]
pub(super) struct Leases {
    last: Mutex<Option<Shared>>,
}

#[derive(Clone, Copy, Debug)]
struct Shared {
    lease: LeaseId,
    ends: Instant,
    keys: usize,
}

impl Leases {
    /// A lease that ends in `ttl` or a little later.
    pub(super) async fn get(&self, kv: &dyn Kv, ttl: Duration) -> Result<LeaseId, KvError> {
        let reuse = (ttl / REUSE_PART).min(REUSE_MAX);
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
