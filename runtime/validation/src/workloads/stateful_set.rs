//! Stateful sets. Follows pkg/apis/apps/validation and pkg/registry/apps/statefulset.

use kubeforge_api::{
    apps::v1::{
        PersistentVolumeClaimRetentionPolicyType, PodManagementPolicyType, RollingUpdateStatefulSetStrategy,
        StatefulSet, StatefulSetSpec, StatefulSetUpdateStrategy, StatefulSetUpdateStrategyType,
    },
    core::v1::{PersistentVolumeClaimVolumeSource, PodTemplateSpec, Volume, VolumeSource},
};
use kubeforge_machinery::{
    field::{Error, ErrorList, Path},
    labels::Selector,
    validation::{CheckContext, Checks, NameRule, annotations, is_dns1123_label, labels},
};

use super::{
    int_or_percent::{at_most_all, is_zero, non_negative_amount},
    selector, status, template, warnings,
};
use crate::{
    BuiltIn,
    common::{invalid_each, non_negative, shown, shown_internal},
    pod::{PodOptions, pod_template},
    volumes::{ClaimOptions, claim_spec, claim_spec_warnings},
};

const SPEC: Path<'static> = Path::new("spec");

pub(super) fn register(all: &mut BuiltIn) {
    let checks = Checks::new(|ctx: &CheckContext<'_>, stateful_set: &StatefulSet| {
        validate_spec(&stateful_set.spec, Leniency::default(), &PodOptions::of_template(ctx, None))
    })
    .names(NameRule::Label)
    .update(validate_update)
    .subresource("status", validate_status_update)
    .warnings(warn);
    all.add("apps", "statefulsets", checks);
}

fn warn(ctx: &CheckContext<'_>, new: &StatefulSet, old: Option<&StatefulSet>) -> Vec<String> {
    if !ctx.subresource.is_empty() {
        return Vec::new();
    }
    let old = old.map(|old| &old.metadata);
    let mut warnings = warnings::of_template(ctx, &new.metadata, old, &new.spec.template);
    let claims = SPEC.child("volumeClaimTemplates");
    for (at, claim) in new.spec.volume_claim_templates.iter().enumerate() {
        let path = claims.index(at);
        // both paths are upstream's
        let path = if old.is_some() { path.child("Spec") } else { path };
        warnings.extend(claim_spec_warnings(&claim.spec, &path));
    }
    if new.spec.revision_history_limit.is_some_and(|limit| limit < 0) {
        let text = "a negative value retains all historical revisions; a value >= 0 is recommended";
        warnings.push(format!("spec.revisionHistoryLimit: {text}"));
    }
    warnings
}

/// What an update may leave as wrong as it was: parts that were not checked when the object was made.
#[derive(Clone, Copy, Debug, Default)]
struct Leniency {
    service_name: bool,
    template: bool,
    claims: bool,
}

impl Leniency {
    fn towards(old: &StatefulSetSpec, pods: &PodOptions<'_>) -> Self {
        let mut wrong = ErrorList::new();
        pod_template(&with_claims(old), pods, &Path::NIL, &mut wrong);
        let template = !wrong.is_empty();
        wrong.clear();
        claims(old, &mut wrong);
        // the service's name never changes
        Self { service_name: true, template, claims: !wrong.is_empty() }
    }
}

