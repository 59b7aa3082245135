//! Values that components may take for the settings left open. They are no defaults of the types: each component decides.

use kubeforge_machinery::Duration;

use super::{ClientConnectionConfiguration, ENDPOINTS_RESOURCE_LOCK, LeaderElectionConfiguration};

/// The leader is elected, and gone when it was not heard of for 15 seconds.
///
/// The lock recommended is the old one by an endpoints object; set `resource_lock` before to have another.
pub fn recommended_leader_election(election: &mut LeaderElectionConfiguration) {
    for (time, seconds) in
        [(&mut election.lease_duration, 15), (&mut election.renew_deadline, 10), (&mut election.retry_period, 2)]
    {
        if *time == Duration::default() {
            *time = Duration::from_secs(seconds);
        }
    }
    if election.resource_lock.is_empty() {
        election.resource_lock = ENDPOINTS_RESOURCE_LOCK.to_owned();
    }
    election.leader_elect.get_or_insert(true);
}

/// Protobuf, 50 requests a second, 100 at once.
pub fn recommended_client_connection(connection: &mut ClientConnectionConfiguration) {
    if connection.content_type.is_empty() {
        connection.content_type = "application/vnd.kubernetes.protobuf".to_owned();
    }
    if connection.qps == 0.0 {
        connection.qps = 50.0;
    }
    if connection.burst == 0 {
        connection.burst = 100;
    }
}
