//! Replication controllers. Follows pkg/apis/core/validation and pkg/registry/core/replicationcontroller.

use kubeforge_api::core::v1::{ReplicationController, ReplicationControllerSpec, ReplicationControllerStatus};
use kubeforge_machinery::{
    field::{BadValue, Error, ErrorList, ErrorType, Path},
    labels::Selector,
    validation::{CheckContext, Checks, MetadataOnUpdate},
};

use super::{selector, status, template, warnings};
use crate::{BuiltIn, common::non_negative, pod::PodOptions};

const SPEC: Path<'static> = Path::new("spec");

/// Annotations that name fields which an older version could not convert.
const NON_CONVERTIBLE: &str = "non-convertible.kubernetes.io";

pub(super) fn register(all: &mut BuiltIn) {
    let checks = Checks::new(|ctx: &CheckContext<'_>, rc: &ReplicationController| {
        validate_spec(&rc.spec, &PodOptions::of_template(ctx, None))
    })
    .update(validate_update)
    .metadata_on_update(MetadataOnUpdate::Whole)
    .subresource("status", |_: &CheckContext<'_>, new: &ReplicationController, _: &ReplicationController| {
        validate_status(&new.status)
    })
    .warnings(|ctx: &CheckContext<'_>, new: &ReplicationController, old: Option<&ReplicationController>| {
        let template = new.spec.template.as_deref();
        let old = old.map(|old| &old.metadata);
        template.map(|template| warnings::of_replicas(ctx, &new.metadata, old, template)).unwrap_or_default()
    });
    all.add("", "replicationcontrollers", checks);
}

fn validate_spec(spec: &ReplicationControllerSpec, pods: &PodOptions<'_>) -> ErrorList {
    let mut errors = ErrorList::new();
    non_negative(spec.min_ready_seconds.into(), &SPEC.child("minReadySeconds"), &mut errors);
    if spec.selector.is_empty() {
        errors.push(Error::required(&SPEC.child("selector"), ""));
    }
    non_negative(spec.replicas.unwrap_or(0).into(), &SPEC.child("replicas"), &mut errors);
    let path = SPEC.child("template");
    match spec.template.as_deref() {
        None => errors.push(Error::required(&path, "")),
        Some(template) => {
            let selector = Selector::from_labels(&spec.selector);
            template::of_replicas(template, &selector, "ReplicationController", pods, &path, &mut errors);
        }
    }
    errors
}

fn validate_update(ctx: &CheckContext<'_>, new: &ReplicationController, old: &ReplicationController) -> ErrorList {
    let pods = PodOptions::of_template(ctx, old.spec.template.as_deref());
    let mut errors = validate_spec(&new.spec, &pods);
    // upstream checks the spec as that of a new object and as that of an update
    errors.extend_from_within(..);
    for (key, value) in &old.metadata.annotations {
        let Some((NON_CONVERTIBLE, field)) = key.split_once('/') else { continue };
        if !field.contains("selector") {
            errors.push(Error {
                type_: ErrorType::NotFound,
                field: field.to_owned(),
                bad_value: BadValue::from(value),
                detail: "unknown non-convertible field".to_owned(),
                origin: "",
            });
        } else if new.spec.selector != old.spec.selector {
            let shown = selector::shown_labels(&new.spec.selector);
            errors.push(Error::invalid(&SPEC.child("selector"), shown, "cannot update non-convertible selector"));
        }
    }
    errors
}

fn validate_status(status: &ReplicationControllerStatus) -> ErrorList {
    let mut errors = ErrorList::new();
    let labeled = ("fullyLabeledReplicas", status.fully_labeled_replicas.into());
    let ready = ("readyReplicas", status.ready_replicas.into());
    let available = ("availableReplicas", status.available_replicas.into());
    status::non_negative_counters(
        &[
            ("replicas", status.replicas.into()),
            labeled,
            ready,
            available,
            ("observedGeneration", status.observed_generation),
        ],
        &mut errors,
    );
    status::at_most(&[labeled, ready, available], status.replicas, "status.replicas", &mut errors);
    status::at_most(&[available], status.ready_replicas, "readyReplicas", &mut errors);
    errors
}
