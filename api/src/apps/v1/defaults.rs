//! Defaults that the markers cannot say; they follow pkg/apis/apps/v1/defaults.go. Pod templates are filled by the core group's.

use kubeforge_machinery::IntOrString;

use super::{DEPRECATED_TEMPLATE_GENERATION, DaemonSet, Deployment, ReplicaSet, StatefulSet};
use crate::apps::defaults::{REVISION_HISTORY_LIMIT, daemon_set, deployment, replaced_in_order, stateful_set};

/// One replica, rolled out a quarter at a time, given ten minutes to make progress.
pub fn default_deployment(deployment: &mut Deployment) {
    let spec = &mut deployment.spec;
    deployment!(&mut *spec, IntOrString::String("25%".to_owned()));
    spec.revision_history_limit.get_or_insert(REVISION_HISTORY_LIMIT);
    spec.progress_deadline_seconds.get_or_insert(600);
}

/// One replica.
pub fn default_replica_set(replica_set: &mut ReplicaSet) {
    replica_set.spec.replicas.get_or_insert(1);
}

/// Rolled out one node at a time. How often the template changed, a field in older versions, is an annotation that is
/// always there; the server counts on from this.
pub fn default_daemon_set(daemon_set: &mut DaemonSet) {
    daemon_set!(&mut daemon_set.spec, RollingUpdate);
    let annotations = &mut daemon_set.metadata.annotations;
    annotations.entry(DEPRECATED_TEMPLATE_GENERATION.to_owned()).or_insert_with(|| "0".to_owned());
}

/// One replica, pods made and updated in order, their claims kept for ever.
pub fn default_stateful_set(stateful_set: &mut StatefulSet) {
    replaced_in_order!(&mut stateful_set.spec.update_strategy);
    stateful_set!(&mut stateful_set.spec);
}
