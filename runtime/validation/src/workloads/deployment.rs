//! Deployments. Follows pkg/apis/apps/validation and pkg/registry/apps/deployment.

use kubeforge_api::apps::v1::{
    DEPRECATED_ROLLBACK_TO, Deployment, DeploymentSpec, DeploymentStatus, DeploymentStrategy, DeploymentStrategyType,
    RollingUpdateDeployment,
};
use kubeforge_machinery::{
    IntOrString,
    field::{Error, ErrorList, Path},
    labels::Selector,
    validation::{CheckContext, Checks},
};

use super::{
    int_or_percent::{at_most_all, is_zero, non_negative_amount},
    selector, status, template, warnings,
};
use crate::{
    BuiltIn,
    common::{non_negative, shown_internal},
    pod::PodOptions,
};

const SPEC: Path<'static> = Path::new("spec");

pub(super) fn register(all: &mut BuiltIn) {
    let checks = Checks::new(|ctx: &CheckContext<'_>, deployment: &Deployment| {
        validate(deployment, &PodOptions::of_template(ctx, None))
    })
    .update(validate_update)
    .subresource("status", validate_status_update)
    .warnings(|ctx: &CheckContext<'_>, new: &Deployment, old: Option<&Deployment>| {
        warnings::of_replicas(ctx, &new.metadata, old.map(|old| &old.metadata), &new.spec.template)
    });
    all.add("apps", "deployments", checks);
}

fn validate(deployment: &Deployment, pods: &PodOptions<'_>) -> ErrorList {
    let mut errors = ErrorList::new();
    validate_spec(&deployment.spec, pods, &mut errors);
    // a field in versions before this
    let rollback = deployment.metadata.annotations.get(DEPRECATED_ROLLBACK_TO);
    if let Some(revision) = rollback.and_then(|text| text.parse().ok()) {
        non_negative(revision, &SPEC.child("rollback.version"), &mut errors);
    }
    errors
}

fn validate_spec(spec: &DeploymentSpec, pods: &PodOptions<'_>, errors: &mut ErrorList) {
    non_negative(spec.replicas.unwrap_or(0).into(), &SPEC.child("replicas"), errors);
    let path = SPEC.child("selector");
    let given = spec.selector.as_deref();
    selector::required(given, "deployment", &path, errors);
    match Selector::from_label_selector(given) {
        Ok(selector) => {
            template::of_replicas(&spec.template, &selector, "ReplicaSet", pods, &SPEC.child("template"), errors);
        }
        Err(_) => errors.push(Error::invalid(&path, selector::shown_selector(given), "invalid label selector")),
    }
    validate_strategy(&spec.strategy, &SPEC.child("strategy"), errors);
    non_negative(spec.min_ready_seconds.into(), &SPEC.child("minReadySeconds"), errors);
    if let Some(limit) = spec.revision_history_limit {
        non_negative(limit.into(), &SPEC.child("revisionHistoryLimit"), errors);
    }
    if let Some(seconds) = spec.progress_deadline_seconds {
        let path = SPEC.child("progressDeadlineSeconds");
        non_negative(seconds.into(), &path, errors);
        if seconds <= spec.min_ready_seconds {
            errors.push(Error::invalid(&path, seconds, "must be greater than minReadySeconds"));
        }
    }
}

fn validate_strategy(strategy: &DeploymentStrategy, path: &Path<'_>, errors: &mut ErrorList) {
    let rolling = path.child("rollingUpdate");
    match &strategy.type_ {
        DeploymentStrategyType::Recreate => {
            if strategy.rolling_update.is_some() {
                let text = "may not be specified when strategy `type` is 'Recreate'";
                errors.push(Error::forbidden(&rolling, text));
            }
        }
        DeploymentStrategyType::RollingUpdate => match &strategy.rolling_update {
            None => errors.push(Error::required(&rolling, "this should be defaulted and never be nil")),
            Some(update) => validate_rolling_update(update, &rolling, errors),
        },
        DeploymentStrategyType::Other(_) => {
            let supported = [DeploymentStrategyType::Recreate, DeploymentStrategyType::RollingUpdate];
            let supported: Vec<&str> = supported.iter().map(DeploymentStrategyType::as_str).collect();
            errors.push(Error::not_supported(path, shown_internal(strategy), &supported));
        }
    }
}

fn validate_rolling_update(update: &RollingUpdateDeployment, path: &Path<'_>, errors: &mut ErrorList) {
    let zero = IntOrString::Int(0);
    let unavailable = update.max_unavailable.as_ref().unwrap_or(&zero);
    let surge = update.max_surge.as_ref().unwrap_or(&zero);
    let unavailable_path = path.child("maxUnavailable");
    non_negative_amount(unavailable, &unavailable_path, errors);
    non_negative_amount(surge, &path.child("maxSurge"), errors);
    if is_zero(unavailable) && is_zero(surge) {
        let text = "may not be 0 when `maxSurge` is 0";
        errors.push(Error::invalid(&unavailable_path, crate::common::shown(unavailable), text));
    }
    at_most_all(unavailable, &unavailable_path, errors);
}

fn validate_update(ctx: &CheckContext<'_>, new: &Deployment, old: &Deployment) -> ErrorList {
    let mut errors = validate(new, &PodOptions::of_template(ctx, Some(&old.spec.template)));
    let (new, old) = (new.spec.selector.as_deref(), old.spec.selector.as_deref());
    selector::immutable(new, old, &SPEC.child("selector"), &mut errors);
    errors
}

fn validate_status_update(_: &CheckContext<'_>, new: &Deployment, old: &Deployment) -> ErrorList {
    let mut errors = ErrorList::new();
    validate_status(&new.status, &mut errors);
    status::collisions_grow(new.status.collision_count, old.status.collision_count, &mut errors);
    errors
}

fn validate_status(status: &DeploymentStatus, errors: &mut ErrorList) {
    let updated = ("updatedReplicas", status.updated_replicas.into());
    let ready = ("readyReplicas", status.ready_replicas.into());
    let available = ("availableReplicas", status.available_replicas.into());
    status::non_negative_counters(
        &[
            ("observedGeneration", status.observed_generation),
            ("replicas", status.replicas.into()),
            updated,
            ready,
            available,
            ("unavailableReplicas", status.unavailable_replicas.into()),
            ("terminatingReplicas", status.terminating_replicas.unwrap_or(0).into()),
            ("collisionCount", status.collision_count.unwrap_or(0).into()),
        ],
        errors,
    );
    status::at_most(&[updated, ready, available], status.replicas, "status.replicas", errors);
    status::at_most(&[available], status.ready_replicas, "readyReplicas", errors);
}
