//! Daemon sets. Follows pkg/apis/apps/validation and pkg/registry/apps/daemonset.

use kubeforge_api::apps::v1::{
    DaemonSet, DaemonSetSpec, DaemonSetUpdateStrategy, DaemonSetUpdateStrategyType, RollingUpdateDaemonSet,
};
use kubeforge_machinery::{
    IntOrString,
    field::{Error, ErrorList, Path},
    labels::Selector,
    validation::{CheckContext, Checks, MetadataOnUpdate},
};

use super::{
    int_or_percent::{at_most_all, is_zero, non_negative_amount},
    selector, status, template, warnings,
};
use crate::{
    BuiltIn,
    common::{SelectorOptions, label_selector, non_negative, shown_internal},
    pod::{PodOptions, pod_template},
};

const SPEC: Path<'static> = Path::new("spec");

pub(super) fn register(all: &mut BuiltIn) {
    let checks = Checks::new(|ctx: &CheckContext<'_>, daemon_set: &DaemonSet| {
        validate_spec(&daemon_set.spec, SelectorOptions::Strict, &PodOptions::of_template(ctx, None))
    })
    .update(validate_update)
    .metadata_on_update(MetadataOnUpdate::Whole)
    .subresource("status", validate_status_update)
    .warnings(|ctx: &CheckContext<'_>, new: &DaemonSet, old: Option<&DaemonSet>| {
        warnings::of_template(ctx, &new.metadata, old.map(|old| &old.metadata), &new.spec.template)
    });
    all.add("apps", "daemonsets", checks);
}

fn validate_spec(spec: &DaemonSetSpec, options: SelectorOptions, pods: &PodOptions<'_>) -> ErrorList {
    let mut errors = ErrorList::new();
    let path = SPEC.child("selector");
    let template_path = SPEC.child("template");
    let given = spec.selector.as_deref();
    label_selector(given, options, &path, &mut errors);
    if let Ok(selector) = Selector::from_label_selector(given) {
        selector::fits(&selector, &spec.template.metadata.labels, &template_path, &mut errors);
    }
    if let Some(given) = given {
        selector::not_empty(given, "daemonset", &path, &mut errors);
    }
    pod_template(&spec.template, pods, &template_path, &mut errors);
    template::runs_for_ever(&spec.template.spec, "DaemonSet", &template_path.child("spec"), &mut errors);
    non_negative(spec.min_ready_seconds.into(), &SPEC.child("minReadySeconds"), &mut errors);
    validate_strategy(&spec.update_strategy, &SPEC.child("updateStrategy"), &mut errors);
    if let Some(limit) = spec.revision_history_limit {
        non_negative(limit.into(), &SPEC.child("revisionHistoryLimit"), &mut errors);
    }
    errors
}

fn validate_strategy(strategy: &DaemonSetUpdateStrategy, path: &Path<'_>, errors: &mut ErrorList) {
    match &strategy.type_ {
        DaemonSetUpdateStrategyType::OnDelete => {}
        DaemonSetUpdateStrategyType::RollingUpdate => {
            let path = path.child("rollingUpdate");
            match &strategy.rolling_update {
                None => errors.push(Error::required(&path, "")),
                Some(update) => validate_rolling_update(update, &path, errors),
            }
        }
        DaemonSetUpdateStrategyType::Other(_) => {
            let supported = [DaemonSetUpdateStrategyType::RollingUpdate, DaemonSetUpdateStrategyType::OnDelete];
            let supported: Vec<&str> = supported.iter().map(DaemonSetUpdateStrategyType::as_str).collect();
            errors.push(Error::not_supported(path, shown_internal(strategy), &supported));
        }
    }
}

fn validate_rolling_update(update: &RollingUpdateDaemonSet, path: &Path<'_>, errors: &mut ErrorList) {
    let zero = IntOrString::Int(0);
    let unavailable = update.max_unavailable.as_ref().unwrap_or(&zero);
    let surge = update.max_surge.as_ref().unwrap_or(&zero);
    let (unavailable_path, surge_path) = (path.child("maxUnavailable"), path.child("maxSurge"));
    for check in [non_negative_amount, at_most_all] {
        check(unavailable, &unavailable_path, errors);
        check(surge, &surge_path, errors);
    }
    match (is_zero(unavailable), is_zero(surge)) {
        (false, false) => {
            let text = "may not be set when maxUnavailable is non-zero";
            errors.push(Error::invalid(&surge_path, crate::common::shown(surge), text));
        }
        (true, true) => errors.push(Error::required(&unavailable_path, "cannot be 0 when maxSurge is 0")),
        (true, false) | (false, true) => {}
    }
}

fn validate_update(ctx: &CheckContext<'_>, new: &DaemonSet, old: &DaemonSet) -> ErrorList {
    let (new, old) = (&new.spec, &old.spec);
    let pods = PodOptions::of_template(ctx, Some(&old.template));
    let mut errors = validate_spec(new, selector::options_on_update(old.selector.as_deref()), &pods);
    // upstream checks the spec as that of a new object and as that of an update
    errors.extend_from_within(..);
    let path = SPEC.child("selector");
    selector::immutable(new.selector.as_deref(), old.selector.as_deref(), &path, &mut errors);
    errors
}

fn validate_status_update(_: &CheckContext<'_>, new: &DaemonSet, old: &DaemonSet) -> ErrorList {
    let mut errors = ErrorList::new();
    let status = &new.status;
    status::non_negative_counters(
        &[
            ("currentNumberScheduled", status.current_number_scheduled.into()),
            ("numberMisscheduled", status.number_misscheduled.into()),
            ("desiredNumberScheduled", status.desired_number_scheduled.into()),
            ("numberReady", status.number_ready.into()),
            ("observedGeneration", status.observed_generation),
            ("updatedNumberScheduled", status.updated_number_scheduled.into()),
            ("numberAvailable", status.number_available.into()),
            ("numberUnavailable", status.number_unavailable.into()),
            ("collisionCount", status.collision_count.unwrap_or(0).into()),
        ],
        &mut errors,
    );
    status::collisions_grow(status.collision_count, old.status.collision_count, &mut errors);
    errors
}
