//! Defaults that the markers cannot say; they follow admission/api/v1/defaults.go of k8s.io/pod-security-admission.

use super::PodSecurityDefaults;

/// Anything goes, by the newest rules.
pub fn default_pod_security_defaults(defaults: &mut PodSecurityDefaults) {
    let levels = [&mut defaults.enforce, &mut defaults.audit, &mut defaults.warn];
    for level in levels.into_iter().filter(|level| level.is_empty()) {
        *level = "privileged".to_owned();
    }
    let versions = [&mut defaults.enforce_version, &mut defaults.audit_version, &mut defaults.warn_version];
    for version in versions.into_iter().filter(|version| version.is_empty()) {
        *version = "latest".to_owned();
    }
}
