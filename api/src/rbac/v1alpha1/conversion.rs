//! To and from v1, the hub: what the generated conversion leaves to us.
//!
//! v1alpha1 names the version of a subject's kind, v1 only its group. So a version other than the usual one is lost, as it
//! is with pkg/apis/rbac/v1alpha1/conversion.go, which this follows.

use kubeforge_machinery::{ConversionError, GroupVersion, user::well_known::GROUP_AUTHENTICATED};

use super::{GROUP_KIND, SERVICE_ACCOUNT_KIND, Subject, USER_KIND};
use crate::rbac::v1;

const GROUP: &str = "rbac.authorization.k8s.io";

/// Known kinds are in known groups, whatever version is given. The user `*` was everybody who was authenticated.
pub(super) fn subject_to_hub(from: &Subject, to: &mut v1::Subject) -> Result<(), ConversionError> {
    to.api_group = match from.kind.as_str() {
        SERVICE_ACCOUNT_KIND => String::new(),
        USER_KIND | GROUP_KIND => GROUP.to_owned(),
        _ => GroupVersion::parse(&from.api_version).map(|version| version.group.into_owned()).unwrap_or_default(),
    };
    if from.kind == USER_KIND && from.name == "*" {
        to.kind = GROUP_KIND.to_owned();
        to.name = GROUP_AUTHENTICATED.to_owned();
    }
    Ok(())
}

/// Known kinds get their usual version, others only their group and a slash.
pub(super) fn subject_from_hub(from: &v1::Subject, to: &mut Subject) -> Result<(), ConversionError> {
    to.api_version = match (from.kind.as_str(), from.api_group.as_str()) {
        (SERVICE_ACCOUNT_KIND, "") => "v1".to_owned(),
        (USER_KIND | GROUP_KIND, GROUP) => format!("{GROUP}/v1alpha1"),
        (_, "") => String::new(),
        (_, group) => format!("{group}/"),
    };
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::generated::conversion as generated;
    use super::*;

    fn spoke(kind: &str, api_version: &str, name: &str) -> Subject {
        let [kind, api_version, name] = [kind, api_version, name].map(str::to_owned);
        Subject { kind, api_version, name, ..Subject::default() }
    }

    fn hub(kind: &str, api_group: &str, name: &str) -> v1::Subject {
        let [kind, api_group, name] = [kind, api_group, name].map(str::to_owned);
        v1::Subject { kind, api_group, name, ..v1::Subject::default() }
    }

    #[track_caller]
    fn check(spoke: Subject, hub: v1::Subject) {
        assert_eq!(generated::subject_to_hub(spoke.clone()).unwrap(), hub);
        assert_eq!(generated::subject_from_hub(hub).unwrap(), spoke);
    }

    #[test]
    fn known_kinds_have_their_usual_version() {
        let version = "rbac.authorization.k8s.io/v1alpha1";
        check(spoke("ServiceAccount", "v1", "n"), hub("ServiceAccount", "", "n"));
        check(spoke("User", version, "n"), hub("User", GROUP, "n"));
        check(spoke("Group", version, "n"), hub("Group", GROUP, "n"));
        assert_eq!(generated::subject_to_hub(spoke("User", "", "n")).unwrap(), hub("User", GROUP, "n"));
    }

    #[test]
    fn other_kinds_keep_their_group_only() {
        check(spoke("Robot", "example.com/", "n"), hub("Robot", "example.com", "n"));
        check(spoke("Robot", "", "n"), hub("Robot", "", "n"));
        let there = |api_version| generated::subject_to_hub(spoke("Robot", api_version, "n")).unwrap();
        assert_eq!(there("example.com/v2"), hub("Robot", "example.com", "n"));
        assert_eq!(there("v2"), hub("Robot", "", "n"));
        assert_eq!(there("a/b/c"), hub("Robot", "", "n"));
        let user = generated::subject_from_hub(hub("User", "example.com", "n")).unwrap();
        assert_eq!(user, spoke("User", "example.com/", "n"));
    }

    #[test]
    fn any_user_was_everybody_who_was_authenticated() {
        let there = generated::subject_to_hub(spoke("User", "", "*")).unwrap();
        assert_eq!(there, hub("Group", GROUP, "system:authenticated"));
        let group = generated::subject_to_hub(spoke("Group", "", "*")).unwrap();
        assert_eq!(group, hub("Group", GROUP, "*"));
    }
}
