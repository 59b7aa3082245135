//! Cron jobs. Follows pkg/apis/batch/validation and pkg/registry/batch/cronjob.

mod schedule;
mod time_zone;

use kubeforge_api::batch::v1::{ConcurrencyPolicy, CronJob, CronJobSpec, JobTemplateSpec};
use kubeforge_machinery::{
    field::{Error, ErrorList, Path},
    validation::{CheckContext, Checks, max_length},
};

use super::{job, warnings};
use crate::{
    BuiltIn,
    common::{non_negative, shown},
    pod::PodOptions,
};

const SPEC: Path<'static> = Path::new("spec");

/// Names of jobs end in a dash and ten digits, and must fit a label.
const NAME_BYTES_MAX: usize = 52;

pub(super) fn register(all: &mut BuiltIn) {
    let checks = Checks::new(|ctx: &CheckContext<'_>, cron_job: &CronJob| {
        let mut errors = validate_spec(ctx, &cron_job.spec, None);
        let name = &cron_job.metadata.name;
        if name.len() > NAME_BYTES_MAX {
            errors.push(Error::invalid(&Path::new("metadata.name"), name, max_length(NAME_BYTES_MAX)));
        }
        errors
    })
    .update(|ctx: &CheckContext<'_>, new: &CronJob, old: &CronJob| validate_spec(ctx, &new.spec, Some(&old.spec)))
    .subresource("status", |_: &CheckContext<'_>, _: &CronJob, _: &CronJob| ErrorList::new())
    .warnings(warn);
    all.add("batch", "cronjobs", checks);
}

fn warn(ctx: &CheckContext<'_>, new: &CronJob, old: Option<&CronJob>) -> Vec<String> {
    if !ctx.subresource.is_empty() {
        return Vec::new();
    }
    let mut warnings = if old.is_none() { warnings::of_name(&new.metadata.name) } else { Vec::new() };
    if warnings::is_about_spec(ctx, &new.metadata, old.map(|old| &old.metadata)) {
        warnings.extend(job::warnings_of_spec(&new.spec.job_template.spec, &Path::new("spec.jobTemplate.spec")));
    }
    if new.spec.schedule.contains("TZ") {
        // the path is upstream's
        warnings.push(
            "cannot use TZ or CRON_TZ in spec.spec.schedule, use timeZone instead, see \
             https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/ for more details"
                .to_owned(),
        );
    }
    warnings
}

fn validate_spec(ctx: &CheckContext<'_>, spec: &CronJobSpec, old: Option<&CronJobSpec>) -> ErrorList {
    let mut errors = ErrorList::new();
    validate_schedule(spec, old, &mut errors);
    if let Some(seconds) = spec.starting_deadline_seconds {
        non_negative(seconds, &SPEC.child("startingDeadlineSeconds"), &mut errors);
    }
    if let Some(zone) = &spec.time_zone
        && old.is_none_or(|old| old.time_zone.as_ref() != Some(zone))
    {
        validate_time_zone(zone, &mut errors);
    }
    validate_concurrency(&spec.concurrency_policy, &mut errors);
    let pods = PodOptions::of_template(ctx, old.map(|old| &old.job_template.spec.template));
    validate_template(&spec.job_template, &pods, &SPEC.child("jobTemplate.spec"), &mut errors);
    for (limit, field) in [
        (spec.successful_jobs_history_limit, "successfulJobsHistoryLimit"),
        (spec.failed_jobs_history_limit, "failedJobsHistoryLimit"),
    ] {
        if let Some(limit) = limit {
            non_negative(limit.into(), &SPEC.child(field), &mut errors);
        }
    }
    errors
}

fn validate_schedule(spec: &CronJobSpec, old: Option<&CronJobSpec>, errors: &mut ErrorList) {
    let path = SPEC.child("schedule");
    let schedule = &spec.schedule;
    if schedule.is_empty() {
        errors.push(Error::required(&path, ""));
        return;
    }
    if let Err(wrong) = schedule::check(schedule) {
        errors.push(Error::invalid(&path, schedule, wrong));
    }
    if !schedule.contains("TZ") {
        return;
    }
    let had_zone = old.is_some_and(|old| old.schedule.contains("TZ"));
    if !had_zone {
        let text = "cannot use TZ or CRON_TZ in schedule, use timeZone field instead";
        errors.push(Error::invalid(&path, schedule, text));
    } else if spec.time_zone.is_some() {
        let text = "cannot use both timeZone field and TZ or CRON_TZ in schedule";
        errors.push(Error::invalid(&path, schedule, text));
    }
}

fn validate_time_zone(zone: &str, errors: &mut ErrorList) {
    let path = SPEC.child("timeZone");
    if zone.is_empty() {
        errors.push(Error::invalid(&path, zone, "timeZone must be nil or non-empty string"));
        return;
    }
    if !time_zone::is_name(zone) {
        errors.push(Error::invalid(&path, zone, format!("unknown time zone {zone}")));
        return;
    }
    if zone.eq_ignore_ascii_case("Local") {
        let text = "timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones";
        errors.push(Error::invalid(&path, zone, text));
    }
    if let Err(wrong) = time_zone::find(zone) {
        errors.push(Error::invalid(&path, zone, wrong));
    }
}

fn validate_concurrency(policy: &ConcurrencyPolicy, errors: &mut ErrorList) {
    let ConcurrencyPolicy::Other(other) = policy else { return };
    let path = SPEC.child("concurrencyPolicy");
    if other.is_empty() {
        errors.push(Error::required(&path, ""));
        return;
    }
    let supported = [ConcurrencyPolicy::Allow, ConcurrencyPolicy::Forbid, ConcurrencyPolicy::Replace];
    let supported: Vec<&str> = supported.iter().map(ConcurrencyPolicy::as_str).collect();
    errors.push(Error::not_supported(&path, other, &supported));
}

fn validate_template(template: &JobTemplateSpec, pods: &PodOptions<'_>, path: &Path<'_>, errors: &mut ErrorList) {
    let spec = &template.spec;
    job::without_selector(spec, pods, path, errors);
    if let Some(selector) = &spec.selector {
        let text = "`selector` will be auto-generated";
        errors.push(Error::invalid(&path.child("selector"), shown(selector.as_ref()), text));
    }
    if spec.manual_selector == Some(true) {
        errors.push(Error::not_supported(&path.child("manualSelector"), true, &["nil", "false"]));
    }
}
