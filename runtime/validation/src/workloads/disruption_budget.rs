//! Budgets for disruptions. Follows pkg/apis/policy/validation and pkg/registry/policy/poddisruptionbudget.

use kubeforge_api::policy::v1::{PodDisruptionBudget, PodDisruptionBudgetSpec, UnhealthyPodEvictionPolicyType};
use kubeforge_machinery::{
    field::{Error, ErrorList, Path},
    validation::{CheckContext, Checks, NameRule},
};

use super::{
    condition::conditions,
    int_or_percent::{at_most_all, non_negative_amount},
    status,
};
use crate::{
    BuiltIn,
    common::{SelectorOptions, label_selector, shown_internal},
};

const SPEC: Path<'static> = Path::new("spec");

pub(super) fn register(all: &mut BuiltIn) {
    let checks = Checks::new(|_: &CheckContext<'_>, budget: &PodDisruptionBudget| {
        validate_spec(&budget.spec, SelectorOptions::Strict)
    })
    .names(NameRule::Unchecked)
    .update(|_: &CheckContext<'_>, new: &PodDisruptionBudget, old: &PodDisruptionBudget| {
        validate_spec(&new.spec, options_on_update(&old.spec))
    })
    .subresource("status", validate_status_update);
    all.add("policy", "poddisruptionbudgets", checks);
}

/// Whatever is wrong with a selector, its values may stay as they are.
fn options_on_update(old: &PodDisruptionBudgetSpec) -> SelectorOptions {
    let mut wrong = ErrorList::new();
    label_selector(old.selector.as_deref(), SelectorOptions::Strict, &Path::NIL, &mut wrong);
    if wrong.is_empty() { SelectorOptions::Strict } else { SelectorOptions::AllowInvalidValues }
}

fn validate_spec(spec: &PodDisruptionBudgetSpec, options: SelectorOptions) -> ErrorList {
    let mut errors = ErrorList::new();
    if spec.min_available.is_some() && spec.max_unavailable.is_some() {
        let shown = shown_internal(spec);
        errors.push(Error::invalid(&SPEC, shown, "minAvailable and maxUnavailable cannot be both set"));
    }
    for (amount, field) in [(&spec.min_available, "minAvailable"), (&spec.max_unavailable, "maxUnavailable")] {
        if let Some(amount) = amount {
            let path = SPEC.child(field);
            non_negative_amount(amount, &path, &mut errors);
            at_most_all(amount, &path, &mut errors);
        }
    }
    label_selector(spec.selector.as_deref(), options, &SPEC.child("selector"), &mut errors);
    if let Some(UnhealthyPodEvictionPolicyType::Other(policy)) = &spec.unhealthy_pod_eviction_policy {
        let path = SPEC.child("unhealthyPodEvictionPolicy");
        errors.push(Error::not_supported(&path, policy, &["AlwaysAllow", "IfHealthyBudget"]));
    }
    errors
}

fn validate_status_update(ctx: &CheckContext<'_>, new: &PodDisruptionBudget, _: &PodDisruptionBudget) -> ErrorList {
    let mut errors = ErrorList::new();
    let status = &new.status;
    conditions(&status.conditions, &Path::new("status.conditions"), &mut errors);
    if ctx.kind.version == "v1beta1" {
        // it never checked more
        return errors;
    }
    status::non_negative_counters(
        &[
            ("disruptionsAllowed", status.disruptions_allowed.into()),
            ("currentHealthy", status.current_healthy.into()),
            ("desiredHealthy", status.desired_healthy.into()),
            ("expectedPods", status.expected_pods.into()),
        ],
        &mut errors,
    );
    errors
}
