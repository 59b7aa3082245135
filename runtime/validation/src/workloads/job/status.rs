//! What a job's status may say. Most of it is checked only where it changed, so that a status which was wrong before can
//! still be written.

use std::collections::BTreeSet;

use kubeforge_api::{
    batch::v1::{
        CompletionMode, JOB_COMPLETE, JOB_FAILED, JOB_FAILURE_TARGET, JOB_SUCCESS_CRITERIA_MET, Job,
        UncountedTerminatedPods,
    },
    core::v1::ConditionStatus,
};
use kubeforge_machinery::field::{BadValue, Error, ErrorList, Path};

use super::indexes;
use crate::{
    common::{IMMUTABLE, shown, shown_internal},
    workloads::status::non_negative_counters,
};

const STATUS: Path<'static> = Path::new("status");

/// Whether a condition holds.
pub(super) fn is_true(job: &Job, condition: &str) -> bool {
    job.status.conditions.iter().any(|found| found.type_ == condition && found.status == ConditionStatus::True)
}

fn is_finished(job: &Job) -> bool {
    is_true(job, JOB_COMPLETE) || is_true(job, JOB_FAILED)
}

fn is_indexed(job: &Job) -> bool {
    job.spec.completion_mode == Some(CompletionMode::Indexed)
}

/// All that is wrong with a new status.
pub(super) fn validate_update(new: &Job, old: &Job) -> ErrorList {
    let mut errors = ErrorList::new();
    counters(new, &mut errors);
    if let Some(pods) = &new.status.uncounted_terminated_pods {
        uncounted(pods, &mut errors);
    }
    let check = Check { new, old, errors: &mut errors };
    check.all();
    errors
}

fn counters(job: &Job, errors: &mut ErrorList) {
    let status = &job.status;
    non_negative_counters(
        &[
            ("active", status.active.into()),
            ("succeeded", status.succeeded.into()),
            ("failed", status.failed.into()),
            ("ready", status.ready.unwrap_or(0).into()),
            ("terminating", status.terminating.unwrap_or(0).into()),
        ],
        errors,
    );
}

fn uncounted(pods: &UncountedTerminatedPods, errors: &mut ErrorList) {
    let mut seen = BTreeSet::new();
    let path = STATUS.child("uncountedTerminatedPods");
    for (uids, field) in [(&pods.succeeded, "succeeded"), (&pods.failed, "failed")] {
        let path = path.child(field);
        for (at, uid) in uids.iter().enumerate() {
            let path = path.index(at);
            if uid.is_empty() {
                errors.push(Error::invalid(&path, uid, "must not be empty"));
            } else if !seen.insert(uid) {
                errors.push(Error::duplicate(&path, uid));
            }
        }
    }
}

/// Comparing a status with what it was.
struct Check<'a> {
    new: &'a Job,
    old: &'a Job,
    errors: &'a mut ErrorList,
}

