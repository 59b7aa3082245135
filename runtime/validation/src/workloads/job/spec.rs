//! What jobs are told to do.

use kubeforge_api::{
    batch::v1::{CompletionMode, JobSpec, PodReplacementPolicy},
    core::v1::RestartPolicy,
};
use kubeforge_machinery::{
    field::{Error, ErrorList, Path},
    labels::Selector,
    validation::is_domain_prefixed_path,
};

use super::{failure_policy, success_policy};
use crate::{
    common::{SelectorOptions, label_selector, non_negative, shown_internal},
    pod::{PodOptions, pod_template},
    workloads::selector,
};

/// More would make `status.completedIndexes` too long.
const PARALLELISM_MAX: i32 = 100_000;
const FAILED_INDEXES_MAX: i32 = 100_000;
/// With more completions than this, other limits are lower where each index has its own backoff limit.
const COMPLETIONS_MANY: i32 = 100_000;
const PARALLELISM_MAX_WITH_MANY: i32 = 10_000;
const FAILED_INDEXES_MAX_WITH_MANY: i32 = 10_000;
const MANAGED_BY_BYTES_MAX: usize = 63;

const NEEDS_INDEXES: &str = "requires indexed completion mode";

/// What is wrong with a job's spec.
pub(super) fn validate(spec: &JobSpec, options: SelectorOptions, pods: &PodOptions<'_>, errors: &mut ErrorList) {
    let path = Path::new("spec");
    without_selector(spec, pods, &path, errors);
    let given = spec.selector.as_deref();
    match given {
        None => errors.push(Error::required(&path.child("selector"), "")),
        Some(_) => label_selector(given, options, &path.child("selector"), errors),
    }
    if let Ok(selector) = Selector::from_label_selector(given) {
        selector::fits(&selector, &spec.template.metadata.labels, &path.child("template"), errors);
    }
}

/// What is wrong with a spec that the server will give a selector.
pub(in crate::workloads) fn without_selector(
    spec: &JobSpec,
    pods: &PodOptions<'_>,
    path: &Path<'_>,
    errors: &mut ErrorList,
) {
    counts(spec, path, errors);
    if let Some(manager) = &spec.managed_by {
        let path = path.child("managedBy");
        errors.extend(is_domain_prefixed_path(&path, manager));
        if manager.len() > MANAGED_BY_BYTES_MAX {
            errors.push(Error::too_long(&path, MANAGED_BY_BYTES_MAX));
        }
    }
    match &spec.completion_mode {
        Some(CompletionMode::Indexed) => indexed(spec, path, errors),
        Some(CompletionMode::NonIndexed) | None => not_indexed(spec, path, errors),
        Some(CompletionMode::Other(mode)) => {
            let supported = [CompletionMode::NonIndexed, CompletionMode::Indexed];
            let supported: Vec<&str> = supported.iter().map(CompletionMode::as_str).collect();
            errors.push(Error::not_supported(&path.child("completionMode"), mode, &supported));
        }
    }
    if let Some(policy) = &spec.pod_failure_policy {
        failure_policy::validate(policy, spec, &path.child("podFailurePolicy"), errors);
    }
    if let Some(policy) = &spec.success_policy {
        let path = path.child("successPolicy");
        if spec.completion_mode == Some(CompletionMode::Indexed) {
            success_policy::validate(policy, spec.completions.unwrap_or(0), &path, errors);
        } else {
            errors.push(Error::invalid(&path, shown_internal(policy), NEEDS_INDEXES));
        }
    }
    replacement(spec, &path.child("podReplacementPolicy"), errors);
    let template = path.child("template");
    pod_template(&spec.template, pods, &template, errors);
    restart_policy(spec, &template.child("spec.restartPolicy"), errors);
}

fn counts(spec: &JobSpec, path: &Path<'_>, errors: &mut ErrorList) {
    for (count, field) in [
        (spec.parallelism.map(i64::from), "parallelism"),
        (spec.completions.map(i64::from), "completions"),
        (spec.active_deadline_seconds, "activeDeadlineSeconds"),
        (spec.backoff_limit.map(i64::from), "backoffLimit"),
        (spec.ttl_seconds_after_finished.map(i64::from), "ttlSecondsAfterFinished"),
        (spec.backoff_limit_per_index.map(i64::from), "backoffLimitPerIndex"),
        (spec.max_failed_indexes.map(i64::from), "maxFailedIndexes"),
    ] {
        if let Some(count) = count {
            non_negative(count, &path.child(field), errors);
        }
    }
    if spec.max_failed_indexes.is_some() && spec.backoff_limit_per_index.is_none() {
        errors.push(Error::required(&path.child("backoffLimitPerIndex"), "when maxFailedIndexes is specified"));
    }
}

