//! What can be measured about an election.

/// Hears of elections; client-go's names of what can be made of it are in brackets.
pub trait LeaderMetrics: Send + Sync + 'static {
    /// Whether this process leads (`leader_election_master_status`), by the lease's name.
    fn leading(&self, name: &str, is_leading: bool);

    /// The leader's lease was changed by somebody else, and had to be read before it was renewed
    /// (`leader_election_slowpath_total`).
    fn slow_path(&self, name: &str) {
        let _unmeasured = name;
    }
}
