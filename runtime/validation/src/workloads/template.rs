//! What controllers that replace their pods for ever ask of a template, beyond what is asked of every pod.

use kubeforge_api::core::v1::{PodSpec, PodTemplateSpec, RestartPolicy};
use kubeforge_machinery::{
    field::{Error, ErrorList, Path},
    labels::Selector,
};

use super::selector;
use crate::pod::{PodOptions, pod_template};

/// Pods must be restarted always and have no deadline. `kind` names the controller; the spec is at `path`.
pub(super) fn runs_for_ever(spec: &PodSpec, kind: &str, path: &Path<'_>, errors: &mut ErrorList) {
    if spec.restart_policy != RestartPolicy::Always {
        let supported = [RestartPolicy::Always.as_str()];
        errors.push(Error::not_supported(&path.child("restartPolicy"), spec.restart_policy.as_str(), &supported));
    }
    if spec.active_deadline_seconds.is_some() {
        let text = format!("activeDeadlineSeconds in {kind} is not Supported");
        errors.push(Error::forbidden(&path.child("activeDeadlineSeconds"), text));
    }
}

/// What is wrong with the template of a controller whose pods are all equal.
pub(super) fn of_replicas(
    template: &PodTemplateSpec,
    selector: &Selector,
    kind: &str,
    options: &PodOptions<'_>,
    path: &Path<'_>,
    errors: &mut ErrorList,
) {
    if !selector.is_everything() {
        selector::fits(selector, &template.metadata.labels, path, errors);
    }
    pod_template(template, options, path, errors);
    runs_for_ever(&template.spec, kind, &path.child("spec"), errors);
}
