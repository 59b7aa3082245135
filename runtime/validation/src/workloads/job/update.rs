//! What an update may change of a job.

use kubeforge_api::{
    batch::v1::{CONTROLLER_UID_LABEL, CompletionMode, JOB_NAME_LABEL, JOB_SUSPENDED, Job, JobSpec},
    core::v1::{Affinity, Container, PodTemplateSpec},
};
use kubeforge_machinery::{
    field::{BadValue, Error, ErrorList, Path},
    validation::CheckContext,
};

use super::{PrefixedLabels, spec, status::is_true, validate};
use crate::{
    common::{IMMUTABLE, shown_internal},
    pod::PodOptions,
    workloads::selector,
};

const SPEC: Path<'static> = Path::new("spec");

/// All that is wrong with an update.
pub(super) fn validate_update(ctx: &CheckContext<'_>, new: &Job, old: &Job) -> ErrorList {
    let old_labels = &old.spec.template.metadata.labels;
    let had_labels = old_labels.contains_key(JOB_NAME_LABEL) && old_labels.contains_key(CONTROLLER_UID_LABEL);
    let labels = if had_labels { PrefixedLabels::Required } else { PrefixedLabels::NotRequired };
    let options = selector::options_on_update(old.spec.selector.as_deref());
    let pods = PodOptions::of_template(ctx, Some(&old.spec.template));
    let mut errors = validate(new, labels, options, &pods);
    // upstream checks the spec as that of a new object and as that of an update
    spec::validate(&new.spec, options, &pods, &mut errors);
    completions(&new.spec, &old.spec, &mut errors);
    let path = SPEC.child("selector");
    selector::immutable(new.spec.selector.as_deref(), old.spec.selector.as_deref(), &path, &mut errors);
    template(new, old, Mutable::of(ctx, old), &mut errors);
    let (new, old) = (&new.spec, &old.spec);
    let mode = |spec: &JobSpec| spec.completion_mode.as_ref().map(|mode| mode.as_str().to_owned());
    let failure = new.pod_failure_policy.as_ref().map(shown_internal);
    let success = new.success_policy.as_ref().map(shown_internal);
    for (is_same, shown, field) in [
        (new.completion_mode == old.completion_mode, mode(new).into(), "completionMode"),
        (new.pod_failure_policy == old.pod_failure_policy, failure.into(), "podFailurePolicy"),
        (
            new.backoff_limit_per_index == old.backoff_limit_per_index,
            new.backoff_limit_per_index.into(),
            "backoffLimitPerIndex",
        ),
        (new.managed_by == old.managed_by, new.managed_by.as_ref().into(), "managedBy"),
        (new.success_policy == old.success_policy, success.into(), "successPolicy"),
    ] {
        if !is_same {
            errors.push(immutable(&SPEC.child(field), shown));
        }
    }
    errors
}

fn immutable(path: &Path<'_>, shown: BadValue) -> Error {
    Error::invalid(path, shown, IMMUTABLE).with_origin("immutable")
}

/// Completions stay, but where pods have indexes: there they may change together with the parallelism.
fn completions(new: &JobSpec, old: &JobSpec, errors: &mut ErrorList) {
    if new.completions == old.completions {
        return;
    }
    let path = SPEC.child("completions");
    if new.completion_mode != Some(CompletionMode::Indexed) {
        errors.push(immutable(&path, new.completions.into()));
    } else if new.completions.is_some() && new.completions != new.parallelism {
        let text = "can only be modified in tandem with spec.parallelism";
        errors.push(Error::invalid(&path, new.completions, text));
    }
}

/// What may change of a template while the job rests.
#[derive(Clone, Copy, Debug)]
struct Mutable {
    /// Where pods may run.
    scheduling: bool,
    /// What containers need.
    resources: bool,
}

impl Mutable {
    fn of(ctx: &CheckContext<'_>, old: &Job) -> Self {
        let enabled = |gate| ctx.gates.enabled(gate);
        let is_suspended = old.spec.suspend == Some(true);
        let has_stopped = is_true(old, JOB_SUSPENDED) && old.status.active == 0;
        let not_started = old.status.start_time.is_none();
        let may_reschedule = not_started || enabled("MutableSchedulingDirectivesForSuspendedJobs") && has_stopped;
        Self {
            scheduling: is_suspended && may_reschedule,
            resources: is_suspended && has_stopped && enabled("MutablePodResourcesForSuspendedJobs"),
        }
    }
}

fn template(new: &Job, old: &Job, mutable: Mutable, errors: &mut ErrorList) {
    let new = &new.spec.template;
    let mut allowed = old.spec.template.clone();
    if mutable.scheduling {
        allow_scheduling(new, &mut allowed);
    }
    let path = SPEC.child("template");
    if mutable.resources {
        allow_resources(&new.spec.containers, &mut allowed.spec.containers);
        allow_resources(&new.spec.init_containers, &mut allowed.spec.init_containers);
        if new.spec != allowed.spec {
            errors.push(immutable(&path.child("spec"), shown_internal(&new.spec)));
        }
    } else if *new != allowed {
        errors.push(immutable(&path, shown_internal(new)));
    }
}

fn allow_scheduling(new: &PodTemplateSpec, allowed: &mut PodTemplateSpec) {
    match (&new.spec.affinity, &mut allowed.spec.affinity) {
        (None, None) => {}
        (None, old @ Some(_)) => {
            // none at all is as good as none for nodes
            let without_nodes = old.take().map(|affinity| Affinity { node_affinity: None, ..affinity });
            *old = without_nodes.filter(|affinity| *affinity != Affinity::default());
        }
        (Some(new), old @ None) => {
            *old = Some(Affinity { node_affinity: new.node_affinity.clone(), ..Affinity::default() });
        }
        (Some(new), Some(old)) => old.node_affinity.clone_from(&new.node_affinity),
    }
    allowed.spec.node_selector.clone_from(&new.spec.node_selector);
    allowed.spec.tolerations.clone_from(&new.spec.tolerations);
    allowed.spec.scheduling_gates.clone_from(&new.spec.scheduling_gates);
    allowed.metadata.annotations.clone_from(&new.metadata.annotations);
    allowed.metadata.labels.clone_from(&new.metadata.labels);
}

fn allow_resources(new: &[Container], allowed: &mut [Container]) {
    if new.len() != allowed.len() {
        return;
    }
    for (allowed, new) in allowed.iter_mut().zip(new).filter(|(allowed, new)| allowed.name == new.name) {
        allowed.resources.clone_from(&new.resources);
    }
}
