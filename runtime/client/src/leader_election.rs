//! One of several processes leads: the one that holds a `Lease` (client-go's tools/leaderelection).
//!
//! Nobody compares clocks: a lease is free when it has not changed for its duration by the watcher's own clock.

use std::time::Duration;

use kubeforge_machinery::{
    GroupVersionResource, MicroTime,
    gvk::GroupVersionKind,
    meta::v1::{CreateOptions, GetOptions, UpdateOptions},
    unstructured::Unstructured,
};
use parking_lot::Mutex;
use serde_json::{Value, json};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tracing::{debug, info, warn};

use crate::{backoff::jitter, client::Client, dynamic::DynamicApi, error::ClientError};

const LEASES: GroupVersionResource = GroupVersionResource::new("coordination.k8s.io", "v1", "leases");
const LEASE: GroupVersionKind = GroupVersionKind::new("coordination.k8s.io", "v1", "Lease");

/// Retries are spread by up to this share, so that candidates don't try all at once.
const RETRY_JITTER: f64 = 1.2;

/// Who wants to lead what, and how patiently. Defaults for the durations are those of Kubernetes' components.
#[derive(Clone, Debug)]
pub struct LeaderElectionOptions {
    /// The lease's namespace.
    pub namespace: String,
    /// The lease's name.
    pub name: String,
    /// The candidate's name, different from all others'.
    pub identity: String,
    /// How long others wait for a leader that is silent.
    pub lease_duration: Duration,
    /// How long a leader that can't renew goes on; less than the lease's duration.
    pub renew_deadline: Duration,
    /// How long to wait between attempts; less than the deadline.
    pub retry_period: Duration,
    /// Gives the lease up when cancelled, so that another can lead at once. Only for leaders that have stopped by then.
    pub release_on_cancel: bool,
}

impl LeaderElectionOptions {
    /// The usual durations: 15, 10 and 2 seconds.
    pub fn new(namespace: impl Into<String>, name: impl Into<String>, identity: impl Into<String>) -> Self {
        Self {
            namespace: namespace.into(),
            name: name.into(),
            identity: identity.into(),
            lease_duration: Duration::from_secs(15),
            renew_deadline: Duration::from_secs(10),
            retry_period: Duration::from_secs(2),
            release_on_cancel: true,
        }
    }
}

/// Durations that can't work.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LeaderElectionError {
    /// The lease would run out before a leader gives up.
    #[error("leaseDuration must be greater than renewDeadline")]
    LeaseDuration,
    /// There would be no time to try again.
    #[error("renewDeadline must be greater than retryPeriod*JitterFactor")]
    RenewDeadline,
    /// A candidate without a name.
    #[error("the identity may not be empty")]
    Identity,
}

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
#[derive(Debug)]
pub struct LeaderElector {
    leases: DynamicApi,
    options: LeaderElectionOptions,
    /// When the lease was last taken or renewed, while it is ours.
    renewed: Mutex<Option<Instant>>,
}

/// The lease as it was last seen, and when that was by our clock.
#[derive(Debug)]
struct Observed {
    lease: Option<Unstructured>,
    at: Instant,
}

impl LeaderElector {
    /// A candidate that does nothing yet.
    ///
    /// # Errors
    /// Where the options contradict each other.
    pub fn new(client: Client, options: LeaderElectionOptions) -> Result<Self, LeaderElectionError> {
        if options.lease_duration <= options.renew_deadline {
            return Err(LeaderElectionError::LeaseDuration);
        }
        if options.renew_deadline <= options.retry_period.mul_f64(RETRY_JITTER) {
            return Err(LeaderElectionError::RenewDeadline);
        }
        if options.identity.is_empty() {
            return Err(LeaderElectionError::Identity);
        }
        let leases = DynamicApi::namespaced(client, LEASES, &options.namespace);
        Ok(Self { leases, options, renewed: Mutex::new(None) })
    }

