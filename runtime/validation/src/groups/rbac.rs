//! Roles and bindings: any text that fits into a path is a name, and a binding never changes its role.

use kubeforge_api::rbac::v1::{ClusterRole, ClusterRoleBinding, PolicyRule, Role, RoleBinding, RoleRef, Subject};
use kubeforge_machinery::{
    field::{BadValue, Error, ErrorList, Path},
    meta::v1::LabelSelector,
    validation::{CheckContext, Checks, NameRule, is_dns1123_subdomain, is_path_segment_name},
};

use crate::{
    BuiltIn,
    common::{SelectorOptions, invalid_each, label_selector, shown, shown_internal},
};

const GROUP: &str = "rbac.authorization.k8s.io";

/// Where a role or binding applies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Scope {
    Namespace,
    Cluster,
}

pub(super) fn register(all: &mut BuiltIn) {
    let roles = Checks::new(|_: &CheckContext<'_>, role: &Role| policy_rules(&role.rules, Scope::Namespace));
    all.add(GROUP, "roles", roles.names(NameRule::PathSegment));
    let cluster_roles =
        Checks::new(|_: &CheckContext<'_>, role: &ClusterRole| cluster_role(role, SelectorOptions::Strict)).update(
            |_: &CheckContext<'_>, new: &ClusterRole, old: &ClusterRole| cluster_role(new, selector_options(old)),
        );
    all.add(GROUP, "clusterroles", cluster_roles.names(NameRule::PathSegment));
    let bindings = Checks::new(|_: &CheckContext<'_>, binding: &RoleBinding| {
        self::binding(&binding.role_ref, &binding.subjects, Scope::Namespace)
    })
    .update(|_: &CheckContext<'_>, new: &RoleBinding, old: &RoleBinding| {
        let errors = binding(&new.role_ref, &new.subjects, Scope::Namespace);
        same_role(&new.role_ref, &old.role_ref, errors)
    });
    all.add(GROUP, "rolebindings", bindings.names(NameRule::PathSegment));
    let cluster_bindings = Checks::new(|_: &CheckContext<'_>, binding: &ClusterRoleBinding| {
        self::binding(&binding.role_ref, &binding.subjects, Scope::Cluster)
    })
    .update(|_: &CheckContext<'_>, new: &ClusterRoleBinding, old: &ClusterRoleBinding| {
        let errors = binding(&new.role_ref, &new.subjects, Scope::Cluster);
        same_role(&new.role_ref, &old.role_ref, errors)
    });
    all.add(GROUP, "clusterrolebindings", cluster_bindings.names(NameRule::PathSegment));
}

fn policy_rules(rules: &[PolicyRule], scope: Scope) -> ErrorList {
    let mut errors = ErrorList::new();
    let path = Path::new("rules");
    for (at, rule) in rules.iter().enumerate() {
        policy_rule(rule, scope, &path.index(at), &mut errors);
    }
    errors
}

fn policy_rule(rule: &PolicyRule, scope: Scope, path: &Path<'_>, errors: &mut ErrorList) {
    if rule.verbs.is_empty() {
        errors.push(Error::required(&path.child("verbs"), "verbs must contain at least one value"));
    }
    if !rule.non_resource_urls.is_empty() {
        let mut refuse = |text: &str| {
            errors.push(Error::invalid(&path.child("nonResourceURLs"), shown(&rule.non_resource_urls), text));
        };
        if scope == Scope::Namespace {
            refuse("namespaced rules cannot apply to non-resource URLs");
        }
        if !(rule.api_groups.is_empty() && rule.resources.is_empty() && rule.resource_names.is_empty()) {
            refuse("rules cannot apply to both regular resources and non-resource URLs");
        }
        return;
    }
    if rule.api_groups.is_empty() {
        errors.push(Error::required(&path.child("apiGroups"), "resource rules must supply at least one api group"));
    }
    if rule.resources.is_empty() {
        errors.push(Error::required(&path.child("resources"), "resource rules must supply at least one resource"));
    }
}

