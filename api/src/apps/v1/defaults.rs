//! Defaults that the markers cannot say; they follow pkg/apis/apps/v1/defaults.go. Pod templates are filled by the core group's.

use kubeforge_machinery::IntOrString;

use super::{
    DaemonSet, DaemonSetUpdateStrategyType, Deployment, DeploymentStrategyType,
    PersistentVolumeClaimRetentionPolicyType, PodManagementPolicyType, ReplicaSet, StatefulSet,
    StatefulSetUpdateStrategyType,
};

/// How many old revisions a controller keeps to roll back to.
const REVISION_HISTORY_LIMIT: i32 = 10;

/// One replica, rolled out a quarter at a time, given ten minutes to make progress.
pub fn default_deployment(deployment: &mut Deployment) {
    let spec = &mut deployment.spec;
    spec.replicas.get_or_insert(1);
    if spec.strategy.type_.is_empty() {
        spec.strategy.type_ = DeploymentStrategyType::RollingUpdate;
    }
    if spec.strategy.type_ == DeploymentStrategyType::RollingUpdate {
        let rolling = spec.strategy.rolling_update.get_or_insert_default();
        rolling.max_unavailable.get_or_insert_with(|| IntOrString::String("25%".to_owned()));
        rolling.max_surge.get_or_insert_with(|| IntOrString::String("25%".to_owned()));
    }
    spec.revision_history_limit.get_or_insert(REVISION_HISTORY_LIMIT);
    spec.progress_deadline_seconds.get_or_insert(600);
}

/// One replica.
pub fn default_replica_set(replica_set: &mut ReplicaSet) {
    replica_set.spec.replicas.get_or_insert(1);
}

/// Rolled out one node at a time.
pub fn default_daemon_set(daemon_set: &mut DaemonSet) {
    let spec = &mut daemon_set.spec;
    if spec.update_strategy.type_.is_empty() {
        spec.update_strategy.type_ = DaemonSetUpdateStrategyType::RollingUpdate;
    }
    if spec.update_strategy.type_ == DaemonSetUpdateStrategyType::RollingUpdate {
        let rolling = spec.update_strategy.rolling_update.get_or_insert_default();
        rolling.max_unavailable.get_or_insert(IntOrString::Int(1));
        rolling.max_surge.get_or_insert(IntOrString::Int(0));
    }
    spec.revision_history_limit.get_or_insert(REVISION_HISTORY_LIMIT);
}

/// One replica, pods made and updated in order, their claims kept for ever.
pub fn default_stateful_set(stateful_set: &mut StatefulSet) {
    let spec = &mut stateful_set.spec;
    if spec.pod_management_policy.is_empty() {
        spec.pod_management_policy = PodManagementPolicyType::OrderedReady;
    }
    let strategy = &mut spec.update_strategy;
    if strategy.type_.is_empty() {
        strategy.type_ = StatefulSetUpdateStrategyType::RollingUpdate;
        strategy.rolling_update.get_or_insert_default();
    }
    if strategy.type_ == StatefulSetUpdateStrategyType::RollingUpdate
        && let Some(rolling) = &mut strategy.rolling_update
    {
        rolling.partition.get_or_insert(0);
    }
    let retention = spec.persistent_volume_claim_retention_policy.get_or_insert_default();
    for when in [&mut retention.when_deleted, &mut retention.when_scaled] {
        if when.is_empty() {
            *when = PersistentVolumeClaimRetentionPolicyType::Retain;
        }
    }
    spec.replicas.get_or_insert(1);
    spec.revision_history_limit.get_or_insert(REVISION_HISTORY_LIMIT);
}
