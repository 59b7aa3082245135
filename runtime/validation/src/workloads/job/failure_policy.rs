//! What a failed pod means for its job.

use std::collections::BTreeSet;

use kubeforge_api::{
    batch::v1::{
        JobSpec, PodFailurePolicy, PodFailurePolicyAction, PodFailurePolicyOnExitCodesOperator,
        PodFailurePolicyOnExitCodesRequirement, PodFailurePolicyOnPodConditionsPattern, PodFailurePolicyRule,
    },
    core::v1::ConditionStatus,
};
use kubeforge_machinery::{
    field::{BadValue, Error, ErrorList, Path},
    validation::is_qualified_name,
};

use crate::common::{invalid_each, shown};

const RULES_MAX: usize = 20;
const EXIT_CODES_MAX: usize = 255;
const PATTERNS_MAX: usize = 20;

/// What is wrong with the policy of a job with this spec.
pub(super) fn validate(policy: &PodFailurePolicy, spec: &JobSpec, path: &Path<'_>, errors: &mut ErrorList) {
    let path = path.child("rules");
    if policy.rules.len() > RULES_MAX {
        errors.push(Error::too_many(&path, policy.rules.len(), RULES_MAX));
    }
    let pod = &spec.template.spec;
    let containers = pod.containers.iter().chain(&pod.init_containers).map(|container| container.name.as_str());
    let containers: BTreeSet<&str> = containers.collect();
    for (at, rule) in policy.rules.iter().enumerate() {
        validate_rule(rule, spec, &containers, &path.index(at), errors);
    }
}

fn validate_rule(
    rule: &PodFailurePolicyRule,
    spec: &JobSpec,
    containers: &BTreeSet<&str>,
    path: &Path<'_>,
    errors: &mut ErrorList,
) {
    validate_action(&rule.action, spec, &path.child("action"), errors);
    if let Some(codes) = &rule.on_exit_codes {
        validate_exit_codes(codes, containers, &path.child("onExitCodes"), errors);
    }
    validate_conditions(&rule.on_pod_conditions, &path.child("onPodConditions"), errors);
    let text = match (rule.on_exit_codes.is_some(), !rule.on_pod_conditions.is_empty()) {
        (true, true) => "specifying both OnExitCodes and OnPodConditions is not supported",
        (false, false) => "specifying one of OnExitCodes and OnPodConditions is required",
        (true, false) | (false, true) => return,
    };
    errors.push(Error::invalid(path, BadValue::Omitted, text));
}

fn validate_action(action: &PodFailurePolicyAction, spec: &JobSpec, path: &Path<'_>, errors: &mut ErrorList) {
    match action {
        PodFailurePolicyAction::Count | PodFailurePolicyAction::FailJob | PodFailurePolicyAction::Ignore => {}
        PodFailurePolicyAction::FailIndex => {
            if spec.backoff_limit_per_index.is_none() {
                let text = "requires the backoffLimitPerIndex to be set";
                errors.push(Error::invalid(path, action.as_str(), text));
            }
        }
        PodFailurePolicyAction::Other(other) => {
            one_of(other, &["Count", "FailIndex", "FailJob", "Ignore"], path, errors);
        }
    }
}

/// Tells of a value that is none of those that there are: that it is missing where it is empty.
fn one_of(value: &str, supported: &[&str], path: &Path<'_>, errors: &mut ErrorList) {
    if value.is_empty() {
        let quoted: Vec<String> = supported.iter().map(|value| format!("\"{value}\"")).collect();
        errors.push(Error::required(path, format!("valid values: [{}]", quoted.join(" "))));
    } else {
        errors.push(Error::not_supported(path, value, supported));
    }
}

fn validate_exit_codes(
    codes: &PodFailurePolicyOnExitCodesRequirement,
    containers: &BTreeSet<&str>,
    path: &Path<'_>,
    errors: &mut ErrorList,
) {
    if let PodFailurePolicyOnExitCodesOperator::Other(operator) = &codes.operator {
        one_of(operator, &["In", "NotIn"], &path.child("operator"), errors);
    }
    if let Some(name) = codes.container_name.as_deref().filter(|name| !containers.contains(name)) {
        let text = "must be one of the container or initContainer names in the pod template";
        errors.push(Error::invalid(&path.child("containerName"), name, text));
    }
    let path = path.child("values");
    if codes.values.is_empty() {
        errors.push(Error::invalid(&path, BadValue::Plain("[]".to_owned()), "at least one value is required"));
    } else if codes.values.len() > EXIT_CODES_MAX {
        errors.push(Error::too_many(&path, codes.values.len(), EXIT_CODES_MAX));
    }
    let mut seen = BTreeSet::new();
    for (at, code) in codes.values.iter().enumerate() {
        let path = path.index(at);
        if *code == 0 && codes.operator == PodFailurePolicyOnExitCodesOperator::In {
            errors.push(Error::invalid(&path, *code, "must not be 0 for the In operator"));
        }
        if !seen.insert(code) {
            errors.push(Error::duplicate(&path, *code));
        }
    }
    if !codes.values.is_sorted() {
        errors.push(Error::invalid(&path, shown(&codes.values), "must be ordered"));
    }
}

fn validate_conditions(patterns: &[PodFailurePolicyOnPodConditionsPattern], path: &Path<'_>, errors: &mut ErrorList) {
    if patterns.len() > PATTERNS_MAX {
        errors.push(Error::too_many(path, patterns.len(), PATTERNS_MAX));
    }
    for (at, pattern) in patterns.iter().enumerate() {
        let path = path.index(at);
        invalid_each(&path.child("type"), &pattern.type_, is_qualified_name(&pattern.type_), errors);
        if let ConditionStatus::Other(status) = &pattern.status {
            one_of(status, &["False", "True", "Unknown"], &path.child("status"), errors);
        }
    }
}