fn validate_spec(spec: &StatefulSetSpec, leniency: Leniency, pods: &PodOptions<'_>) -> ErrorList {
    let mut errors = ErrorList::new();
    validate_management(&spec.pod_management_policy, &mut errors);
    validate_strategy(&spec.update_strategy, &SPEC.child("updateStrategy"), &mut errors);
    if let Some(policy) = &spec.persistent_volume_claim_retention_policy {
        let path = SPEC.child("persistentVolumeClaimRetentionPolicy");
        validate_retention(&policy.when_deleted, &path.child("whenDeleted"), &mut errors);
        validate_retention(&policy.when_scaled, &path.child("whenScaled"), &mut errors);
    }
    if !leniency.claims {
        claims(spec, &mut errors);
    }
    non_negative(spec.replicas.unwrap_or(0).into(), &SPEC.child("replicas"), &mut errors);
    non_negative(spec.min_ready_seconds.into(), &SPEC.child("minReadySeconds"), &mut errors);
    if let Some(ordinals) = &spec.ordinals {
        non_negative(ordinals.start.into(), &SPEC.child("ordinals.start"), &mut errors);
    }
    if !leniency.service_name && !spec.service_name.is_empty() {
        let name = &spec.service_name;
        invalid_each(&SPEC.child("serviceName"), name, is_dns1123_label(name), &mut errors);
    }
    let path = SPEC.child("selector");
    let given = spec.selector.as_deref();
    selector::required(given, "statefulset", &path, &mut errors);
    let template_path = SPEC.child("template");
    match Selector::from_label_selector(given) {
        Ok(selector) => validate_template(spec, &selector, leniency, pods, &template_path, &mut errors),
        Err(_) => errors.push(Error::invalid(&path, selector::shown_selector(given), "")),
    }
    template::runs_for_ever(&spec.template.spec, "StatefulSet", &template_path.child("spec"), &mut errors);
    errors
}

fn claims(spec: &StatefulSetSpec, errors: &mut ErrorList) {
    let path = SPEC.child("volumeClaimTemplates");
    for (at, claim) in spec.volume_claim_templates.iter().enumerate() {
        claim_spec(&claim.spec, ClaimOptions::default(), &path.index(at).child("spec"), errors);
    }
}

fn validate_management(policy: &PodManagementPolicyType, errors: &mut ErrorList) {
    let path = SPEC.child("podManagementPolicy");
    match policy {
        PodManagementPolicyType::OrderedReady | PodManagementPolicyType::Parallel => {}
        PodManagementPolicyType::Other(other) if other.is_empty() => errors.push(Error::required(&path, "")),
        PodManagementPolicyType::Other(other) => {
            errors.push(Error::invalid(&path, other, "must be 'OrderedReady' or 'Parallel'"));
        }
    }
}

fn validate_strategy(strategy: &StatefulSetUpdateStrategy, path: &Path<'_>, errors: &mut ErrorList) {
    let rolling = path.child("rollingUpdate");
    match (&strategy.type_, strategy.rolling_update.as_deref()) {
        (StatefulSetUpdateStrategyType::OnDelete, Some(update)) => {
            let shown = shown_internal(update);
            errors.push(Error::invalid(&rolling, shown, "only allowed for updateStrategy 'RollingUpdate'"));
        }
        (StatefulSetUpdateStrategyType::RollingUpdate, Some(update)) => {
            validate_rolling_update(update, &rolling, errors);
        }
        (StatefulSetUpdateStrategyType::OnDelete | StatefulSetUpdateStrategyType::RollingUpdate, None) => {}
        (StatefulSetUpdateStrategyType::Other(other), _) if other.is_empty() => {
            errors.push(Error::required(path, ""));
        }
        (StatefulSetUpdateStrategyType::Other(_), _) => {
            let shown = shown_internal(strategy);
            errors.push(Error::invalid(path, shown, "must be 'RollingUpdate' or 'OnDelete'"));
        }
    }
}

fn validate_rolling_update(update: &RollingUpdateStatefulSetStrategy, path: &Path<'_>, errors: &mut ErrorList) {
    non_negative(update.partition.unwrap_or(0).into(), &path.child("partition"), errors);
    if let Some(unavailable) = &update.max_unavailable {
        let path = path.child("maxUnavailable");
        non_negative_amount(unavailable, &path, errors);
        if is_zero(unavailable) {
            errors.push(Error::invalid(&path, shown(unavailable), "cannot be 0"));
        }
        at_most_all(unavailable, &path, errors);
    }
}

