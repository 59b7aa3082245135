//! Who wants to lead what, and how patiently.

use std::{fmt, sync::Arc, time::Duration};

use super::RETRY_JITTER;
use crate::events::EventRecorder;

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
    /// Hears who leads, whenever that changes.
    pub on_new_leader: Option<OnNewLeader>,
    /// Where events of the lease go: who began and ceased to lead.
    pub events: Option<EventRecorder>,
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
            on_new_leader: None,
            events: None,
        }
    }

    pub(super) fn check(&self) -> Result<(), LeaderElectionError> {
        if self.lease_duration <= self.renew_deadline {
            return Err(LeaderElectionError::LeaseDuration);
        }
        if self.renew_deadline <= self.retry_period.mul_f64(RETRY_JITTER) {
            return Err(LeaderElectionError::RenewDeadline);
        }
        if self.retry_period.is_zero() {
            return Err(LeaderElectionError::RetryPeriod);
        }
        if self.identity.is_empty() {
            return Err(LeaderElectionError::Identity);
        }
        Ok(())
    }
}

/// Hears who leads.
#[derive(Clone)]
pub struct OnNewLeader(Arc<dyn Fn(&str) + Send + Sync>);

impl OnNewLeader {
    /// Calls `hear` with the new leader's name.
    pub fn new(hear: impl Fn(&str) + Send + Sync + 'static) -> Self {
        Self(Arc::new(hear))
    }

    pub(super) fn call(&self, leader: &str) {
        (self.0)(leader);
    }
}

impl fmt::Debug for OnNewLeader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OnNewLeader")
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
    /// Attempts without a pause.
    #[error("retryPeriod must be greater than zero")]
    RetryPeriod,
    /// A candidate without a name.
    #[error("the identity may not be empty")]
    Identity,
}
