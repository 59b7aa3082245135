//! One of several processes leads: the one that holds a `Lease` (client-go's tools/leaderelection).
//!
//! Nobody compares clocks: a lease is free when it has not changed for its duration by the watcher's own clock. Clocks that go
//! at different rates are covered as far as `lease_duration` is longer than `renew_deadline`: the leader stops before others
//! may begin.
//!
//! The leader's work gets a token, which is cancelled when the lease is lost; [`LeaderElector::run`] then answers
//! [`Outcome::Lost`]. Tests pause tokio's time. Coordinated leader election is not here: the API server's gate for it is off.

mod health;
mod metrics;
mod options;
mod record;

use std::{fmt, sync::Arc, time::Duration};

use kubeforge_machinery::{
    GroupVersionResource,
    gvk::GroupVersionKind,
    meta::v1::{CreateOptions, GetOptions, UpdateOptions},
    unstructured::Unstructured,
};
use parking_lot::Mutex;
use tokio::time::{Instant, timeout};
use tokio_util::sync::CancellationToken;
use tracing::{debug, info, warn};

pub use health::{HealthzAdaptor, LeaseExpired};
pub use metrics::LeaderMetrics;
pub use options::{LeaderElectionError, LeaderElectionOptions, OnNewLeader};

use crate::{
    backoff::jitter,
    client::Client,
    dynamic::DynamicApi,
    error::ClientError,
    events::{EventType, ObjectReference},
};
use record::{duration, holder, spec, vacate};

const LEASES: GroupVersionResource = GroupVersionResource::new("coordination.k8s.io", "v1", "leases");
const LEASE: GroupVersionKind = GroupVersionKind::new("coordination.k8s.io", "v1", "Lease");

/// Retries are spread by up to this share, so that candidates don't try all at once.
const RETRY_JITTER: f64 = 1.2;

/// How an election ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was cancelled.
    Cancelled,
    /// The leader's work came to its own end.
    Finished,
    /// The lease could not be renewed in time, or somebody else took it.
    Lost,
}

/// A candidate.
pub struct LeaderElector {
    leases: DynamicApi,
    options: LeaderElectionOptions,
    observed: Mutex<Observed>,
    metrics: Option<Arc<dyn LeaderMetrics>>,
}

impl fmt::Debug for LeaderElector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LeaderElector").field("options", &self.options).finish_non_exhaustive()
    }
}

/// The lease as it was last seen, and when that was by our clock.
#[derive(Debug)]
struct Observed {
    lease: Option<Unstructured>,
    at: Instant,
    /// Who was last said to lead.
    reported: String,
}

impl LeaderElector {
    /// A candidate that does nothing yet.
    ///
    /// # Errors
    /// Where the options contradict each other.
    pub fn new(client: Client, options: LeaderElectionOptions) -> Result<Self, LeaderElectionError> {
        options.check()?;
        let leases = DynamicApi::namespaced(client, LEASES, &options.namespace);
        let observed = Observed { lease: None, at: Instant::now(), reported: String::new() };
        Ok(Self { leases, options, observed: Mutex::new(observed), metrics: None })
    }

    /// Lets it be measured.
    #[must_use]
    pub fn measured(mut self, metrics: Arc<dyn LeaderMetrics>) -> Self {
        metrics.leading(&self.options.name, false);
        self.metrics = Some(metrics);
        self
    }

    /// Who leads, as far as is known; empty before the lease was seen, and when nobody does.
    pub fn leader(&self) -> String {
        self.observed.lock().lease.as_ref().map(|lease| holder(lease).to_owned()).unwrap_or_default()
    }

    /// Whether this candidate leads.
    pub fn is_leader(&self) -> bool {
        self.observed.lock().lease.as_ref().is_some_and(|lease| self.is_held_by_us(lease))
    }

    /// Whether a leader is still in time; see [`HealthzAdaptor`]. It may be so much later than the lease's duration with its
    /// renewal.
    ///
    /// # Errors
    /// Where it leads, or believes so, and the lease is that old.
    pub fn check(&self, tolerance: Duration) -> Result<(), LeaseExpired> {
        let is_late = self.observed.lock().at.elapsed() > self.options.lease_duration + tolerance;
        if self.is_leader() && is_late { Err(LeaseExpired(self.options.name.clone())) } else { Ok(()) }
    }

