use super::*;
use crate::{rbac::v1beta1, testing::defaulted};

#[track_caller]
fn check_subject(kind: &str, api_version: &str, api_group: &str) {
    assert_eq!(defaulted(Subject { kind: kind.into(), ..Default::default() }).api_version, api_version, "{kind}");
    let later = defaulted(v1beta1::Subject { kind: kind.into(), ..Default::default() });
    assert_eq!(later.api_group, api_group, "{kind}");
}

#[test]
fn only_service_accounts_are_objects_of_the_core_group() {
    check_subject("User", "rbac.authorization.k8s.io/v1alpha1", "rbac.authorization.k8s.io");
    check_subject("Group", "rbac.authorization.k8s.io/v1alpha1", "rbac.authorization.k8s.io");
    check_subject("ServiceAccount", "v1", "");
    check_subject("Robot", "", "");
}
