//! Which requests a flow schema takes: whose, and for what.

use kubeforge_api::flowcontrol::v1::{
    NonResourcePolicyRule, PolicyRulesWithSubjects, ResourcePolicyRule, ServiceAccountSubject, Subject, SubjectKind,
};
use kubeforge_machinery::{
    field::{Error, ErrorList, Path},
    validation::{is_dns1123_label, is_dns1123_subdomain},
};

use crate::common::{invalid_each, shown};

const ALL: &str = "*";
const VERBS: [&str; 9] = ["create", "delete", "deletecollection", "get", "list", "patch", "proxy", "update", "watch"];

pub(super) fn check_rule(rule: &PolicyRulesWithSubjects, path: &Path<'_>, errors: &mut ErrorList) {
    let subjects = path.child("subjects");
    if rule.subjects.is_empty() {
        errors.push(Error::required(&subjects, "subjects must contain at least one value"));
    }
    for (at, subject) in rule.subjects.iter().enumerate() {
        check_subject(subject, &subjects.index(at), errors);
    }
    if rule.resource_rules.is_empty() && rule.non_resource_rules.is_empty() {
        let text = "at least one of resourceRules and nonResourceRules has to be non-empty";
        errors.push(Error::required(path, text));
    }
    let resources = path.child("resourceRules");
    for (at, rule) in rule.resource_rules.iter().enumerate() {
        check_resource_rule(rule, &resources.index(at), errors);
    }
    let others = path.child("nonResourceRules");
    for (at, rule) in rule.non_resource_rules.iter().enumerate() {
        check_non_resource_rule(rule, &others.index(at), errors);
    }
}

fn check_subject(subject: &Subject, path: &Path<'_>, errors: &mut ErrorList) {
    let (user, group, account) = (path.child("user"), path.child("group"), path.child("serviceAccount"));
    let kind = subject.kind.as_str();
    match subject.kind {
        SubjectKind::ServiceAccount => check_account(subject.service_account.as_deref(), &account, errors),
        SubjectKind::User => {
            check_name(subject.user.as_ref().map(|user| user.name.as_str()), "user", kind, &user, errors)
        }
        SubjectKind::Group => {
            check_name(subject.group.as_ref().map(|group| group.name.as_str()), "group", kind, &group, errors);
        }
        SubjectKind::Other(_) => {
            let kinds = ["Group", "ServiceAccount", "User"];
            errors.push(Error::not_supported(&path.child("kind"), kind, &kinds));
            return;
        }
    }
    for (is_given, path, name, its_kind) in [
        (subject.service_account.is_some(), &account, "serviceAccount", "ServiceAccount"),
        (subject.user.is_some(), &user, "user", "User"),
        (subject.group.is_some(), &group, "group", "Group"),
    ] {
        if is_given && its_kind != kind {
            let text = format!("{name} is forbidden when subject kind is not '{its_kind}'");
            errors.push(Error::forbidden(path, text));
        }
    }
}

fn check_name(name: Option<&str>, field: &str, kind: &str, path: &Path<'_>, errors: &mut ErrorList) {
    match name {
        None => errors.push(Error::required(path, format!("{field} is required when subject kind is '{kind}'"))),
        Some("") => errors.push(Error::required(&path.child("name"), "")),
        Some(_) => {}
    }
}

fn check_account(account: Option<&ServiceAccountSubject>, path: &Path<'_>, errors: &mut ErrorList) {
    let Some(account) = account else {
        let text = "serviceAccount is required when subject kind is 'ServiceAccount'";
        errors.push(Error::required(path, text));
        return;
    };
    let name = path.child("name");
    if account.name.is_empty() {
        errors.push(Error::required(&name, ""));
    } else if account.name != ALL {
        invalid_each(&name, &account.name, is_dns1123_subdomain(&account.name), errors);
    }
    let namespace = path.child("namespace");
    if account.namespace.is_empty() {
        errors.push(Error::required(&namespace, "must specify namespace for service account"));
    } else {
        invalid_each(&namespace, &account.namespace, is_dns1123_label(&account.namespace), errors);
    }
}

fn has_all(values: &[String]) -> bool {
    values.iter().any(|value| value == ALL)
}

fn alone(values: &Vec<String>, what: &str, path: &Path<'_>, errors: &mut ErrorList) {
    if values.len() > 1 && has_all(values) {
        let text = format!("if '*' is present, must not specify other {what}");
        errors.push(Error::invalid(path, shown(values), text));
    }
}

fn check_verbs(verbs: &Vec<String>, path: &Path<'_>, errors: &mut ErrorList) {
    if verbs.is_empty() {
        errors.push(Error::required(path, "verbs must contain at least one value"));
    } else if has_all(verbs) {
        alone(verbs, "verbs", path, errors);
    } else if !verbs.iter().all(|verb| VERBS.contains(&verb.as_str())) {
        errors.push(Error::not_supported(path, shown(verbs), &VERBS));
    }
}

fn check_resource_rule(rule: &ResourcePolicyRule, path: &Path<'_>, errors: &mut ErrorList) {
    check_verbs(&rule.verbs, &path.child("verbs"), errors);
    for (values, name, one, others) in [
        (&rule.api_groups, "apiGroups", "api group", "api groups"),
        (&rule.resources, "resources", "resource", "resources"),
    ] {
        let path = path.child(name);
        if values.is_empty() {
            errors.push(Error::required(&path, format!("resource rules must supply at least one {one}")));
        }
        alone(values, others, &path, errors);
    }
    let namespaces = path.child("namespaces");
    if rule.namespaces.is_empty() && !rule.cluster_scope {
        let text = "resource rules that are not cluster scoped must supply at least one namespace";
        errors.push(Error::required(&namespaces, text));
    } else if has_all(&rule.namespaces) {
        alone(&rule.namespaces, "namespaces", &namespaces, errors);
    } else {
        for (at, namespace) in rule.namespaces.iter().enumerate() {
            let wrong = is_dns1123_label(namespace);
            let told = |text| format!("each member of this list must be '*' or a DNS-1123 label; {text}");
            invalid_each(&namespaces.index(at), namespace, wrong.into_iter().map(told).collect(), errors);
        }
    }
}

fn check_non_resource_rule(rule: &NonResourcePolicyRule, path: &Path<'_>, errors: &mut ErrorList) {
    check_verbs(&rule.verbs, &path.child("verbs"), errors);
    let urls = path.child("nonResourceURLs");
    if rule.non_resource_urls.is_empty() {
        errors.push(Error::required(&urls, "nonResourceURLs must contain at least one value"));
    } else if has_all(&rule.non_resource_urls) {
        alone(&rule.non_resource_urls, "non-resource URLs", &urls, errors);
    } else {
        for (at, url) in rule.non_resource_urls.iter().enumerate() {
            if let Some(text) = wrong_with_url(url) {
                errors.push(Error::invalid(&urls.index(at), url, text));
            }
        }
    }
}

/// A path, perhaps with `*` for all that is below it.
fn wrong_with_url(url: &str) -> Option<&'static str> {
    let wildcards = url.matches('*').count();
    match url {
        "" => Some("must not be empty"),
        "/" => None,
        _ if !url.starts_with('/') => Some("must start with slash"),
        _ if url.contains(' ') => Some("must not contain white-space"),
        _ if url.contains("//") => Some("must not contain double slash"),
        _ if wildcards > 1 || (wildcards == 1 && !url.ends_with("/*")) => Some("wildcard can only do suffix matching"),
        _ => None,
    }
}