    /// Whether a leader renews its lease: it must not be older than it lasts, and so much longer.
    ///
    /// # Errors
    /// That it does not, in the words of client-go's health check.
    pub fn check(&self, tolerance: Duration) -> Result<(), String> {
        let limit = self.options.lease_duration + tolerance;
        match *self.renewed.lock() {
            Some(renewed) if renewed.elapsed() > limit => {
                Err(format!("failed election to renew leadership on lease {}", self.options.name))
            }
            _ => Ok(()),
        }
    }

    /// Waits for the lease, then does the leader's work while renewing it. The work's token is cancelled when the lease is
    /// lost or `cancel` is; the work must then end, and is waited for.
    pub async fn run<F>(&self, cancel: &CancellationToken, lead: impl FnOnce(CancellationToken) -> F) -> Outcome
    where
        F: Future<Output = ()>,
    {
        let mut observed = Observed { lease: None, at: Instant::now() };
        if cancel.run_until_cancelled(self.acquire(&mut observed)).await.is_none() {
            return Outcome::Cancelled;
        }
        info!(lease = self.options.name, identity = self.options.identity, "leading");
        *self.renewed.lock() = Some(Instant::now());
        let leading = cancel.child_token();
        let work = lead(leading.clone());
        tokio::pin!(work);
        let (outcome, is_done) = tokio::select! {
            // work that ends because of the cancellation may be seen first
            () = &mut work => (if cancel.is_cancelled() { Outcome::Cancelled } else { Outcome::Finished }, true),
            () = cancel.cancelled() => (Outcome::Cancelled, false),
            () = self.renew(&mut observed) => (Outcome::Lost, false),
        };
        leading.cancel();
        if !is_done {
            work.await;
        }
        *self.renewed.lock() = None;
        if outcome != Outcome::Lost && self.options.release_on_cancel {
            self.release(observed).await;
        }
        outcome
    }

    async fn acquire(&self, observed: &mut Observed) {
        loop {
            match self.try_acquire_or_renew(observed).await {
                Ok(true) => return,
                Ok(false) => {}
                Err(err) => debug!(lease = self.options.name, %err, "cannot take the lease"),
            }
            tokio::time::sleep(jitter(self.options.retry_period, RETRY_JITTER)).await;
        }
    }

    /// Renews until that fails for too long.
    async fn renew(&self, observed: &mut Observed) {
        let mut renewed = Instant::now();
        loop {
            tokio::time::sleep(self.options.retry_period).await;
            let left = self.options.renew_deadline.saturating_sub(renewed.elapsed());
            match tokio::time::timeout(left, self.try_acquire_or_renew(observed)).await {
                Ok(Ok(true)) => {
                    renewed = Instant::now();
                    *self.renewed.lock() = Some(renewed);
                    continue;
                }
                Ok(Ok(false)) => {}
                Ok(Err(err)) => debug!(lease = self.options.name, %err, "cannot renew the lease"),
                Err(_elapsed) => {}
            }
            if renewed.elapsed() >= self.options.renew_deadline {
                warn!(lease = self.options.name, identity = self.options.identity, "no longer leading");
                return;
            }
        }
    }

