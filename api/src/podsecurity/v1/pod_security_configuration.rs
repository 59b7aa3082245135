//! What the PodSecurity admission plugin holds pods to where their namespace does not say.

use kubeforge_derive::ApiSource;

/// What the PodSecurity admission plugin holds pods to where labels of their namespace do not say, and whom it spares.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, no_resource)]
pub struct PodSecurityConfiguration {
    /// What holds where a namespace does not say.
    #[api(required)]
    pub defaults: PodSecurityDefaults,
    /// Who is spared.
    #[api(required)]
    pub exemptions: PodSecurityExemptions,
}

/// The levels that hold where a namespace does not say.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct PodSecurityDefaults {
    /// The level whose violation refuses a pod: `privileged`, `baseline` or `restricted`; the first if empty.
    pub enforce: String,
    /// The release whose rules that level has, such as `v1.36`; `latest` if empty.
    #[api(json = "enforce-version")]
    pub enforce_version: String,
    /// The level whose violation is noted in the audit log; `privileged` if empty.
    pub audit: String,
    /// The release whose rules that level has; `latest` if empty.
    #[api(json = "audit-version")]
    pub audit_version: String,
    /// The level whose violation is answered with a warning; `privileged` if empty.
    pub warn: String,
    /// The release whose rules that level has; `latest` if empty.
    #[api(json = "warn-version")]
    pub warn_version: String,
}

/// Requests that are let through without a look.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct PodSecurityExemptions {
    /// Those of these users.
    pub usernames: Vec<String>,
    /// Those in these namespaces.
    pub namespaces: Vec<String>,
    /// Those for pods of these runtime classes.
    pub runtime_classes: Vec<String>,
}
