//! Templates of pods, in controllers and in `podtemplates`.

use kubeforge_api::core::v1::{PodTemplate, PodTemplateSpec};
use kubeforge_machinery::{
    field::{Error, ErrorList, Path},
    validation::{CheckContext, Checks, annotations, labels},
};

use super::validate_spec;
use crate::BuiltIn;

pub(super) fn register(all: &mut BuiltIn) {
    // a template may change in any way that leaves it valid, so updates have no rules of their own
    let templates = Checks::new(|_: &CheckContext<'_>, template: &PodTemplate| {
        let mut errors = ErrorList::new();
        pod_template(&template.template, &Path::new("template"), &mut errors);
        errors
    });
    all.add("", "podtemplates", templates);
}

/// What is wrong with a template: with its labels, its annotations and its pods' spec. The former two upstream shows
/// beside the spec, not in the metadata.
pub(crate) fn pod_template(template: &PodTemplateSpec, path: &Path<'_>, errors: &mut ErrorList) {
    labels(&template.metadata.labels, &path.child("labels"), errors);
    annotations(&template.metadata.annotations, &path.child("annotations"), errors);
    let spec = path.child("spec");
    errors.extend(validate_spec(&template.spec, None, &spec));
    if !template.spec.ephemeral_containers.is_empty() {
        let text = "ephemeral containers not allowed in pod template";
        errors.push(Error::forbidden(&spec.child("ephemeralContainers"), text));
    }
}
