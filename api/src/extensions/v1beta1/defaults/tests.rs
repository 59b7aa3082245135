use super::*;
use crate::{
    extensions::v1beta1::{
        DaemonSetUpdateStrategyType, DeploymentStrategyType, NetworkPolicyEgressRule, NetworkPolicyIngressRule,
        RollingUpdateDeployment,
    },
    testing::defaulted,
};

#[test]
fn a_deployment_goes_on_pod_by_pod_without_an_end() {
    let spec = defaulted(Deployment::default()).spec;
    assert_eq!((spec.revision_history_limit, spec.progress_deadline_seconds), (Some(i32::MAX), Some(i32::MAX)));
    let rolling = spec.strategy.rolling_update.unwrap();
    assert_eq!((rolling.max_unavailable, rolling.max_surge), (Some(IntOrString::Int(1)), Some(IntOrString::Int(1))));
}

#[test]
fn a_rolling_update_is_filled_in_whatever_the_strategy() {
    let mut deployment = Deployment::default();
    deployment.spec.strategy.type_ = DeploymentStrategyType::Recreate;
    assert!(defaulted(deployment.clone()).spec.strategy.rolling_update.is_none());
    deployment.spec.strategy.rolling_update = Some(Box::new(RollingUpdateDeployment::default()));
    let rolling = defaulted(deployment).spec.strategy.rolling_update.unwrap();
    assert_eq!(rolling.max_surge, Some(IntOrString::Int(1)));
}

#[test]
fn pods_of_daemon_sets_wait_to_be_deleted() {
    let spec = defaulted(DaemonSet::default()).spec;
    assert_eq!(spec.update_strategy.type_, DaemonSetUpdateStrategyType::OnDelete);
    assert_eq!((spec.update_strategy.rolling_update, spec.revision_history_limit), (None, Some(10)));
}

#[test]
fn a_policy_limits_what_goes_out_only_by_rules_for_it() {
    let mut policy = NetworkPolicy::default();
    let port = NetworkPolicyPort::default();
    policy.spec.ingress = [NetworkPolicyIngressRule { ports: vec![port], ..Default::default() }].into();
    let defaulted_once = defaulted(policy.clone()).spec;
    assert_eq!(defaulted_once.policy_types, [PolicyType::Ingress]);
    assert_eq!(defaulted_once.ingress[0].ports[0].protocol, Some(Protocol::TCP));
    policy.spec.egress = [NetworkPolicyEgressRule::default()].into();
    assert_eq!(defaulted(policy).spec.policy_types, [PolicyType::Ingress, PolicyType::Egress]);
}