    /// Takes or renews the lease; `false` where somebody else holds it.
    async fn try_acquire_or_renew(&self, observed: &mut Observed) -> Result<bool, ClientError> {
        // a leader needn't look: if somebody else wrote, the update conflicts
        if let Some(lease) = observed.lease.as_ref().filter(|lease| self.is_held_by_us(lease))
            && let Ok(renewed) = self.write(lease).await
        {
            *observed = Observed { lease: Some(renewed), at: Instant::now() };
            return Ok(true);
        }
        let lease = match self.leases.get(&self.options.name, "", &GetOptions::default()).await {
            Err(err) if err.is_not_found() => {
                let mut lease = Unstructured::new(LEASE);
                lease.metadata.name.clone_from(&self.options.name);
                lease.metadata.namespace.clone_from(&self.options.namespace);
                lease.set_nested(&["spec"], self.spec(None));
                let created = self.leases.create(&lease, &CreateOptions::default()).await?;
                *observed = Observed { lease: Some(created), at: Instant::now() };
                return Ok(true);
            }
            lease => lease?,
        };
        let spec = |lease: &Unstructured| lease.nested(&["spec"]).cloned();
        if observed.lease.as_ref().and_then(spec) != spec(&lease) {
            observed.at = Instant::now();
        }
        let is_free = holder(&lease).is_empty() || observed.at.elapsed() >= duration(&lease);
        let is_ours = self.is_held_by_us(&lease);
        observed.lease = Some(lease.clone());
        if !is_ours && !is_free {
            return Ok(false);
        }
        let written = self.write(&lease).await?;
        *observed = Observed { lease: Some(written), at: Instant::now() };
        Ok(true)
    }

    fn is_held_by_us(&self, lease: &Unstructured) -> bool {
        holder(lease) == self.options.identity
    }

    /// Writes the lease as ours, if it has not changed since.
    async fn write(&self, lease: &Unstructured) -> Result<Unstructured, ClientError> {
        let mut wanted = lease.clone();
        wanted.set_nested(&["spec"], self.spec(Some(lease)));
        self.leases.update(&wanted, "", &UpdateOptions::default()).await
    }

    /// What our lease says, after what `before` says.
    fn spec(&self, before: Option<&Unstructured>) -> Value {
        let now = Value::from(MicroTime::now().to_string());
        let field = |name: &str| before.and_then(|lease| lease.nested(&["spec", name])).cloned();
        let transitions = field("leaseTransitions").and_then(|value| value.as_i64()).unwrap_or_default();
        let (acquired, transitions) = match before {
            Some(lease) if self.is_held_by_us(lease) => {
                (field("acquireTime").unwrap_or_else(|| now.clone()), transitions)
            }
            Some(_) => (now.clone(), transitions + 1),
            None => (now.clone(), 0),
        };
        json!({
            "holderIdentity": self.options.identity,
            "leaseDurationSeconds": self.options.lease_duration.as_secs(),
            "acquireTime": acquired,
            "renewTime": now,
            "leaseTransitions": transitions,
        })
    }

    async fn release(&self, observed: Observed) {
        let Some(mut lease) = observed.lease.filter(|lease| self.is_held_by_us(lease)) else { return };
        let now = Value::from(MicroTime::now().to_string());
        lease.set_nested(&["spec", "holderIdentity"], "".into());
        lease.set_nested(&["spec", "leaseDurationSeconds"], 1.into());
        lease.set_nested(&["spec", "acquireTime"], now.clone());
        lease.set_nested(&["spec", "renewTime"], now);
        if let Err(err) = self.leases.update(&lease, "", &UpdateOptions::default()).await {
            warn!(lease = self.options.name, %err, "cannot give the lease up");
        }
    }
}

fn holder(lease: &Unstructured) -> &str {
    lease.nested(&["spec", "holderIdentity"]).and_then(Value::as_str).unwrap_or_default()
}

