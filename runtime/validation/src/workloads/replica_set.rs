//! Replica sets. Follows pkg/apis/apps/validation and pkg/registry/apps/replicaset.

use kubeforge_api::apps::v1::{ReplicaSet, ReplicaSetSpec, ReplicaSetStatus};
use kubeforge_machinery::{
    field::{Error, ErrorList, Path},
    labels::Selector,
    validation::{CheckContext, Checks, MetadataOnUpdate},
};

use super::{selector, status, template, warnings};
use crate::{BuiltIn, common::non_negative, pod::PodOptions};

const SPEC: Path<'static> = Path::new("spec");

pub(super) fn register(all: &mut BuiltIn) {
    let checks = Checks::new(|ctx: &CheckContext<'_>, replica_set: &ReplicaSet| {
        validate_spec(&replica_set.spec, &PodOptions::of_template(ctx, None))
    })
    .update(validate_update)
    .metadata_on_update(MetadataOnUpdate::Whole)
    .subresource("status", |_: &CheckContext<'_>, new: &ReplicaSet, _: &ReplicaSet| validate_status(&new.status))
    .warnings(|ctx: &CheckContext<'_>, new: &ReplicaSet, old: Option<&ReplicaSet>| {
        warnings::of_replicas(ctx, &new.metadata, old.map(|old| &old.metadata), &new.spec.template)
    });
    all.add("apps", "replicasets", checks);
}

fn validate_spec(spec: &ReplicaSetSpec, pods: &PodOptions<'_>) -> ErrorList {
    let mut errors = ErrorList::new();
    non_negative(spec.replicas.unwrap_or(0).into(), &SPEC.child("replicas"), &mut errors);
    non_negative(spec.min_ready_seconds.into(), &SPEC.child("minReadySeconds"), &mut errors);
    let path = SPEC.child("selector");
    let given = spec.selector.as_deref();
    // the word is upstream's
    selector::required(given, "deployment", &path, &mut errors);
    match Selector::from_label_selector(given) {
        Ok(selector) => {
            template::of_replicas(&spec.template, &selector, "ReplicaSet", pods, &SPEC.child("template"), &mut errors);
        }
        Err(_) => errors.push(Error::invalid(&path, selector::shown_selector(given), "invalid label selector")),
    }
    errors
}

fn validate_update(ctx: &CheckContext<'_>, new: &ReplicaSet, old: &ReplicaSet) -> ErrorList {
    let mut errors = validate_spec(&new.spec, &PodOptions::of_template(ctx, Some(&old.spec.template)));
    // upstream checks the spec as that of a new object and as that of an update
    errors.extend_from_within(..);
    let (new, old) = (new.spec.selector.as_deref(), old.spec.selector.as_deref());
    selector::immutable(new, old, &SPEC.child("selector"), &mut errors);
    errors
}

fn validate_status(status: &ReplicaSetStatus) -> ErrorList {
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
            ("terminatingReplicas", status.terminating_replicas.unwrap_or(0).into()),
            ("observedGeneration", status.observed_generation),
        ],
        &mut errors,
    );
    status::at_most(&[labeled, ready, available], status.replicas, "status.replicas", &mut errors);
    status::at_most(&[available], status.ready_replicas, "readyReplicas", &mut errors);
    errors
}
