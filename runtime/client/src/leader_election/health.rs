//! Whether a leader still renews its lease.

use std::{sync::Arc, time::Duration};

use parking_lot::Mutex;

use super::LeaderElector;

/// A leader that ought to have stopped: its lease ran out long ago.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("failed election to renew leadership on lease {0}")]
pub struct LeaseExpired(pub String);

/// A health check that fails when this process leads, or believes so, and has not renewed its lease for too long, as when it
/// hangs: whoever asks can then restart it (client-go's NewLeaderHealthzAdaptor). Clones share the elector.
#[derive(Clone, Debug)]
pub struct HealthzAdaptor {
    tolerance: Duration,
    elector: Arc<Mutex<Option<Arc<LeaderElector>>>>,
}

impl HealthzAdaptor {
    /// A check that is content until it knows an elector. The lease may be so much older than its duration.
    pub fn new(tolerance: Duration) -> Self {
        Self { tolerance, elector: Arc::default() }
    }

    /// Whose lease is checked.
    pub fn watch(&self, elector: Arc<LeaderElector>) {
        *self.elector.lock() = Some(elector);
    }

    /// What health endpoints call it.
    pub fn name(&self) -> &'static str {
        "leaderElection"
    }

    /// Whether all is well.
    ///
    /// # Errors
    /// Where the lease ran out too long ago.
    pub fn check(&self) -> Result<(), LeaseExpired> {
        match &*self.elector.lock() {
            Some(elector) => elector.check(self.tolerance),
            None => Ok(()),
        }
    }
}
