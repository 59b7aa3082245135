//! What the defaults of several versions have in common; `extensions`, where this group began, uses it too.
//!
//! The types of two versions differ where their values do not, so what works on them is a macro. Each is used in a
//! version's `defaults`, and takes the types beside that.

use kubeforge_machinery::meta::v1::{LabelSelector, ObjectMeta};

use crate::core::v1::PodTemplateSpec;

/// How many old revisions a controller keeps to roll back to.
pub(crate) const REVISION_HISTORY_LIMIT: i32 = 10;

/// Versions before v1beta2: what does not say which pods are its own means those with the labels of its template, and what
/// has no labels gets them too.
pub(crate) fn take_labels_from(
    template: &PodTemplateSpec,
    selector: &mut Option<Box<LabelSelector>>,
    metadata: &mut ObjectMeta,
) {
    let labels = &template.metadata.labels;
    if labels.is_empty() {
        return;
    }
    selector.get_or_insert_with(|| Box::new(LabelSelector { match_labels: labels.clone(), ..Default::default() }));
    if metadata.labels.is_empty() {
        metadata.labels.clone_from(labels);
    }
}

/// One replica; a rollout goes on by `$step`, an `IntOrString`, at a time.
macro_rules! deployment {
    ($spec:expr, $step:expr) => {{
        let spec = $spec;
        spec.replicas.get_or_insert(1);
        if spec.strategy.type_.is_empty() {
            spec.strategy.type_ = super::DeploymentStrategyType::RollingUpdate;
        }
        if spec.strategy.type_ == super::DeploymentStrategyType::RollingUpdate {
            let rolling = spec.strategy.rolling_update.get_or_insert_default();
            rolling.max_unavailable.get_or_insert_with(|| $step);
            rolling.max_surge.get_or_insert_with(|| $step);
        }
    }};
}

/// Pods are replaced as `$strategy` says; where that is one node after the other, then with no second pod meanwhile.
macro_rules! daemon_set {
    ($spec:expr, $strategy:ident) => {{
        let spec = $spec;
        if spec.update_strategy.type_.is_empty() {
            spec.update_strategy.type_ = super::DaemonSetUpdateStrategyType::$strategy;
        }
        if spec.update_strategy.type_ == super::DaemonSetUpdateStrategyType::RollingUpdate {
            let rolling = spec.update_strategy.rolling_update.get_or_insert_default();
            rolling.max_unavailable.get_or_insert(kubeforge_machinery::IntOrString::Int(1));
            rolling.max_surge.get_or_insert(kubeforge_machinery::IntOrString::Int(0));
        }
        spec.revision_history_limit.get_or_insert($crate::apps::defaults::REVISION_HISTORY_LIMIT);
    }};
}

/// One replica, pods made in order, their claims kept for ever. Before this comes what pods are replaced by.
macro_rules! stateful_set {
    ($spec:expr) => {{
        let spec = $spec;
        if spec.pod_management_policy.is_empty() {
            spec.pod_management_policy = super::PodManagementPolicyType::OrderedReady;
        }
        if spec.update_strategy.type_ == super::StatefulSetUpdateStrategyType::RollingUpdate
            && let Some(rolling) = &mut spec.update_strategy.rolling_update
        {
            rolling.partition.get_or_insert(0);
        }
        let retention = spec.persistent_volume_claim_retention_policy.get_or_insert_default();
        for when in [&mut retention.when_deleted, &mut retention.when_scaled] {
            if when.is_empty() {
                *when = super::PersistentVolumeClaimRetentionPolicyType::Retain;
            }
        }
        spec.replicas.get_or_insert(1);
        spec.revision_history_limit.get_or_insert($crate::apps::defaults::REVISION_HISTORY_LIMIT);
    }};
}

/// Pods are replaced one after the other, all of them.
macro_rules! replaced_in_order {
    ($strategy:expr) => {{
        let strategy = $strategy;
        if strategy.type_.is_empty() {
            strategy.type_ = super::StatefulSetUpdateStrategyType::RollingUpdate;
            strategy.rolling_update.get_or_insert_default();
        }
    }};
}

pub(crate) use {daemon_set, deployment};
pub(super) use {replaced_in_order, stateful_set};