fn duration(lease: &Unstructured) -> Duration {
    Duration::from_secs(lease.nested(&["spec", "leaseDurationSeconds"]).and_then(Value::as_u64).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use http::Method;

    use super::*;
    use crate::transport::{Fake, TransportError};

    /// A server with one lease, which can be made to fail.
    #[derive(Clone, Default)]
    struct Server {
        lease: Arc<Mutex<Option<Value>>>,
        is_down: Arc<Mutex<bool>>,
    }

    impl Server {
        fn client(&self) -> Client {
            let server = self.clone();
            Client::new(Fake::new(move |request| {
                if *server.is_down.lock() {
                    return Err(TransportError::Connect { server: "fake".to_owned(), source: "down".into() });
                }
                let mut lease = server.lease.lock();
                let sent: Option<Value> = serde_json::from_slice(request.body()).ok();
                let refuse = |code| Ok(Fake::json(code, format!(r#"{{"kind":"Status","code":{code}}}"#)));
                match (request.method().clone(), lease.is_some()) {
                    (Method::GET | Method::PUT, false) => return refuse(404),
                    (Method::POST, true) => return refuse(409),
                    (Method::GET, true) => {}
                    _ => {
                        let version =
                            |value: &Option<Value>| value.as_ref().map(|v| v["metadata"]["resourceVersion"].clone());
                        if lease.is_some() && version(&sent) != version(&lease) {
                            return refuse(409);
                        }
                        let next = lease.as_ref().map_or(1, |lease| {
                            lease["metadata"]["resourceVersion"].as_str().and_then(|v| v.parse().ok()).unwrap_or(0) + 1
                        });
                        let mut sent = sent.unwrap_or_default();
                        sent["metadata"]["resourceVersion"] = next.to_string().into();
                        *lease = Some(sent);
                    }
                }
                Ok(Fake::json(200, lease.as_ref().map(Value::to_string).unwrap_or_default()))
            }))
        }

        fn spec(&self, field: &str) -> Value {
            self.lease.lock().as_ref().map(|lease| lease["spec"][field].clone()).unwrap_or_default()
        }
    }

    fn elector(server: &Server, identity: &str) -> LeaderElector {
        LeaderElector::new(server.client(), LeaderElectionOptions::new("kube-system", "test", identity)).unwrap()
    }

    #[tokio::test(start_paused = true)]
    async fn a_second_candidate_leads_when_the_first_is_silent() {
        let server = Server::default();
        let (cancel, started) = (CancellationToken::new(), Instant::now());
        let first = tokio::spawn({
            let (elector, cancel) = (elector(&server, "one"), cancel.clone());
            async move { elector.run(&cancel, |leading| async move { leading.cancelled().await }).await }
        });
        tokio::time::sleep(Duration::from_secs(60)).await;
        assert_eq!(server.spec("holderIdentity"), "one");
        first.abort();
        let second = elector(&server, "two");
        let outcome = second.run(&cancel, |_| async {}).await;
        assert_eq!(outcome, Outcome::Finished);
        let waited = started.elapsed().as_secs();
        assert!((74..=82).contains(&waited), "{waited}");
        assert_eq!(server.spec("leaseTransitions"), 1);
        assert_eq!(server.spec("holderIdentity"), "", "it was given up");
    }

    #[tokio::test(start_paused = true)]
    async fn a_leader_without_a_server_stops_in_time() {
        let server = Server::default();
        let elector = elector(&server, "one");
        let down = server.is_down.clone();
        let outcome = elector
            .run(&CancellationToken::new(), |leading| async move {
                *down.lock() = true;
                let began = Instant::now();
                leading.cancelled().await;
                assert!((10..15).contains(&began.elapsed().as_secs()), "{:?}", began.elapsed());
            })
            .await;
        assert_eq!(outcome, Outcome::Lost);
    }

    #[tokio::test(start_paused = true)]
    async fn a_cancelled_leader_gives_the_lease_up() {
        let server = Server::default();
        let (elector, cancel) = (elector(&server, "one"), CancellationToken::new());
        let stop = cancel.clone();
        let outcome = elector
            .run(&cancel, |leading| async move {
                stop.cancel();
                leading.cancelled().await;
            })
            .await;
        assert_eq!((outcome, server.spec("holderIdentity")), (Outcome::Cancelled, Value::from("")));
    }

    #[test]
    fn durations_must_leave_time() {
        let mut options = LeaderElectionOptions::new("n", "a", "me");
        options.renew_deadline = Duration::from_secs(15);
        let client = Client::new(Fake::script([]));
        assert_eq!(LeaderElector::new(client, options).unwrap_err(), LeaderElectionError::LeaseDuration);
    }
}