    /// Waits for the lease, then does the leader's work while renewing it. The work's token is cancelled when the lease is
    /// lost or `cancel` is; the work must then end, and is waited for. Until it has ended the lease is renewed, so that nobody
    /// else leads meanwhile.
    pub async fn run<F>(&self, cancel: &CancellationToken, lead: impl FnOnce(CancellationToken) -> F) -> Outcome
    where
        F: Future<Output = ()>,
    {
        let Some(acquired) = cancel.run_until_cancelled(self.acquire()).await else { return Outcome::Cancelled };
        self.begin();
        let outcome = self.work(lead, acquired, cancel).await;
        if outcome != Outcome::Lost && self.options.release_on_cancel {
            self.release().await;
        }
        self.end();
        outcome
    }

    /// Does the leader's work while renewing the lease, which was asked for at `acquired`.
    async fn work<F>(
        &self,
        lead: impl FnOnce(CancellationToken) -> F,
        acquired: Instant,
        cancel: &CancellationToken,
    ) -> Outcome
    where
        F: Future<Output = ()>,
    {
        // cancelled with `cancel`, too
        let leading = cancel.child_token();
        let work = lead(leading.clone());
        tokio::pin!(work);
        tokio::select! {
            () = &mut work => return if cancel.is_cancelled() { Outcome::Cancelled } else { Outcome::Finished },
            () = self.renew(acquired) => {}
        }
        leading.cancel();
        work.await;
        Outcome::Lost
    }

    fn begin(&self) {
        info!(lease = self.options.name, identity = self.options.identity, "leading");
        self.record("became leader");
        if let Some(metrics) = &self.metrics {
            metrics.leading(&self.options.name, true);
        }
    }

    fn end(&self) {
        self.record("stopped leading");
        if let Some(metrics) = &self.metrics {
            metrics.leading(&self.options.name, false);
        }
        // it doesn't lead any more, whatever the lease says
        self.observed.lock().lease = None;
    }

    /// Reports an event of the lease.
    fn record(&self, what: &str) {
        let Some(events) = &self.options.events else { return };
        let lease = ObjectReference {
            kind: LEASE.kind.to_string(),
            api_version: LEASE.api_version(),
            namespace: self.options.namespace.clone(),
            name: self.options.name.clone(),
            uid: self.observed.lock().lease.as_ref().map(|lease| lease.metadata.uid.clone()).unwrap_or_default(),
            ..ObjectReference::default()
        };
        events.event(lease, EventType::Normal, "LeaderElection", format!("{} {what}", self.options.identity));
    }

    /// Waits for the lease; returns when the attempt began that took it.
    async fn acquire(&self) -> Instant {
        loop {
            let tried = Instant::now();
            let attempt = timeout(self.options.renew_deadline, self.try_acquire_or_renew()).await;
            self.report_leader();
            match attempt {
                Ok(Ok(true)) => return tried,
                Ok(Ok(false)) => {}
                Ok(Err(err)) => debug!(lease = self.options.name, %err, "cannot take the lease"),
                Err(_elapsed) => debug!(lease = self.options.name, "no answer; cannot take the lease"),
            }
            tokio::time::sleep(jitter(self.options.retry_period, RETRY_JITTER)).await;
        }
    }

    /// Renews until that fails for too long. Counts from when the attempt began that succeeded last, first from `renewed`: the
    /// lease may have been written at any time since, and others count from then.
    async fn renew(&self, mut renewed: Instant) {
        let LeaderElectionOptions { renew_deadline, retry_period, .. } = self.options;
        let mut tried = renewed;
        loop {
            // after a slow attempt little may be left
            let left = renew_deadline.saturating_sub(renewed.elapsed());
            tokio::time::sleep(retry_period.saturating_sub(tried.elapsed()).min(left)).await;
            tried = Instant::now();
            let left = renew_deadline.saturating_sub(renewed.elapsed());
            let attempt = timeout(left, self.try_acquire_or_renew()).await;
            self.report_leader();
            match attempt {
                Ok(Ok(true)) => {
                    renewed = tried;
                    continue;
                }
                Ok(Ok(false)) => {}
                Ok(Err(err)) => debug!(lease = self.options.name, %err, "cannot renew the lease"),
                Err(_elapsed) => {}
            }
            if renewed.elapsed() >= renew_deadline {
                warn!(lease = self.options.name, identity = self.options.identity, "no longer leading");
                return;
            }
        }
    }

