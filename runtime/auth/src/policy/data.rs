//! The notation of the tables: lists are words with spaces between them; the core group is written `core`.

use kubeforge_api::rbac::v1::{PolicyRule, Subject};

pub(super) struct RoleData {
    pub(super) name: &'static str,
    /// The role of people that gathers this one.
    pub(super) joins: &'static str,
    /// It gathers all roles that join under this name.
    pub(super) gathers: &'static str,
    pub(super) rules: &'static [RuleData],
}

pub(super) const EMPTY: RoleData = RoleData { name: "", joins: "", gathers: "", rules: &[] };

pub(super) struct BindingData {
    pub(super) name: &'static str,
    pub(super) role: &'static str,
    pub(super) subjects: &'static [SubjectData],
}

pub(super) enum SubjectData {
    User(&'static str),
    Group(&'static str),
    /// One of `kube-system`.
    ServiceAccount(&'static str),
}

pub(super) struct RuleData {
    verbs: &'static str,
    groups: &'static str,
    resources: &'static str,
    names: &'static str,
    paths: &'static str,
}

/// Verbs on resources of groups.
pub(super) const fn on(verbs: &'static str, groups: &'static str, resources: &'static str) -> RuleData {
    RuleData { verbs, groups, resources, names: "", paths: "" }
}

/// Verbs on objects with these names.
pub(super) const fn named(
    verbs: &'static str,
    groups: &'static str,
    resources: &'static str,
    names: &'static str,
) -> RuleData {
    RuleData { verbs, groups, resources, names, paths: "" }
}

/// Verbs on paths that are no resources.
pub(super) const fn paths(verbs: &'static str, paths: &'static str) -> RuleData {
    RuleData { verbs, groups: "", resources: "", names: "", paths }
}

fn words(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
}

impl RuleData {
    pub(super) fn rule(&self) -> PolicyRule {
        let group = |group: &str| if group == "core" { String::new() } else { group.to_owned() };
        PolicyRule {
            verbs: words(self.verbs),
            api_groups: self.groups.split_whitespace().map(group).collect(),
            resources: words(self.resources),
            resource_names: words(self.names),
            non_resource_urls: words(self.paths),
        }
    }
}

impl SubjectData {
    pub(super) fn subject(&self) -> Subject {
        let (kind, name) = match self {
            Self::User(name) => ("User", name),
            Self::Group(name) => ("Group", name),
            Self::ServiceAccount(name) => {
                return Subject {
                    kind: "ServiceAccount".to_owned(),
                    name: (*name).to_owned(),
                    namespace: "kube-system".to_owned(),
                    ..Subject::default()
                };
            }
        };
        Subject {
            kind: kind.to_owned(),
            api_group: super::GROUP.to_owned(),
            name: (*name).to_owned(),
            ..Subject::default()
        }
    }
}
