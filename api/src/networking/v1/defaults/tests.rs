use super::*;
use crate::{
    networking::v1::{IngressClassParametersReference, NetworkPolicyEgressRule},
    testing::defaulted,
};

#[test]
fn a_policy_limits_what_goes_out_only_by_rules_for_it() {
    let mut policy = NetworkPolicy::default();
    assert_eq!(defaulted(policy.clone()).spec.policy_types, [PolicyType::Ingress]);
    policy.spec.egress = [NetworkPolicyEgressRule { ports: vec![Default::default()], ..Default::default() }].into();
    let spec = defaulted(policy.clone()).spec;
    assert_eq!(spec.policy_types, [PolicyType::Ingress, PolicyType::Egress]);
    assert_eq!(spec.egress[0].ports[0].protocol, Some(Protocol::TCP));
    policy.spec.policy_types = vec![PolicyType::Egress];
    assert_eq!(defaulted(policy).spec.policy_types, [PolicyType::Egress]);
}

#[test]
fn parameters_of_a_class_are_in_no_namespace() {
    let mut class = IngressClass::default();
    assert!(defaulted(class.clone()).spec.parameters.is_none());
    class.spec.parameters = Some(Box::new(IngressClassParametersReference::default()));
    assert_eq!(defaulted(class).spec.parameters.unwrap().scope.as_deref(), Some("Cluster"));
}