    /// Tells who leads, if that is news.
    fn report_leader(&self) {
        let mut observed = self.observed.lock();
        let leader = observed.lease.as_ref().map(|lease| holder(lease).to_owned()).unwrap_or_default();
        if leader == observed.reported {
            return;
        }
        observed.reported.clone_from(&leader);
        drop(observed);
        if let Some(on_new_leader) = &self.options.on_new_leader {
            on_new_leader.call(&leader);
        }
    }

    /// Takes or renews the lease; `false` where somebody else holds it.
    async fn try_acquire_or_renew(&self) -> Result<bool, ClientError> {
        // a leader needn't look: if somebody else wrote, the update conflicts
        if let Some(lease) = self.valid_lease()
            && let Ok(renewed) = self.write(&lease).await
        {
            self.observe(renewed);
            return Ok(true);
        }
        let lease = match self.leases.get(&self.options.name, "", &GetOptions::default()).await {
            Err(err) if err.is_not_found() => {
                let mut lease = Unstructured::new(LEASE);
                lease.metadata.name.clone_from(&self.options.name);
                lease.metadata.namespace.clone_from(&self.options.namespace);
                lease.set_nested(&["spec"], spec(&self.options, None));
                let created = self.leases.create(&lease, &CreateOptions::default()).await?;
                self.observe(created);
                return Ok(true);
            }
            lease => lease?,
        };
        if !self.is_to_be_had(&lease) {
            return Ok(false);
        }
        if let Some(metrics) = self.metrics.as_ref().filter(|_| self.is_held_by_us(&lease)) {
            metrics.slow_path(&self.options.name);
        }
        let written = self.write(&lease).await?;
        self.observe(written);
        Ok(true)
    }

    /// The lease, if it is ours and hasn't run out.
    fn valid_lease(&self) -> Option<Unstructured> {
        let observed = self.observed.lock();
        let lease = observed.lease.as_ref().filter(|lease| self.is_held_by_us(lease))?;
        (observed.at.elapsed() < duration(lease)).then(|| lease.clone())
    }

    /// Remembers a lease that was read; says whether it is ours or free.
    fn is_to_be_had(&self, lease: &Unstructured) -> bool {
        let mut observed = self.observed.lock();
        let spec = |lease: &Unstructured| lease.nested(&["spec"]).cloned();
        if observed.lease.as_ref().and_then(spec) != spec(lease) {
            observed.at = Instant::now();
        }
        observed.lease = Some(lease.clone());
        let is_free = holder(lease).is_empty() || observed.at.elapsed() >= duration(lease);
        is_free || self.is_held_by_us(lease)
    }

    /// Remembers a lease that was written.
    fn observe(&self, lease: Unstructured) {
        let mut observed = self.observed.lock();
        observed.lease = Some(lease);
        observed.at = Instant::now();
    }

    fn is_held_by_us(&self, lease: &Unstructured) -> bool {
        holder(lease) == self.options.identity
    }

    /// Writes the lease as ours, if it has not changed since.
    async fn write(&self, lease: &Unstructured) -> Result<Unstructured, ClientError> {
        let mut wanted = lease.clone();
        wanted.set_nested(&["spec"], spec(&self.options, Some(lease)));
        self.leases.update(&wanted, "", &UpdateOptions::default()).await
    }

    async fn release(&self) {
        let observed = self.observed.lock().lease.clone();
        let Some(mut lease) = observed.filter(|lease| self.is_held_by_us(lease)) else { return };
        vacate(&mut lease);
        let options = UpdateOptions::default();
        match timeout(self.options.renew_deadline, self.leases.update(&lease, "", &options)).await {
            Ok(Ok(_)) => {}
            Ok(Err(err)) => warn!(lease = self.options.name, %err, "cannot give the lease up"),
            Err(_elapsed) => warn!(lease = self.options.name, "no answer; cannot give the lease up"),
        }
    }
}

#[cfg(test)]
mod tests;
