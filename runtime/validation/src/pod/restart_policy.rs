//! When single containers are started again.

use kubeforge_api::core::v1::{ContainerRestartPolicy, ContainerRestartRule};
use kubeforge_machinery::field::{Error, ErrorList, Path};

use crate::common::shown;

const POLICIES: [&str; 3] = ["Always", "Never", "OnFailure"];
const ACTIONS: [&str; 2] = ["Restart", "RestartAllContainers"];
const OPERATORS: [&str; 2] = ["In", "NotIn"];
const RULES_MAX: usize = 20;
const EXIT_CODES_MAX: usize = 255;

/// Checks a container's policy and the rules that go before it; rules alone are not enough.
pub(super) fn restart_policy(
    policy: Option<&ContainerRestartPolicy>,
    rules: &[ContainerRestartRule],
    path: &Path<'_>,
    errors: &mut ErrorList,
) {
    let policy_path = path.child("restartPolicy");
    match policy {
        None if rules.is_empty() => return,
        None => {
            errors.push(Error::required(&policy_path, "must specify restartPolicy when restart rules are used"));
        }
        Some(policy) if !POLICIES.contains(&policy.as_str()) => {
            errors.push(Error::not_supported(&policy_path, shown(policy), &POLICIES));
        }
        Some(_) => {}
    }
    let path = path.child("restartPolicyRules");
    if rules.len() > RULES_MAX {
        errors.push(Error::too_many(&path, rules.len(), RULES_MAX));
    }
    for (at, rule) in rules.iter().enumerate() {
        restart_rule(rule, &path.index(at), errors);
    }
}

fn restart_rule(rule: &ContainerRestartRule, path: &Path<'_>, errors: &mut ErrorList) {
    if !ACTIONS.contains(&rule.action.as_str()) {
        errors.push(Error::not_supported(&path.child("action"), shown(&rule.action), &ACTIONS));
    }
    let path = path.child("exitCodes");
    let Some(codes) = rule.exit_codes.as_deref() else {
        errors.push(Error::required(&path, "must be specified"));
        return;
    };
    if !OPERATORS.contains(&codes.operator.as_str()) {
        errors.push(Error::not_supported(&path.child("operator"), shown(&codes.operator), &OPERATORS));
    }
    if codes.values.len() > EXIT_CODES_MAX {
        errors.push(Error::too_many(&path.child("values"), codes.values.len(), EXIT_CODES_MAX));
    }
}