fn indexed(spec: &JobSpec, path: &Path<'_>, errors: &mut ErrorList) {
    let parallelism_path = path.child("parallelism");
    let failed_path = path.child("maxFailedIndexes");
    let parallelism = spec.parallelism.unwrap_or(0);
    let failed = spec.max_failed_indexes.unwrap_or(0);
    if spec.completions.is_none() {
        errors.push(Error::required(&path.child("completions"), "when completion mode is Indexed"));
    }
    if parallelism > PARALLELISM_MAX {
        let text = format!("must be less than or equal to {PARALLELISM_MAX} when completion mode is Indexed");
        errors.push(Error::invalid(&parallelism_path, parallelism, text));
    }
    if spec.completions.is_some_and(|completions| failed > completions) && spec.max_failed_indexes.is_some() {
        errors.push(Error::invalid(&failed_path, failed, "must be less than or equal to completions"));
    }
    if failed > FAILED_INDEXES_MAX {
        let text = format!("must be less than or equal to {FAILED_INDEXES_MAX}");
        errors.push(Error::invalid(&failed_path, failed, text));
    }
    if spec.completions.unwrap_or(0) <= COMPLETIONS_MANY || spec.backoff_limit_per_index.is_none() {
        return;
    }
    if spec.max_failed_indexes.is_none() {
        let text = format!("must be specified when completions is above {COMPLETIONS_MANY}");
        errors.push(Error::required(&failed_path, text));
    }
    for (count, max, path) in [
        (parallelism, PARALLELISM_MAX_WITH_MANY, &parallelism_path),
        (failed, FAILED_INDEXES_MAX_WITH_MANY, &failed_path),
    ] {
        if count > max {
            let text = format!(
                "must be less than or equal to {max} when completions are above {COMPLETIONS_MANY} and used with \
                 backoff limit per index"
            );
            errors.push(Error::invalid(path, count, text));
        }
    }
}

fn not_indexed(spec: &JobSpec, path: &Path<'_>, errors: &mut ErrorList) {
    for (count, field) in
        [(spec.backoff_limit_per_index, "backoffLimitPerIndex"), (spec.max_failed_indexes, "maxFailedIndexes")]
    {
        if let Some(count) = count {
            errors.push(Error::invalid(&path.child(field), count, NEEDS_INDEXES));
        }
    }
}

fn replacement(spec: &JobSpec, path: &Path<'_>, errors: &mut ErrorList) {
    let Some(policy) = &spec.pod_replacement_policy else { return };
    let supported: &[&str] = match spec.pod_failure_policy {
        // what a failed pod means is only known of one that has ended
        Some(_) => &["Failed"],
        None => &["Failed", "TerminatingOrFailed"],
    };
    if !supported.contains(&PodReplacementPolicy::as_str(policy)) {
        errors.push(Error::not_supported(path, policy.as_str(), supported));
    }
}

fn restart_policy(spec: &JobSpec, path: &Path<'_>, errors: &mut ErrorList) {
    let policy = &spec.template.spec.restart_policy;
    match policy {
        RestartPolicy::Never => {}
        RestartPolicy::OnFailure => {
            if spec.pod_failure_policy.is_some() {
                let text = "only \"Never\" is supported when podFailurePolicy is specified";
                errors.push(Error::invalid(path, policy.as_str(), text));
            }
        }
        // the default is that of pods, so it can't be told from none
        RestartPolicy::Always => errors.push(Error::required(path, "valid values: \"OnFailure\", \"Never\"")),
        RestartPolicy::Other(other) if other.is_empty() => {
            errors.push(Error::required(path, "valid values: \"OnFailure\", \"Never\""));
        }
        RestartPolicy::Other(other) => errors.push(Error::not_supported(path, other, &["OnFailure", "Never"])),
    }
}
