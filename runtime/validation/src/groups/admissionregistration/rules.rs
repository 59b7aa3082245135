//! Which requests a webhook or a policy is about.

use std::collections::BTreeSet;

use kubeforge_api::admissionregistration::v1::{
    MatchPolicyType, MatchResources, NamedRuleWithOperations, OperationType, Rule, RuleWithOperations, ScopeType,
};
use kubeforge_machinery::{
    field::{Error, ErrorList, Path},
    validation::is_path_segment_name,
};

use crate::common::{SelectorOptions, invalid_each, label_selector, shown};

const ALL: &str = "*";
pub(super) const MATCH_POLICIES: [&str; 2] = ["Equivalent", "Exact"];

fn has_all(values: &[String]) -> bool {
    values.iter().any(|value| value == ALL)
}

/// A rule with its operations.
pub(super) fn rule_with_operations(rule: &RuleWithOperations, path: &Path<'_>, errors: &mut ErrorList) {
    let operations = path.child("operations");
    if rule.operations.is_empty() {
        errors.push(Error::required(&operations, ""));
    }
    if rule.operations.len() > 1 && rule.operations.contains(&OperationType::All) {
        let text = "if '*' is present, must not specify other operations";
        errors.push(Error::invalid(&operations, shown(&rule.operations), text));
    }
    for (at, operation) in rule.operations.iter().enumerate() {
        if let OperationType::Other(other) = operation {
            let known = ["*", "CONNECT", "CREATE", "DELETE", "UPDATE"];
            errors.push(Error::not_supported(&operations.index(at), other, &known));
        }
    }
    check_rule(&rule.rule, path, errors);
}

fn check_rule(rule: &Rule, path: &Path<'_>, errors: &mut ErrorList) {
    for (values, name, what) in
        [(&rule.api_groups, "apiGroups", "API groups"), (&rule.api_versions, "apiVersions", "API versions")]
    {
        let path = path.child(name);
        if values.is_empty() {
            errors.push(Error::required(&path, ""));
        }
        if values.len() > 1 && has_all(values) {
            let text = format!("if '*' is present, must not specify other {what}");
            errors.push(Error::invalid(&path, shown(values), text));
        }
    }
    let versions = path.child("apiVersions");
    for (at, _) in rule.api_versions.iter().enumerate().filter(|(_, version)| version.is_empty()) {
        errors.push(Error::required(&versions.index(at), ""));
    }
    resources(&rule.resources, &path.child("resources"), errors);
    if let Some(ScopeType::Other(other)) = &rule.scope {
        errors.push(Error::not_supported(&path.child("scope"), other, &["*", "Cluster", "Namespaced"]));
    }
}

/// Resources and subresources: what a wildcard says already may not be said once more.
fn resources(resources: &Vec<String>, path: &Path<'_>, errors: &mut ErrorList) {
    if resources.is_empty() {
        errors.push(Error::required(path, ""));
    }
    let (mut whole, mut everywhere) = (BTreeSet::new(), BTreeSet::new());
    // as upstream has it, the last resource without a subresource decides
    let mut has_own = false;
    for (at, resource) in resources.iter().enumerate() {
        let path = path.index(at);
        if resource.is_empty() {
            errors.push(Error::required(&path, ""));
            continue;
        }
        let Some((name, subresource)) = resource.split_once('/') else {
            has_own = resource != ALL;
            continue;
        };
        let mut refuse = |wildcard: String| {
            let text = format!("if '{wildcard}' is present, must not specify {resource}");
            errors.push(Error::invalid(&path, resource, text));
        };
        if whole.contains(name) {
            refuse(format!("{name}/*"));
        }
        if everywhere.contains(subresource) {
            refuse(format!("*/{subresource}"));
        }
        if subresource == ALL {
            whole.insert(name);
        }
        if name == ALL {
            everywhere.insert(subresource);
        }
    }
    if resources.len() > 1 && resources.iter().any(|resource| resource == "*/*") {
        let text = "if '*/*' is present, must not specify other resources";
        errors.push(Error::invalid(path, shown(resources), text));
    }
    if has_own && has_all(resources) {
        let text = "if '*' is present, must not specify other resources without subresources";
        errors.push(Error::invalid(path, shown(resources), text));
    }
}

/// What a policy or binding matches.
pub(super) fn match_resources(resources: &MatchResources, path: &Path<'_>, errors: &mut ErrorList) {
    match_policy(resources.match_policy.as_ref(), path, errors);
    for (selector, name) in
        [(&resources.namespace_selector, "namespaceSelector"), (&resources.object_selector, "objectSelector")]
    {
        let path = path.child(name);
        if selector.is_none() {
            errors.push(Error::required(&path, ""));
        }
        label_selector(selector.as_deref(), SelectorOptions::Strict, &path, errors);
    }
    for (rules, name) in
        [(&resources.resource_rules, "resourceRules"), (&resources.exclude_resource_rules, "excludeResourceRules")]
    {
        let path = path.child(name);
        for (at, rule) in rules.iter().enumerate() {
            named_rule(rule, &path.index(at), errors);
        }
    }
}

fn match_policy(policy: Option<&MatchPolicyType>, path: &Path<'_>, errors: &mut ErrorList) {
    let path = path.child("matchPolicy");
    match policy {
        None => errors.push(Error::required(&path, "")),
        Some(MatchPolicyType::Other(other)) => errors.push(Error::not_supported(&path, other, &MATCH_POLICIES)),
        Some(_) => {}
    }
}

fn named_rule(rule: &NamedRuleWithOperations, path: &Path<'_>, errors: &mut ErrorList) {
    let names = path.child("resourceNames");
    let mut seen = BTreeSet::new();
    for (at, name) in rule.resource_names.iter().enumerate() {
        let path = names.index(at);
        invalid_each(&path, name, is_path_segment_name(name), errors);
        if !seen.insert(name) {
            errors.push(Error::duplicate(&path, name));
        }
    }
    rule_with_operations(&rule.rule_with_operations, path, errors);
}

/// Only requests that bring an object can be mutated.
pub(super) fn only_writes(resources: &MatchResources, path: &Path<'_>, errors: &mut ErrorList) {
    let path = path.child("resourceRules");
    let path = path.child("operations");
    for operation in resources.resource_rules.iter().flat_map(|rule| &rule.rule_with_operations.operations) {
        if !matches!(operation, OperationType::CREATE | OperationType::UPDATE) {
            errors.push(Error::not_supported(&path, operation.as_str(), &["CREATE", "UPDATE"]));
        }
    }
}
