//! Controllers of pods and what goes with them: apps, batch, autoscaling, policy, replication controllers.

mod autoscaler;
mod condition;
mod controller_revision;
mod cron_job;
mod daemon_set;
mod deployment;
mod disruption_budget;
mod int_or_percent;
mod job;
mod replica_set;
mod replication_controller;
mod selector;
mod stateful_set;
mod status;
mod template;
mod warnings;

use crate::BuiltIn;

pub(crate) fn register(all: &mut BuiltIn) {
    deployment::register(all);
    replica_set::register(all);
    stateful_set::register(all);
    daemon_set::register(all);
    controller_revision::register(all);
    replication_controller::register(all);
    job::register(all);
    cron_job::register(all);
    autoscaler::register(all);
    disruption_budget::register(all);
}
