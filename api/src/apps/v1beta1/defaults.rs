//! Defaults that the markers cannot say; they follow pkg/apis/apps/v1beta1/defaults.go.

use kubeforge_machinery::IntOrString;

use super::{Deployment, StatefulSet, StatefulSetUpdateStrategyType};
use crate::apps::defaults::{deployment, stateful_set, take_labels_from};

/// One replica, rolled out a quarter at a time, given ten minutes to make progress; two old revisions are kept.
pub fn default_deployment(deployment: &mut Deployment) {
    let spec = &mut deployment.spec;
    take_labels_from(&spec.template, &mut spec.selector, &mut deployment.metadata);
    deployment!(&mut *spec, IntOrString::String("25%".to_owned()));
    spec.revision_history_limit.get_or_insert(2);
    spec.progress_deadline_seconds.get_or_insert(600);
}

/// One replica, pods made in order and replaced when somebody deletes them, their claims kept for ever.
pub fn default_stateful_set(stateful_set: &mut StatefulSet) {
    let spec = &mut stateful_set.spec;
    take_labels_from(&spec.template, &mut spec.selector, &mut stateful_set.metadata);
    if spec.update_strategy.type_.is_empty() {
        spec.update_strategy.type_ = StatefulSetUpdateStrategyType::OnDelete;
    }
    stateful_set!(spec);
}

#[cfg(test)]
mod tests;
