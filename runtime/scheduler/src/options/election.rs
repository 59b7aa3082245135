//! Flags of leader election; they count beside a configuration file, too.

use clap::{ArgAction, Args};
use kubeforge_client::leader_election::LeaderElectionOptions;
use kubeforge_machinery::Duration;
use uuid::Uuid;

use crate::config::LeaderElection;

/// Flags of leader election.
#[derive(Clone, Debug, Default, Args)]
pub struct ElectionArgs {
    /// Only one of several schedulers acts: the one that holds the lease. Overrides the configuration file, as the other
    /// flags here.
    #[arg(long, value_name = "BOOL", action = ArgAction::Set, num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    pub leader_elect: Option<bool>,

    /// How long others wait for a leader that is silent.
    #[arg(long, value_name = "DURATION", value_parser = signed, allow_hyphen_values = true)]
    pub leader_elect_lease_duration: Option<Duration>,

    /// How long a leader that can't renew goes on; less than the lease's duration.
    #[arg(long, value_name = "DURATION", value_parser = signed, allow_hyphen_values = true)]
    pub leader_elect_renew_deadline: Option<Duration>,

    /// How long to wait between attempts.
    #[arg(long, value_name = "DURATION", value_parser = signed, allow_hyphen_values = true)]
    pub leader_elect_retry_period: Option<Duration>,

    /// What is held: only leases can be.
    #[arg(long, value_name = "RESOURCE")]
    pub leader_elect_resource_lock: Option<String>,

    /// The name of the lease.
    #[arg(long, value_name = "NAME")]
    pub leader_elect_resource_name: Option<String>,

    /// The namespace of the lease.
    #[arg(long, value_name = "NAMESPACE")]
    pub leader_elect_resource_namespace: Option<String>,
}

fn signed(text: &str) -> Result<Duration, String> {
    text.parse().map_err(|err| format!("{err}"))
}

impl ElectionArgs {
    pub(super) fn apply_to(&self, election: &mut LeaderElection) {
        fn set<T: Clone>(field: &mut T, flag: Option<&T>) {
            if let Some(value) = flag {
                field.clone_from(value);
            }
        }
        election.leader_elect = self.leader_elect.or(election.leader_elect);
        set(&mut election.lease_duration, self.leader_elect_lease_duration.as_ref());
        set(&mut election.renew_deadline, self.leader_elect_renew_deadline.as_ref());
        set(&mut election.retry_period, self.leader_elect_retry_period.as_ref());
        set(&mut election.resource_lock, self.leader_elect_resource_lock.as_ref());
        set(&mut election.resource_name, self.leader_elect_resource_name.as_ref());
        set(&mut election.resource_namespace, self.leader_elect_resource_namespace.as_ref());
    }
}

/// A candidacy under a name that no other process has. The durations are validated.
pub(super) fn options(election: &LeaderElection) -> LeaderElectionOptions {
    let identity = format!("{}_{}", crate::report::hostname(), Uuid::new_v4());
    LeaderElectionOptions {
        lease_duration: election.lease_duration.to_std().unwrap_or_default(),
        renew_deadline: election.renew_deadline.to_std().unwrap_or_default(),
        retry_period: election.retry_period.to_std().unwrap_or_default(),
        ..LeaderElectionOptions::new(&election.resource_namespace, &election.resource_name, identity)
    }
}
