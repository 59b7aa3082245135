use std::collections::BTreeMap;

use super::*;
use crate::{
    apps::{v1, v1beta1::DeploymentStrategyType, v1beta2},
    testing::defaulted,
};

fn labels() -> BTreeMap<String, String> {
    BTreeMap::from([("app".to_owned(), "web".to_owned())])
}

#[test]
fn labels_and_selector_are_those_of_the_template() {
    let mut deployment = Deployment::default();
    deployment.spec.template.metadata.labels = labels();
    let deployment = defaulted(deployment);
    assert_eq!(deployment.metadata.labels, labels());
    assert_eq!(deployment.spec.selector.unwrap().match_labels, labels());
}

#[test]
fn without_labels_nothing_is_selected() {
    let deployment = defaulted(Deployment::default());
    assert!(deployment.spec.selector.is_none(), "an empty selector would take all pods");
}

#[test]
fn a_deployment_keeps_two_revisions_and_goes_on_by_quarters() {
    let spec = defaulted(Deployment::default()).spec;
    assert_eq!(
        (spec.replicas, spec.revision_history_limit, spec.progress_deadline_seconds),
        (Some(1), Some(2), Some(600))
    );
    assert_eq!(spec.strategy.type_, DeploymentStrategyType::RollingUpdate);
    let rolling = spec.strategy.rolling_update.unwrap();
    let quarter = Some(IntOrString::String("25%".to_owned()));
    assert_eq!((&rolling.max_unavailable, &rolling.max_surge), (&quarter, &quarter));
}

#[test]
fn pods_of_stateful_sets_wait_to_be_deleted_before_v1beta2() {
    let strategy = defaulted(StatefulSet::default()).spec.update_strategy;
    assert_eq!(strategy.type_, StatefulSetUpdateStrategyType::OnDelete);
    assert!(strategy.rolling_update.is_none());
    for partition in [
        defaulted(v1::StatefulSet::default()).spec.update_strategy.rolling_update.unwrap().partition,
        defaulted(v1beta2::StatefulSet::default()).spec.update_strategy.rolling_update.unwrap().partition,
    ] {
        assert_eq!(partition, Some(0));
    }
}