fn cluster_role(role: &ClusterRole, options: SelectorOptions) -> ErrorList {
    let mut errors = policy_rules(&role.rules, Scope::Cluster);
    let Some(aggregation) = &role.aggregation_rule else { return errors };
    let path = Path::new("aggregationRule.clusterRoleSelectors");
    if aggregation.cluster_role_selectors.is_empty() {
        let text = "at least one clusterRoleSelector required if aggregationRule is non-nil";
        errors.push(Error::required(&path, text));
    }
    for (at, selector) in aggregation.cluster_role_selectors.iter().enumerate() {
        let path = path.index(at);
        label_selector(Some(selector), options, &path, &mut errors);
        if !is_usable(selector) {
            errors.push(Error::invalid(&path, BadValue::Null, "invalid label selector."));
        }
    }
    errors
}

/// Whether objects can be selected by it.
fn is_usable(selector: &LabelSelector) -> bool {
    let mut errors = ErrorList::new();
    label_selector(Some(selector), SelectorOptions::Strict, &Path::NIL, &mut errors);
    errors.is_empty()
}

/// Values that were wrong already may stay so.
fn selector_options(old: &ClusterRole) -> SelectorOptions {
    match &old.aggregation_rule {
        Some(rule) if !rule.cluster_role_selectors.iter().all(is_usable) => SelectorOptions::AllowInvalidValues,
        _ => SelectorOptions::Strict,
    }
}

fn binding(role: &RoleRef, subjects: &[Subject], scope: Scope) -> ErrorList {
    let mut errors = ErrorList::new();
    let path = Path::new("roleRef");
    if role.api_group != GROUP {
        errors.push(Error::not_supported(&path.child("apiGroup"), &role.api_group, &[GROUP]));
    }
    let kinds: &[&str] = match scope {
        Scope::Namespace => &["Role", "ClusterRole"],
        Scope::Cluster => &["ClusterRole"],
    };
    if !kinds.contains(&role.kind.as_str()) {
        errors.push(Error::not_supported(&path.child("kind"), &role.kind, kinds));
    }
    let name = path.child("name");
    if role.name.is_empty() {
        errors.push(Error::required(&name, ""));
    } else {
        invalid_each(&name, &role.name, is_path_segment_name(&role.name), &mut errors);
    }
    let path = Path::new("subjects");
    for (at, subject) in subjects.iter().enumerate() {
        check_subject(subject, scope, &path.index(at), &mut errors);
    }
    errors
}

fn check_subject(subject: &Subject, scope: Scope, path: &Path<'_>, errors: &mut ErrorList) {
    let name = path.child("name");
    if subject.name.is_empty() {
        errors.push(Error::required(&name, ""));
    }
    let group = path.child("apiGroup");
    match subject.kind.as_str() {
        "ServiceAccount" => {
            if !subject.name.is_empty() {
                invalid_each(&name, &subject.name, is_dns1123_subdomain(&subject.name), errors);
            }
            if !subject.api_group.is_empty() {
                errors.push(Error::not_supported(&group, &subject.api_group, &[""]));
            }
            if scope == Scope::Cluster && subject.namespace.is_empty() {
                errors.push(Error::required(&path.child("namespace"), ""));
            }
        }
        "User" | "Group" => {
            if subject.api_group != GROUP {
                errors.push(Error::not_supported(&group, &subject.api_group, &[GROUP]));
            }
        }
        _ => {
            let kinds = ["ServiceAccount", "User", "Group"];
            errors.push(Error::not_supported(&path.child("kind"), &subject.kind, &kinds));
        }
    }
}

fn same_role(new: &RoleRef, old: &RoleRef, mut errors: ErrorList) -> ErrorList {
    if new != old {
        errors.push(Error::invalid(&Path::new("roleRef"), shown_internal(new), "cannot change roleRef"));
    }
    errors
}
