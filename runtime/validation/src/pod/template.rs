//! Templates of pods, in controllers and in `podtemplates`.

use kubeforge_api::core::v1::{PodSpec, PodTemplate, PodTemplateSpec};
use kubeforge_machinery::{
    field::{Error, ErrorList, Path},
    validation::{CheckContext, Checks, annotations, labels},
};

use super::validate_spec;
use crate::BuiltIn;

pub(super) fn register(all: &mut BuiltIn) {
    let templates = Checks::new(|_: &CheckContext<'_>, new: &PodTemplate| {
        let mut errors = ErrorList::new();
        pod_template(&new.template, &Path::new("template"), &mut errors);
        errors
    })
    // a template may change in any way that leaves it valid
    .update(|_: &CheckContext<'_>, new: &PodTemplate, old: &PodTemplate| {
        let mut errors = ErrorList::new();
        updated_pod_template(&new.template, &old.template, &Path::new("template"), &mut errors);
        errors
    });
    all.add("", "podtemplates", templates);
}

/// What is wrong with a new template.
pub(crate) fn pod_template(template: &PodTemplateSpec, path: &Path<'_>, errors: &mut ErrorList) {
    check(template, None, path, errors);
}

/// What is wrong with a changed template; some of what was wrong with the old one may stay.
pub(crate) fn updated_pod_template(
    new: &PodTemplateSpec,
    old: &PodTemplateSpec,
    path: &Path<'_>,
    errors: &mut ErrorList,
) {
    check(new, Some(&old.spec), path, errors);
}

/// Checks labels, annotations and the pods' spec. The former two upstream shows beside the spec, not in the metadata.
fn check(template: &PodTemplateSpec, old: Option<&PodSpec>, path: &Path<'_>, errors: &mut ErrorList) {
    labels(&template.metadata.labels, &path.child("labels"), errors);
    annotations(&template.metadata.annotations, &path.child("annotations"), errors);
    let spec = path.child("spec");
    errors.extend(validate_spec(&template.spec, None, old, &spec));
    if !template.spec.ephemeral_containers.is_empty() {
        let text = "ephemeral containers not allowed in pod template";
        errors.push(Error::forbidden(&spec.child("ephemeralContainers"), text));
    }
}
