//! Jobs. Follows pkg/apis/batch/validation and pkg/registry/batch/job.

mod failure_policy;
mod indexes;
mod spec;
mod status;
mod success_policy;
mod update;

use kubeforge_api::batch::v1::{CONTROLLER_UID_LABEL, CompletionMode, JOB_NAME_LABEL, Job, JobSpec};
use kubeforge_machinery::{
    field::{Error, ErrorList, Path},
    labels::Selector,
    validation::{CheckContext, Checks, MetadataOnUpdate, is_dns1123_label},
};

use super::{selector, warnings};
use crate::{
    BuiltIn,
    common::SelectorOptions,
    pod::{PodOptions, template_warnings},
};

pub(super) use spec::without_selector;

/// The labels' names before they had a prefix; still set.
const OLD_CONTROLLER_UID_LABEL: &str = "controller-uid";
const OLD_JOB_NAME_LABEL: &str = "job-name";

/// Beyond both, completed indexes may become too many to track.
const COMPLETIONS_TRACKED_MAX: i32 = 100_000;
const PARALLELISM_TRACKED_MAX: i32 = 10_000;

pub(super) fn register(all: &mut BuiltIn) {
    let checks = Checks::new(|ctx: &CheckContext<'_>, job: &Job| {
        let pods = PodOptions::of_template(ctx, None);
        validate(job, PrefixedLabels::Required, SelectorOptions::Strict, &pods)
    })
    .update(update::validate_update)
    .metadata_on_update(MetadataOnUpdate::Whole)
    .subresource("status", |_: &CheckContext<'_>, new: &Job, old: &Job| status::validate_update(new, old))
    .warnings(|ctx: &CheckContext<'_>, new: &Job, old: Option<&Job>| {
        if !warnings::is_about_spec(ctx, &new.metadata, old.map(|old| &old.metadata)) {
            return Vec::new();
        }
        let mut warnings = if old.is_none() { warnings::of_name(&new.metadata.name) } else { Vec::new() };
        warnings.extend(warnings_of_spec(&new.spec, &Path::new("spec")));
        warnings
    });
    all.add("batch", "jobs", checks);
}

/// What the client is told of a spec of a job that is in order.
pub(super) fn warnings_of_spec(spec: &JobSpec, path: &Path<'_>) -> Vec<String> {
    let is_large = spec.completions.unwrap_or(0) > COMPLETIONS_TRACKED_MAX
        && spec.parallelism.unwrap_or(0) > PARALLELISM_TRACKED_MAX;
    let mut warnings = Vec::new();
    if is_large && spec.completion_mode == Some(CompletionMode::Indexed) {
        warnings.push(format!(
            "{path}: In Indexed Jobs with a number of completions higher than 10^5 and a parallelism higher than \
             10^4, Kubernetes might not be able to track completedIndexes when a big number of indexes fail"
        ));
    }
    warnings.extend(template_warnings(&spec.template, &path.child("template")));
    warnings
}

/// Whether the labels with a prefix must be there; jobs from before they existed do without.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum PrefixedLabels {
    Required,
    NotRequired,
}

fn validate(job: &Job, labels: PrefixedLabels, options: SelectorOptions, pods: &PodOptions<'_>) -> ErrorList {
    let mut errors = ErrorList::new();
    generated_selector(job, labels, &mut errors);
    spec::validate(&job.spec, options, pods, &mut errors);
    let completions = job.spec.completions.unwrap_or(0);
    if job.spec.completion_mode == Some(CompletionMode::Indexed) && completions > 0 {
        // pods of indexes are named after them
        let name = &job.metadata.name;
        let last = format!("{name}-{}", completions - 1);
        if !is_dns1123_label(&last).is_empty() {
            let text = format!("will not able to create pod with invalid DNS label: {last}");
            errors.push(Error::invalid(&Path::new("metadata.name"), name, text));
        }
    }
    errors
}

/// A selector that the server chose, and the labels that it stands for, are as the server made them.
fn generated_selector(job: &Job, labels: PrefixedLabels, errors: &mut ErrorList) {
    let Some(given) = job.spec.selector.as_deref().filter(|_| job.spec.manual_selector != Some(true)) else { return };
    let (uid, name) = (&job.metadata.uid, &job.metadata.name);
    if uid.is_empty() {
        errors.push(Error::required(&Path::new("metadata.uid"), ""));
    }
    let mut expected = vec![(OLD_CONTROLLER_UID_LABEL, uid), (OLD_JOB_NAME_LABEL, name)];
    if labels == PrefixedLabels::Required {
        expected.extend([(CONTROLLER_UID_LABEL, uid), (JOB_NAME_LABEL, name)]);
    }
    for (key, value) in &expected {
        has_label(job, key, value, errors);
    }
    let expected = expected.into_iter().map(|(key, value)| (key.to_owned(), value.clone())).collect();
    if Selector::from_label_selector(Some(given)).is_ok_and(|selector| !selector.matches(&expected)) {
        let path = Path::new("spec.selector");
        errors.push(Error::invalid(&path, crate::common::shown(given), "`selector` not auto-generated"));
    }
}

fn has_label(job: &Job, key: &str, value: &str, errors: &mut ErrorList) {
    let labels = &job.spec.template.metadata.labels;
    let path = Path::new("spec.template.metadata.labels");
    let path = path.key(key);
    let text = format!("must be '{value}'");
    match labels.get(key) {
        None => errors.push(Error::required(&path, text)),
        Some(found) if found != value => errors.push(Error::invalid(&path, selector::shown_labels(labels), text)),
        Some(_) => {}
    }
}