impl Check<'_> {
    fn all(mut self) {
        self.completion();
        self.completion_time();
        self.reasons_to_end();
        self.finished();
        self.indexes();
        self.pods();
        self.success_criteria();
        self.history();
    }

    /// Whether something is not what it was.
    fn changed<T: PartialEq>(&self, of: impl Fn(&Job) -> T) -> bool {
        of(self.new) != of(self.old)
    }

    fn condition_changed(&self, condition: &str) -> bool {
        self.changed(|job| is_true(job, condition))
    }

    fn is_true(&self, condition: &str) -> bool {
        is_true(self.new, condition)
    }

    fn conditions_are_invalid(&mut self, text: impl Into<String>) {
        self.errors.push(Error::invalid(&STATUS.child("conditions"), BadValue::Omitted, text));
    }

    fn invalid(&mut self, field: &str, value: impl Into<BadValue>, text: impl Into<String>) {
        self.errors.push(Error::invalid(&STATUS.child(field), value, text));
    }

    /// A complete job has not failed.
    fn completion(&mut self) {
        let complete_changed = self.condition_changed(JOB_COMPLETE);
        if !self.is_true(JOB_COMPLETE) {
            return;
        }
        if self.is_true(JOB_FAILED) && (complete_changed || self.condition_changed(JOB_FAILED)) {
            self.conditions_are_invalid("cannot set Complete=True and Failed=true conditions");
        }
        if self.is_true(JOB_FAILURE_TARGET) && (complete_changed || self.condition_changed(JOB_FAILURE_TARGET)) {
            self.conditions_are_invalid("cannot set Complete=True and FailureTarget=true conditions");
        }
    }

    /// A complete job, and no other, was complete at some time after it started.
    fn completion_time(&mut self) {
        let status = &self.new.status;
        let time_changed = self.changed(|job| job.status.completion_time);
        let checked = time_changed || self.condition_changed(JOB_COMPLETE);
        match &status.completion_time {
            Some(time) if checked && !self.is_true(JOB_COMPLETE) => {
                let text = "cannot set completionTime when there is no Complete=True condition";
                self.invalid("completionTime", shown(time), text);
            }
            None if checked && self.is_true(JOB_COMPLETE) => {
                let path = STATUS.child("completionTime");
                self.errors.push(Error::required(&path, "completionTime is required for Complete jobs"));
            }
            _ => {}
        }
        if let (Some(start), Some(end)) = (&status.start_time, &status.completion_time)
            && end < start
            && (time_changed || self.changed(|job| job.status.start_time))
        {
            self.invalid("completionTime", shown(end), "must be equal to or after `startTime`");
        }
    }

    /// How a job ends is announced before.
    fn reasons_to_end(&mut self) {
        let failed_checked =
            self.condition_changed(JOB_FAILED) || self.changed(|job| job.status.failed_indexes.clone());
        if failed_checked && self.is_true(JOB_FAILED) && !self.is_true(JOB_FAILURE_TARGET) {
            self.conditions_are_invalid("cannot set Failed=True condition without the FailureTarget=true condition");
        }
        let complete_checked = self.condition_changed(JOB_COMPLETE) || self.condition_changed(JOB_SUCCESS_CRITERIA_MET);
        if complete_checked && self.is_true(JOB_COMPLETE) && !self.is_true(JOB_SUCCESS_CRITERIA_MET) {
            let text = "cannot set Complete=True condition without the SuccessCriteriaMet=true condition";
            self.conditions_are_invalid(text);
        }
    }

    /// A finished job has started once and has no pods left to look after.
    fn finished(&mut self) {
        if !is_finished(self.new) {
            return;
        }
        let finished_changed = self.changed(is_finished);
        let status = &self.new.status;
        if status.active > 0 && (finished_changed || self.changed(|job| job.status.active)) {
            self.invalid("active", status.active, "active>0 is invalid for finished job");
        }
        if status.start_time.is_none() && (finished_changed || self.changed(|job| job.status.start_time)) {
            let path = STATUS.child("startTime");
            self.errors.push(Error::required(&path, "startTime is required for finished job"));
        }
        if let Some(pods) = &status.uncounted_terminated_pods
            && !(pods.failed.is_empty() && pods.succeeded.is_empty())
            && (finished_changed || self.changed(|job| job.status.uncounted_terminated_pods.clone()))
        {
            let shown = shown_internal(pods.as_ref());
            self.invalid("uncountedTerminatedPods", shown, "must be empty for finished job");
        }
    }

    fn indexes(&mut self) {
        let completed_changed = self.changed(|job| job.status.completed_indexes.clone());
        let failed_changed = self.changed(|job| job.status.failed_indexes.clone());
        let Job { spec, status, .. } = self.new;
        let completed = status.completed_indexes.as_str();
        let failed = status.failed_indexes.as_deref();
        if let Some(completions) = spec.completions {
            if completed_changed && let Err(wrong) = indexes::count(completed, completions) {
                self.invalid("completedIndexes", completed, format!("error parsing completedIndexes: {wrong}"));
            }
            if let Some(failed) = failed.filter(|_| failed_changed && spec.backoff_limit_per_index.is_some())
                && let Err(wrong) = indexes::count(failed, completions)
            {
                self.invalid("failedIndexes", failed, format!("error parsing failedIndexes: {wrong}"));
            }
        }
        if completed_changed && !completed.is_empty() && !is_indexed(self.new) {
            let text = "cannot set non-empty completedIndexes when non-indexed completion mode";
            self.invalid("completedIndexes", completed, text);
        }
        let Some(failed) = failed else { return };
        if failed_changed && spec.backoff_limit_per_index.is_none() {
            let text = "cannot set non-null failedIndexes when backoffLimitPerIndex is null";
            self.invalid("failedIndexes", failed, text);
        }
        if (completed_changed || failed_changed)
            && let Some(completions) = spec.completions
            && let Some(index) = indexes::overlap(completed, failed, completions)
        {
            let text = format!("failedIndexes and completedIndexes overlap at index: {index}");
            self.invalid("failedIndexes", failed, text);
        }
    }

    fn pods(&mut self) {
        let status = &self.new.status;
        let terminating = status.terminating.unwrap_or(0);
        let terminating_checked = self.changed(is_finished) || self.changed(|job| job.status.terminating);
        if terminating > 0 && terminating_checked && is_finished(self.new) {
            self.invalid("terminating", terminating, "terminating>0 is invalid for finished job");
        }
        let ready_checked = self.changed(|job| job.status.ready) || self.changed(|job| job.status.active);
        if let Some(ready) = status.ready.filter(|ready| ready_checked && *ready > status.active) {
            self.invalid("ready", ready, "cannot set more ready pods than active");
        }
    }

    /// These conditions are checked always.
    fn success_criteria(&mut self) {
        let are_met = self.is_true(JOB_SUCCESS_CRITERIA_MET);
        if are_met && self.is_true(JOB_FAILED) {
            self.conditions_are_invalid("cannot set SuccessCriteriaMet=True and Failed=true conditions");
        }
        if are_met && self.is_true(JOB_FAILURE_TARGET) {
            self.conditions_are_invalid("cannot set SuccessCriteriaMet=True and FailureTarget=true conditions");
        }
        if self.new.spec.success_policy.is_some() && !are_met && self.is_true(JOB_COMPLETE) {
            let text = "cannot set Complete=True for Job with SuccessPolicy unless SuccessCriteriaMet=True";
            self.conditions_are_invalid(text);
        }
    }

    /// What happened is not undone.
    fn history(&mut self) {
        for condition in [JOB_FAILED, JOB_COMPLETE, JOB_FAILURE_TARGET] {
            if is_true(self.old, condition) && !self.is_true(condition) {
                self.conditions_are_invalid(format!("cannot disable the terminal {condition}=True condition"));
            }
        }
        let (new, old) = (&self.new.status, &self.old.status);
        let spec = &self.new.spec;
        if new.failed < old.failed {
            self.invalid("failed", new.failed, "cannot decrease the failed counter");
        }
        // where it grows and shrinks with the parallelism, the job may be made smaller
        let is_elastic = is_indexed(self.new) && spec.completions == spec.parallelism;
        if new.succeeded < old.succeeded && !is_elastic {
            self.invalid("succeeded", new.succeeded, "cannot decrease the succeeded counter");
        }
        if let Some(time) = &new.completion_time
            && old.completion_time.as_ref().is_some_and(|old| old != time)
        {
            self.invalid("completionTime", shown(time), IMMUTABLE);
        }
        if old.start_time.is_some() && new.start_time != old.start_time && spec.suspend != Some(true) {
            let path = STATUS.child("startTime");
            self.errors.push(Error::required(&path, "startTime cannot be removed for unsuspended job"));
        }
        let (were_met, are_met) = (is_true(self.old, JOB_SUCCESS_CRITERIA_MET), self.is_true(JOB_SUCCESS_CRITERIA_MET));
        if were_met && !are_met {
            self.conditions_are_invalid("cannot disable the SuccessCriteriaMet=True condition");
        }
        if is_true(self.old, JOB_COMPLETE) && !were_met && are_met {
            let text = "cannot set SuccessCriteriaMet=True for Job already has Complete=true conditions";
            self.conditions_are_invalid(text);
        }
    }
}