fn validate_retention(policy: &PersistentVolumeClaimRetentionPolicyType, path: &Path<'_>, errors: &mut ErrorList) {
    if let PersistentVolumeClaimRetentionPolicyType::Other(other) = policy {
        let supported =
            [PersistentVolumeClaimRetentionPolicyType::Retain, PersistentVolumeClaimRetentionPolicyType::Delete];
        let supported: Vec<&str> = supported.iter().map(PersistentVolumeClaimRetentionPolicyType::as_str).collect();
        errors.push(Error::not_supported(path, other, &supported));
    }
}

fn validate_template(
    spec: &StatefulSetSpec,
    selector: &Selector,
    leniency: Leniency,
    pods: &PodOptions<'_>,
    path: &Path<'_>,
    errors: &mut ErrorList,
) {
    let metadata = &spec.template.metadata;
    if !selector.is_everything() {
        selector::fits(selector, &metadata.labels, path, errors);
    }
    if leniency.template {
        labels(&metadata.labels, &path.child("labels"), errors);
        annotations(&metadata.annotations, &path.child("annotations"), errors);
    } else {
        pod_template(&with_claims(spec), pods, path, errors);
    }
}

/// The template of the pods as they will be: with a volume for each claim, which replaces one of the same name.
fn with_claims(spec: &StatefulSetSpec) -> PodTemplateSpec {
    let mut template = spec.template.clone();
    for claim in &spec.volume_claim_templates {
        let name = &claim.metadata.name;
        let claim = PersistentVolumeClaimVolumeSource { claim_name: name.clone(), read_only: false };
        let volume_source = VolumeSource { persistent_volume_claim: Some(Box::new(claim)), ..VolumeSource::default() };
        let volume = Volume { name: name.clone(), volume_source };
        match template.spec.volumes.iter_mut().find(|volume| volume.name == *name) {
            Some(replaced) => *replaced = volume,
            None => template.spec.volumes.push(volume),
        }
    }
    template
}

fn validate_update(ctx: &CheckContext<'_>, new: &StatefulSet, old: &StatefulSet) -> ErrorList {
    let pods = PodOptions::of_template(ctx, Some(&old.spec.template));
    let mut errors = validate_spec(&new.spec, Leniency::towards(&old.spec, &pods), &pods);
    let old = &old.spec;
    let with_mutable_fields_of_old = StatefulSetSpec {
        replicas: old.replicas,
        template: old.template.clone(),
        update_strategy: old.update_strategy.clone(),
        min_ready_seconds: old.min_ready_seconds,
        ordinals: old.ordinals.clone(),
        revision_history_limit: old.revision_history_limit,
        persistent_volume_claim_retention_policy: old.persistent_volume_claim_retention_policy.clone(),
        ..new.spec.clone()
    };
    if with_mutable_fields_of_old != *old {
        let text = "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', \
                    'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and \
                    'minReadySeconds' are forbidden";
        errors.push(Error::forbidden(&SPEC, text));
    }
    errors
}

fn validate_status_update(_: &CheckContext<'_>, new: &StatefulSet, old: &StatefulSet) -> ErrorList {
    let mut errors = ErrorList::new();
    let status = &new.status;
    let ready = ("readyReplicas", status.ready_replicas.into());
    let current = ("currentReplicas", status.current_replicas.into());
    let updated = ("updatedReplicas", status.updated_replicas.into());
    let available = ("availableReplicas", status.available_replicas.into());
    status::non_negative_counters(
        &[
            ("replicas", status.replicas.into()),
            ready,
            current,
            updated,
            available,
            ("observedGeneration", status.observed_generation),
            ("collisionCount", status.collision_count.unwrap_or(0).into()),
        ],
        &mut errors,
    );
    status::at_most(&[ready, current, updated, available], status.replicas, "status.replicas", &mut errors);
    status::at_most(&[available], status.ready_replicas, "status.readyReplicas", &mut errors);
    status::collisions_grow(status.collision_count, old.status.collision_count, &mut errors);
    errors
}
